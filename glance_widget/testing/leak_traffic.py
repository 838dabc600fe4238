"""Collects what leaves a page in a browser that Playwright drives."""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from glance_widget.testing.leak_search import Departure

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, WebSocket


# The browser does not tell what a Blob holds that was posted, so the page's own functions are asked.
_TELL_BODIES: Final = """
((tell) => {
  const told = (url, body) => {
    if (!(body instanceof Blob) && !(body instanceof FormData)) return;
    const address = new URL(url, location.href).href;
    new Response(body).text().then((text) => tell(address, text));
  };
  const { sendBeacon } = navigator;
  navigator.sendBeacon = function (url, body) { told(url, body); return sendBeacon.call(navigator, url, body); };
  const { fetch } = window;
  window.fetch = function (input, init) { told(input.url ?? input, init?.body); return fetch.call(this, input, init); };
  const { send: sendFrame } = WebSocket.prototype;
  WebSocket.prototype.send = function (body) { told(this.url, body); return sendFrame.call(this, body); };
  const { open, send } = XMLHttpRequest.prototype;
  const addresses = new WeakMap();
  XMLHttpRequest.prototype.open = function (...args) { addresses.set(this, args[1]); return open.apply(this, args); };
  XMLHttpRequest.prototype.send = function (body) { told(addresses.get(this), body); return send.call(this, body); };
})(window.%s);
"""


def origin_of(address: str) -> str:
    """Scheme, host and port of an address; sockets count as what they are opened from."""
    parts = urlsplit(address)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return f"{scheme}://{parts.netloc}"


class Traffic:
    """Everything that the pages of a browser context send.

    Args:
        context: The context.
        service: The service's origin: what goes there always counts.
        own: Origins of the website itself: what goes there does not count, as they have it from the start.
    """

    def __init__(self, context: BrowserContext, service: str, own: Collection[str]) -> None:
        self._context = context
        self._service = service
        self._own = {origin_of(each) for each in own}
        self._departures: list[Departure] = []
        self._requests: list[tuple[Request, bool]] = []
        self._watched: list[Page] = []
        self._in_session = False
        name = f"glanceLeakCheck{chance.token_hex(8)}"
        context.expose_function(name, self._body)
        context.add_init_script(_TELL_BODIES % name)
        context.on("request", self._request)
        context.on("page", self._page)
        for page in context.pages:
            self._page(page)

    def begin_session(self) -> None:
        """From now on, what leaves to anywhere but the website itself counts."""
        self._in_session = True

    def stop(self) -> None:
        """Listens no longer."""
        self._context.remove_listener("request", self._request)
        self._context.remove_listener("page", self._page)
        for page in self._watched:
            page.remove_listener("websocket", self._socket)

    def __len__(self) -> int:
        return len(self._departures) + len(self._requests)

    def departures(self) -> Iterator[Departure]:
        """All that left and counts, requests with the headers that they really had."""
        yield from self._departures
        for request, in_session in self._requests:
            if self._counts(request.url, in_session=in_session):
                yield from _of_request(request)

    def _counts(self, address: str, *, in_session: bool) -> bool:
        if urlsplit(address).scheme not in {"http", "https", "ws", "wss"}:
            return False
        origin = origin_of(address)
        if origin == self._service:
            return in_session or origin not in self._own
        return in_session and origin not in self._own

    def _page(self, page: Page) -> None:
        self._watched.append(page)
        page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        self._requests.append((request, self._in_session))

    def _body(self, address: str, text: str) -> None:
        if self._counts(address, in_session=self._in_session):
            self._departures.append(Departure(f"body of a request to {_shown(address)}", text))

    def _socket(self, socket: WebSocket) -> None:
        if origin_of(socket.url) == self._service or self._counts(socket.url, in_session=True):
            self._departures.append(Departure("address of a socket", socket.url))
            where = f"frame to {_shown(socket.url)}"
            socket.on("framesent", lambda data: self._departures.append(Departure(where, data)))


class Relayed:
    """Everything that a viewer page gets, and everything that it asks for.

    Args:
        page: The viewer's page.
        service: The service's origin.
    """

    def __init__(self, page: Page, service: str) -> None:
        self.frames: list[Departure] = []
        self._requests: list[Request] = []
        self._service = service
        page.on("websocket", self._socket)
        page.on("request", lambda request: self._requests.append(request))  # noqa: PLW0108 (Playwright marks the function)

    def departures(self) -> Iterator[Departure]:
        """What the service relayed, and what the agent's browser asked others for."""
        yield from self.frames
        for request in self._requests:
            if urlsplit(request.url).scheme in {"http", "https"} and origin_of(request.url) != self._service:
                yield Departure("request of the agent's browser", request.url)

    def _socket(self, socket: WebSocket) -> None:
        keep: Callable[[str | bytes], None] = lambda data: self.frames.append(Departure("relayed to the agent", data))  # noqa: E731
        socket.on("framereceived", keep)


def _shown(address: str) -> str:
    """An address without what makes a report hard to read. A secret in its path is hidden by the report."""
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"


def _of_request(request: Request) -> Iterator[Departure]:
    where = f"request to {_shown(request.url)}"
    yield Departure(f"address of a {where}", request.url)
    if body := request.post_data_buffer:
        yield Departure(f"body of a {where}", body)
    headers = request.headers
    with suppress(Exception):  # What Playwright raises for a page that was closed meanwhile.
        headers = request.all_headers()
    yield Departure(f"headers of a {where}", "\n".join(f"{name}: {value}" for name, value in headers.items()))
