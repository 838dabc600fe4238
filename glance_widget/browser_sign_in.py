"""Asks the browser tabs that show the widget to sign in by SAML, and hears what came of it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from glance_widget.agent.account import Credentials
from glance_widget.agent.saml import Accept, Wait
from glance_widget.errors import GlanceError
from glance_widget.messages import FromBrowser
from glance_widget.protocol.saml import Way

ALIVE_WITHIN: Final = 3.0
"""Seconds within which a tab that is there takes up a request; after that, another one is asked."""
ANSWER_WITHIN: Final = 20.0
"""Seconds after which a tab that said nothing counts as closed; the page itself gives up after 15."""
_MAX_TABS: Final = 16


class SamlRequest(NamedTuple):
    """What a tab is asked.

    Attributes:
        client: The tab.
        req: The request's name.
        way: How to show the page.
        url: The page.
    """

    client: str
    req: str
    way: Way
    url: str


@dataclass(slots=True)
class _Asking:
    url: str
    way: Way
    accept: Accept
    on_wait: Callable[[Wait], object]
    requests: dict[str, SamlRequest] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    news: asyncio.Queue[FromBrowser | None] = field(default_factory=asyncio.Queue)
    """What tabs said; None: there is another tab."""

    async def outcome(self, within: float) -> FromBrowser | None:
        """The next thing that a tab says; None when all are silent for so long."""
        try:
            return await asyncio.wait_for(self._said(), within)
        except asyncio.TimeoutError:
            return None

    async def _said(self) -> FromBrowser:
        while (said := await self.news.get()) is None:
            pass
        return said


class BrowserSignIn:
    """The tabs of one widget, and what they are asked. All but ``connect`` is for the background loop.

    A frame is opened in one tab at a time: in the one that the agent sees, or else that spoke last. A pop-up needs a
    press, so every tab offers it, and the first that succeeds is enough.
    """

    def __init__(self) -> None:
        self._tabs: dict[str, bool] = {}
        self._asking: _Asking | None = None
        self._send: Callable[[SamlRequest], None] = lambda _request: None
        self._end: Callable[[SamlRequest], None] = lambda _request: None

    def connect(self, send: Callable[[SamlRequest], None], end: Callable[[SamlRequest], None]) -> None:
        """From now on tabs are told with these functions of requests, and of those that are over."""
        self._send, self._end = send, end

    async def heard(self, client: str, *, visible: bool) -> None:
        """A tab is there."""
        new = client not in self._tabs
        self._tabs.pop(client, None)
        self._tabs[client] = visible
        if len(self._tabs) > _MAX_TABS:
            del self._tabs[next(iter(self._tabs))]
        if new and self._asking is not None:
            self._asking.news.put_nowait(None)

    async def said(self, message: FromBrowser) -> None:
        """A tab tells what came of a request; of one that is over, it is not heard."""
        asking = self._asking
        request = asking.requests.get(message.ask or "") if asking is not None else None
        if asking is not None and request is not None and request.client == message.client:
            asking.news.put_nowait(message)

    async def ask(self, url: str, way: Way, accept: Accept, on_wait: Callable[[Wait], object]) -> Credentials:
        """Has a tab show the page, and waits until one brings a login key.

        Raises:
            GlanceError: The identity provider gave none in any tab.
        """
        asking = self._asking = _Asking(url, way, accept, on_wait)
        try:
            return await (self._by_frame(asking) if way == "frame" else self._by_popup(asking))
        finally:
            if self._asking is asking:
                self._asking = None
            for request in asking.requests.values():
                self._end(request)

    async def _by_frame(self, asking: _Asking) -> Credentials:
        failure: GlanceError | None = None
        while True:
            client = self._untried(asking)
            if client is not None:
                asking.on_wait("frame")
                self._tell(client, asking)
                said = await self._answer_of(client, asking)
            elif failure is not None:
                raise failure
            else:
                asking.on_wait("browser")
                said = await asking.news.get()
            if said is None or said.saml is None or said.saml == "started":
                continue
            try:
                return asking.accept(said.saml, said.identity)
            except GlanceError as error:
                failure = error

    async def _answer_of(self, client: str, asking: _Asking) -> FromBrowser | None:
        said = await asking.outcome(ALIVE_WITHIN)
        if (said is None and self._untried(asking) is None) or (said is not None and said.saml == "started"):
            said = await asking.outcome(ANSWER_WITHIN)
        if said is None:
            # Closed, or the kernel was too busy to hear it: it is asked again once it speaks.
            self._tabs.pop(client, None)
            asking.tried.discard(client)
        return said

    async def _by_popup(self, asking: _Asking) -> Credentials:
        while True:
            while (client := self._untried(asking)) is not None:
                self._tell(client, asking)
            asking.on_wait("press" if self._tabs else "browser")
            said = await asking.news.get()
            if said is not None and said.saml is not None and said.saml != "started":
                return asking.accept(said.saml, said.identity)

    def _untried(self, asking: _Asking) -> str | None:
        left = [client for client in self._tabs if client not in asking.tried]
        seen = [client for client in left if self._tabs[client]]
        return next(reversed(seen or left), None)

    def _tell(self, client: str, asking: _Asking) -> None:
        request = SamlRequest(client, secrets.token_hex(16), asking.way, asking.url)
        asking.tried.add(client)
        asking.requests[request.req] = request
        self._send(request)
