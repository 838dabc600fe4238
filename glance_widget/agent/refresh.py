"""Keeps the agent signed in: login key and token are replaced before they expire, also in mid-session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from glance_widget.agent.backoff import Backoff
from glance_widget.errors import GlanceError

LOOK_EVERY: Final = 30.0
"""Seconds between two looks at the clock: the loop's own stands still while a laptop sleeps, the wall's does not."""

AT_MOST_EVERY: Final = 1.0
"""Seconds from one renewal to the next, however short-lived a service makes its keys."""


class Renewable(Protocol):
    """What is kept fresh."""

    @property
    def renew_at(self) -> float:
        """Unix seconds at which something is to be replaced."""

    async def renew(self) -> None:
        """Replaces what is due."""


async def keep_fresh(
    standing: Renewable,
    on_trouble: Callable[[GlanceError | None], object],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Renews until it is cancelled.

    Args:
        standing: What to renew.
        on_trouble: Called with the error when renewing fails, each time, and with None when it works again.
        sleep: Waits for seconds.
    """
    backoff, troubled = Backoff(), False
    while True:
        while (left := standing.renew_at - time.time()) > 0:
            if troubled:
                troubled = False
                backoff.worked()
                on_trouble(None)
            await sleep(min(max(left, AT_MOST_EVERY), LOOK_EVERY))
        try:
            await standing.renew()
        except GlanceError as error:
            troubled = True
            on_trouble(error)
            await sleep(backoff.failed())


async def renew_now(standing: Renewable, on_trouble: Callable[[GlanceError | None], None]) -> None:
    """Renews once, whatever pause ``keep_fresh`` makes; takes what that takes."""
    try:
        await standing.renew()
    except GlanceError as error:
        on_trouble(error)
    else:
        on_trouble(None)
