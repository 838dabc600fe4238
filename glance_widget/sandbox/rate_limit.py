"""How often something may happen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

_KEPT: Final = 1000


class RateLimit:
    """A bucket that fills steadily and from which each use takes.

    Args:
        per_second: How fast it fills.
        burst: How much it holds; it begins full.
        now: Gives the present in seconds of a clock that never goes back.
    """

    def __init__(self, per_second: float, burst: float, now: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._level = burst
        self._at = now()

    @property
    def full(self) -> bool:
        """Whether nothing was taken for long enough that the bucket is as good as new."""
        return self._level + (self._now() - self._at) * self._per_second >= self._burst

    def allow(self, cost: float = 1.0) -> bool:
        """Takes ``cost`` and says whether there was enough.

        A single use that costs more than the bucket holds is allowed when the bucket is full: a rate limits no size.
        """
        now = self._now()
        self._level = min(self._burst, self._level + (now - self._at) * self._per_second)
        self._at = now
        taken = min(cost, self._burst)
        if taken > self._level:
            return False
        self._level -= taken
        return True


class RateLimits:
    """One bucket for each sender, by name. Those that are full again are forgotten when there are many.

    Args:
        per_second, burst, now: As for ``RateLimit``.
    """

    def __init__(self, per_second: float, burst: float, now: Callable[[], float]) -> None:
        self._make = partial(RateLimit, per_second, burst, now)
        self._rates: dict[str, RateLimit] = {}

    def allow(self, name: str) -> bool:
        """Counts one use by a sender and says whether there was room for it."""
        if len(self._rates) > _KEPT:
            self._rates = {known: rate for known, rate in self._rates.items() if not rate.full}
        if name not in self._rates:
            self._rates[name] = self._make()
        return self._rates[name].allow()
