"""Threads of this package in the process that runs the tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_OF_PEOPLE: Final = ("glance-agent", "glance-callback", "glance-visitor")


@contextmanager
def none_left() -> Iterator[None]:
    """At the end no thread of an agent or a visitor is left; a sandbox has a thread of its own."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(_OF_PEOPLE)]
    assert not left, f"threads were left behind: {left}"
