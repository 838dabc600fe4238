"""What a scripted visitor does while on the website. All of it belongs to the visitor's own event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from glance_widget.agent.http import Http, Unreachable
from glance_widget.errors import ClosedError, PresenceError, StateError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.json_values import JsonObject, parse_object
from glance_widget.sandbox.address import ADDRESS_PATH, SandboxAddress
from glance_widget.testing.scripted_page import PageEvents, ScriptedPage
from glance_widget.testing.visitor_board import Board
from glance_widget.testing.visitor_session import VisitorSession, start_at_service
from glance_widget.testing.visitor_wire import Answer, PageFunction, VisitorWire

_OK: Final = 200


class SandboxLike(Protocol):
    """Anything that knows where a sandbox is: ``Sandbox``, ``SandboxAddress``."""

    @property
    def url(self) -> str:
        """Scheme, host and port."""

    @property
    def groupid(self) -> int:
        """Its group."""

    def visitor_url(self, visitorid: str, /) -> str:
        """The demo shop for a visitor."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who the visitor is.

    Attributes:
        visitorid: The visitor id.
        name: How the visitor is called.
        page: What the first page shows.
        answer: Gives the answer to the terms.
        assist: Gives the answer to agents who ask for remote assist.
        functions: Functions of the page, by bare name.
    """

    visitorid: str
    name: str | None
    page: ScriptedPage
    answer: Callable[[], Answer]
    assist: Callable[[], Answer]
    functions: Mapping[str, PageFunction]


class VisitorLife:
    """One stay on the website.

    Args:
        sandbox: Where.
        role: Who.
        board: Is told what happens.
    """

    def __init__(self, sandbox: SandboxLike | str, role: Role, board: Board) -> None:
        self._sandbox = sandbox
        self._role = role
        self._page = role.page
        self._board = board
        self._home = ""
        self._path = ""
        self._wire: VisitorWire | None = None
        self._session: VisitorSession | None = None

    @property
    def answer(self) -> Answer:
        """The answer to the terms."""
        return self._role.answer()

    @property
    def functions(self) -> Mapping[str, PageFunction]:
        """Functions of the page, by bare name."""
        return self._role.functions

    async def stay(self, leave: asyncio.Event) -> None:
        """Comes online, and stays until told to leave.

        Raises:
            PresenceError: The platform cannot be reached.
        """
        sandbox = await _find(self._sandbox)
        self._home = sandbox.visitor_url(self._role.visitorid)
        wire = VisitorWire(BaseUrl.parse(sandbox.url), sandbox.groupid, self._role.visitorid, self, self._board)
        self._wire = wire
        try:
            await wire.open(self._record())
            await leave.wait()
        finally:
            if self._session is not None:
                await self._session.close()
            await wire.close()

    async def accepted(self, session_key: str) -> None:
        """The terms were accepted."""
        await self.begin(session_key)

    async def begin(self, key: str | None) -> None:
        """Starts a session."""
        wire = self._open_wire
        started = await start_at_service(wire, key, self._role.name)
        session = VisitorSession(wire, started, self._events(), self._board, self._role.assist)
        self._session = session
        await session.open()
        self._board.note(key=started.key, session_id=started.id, ended=None)
        await wire.tell("visitorsessionstart")

    async def go_to(self, path: str, page: ScriptedPage | None) -> None:
        """Goes to another page."""
        heading = path.replace("-", " ").capitalize() or self._page.heading
        self._path, self._page = path, page or replace(self._page, heading=heading)
        await self._open_wire.tell("presence", self._record())
        if self._session is not None and self._board.facts.key is not None:
            await self._session.show(self._events())

    async def type(self, field: str, text: str) -> None:
        """Types into a field."""
        await self._running.type(field, text)

    async def pause(self, *, paused: bool) -> None:
        """Pauses or resumes the session."""
        await self._running.pause(paused=paused)

    async def end(self) -> None:
        """Ends the session."""
        await self._running.end()

    @property
    def _open_wire(self) -> VisitorWire:
        if self._wire is None or not self._board.facts.online:
            raise ClosedError("not_online", "The scripted visitor is not on the website.", "Start it first.")
        return self._wire

    @property
    def _running(self) -> VisitorSession:
        if self._session is None or self._board.facts.key is None:
            raise StateError("no_session", "The scripted visitor is in no session.")
        return self._session

    def _events(self) -> PageEvents:
        return PageEvents(self._page, self._home + self._path)

    def _record(self) -> JsonObject:
        record: JsonObject = {"url": self._home + self._path}
        return record if self._role.name is None else {"name": self._role.name, **record}


async def _find(sandbox: SandboxLike | str) -> SandboxLike:
    if not isinstance(sandbox, str):
        return sandbox
    http = Http()
    try:
        answer = await http.get(BaseUrl.parse(sandbox).web(ADDRESS_PATH))
    except Unreachable as error:
        raise PresenceError("presence_unreachable", f"The sandbox at {sandbox} {error.what}.") from None
    finally:
        await http.close()
    if answer.status != _OK:
        raise PresenceError("presence_unreachable", f"There is no sandbox at {sandbox}.", "Give the url of a sandbox.")
    return SandboxAddress.parse(parse_object(answer.text))
