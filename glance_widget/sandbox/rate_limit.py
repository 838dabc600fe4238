"""How often something may happen."""

from __future__ import annotations

from collections.abc import Callable


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
