"""One end of a socket: reading with limits, and writing without ever making the sender wait."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import MAX_CONTROL_DEPTH, JsonObject, dump, parse_object
from glance_widget.sandbox.rate_limit import RateLimit

BAD_MESSAGE: Final = 1008
INTERNAL_ERROR: Final = 1011
SERVICE_RESTART: Final = 1012
TRY_LATER: Final = 1013

_CLOSING_TIME: Final = 2.0
"""Seconds that what is still queued has to leave when a socket is closed."""
_QUEUED_CONTROL: Final = 4 * 1024 * 1024
"""Bytes of ordinary messages that may wait for one socket: only a reader that stands still collects so many."""
_REASON_BYTES: Final = 123
_MESSAGES_PER_SECOND: Final = 200.0
_MESSAGES_AT_ONCE: Final = 1000.0
_MESSAGE_UNIT: Final = 64 * 1024
"""Bytes that count as one more message."""

_GONE: Final = (WebSocketDisconnect, RuntimeError, OSError)
"""What writing to a socket raises whose other side is gone, in the versions of Starlette that are supported."""

_log = logging.getLogger("glance_widget.sandbox")


@dataclass(frozen=True, slots=True)
class _Outgoing:
    text: str
    content: bool


class Peer:
    """A socket as the rest of the sandbox sees it. All methods belong to the sandbox's own thread.

    Args:
        websocket: The accepted socket.
        content_limit: Bytes of page content that may wait to be sent.
    """

    def __init__(self, websocket: WebSocket, *, content_limit: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._websocket = websocket
        self._content_limit = content_limit
        self._rate = RateLimit(_MESSAGES_PER_SECOND, _MESSAGES_AT_ONCE, self._loop.time)
        self._queue: deque[_Outgoing] = deque()
        self._queued = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._on_drained: Callable[[], None] | None = None
        self._writer = asyncio.create_task(self._write(), name="glance-sandbox-writer")

    @property
    def address(self) -> str:
        """The client's address as the server saw it."""
        return self._websocket.client.host if self._websocket.client else ""

    @property
    def closing(self) -> bool:
        """Whether the socket is closed, or about to be."""
        return self._closing is not None or self._writer.done()

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message. A reader that takes nothing at all is cut off (1013)."""
        if self._queued > _QUEUED_CONTROL + self._content_limit:
            self._queue.clear()
            self._queued = 0
            self.close(TRY_LATER, "Nothing is read on this socket.")
            return
        self._put(_Outgoing(dump(message), content=False))

    def offer(self, text: str) -> bool:
        """Queues page content, unless too much of it waits already; a single piece always fits into an empty queue."""
        if self._queued and self._queued + len(text) > self._content_limit:
            return False
        self._put(_Outgoing(text, content=True))
        return True

    def drop_content(self) -> None:
        """Takes the waiting page content out of the queue; other messages stay."""
        self._queue = deque(item for item in self._queue if not item.content)
        self._queued = sum(len(item.text) for item in self._queue)

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Calls back once, as soon as nothing waits any more."""
        self._on_drained = callback
        self._wake.set()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the socket after what is queued was sent, or after two seconds; later calls change nothing."""
        if self._closing is None:
            short = reason.encode("ascii", "replace")[:_REASON_BYTES].decode("ascii")
            self._closing = (code, short)
            self._wake.set()
            deadline = self._loop.call_later(_CLOSING_TIME, self._writer.cancel)
            self._writer.add_done_callback(lambda _writer: deadline.cancel())

    async def finish(self) -> None:
        """Closes, waits until that is done or took too long, and leaves no task behind."""
        self.close()
        try:
            await asyncio.wait({self._writer})
        finally:
            self._writer.cancel()

    async def first(self, within: float) -> JsonObject | None:
        """The first message; None when the socket is closed instead.

        Raises:
            MessageError: It does not come in time, or is bad.
        """
        try:
            return await asyncio.wait_for(self._next(), within)
        except asyncio.TimeoutError:
            raise MessageError("hello_late", "The first message did not come in time.") from None

    async def messages(self) -> AsyncIterator[JsonObject]:
        """The messages as they come, until the socket is closed from either side.

        Raises:
            MessageError: A message is bad, or they come too fast.
        """
        while (message := await self._next()) is not None:
            yield message

    async def texts(self) -> AsyncIterator[str]:
        """The messages as they come and as they are: nothing but their rate was checked.

        Raises:
            MessageError: They come too fast.
        """
        while (text := await self._next_text()) is not None:
            yield text

    async def _next(self) -> JsonObject | None:
        text = await self._next_text()
        return None if text is None else parse_object(text, depth=MAX_CONTROL_DEPTH)

    async def _next_text(self) -> str | None:
        text = await self._receive()
        if text is not None and not self._rate.allow(1 + len(text) / _MESSAGE_UNIT):
            raise MessageError("message_rate", "Messages come too fast.")
        return text

    async def _receive(self) -> str | None:
        receiving = asyncio.ensure_future(self._websocket.receive())
        try:
            # The writer ends when the socket is closed from here; nothing that arrives after that counts.
            await asyncio.wait({receiving, self._writer}, return_when=asyncio.FIRST_COMPLETED)
            if self.closing or not receiving.done():
                return None
            message = receiving.result()
        finally:
            if not receiving.cancel() and not receiving.cancelled():
                receiving.exception()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        if not isinstance(text, str):
            raise MessageError("message_json", "Only text messages are understood.")
        return text

    def _put(self, item: _Outgoing) -> None:
        if not self.closing:
            self._queue.append(item)
            self._queued += len(item.text)
            self._wake.set()

    async def _write(self) -> None:
        try:
            while True:
                while self._queue:
                    text = self._queue.popleft().text
                    self._queued -= len(text)
                    await self._websocket.send_text(text)
                if self._closing is not None:
                    await self._websocket.close(*self._closing)
                    return
                self._wake.clear()
                self._tell_drained()
                await self._wake.wait()
        except _GONE:
            return  # The other side is gone; the reader learns of it by itself.

    def _tell_drained(self) -> None:
        callback, self._on_drained = self._on_drained, None
        if callback is not None:
            callback()


async def refuse(websocket: WebSocket) -> None:
    """Answers the attempt to open a socket with 403."""
    with suppress(*_GONE):
        await websocket.close(BAD_MESSAGE)


class Peers:
    """All open sockets of one sandbox."""

    def __init__(self) -> None:
        self._open: set[Peer] = set()
        self._closed = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        """How many sockets are open."""
        return len(self._open)

    @asynccontextmanager
    async def accept(self, websocket: WebSocket, *, content_limit: int = 0) -> AsyncIterator[Peer]:
        """Accepts a socket for the time of a ``with`` block and closes it at its end.

        A ``MessageError`` in the block closes it with 1008 and the error's sentence, any other error with 1011.
        """
        with suppress(*_GONE):
            await websocket.accept()
        peer = Peer(websocket, content_limit=content_limit)
        self._open.add(peer)
        self._empty.clear()
        if self._closed or websocket.application_state is not WebSocketState.CONNECTED:
            peer.close(SERVICE_RESTART, "The sandbox stops.")
        try:
            yield peer
        except MessageError as error:
            _log.warning("A message on %s was refused. %s", websocket.url.path, error.message)
            peer.close(BAD_MESSAGE, error.message)
        except Exception:  # noqa: BLE001 - one bad socket, whatever is wrong with it, must not touch the others
            _log.exception("A socket of %s failed.", websocket.url.path)
            peer.close(INTERNAL_ERROR, "Something went wrong in the sandbox.")
        finally:
            await peer.finish()
            self._open.discard(peer)
            if not self._open:
                self._empty.set()

    async def close_all(self) -> None:
        """Closes every socket, and refuses new ones from now on."""
        self._closed = True
        for peer in tuple(self._open):
            peer.close(SERVICE_RESTART, "The sandbox stops.")
        try:
            await asyncio.wait_for(self._empty.wait(), 2 * _CLOSING_TIME)
        except asyncio.TimeoutError:
            _log.warning("%d sockets did not close in time.", len(self._open))
