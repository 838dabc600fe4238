"""Sees what must not happen in a browser while a story is played: errors, and requests to other machines."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

from glance_widget.protocol.base_urls import is_loopback

LOCAL_ONLY: Final = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
"""The flag of Chromium with which no request leaves this machine, whoever makes it."""

# Messages that are as they should be, and why.
_EXPECTED: Final = (
    # The replica's frame may run no scripts; the replayer tries one there, and the browser says that it did not run.
    re.compile(r"^Blocked script execution in '[^']*/agentjoin/AgentView\.aspx' because the document's frame is sand"),
)


class Witness:
    """Watches all pages of a browser context, those included that are opened later.

    Args:
        context: The context.
        name: Whose it is, for the complaints.
        tolerated: Further messages of the console, and errors of pages, that are no complaints.
    """

    def __init__(self, context: BrowserContext, name: str, *tolerated: re.Pattern[str]) -> None:
        self._name = name
        self._tolerated = (*_EXPECTED, *tolerated)
        self._complaints: list[str] = []
        self.requests: list[str] = []
        self.received: list[str] = []
        self.printed: list[str] = []
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("page", self._page)

    def complaints(self) -> list[str]:
        """What was seen since the last time."""
        seen, self._complaints = self._complaints, []
        return seen

    def _console(self, message: ConsoleMessage) -> None:
        self.printed.append(message.text)
        if message.type == "error":
            self._complain_unless_tolerated("console error", message.text)

    def _error(self, error: WebError) -> None:
        self._complain_unless_tolerated("page error", str(error.error))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and not is_loopback(parts.hostname or ""):
            self._complain(f"request to another machine: {request.url}")

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _page: self._complain("a page crashed"))
        page.on(
            "websocket",
            lambda socket: socket.on(
                "framereceived",
                lambda data: self.received.append(data if isinstance(data, str) else data.decode("utf-8", "replace")),
            ),
        )

    def _complain_unless_tolerated(self, kind: str, text: str) -> None:
        if not any(known.search(text) for known in self._tolerated):
            self._complain(f"{kind}: {text}")

    def _complain(self, what: str) -> None:
        self._complaints.append(f"{self._name}: {what}"[:500])
