"""Whether the visitor is online, as the presence socket tells it (wire sheet, section 5.3)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final, Protocol

from glance_widget.protocol.presence import VISITOR_GONE_AFTER

_FIRST_WORD_WITHIN: Final = 1.0
"""Seconds in which a page that has just come tells who is there."""


class Moved(Protocol):
    """Is told when the visitor comes and goes."""

    def __call__(self, *, online: bool) -> None:
        """The visitor came, or is gone."""


class VisitorPresence:
    """Follows one visitor. All methods belong to one event loop.

    Args:
        moved: Is told when the visitor comes and goes.
    """

    def __init__(self, moved: Moved) -> None:
        self._moved = moved
        self._word = asyncio.Event()
        self._gone_timer: asyncio.TimerHandle | None = None
        self.online = False
        """Whether the visitor is online."""
        self.words = 0
        """Counts what the visitor's page told of itself: an answer that was asked for before the last may be older."""

    def heard(self, kind: str, *, connected: bool) -> None:
        """The service says that a page came, or that none is left."""
        if connected:
            self._stop_timer()
            if not self.online:
                self.online = True
                self._word.clear()
                self._moved(online=True)
        elif kind == "visitorsock":
            self.doubt()

    def told(self, *, record: bool) -> None:
        """The visitor's page told its record, or something else of itself."""
        self.words += 1
        if record:
            self._word.set()

    @property
    def has_told(self) -> bool:
        """Whether the visitor's page has told its record, or had the time to."""
        return self._word.is_set()

    async def first_word(self) -> None:
        """Waits until the page of a visitor who has just come has told its record, for a second at most."""
        if self.online:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._word.wait(), _FIRST_WORD_WITHIN)
            self._word.set()

    def doubt(self) -> None:
        """The 5 second rule: away, unless something says otherwise in time."""
        if self.online and self._gone_timer is None:
            self._gone_timer = asyncio.get_running_loop().call_later(VISITOR_GONE_AFTER, self._gone)

    def forget(self) -> None:
        """Nothing is known of the visitor any more, and nobody is told."""
        self._stop_timer()
        self.online = False

    def _gone(self) -> None:
        self._gone_timer = None
        self.online = False
        self._moved(online=False)

    def _stop_timer(self) -> None:
        if self._gone_timer is not None:
            self._gone_timer.cancel()
            self._gone_timer = None
