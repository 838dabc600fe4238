"""The pages that a visitor has open in one session; the last that spoke up is the one that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.live_view import Page


class PageSocket(Protocol):
    """What the live view needs of the socket of a visitor's page."""

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the socket after what is queued."""


class VisitorPages:
    """The pages of one visitor, the one that is shown last."""

    def __init__(self) -> None:
        self._pages: dict[PageSocket, Page] = {}

    def __bool__(self) -> bool:
        """Whether there is a page."""
        return bool(self._pages)

    def __contains__(self, socket: PageSocket) -> bool:
        """Whether a page is there."""
        return socket in self._pages

    @property
    def shown(self) -> PageSocket | None:
        """The page that agents see."""
        return next(reversed(self._pages), None)

    @property
    def shown_page(self) -> Page:
        """Where the visitor is."""
        return next(reversed(self._pages.values()), Page("", ""))

    def put(self, socket: PageSocket, page: Page) -> None:
        """A page came, or its address changed. Neither makes another page the one that is shown."""
        self._pages[socket] = page

    def show(self, socket: PageSocket) -> None:
        """A page becomes the one that is shown."""
        self._pages[socket] = self._pages.pop(socket)

    def remove(self, socket: PageSocket) -> bool:
        """A page left. Whether it was there."""
        return self._pages.pop(socket, None) is not None

    def clear(self) -> list[PageSocket]:
        """All pages leave."""
        pages = list(self._pages)
        self._pages.clear()
        return pages

    def tell(self, message: Mapping[str, JsonValue], *, but: PageSocket | None = None) -> None:
        """Sends a message to all pages, or to all but one."""
        for page in tuple(self._pages):
            if page is not but:
                page.send(message)

    def tell_watchers(self, agents: list[JsonValue]) -> None:
        """Tells the page that is shown who watches it, and the others that nobody does."""
        shown = self.shown
        for page in tuple(self._pages):
            watching = agents if page is shown else []
            page.send({"type": "agents", "count": len(watching), "agentlist": watching})
