"""What the sandbox's parts need of an event loop: the time, and calls that come later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Handle(Protocol):
    """A call that can be called off."""

    def cancel(self) -> None:
        """Calls it off."""


class Timer(Protocol):
    """The part of an event loop that is needed."""

    def time(self) -> float:
        """Seconds of a clock that never goes back."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Handle:
        """Calls back after some seconds."""


def call_off(handle: Handle | None) -> None:
    """Calls off a call, if there is one."""
    if handle is not None:
        handle.cancel()
