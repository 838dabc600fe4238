from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from glance_widget.demo.witness import LOCAL_ONLY
from tests.chromium import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(LOCAL_ONLY) as browser:
        yield browser
