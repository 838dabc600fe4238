"""The viewer without a browser: what an agent would read on the visitor's page."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from typing_extensions import Self
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from glance_widget.agent.http import Http, Unreachable
from glance_widget.errors import ClosedError, MessageError, ViewerError, WaitTimeoutError
from glance_widget.protocol.base_urls import LIVE_AGENT_PATH, BaseUrl
from glance_widget.protocol.json_values import JsonObject, JsonValue, dump, parse_object
from glance_widget.protocol.live_view import MAX_FRAME
from glance_widget.testing.visitor_wire import dial

_SETTINGS: Final = re.compile(r'<script id="glance-viewer-settings" type="application/json">(.*?)</script>', re.DOTALL)
_CALL_WITHIN: Final = 15.0
_META: Final = 4
_OF_PEOPLE: Final = frozenset({"textContent", "text", "value", "placeholder", "alt", "title"})
"""Where recorded events keep what a person can read."""


class ScriptedViewer:
    """Stands in for the viewer's window: opens the address that the button gives, and keeps what is shown there.

    It has a thread of its own, ``glance-viewer``, while it is open, and may be used from any other. It looks at what is
    there and operates nothing.

    Example:
        >>> with ScriptedViewer() as viewer:  # doctest: +SKIP
        ...     button.openwindow = viewer.open
        ...     button.join()
        ...     viewer.wait_for_text("Your basket")
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._window: _Window | None = None
        self._href: str | None = None
        self._texts: list[str] = []
        self._ended: str | None = None

    def __repr__(self) -> str:
        """The same text every time, as it is saved in notebooks."""
        return "ScriptedViewer()"

    @property
    def href(self) -> str | None:
        """The address of the page that the visitor is on, without query and hash; None before the first."""
        return self._href

    @property
    def text(self) -> str:
        """All that could be read on this page so far, a line for each piece."""
        return "\n".join(self._texts)

    @property
    def ended(self) -> str | None:
        """Why the session ended: ``agent``, ``visitor``, ``conndrop``; None while it runs."""
        return self._ended

    def open(self, address: str) -> None:
        """Opens an address of the viewer; to be given as ``openwindow``.

        Raises:
            ViewerError: There is no viewer at this address.
        """
        self.close()
        self._href, self._texts, self._ended = None, [], None
        window = _Window(self)
        try:
            window.run(window.open(address)).result(_CALL_WITHIN)
        except BaseException:
            window.stop()
            raise
        self._window = window

    def wait_for_text(self, text: str, timeout: float = 15.0) -> None:
        """Blocks until a text can be read on the page.

        Raises:
            WaitTimeoutError: It was not there in time.
        """
        self._wait(lambda: any(text in each for each in self._texts), timeout, f"The agent saw no {text!r}")

    def wait_for_end(self, timeout: float = 15.0) -> None:
        """Blocks until the session has ended. Raises ``WaitTimeoutError`` when it has not in time."""
        self._wait(lambda: self._ended is not None, timeout, "The session did not end")

    def end(self) -> None:
        """Presses "End Session" in the viewer; does nothing when the session is over.

        Raises:
            ClosedError: It is not open.
        """
        if self._window is None:
            raise ClosedError("viewer_closed", "The scripted viewer is not open.", "Join first, with openwindow.")
        self._window.run(self._window.send({"type": "end"})).result(_CALL_WITHIN)

    def close(self) -> None:
        """Closes the window; safe to call twice. The session goes on."""
        window, self._window = self._window, None
        if window is not None:
            window.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def received(self, frame: JsonObject) -> None:
        """Takes a frame of the live view. Called on the viewer's own thread."""
        with self._changed:
            if frame.get("type") in {"session", "page"}:
                page = frame.get("page", frame)
                self._href = str(page.get("href")) if isinstance(page, dict) else None
            elif frame.get("type") == "events":
                self._show(frame.get("events"))
            elif frame.get("type") in {"ended", "refused"}:
                self._ended = str(frame.get("reason") or frame.get("code"))
            self._changed.notify_all()

    def _show(self, events: JsonValue) -> None:
        for event in events if isinstance(events, list) else ():
            if isinstance(event, dict) and event.get("type") == _META:
                self._texts = []
            self._texts += readable(event)

    def _wait(self, condition: Callable[[], bool], timeout: float, what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(condition, timeout):
                shown = f" It shows: {self.text[:500]}" if self._texts else " It shows nothing."
                raise WaitTimeoutError("wait_timeout", f"{what} within {timeout:g} seconds.{shown}", "")


def readable(value: JsonValue) -> Iterator[str]:
    """What a person can read of recorded events, in their order."""
    if isinstance(value, list):
        for each in value:
            yield from readable(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in _OF_PEOPLE and isinstance(each, str) and each.strip():
                yield each
            else:
                yield from readable(each)


class _Window:
    """One opened viewer, on a thread of its own."""

    def __init__(self, viewer: ScriptedViewer) -> None:
        self._viewer = viewer
        self._socket: ClientConnection | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="glance-viewer", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        self.run(self._leave()).result(_CALL_WITHIN)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_WITHIN)
        self._loop.close()

    async def open(self, address: str) -> None:
        ticket = await _ticket_of(address)
        parts = urlsplit(address)
        try:
            self._socket = await dial(BaseUrl.parse(f"{parts.scheme}://{parts.netloc}"), parts.netloc, LIVE_AGENT_PATH)
        except (OSError, TimeoutError, WebSocketException) as error:
            message = f"The live view cannot be reached ({type(error).__name__})."
            raise ViewerError("viewer_unreachable", message) from None
        await self.send({"type": "hello", "ticket": ticket})
        self._listening = asyncio.create_task(self._listen(self._socket))

    async def send(self, frame: JsonObject) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(dump(frame))

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                self._viewer.received(parse_object(text, limit=MAX_FRAME))

    async def _leave(self) -> None:
        if self._socket is not None:
            await self._socket.close()
            await self._listening


async def _ticket_of(address: str) -> str:
    http = Http()
    try:
        page = (await http.get(address)).text
    except Unreachable as error:
        raise ViewerError("viewer_unreachable", f"The viewer {error.what}.") from None
    finally:
        await http.close()
    found = _SETTINGS.search(page)
    with suppress(MessageError):
        ticket = parse_object(found[1] if found else "{}").get("ticket")
        if isinstance(ticket, str):
            return ticket
    hint = "An address of the viewer opens it once: give this as openwindow, and use no address again."
    raise ViewerError("viewer_refused", "There is no viewer at this address, or no longer.", hint)
