"""How long to leave a service alone that failed."""

from __future__ import annotations

from time import monotonic
from typing import Final

FIRST_PAUSE: Final = 5.0
"""Seconds after the first failure."""
LONGEST_PAUSE: Final = 300.0


class Backoff:
    """Pauses after failures: each is twice as long as the one before, up to a limit."""

    def __init__(self) -> None:
        self._pause = 0.0
        self._until = 0.0

    @property
    def over(self) -> bool:
        """Whether the service may be asked."""
        return monotonic() >= self._until

    def failed(self) -> float:
        """Counts a failure, one long after the last pause as the first; the seconds of the pause that begins."""
        if monotonic() > self._until + self._pause:
            self._pause = 0.0
        self._pause = min(self._pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
        self._until = monotonic() + self._pause
        return self._pause

    def worked(self) -> None:
        """Forgets all failures."""
        self._pause = self._until = 0.0
