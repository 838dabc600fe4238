"""How many sessions one address may start and have, and the refusal when it is too many (ours)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from glance_widget.errors import SessionError
from glance_widget.sandbox.rate_limit import RateLimits
from glance_widget.sandbox.settings import Limits

REFUSED: Final = 14
"""Ours: the ``status`` of a start that was refused for another reason than its key."""


class StartRefusedError(SessionError):
    """A session could not be started.

    Attributes:
        status: The number by which StartSession2 says so.
    """

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code, message)
        self.status = status


class StartLimits:
    """Counts the starts of each address.

    Args:
        limits: How many are too many.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._limits = limits
        self._rates = RateLimits(limits.starts_per_minute / 60, limits.starts_per_minute, now)

    def check(self, address: str, already_open: int) -> None:
        """Counts a start.

        Raises:
            StartRefusedError: There are too many.
        """
        if already_open >= self._limits.sessions_per_address:
            raise StartRefusedError(REFUSED, "limit", "Too many sessions are open.")
        if not self._rates.allow(address):
            raise StartRefusedError(REFUSED, "limit", "Too many sessions were started in the last minute.")
