"""The frames of a visitor's page: their rate is limited, and large ones are read without making others wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.live_view import Events, parse_visitor_frame
from glance_widget.protocol.pictures import Picture
from glance_widget.sandbox.rate_limit import RateLimit
from glance_widget.sandbox.settings import Limits

_LARGE: Final = 64 * 1024
"""Characters above which a frame is read on another thread: it takes longer than the way there and back."""
_SECONDS_AT_ONCE: Final = 8.0
"""For how long a page may send at full rate before the rate counts: snapshots come all at once."""


class FrameReader:
    """Reads frames, large ones on a thread of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="glance-sandbox-frames")
        # Started now: it belongs to the sandbox, not to whoever sends the first large frame.
        self._thread.submit(int).result()

    async def read(self, text: str) -> JsonObject | Events | Picture:
        """One frame.

        Raises:
            MessageError: It is malformed, too large, or holds an event or a picture that may not be passed on.
        """
        if len(text) <= _LARGE:
            return parse_visitor_frame(text)
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, partial(parse_visitor_frame, text, pausing=True)
        )

    def close(self) -> None:
        """Ends the thread, when it is done with what it has."""
        self._thread.shutdown(wait=True, cancel_futures=True)


class PageRate:
    """How much one page of a visitor sends.

    Args:
        limits: How much is too much.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, limits: Limits, now: Callable[[], float]) -> None:
        self._events = _limit(limits.events_per_second, now)
        self._bytes = _limit(limits.event_bytes_per_second, now)
        self._pictures = _limit(limits.pictures_per_second, now)

    def check_text(self, text: str) -> None:
        """Counts a frame before it is read.

        Raises:
            MessageError: There is too much.
        """
        if not self._bytes.allow(len(text)):
            raise MessageError("event_rate", "A page sends more than can be passed on.")

    def check_frame(self, frame: JsonObject | Events | Picture) -> None:
        """Counts the events of a frame, or a picture.

        Raises:
            MessageError: There are too many.
        """
        if isinstance(frame, Events) and not self._events.allow(frame.count):
            raise MessageError("event_rate", "A page sends more events than can be passed on.")
        if isinstance(frame, Picture) and not self._pictures.allow():
            raise MessageError("event_rate", "A camera sends more pictures than can be passed on.")


def _limit(per_second: float, now: Callable[[], float]) -> RateLimit:
    return RateLimit(per_second, per_second * _SECONDS_AT_ONCE, now)
