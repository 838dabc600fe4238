from __future__ import annotations

import pytest

from glance_widget.testing.fixtures import sandbox, viewer, visitors

__all__ = ["sandbox", "viewer", "visitors"]


@pytest.fixture(autouse=True)
def clean_environment() -> None:
    """As users have it: the sandbox that is named in the environment is the one to use."""
