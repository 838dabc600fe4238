"""A scripted visitor's session: started at the service (wire sheet, section 6.3), and shown to agents (ours)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from glance_widget.errors import InviteError, PropertyError
from glance_widget.protocol import base_urls
from glance_widget.protocol.json_values import JsonObject, JsonValue, dump, parse_object
from glance_widget.protocol.live_view import CONSENT_VERSION, MAX_FRAME
from glance_widget.protocol.session_start import DUPLICATE_KEY, StartRequest
from glance_widget.testing.scripted_page import PageEvents
from glance_widget.testing.visitor_board import Board
from glance_widget.testing.visitor_wire import Answer, VisitorWire, dial, field_of

_TOKEN_BYTES: Final = 36
_ACCEPTED: Final[JsonObject] = {"status": "accepted", "version": CONSENT_VERSION, "language": "en"}


@dataclass(frozen=True, slots=True)
class Started:
    """A session that the service made.

    Attributes:
        id: The platform's id.
        ssnid: The id that sockets use.
        server: The session server.
        key: The session key.
    """

    id: str
    ssnid: str
    server: str
    key: str


async def start_at_service(wire: VisitorWire, key: str | None, name: str | None) -> Started:
    """StartSession2.

    Raises:
        InviteError: The service refused.
        PresenceError: It cannot be reached.
    """
    number = secrets.randbelow(2**31)
    request = StartRequest(wire.groupid, key, number, name=name)
    answer = await wire.ask(wire.base.web(base_urls.START_SESSION_PATH), request.as_body())
    if answer.get("status") == DUPLICATE_KEY:
        raise InviteError("dupkey", "A session with this key is already running.", "End it, or use another key.")
    return Started(
        id=field_of(answer, "callId"),
        ssnid=field_of(answer, "sessionId"),
        server=field_of(answer, "serverName"),
        key=field_of(answer, "sessionKey"),
    )


class VisitorSession:
    """One running session. All methods belong to one event loop.

    Args:
        wire: The visitor's presence.
        started: The session.
        page: What the visitor looks at.
        board: Is told what happens.
        assist: Gives the answer to agents who ask for remote assist.
    """

    def __init__(
        self, wire: VisitorWire, started: Started, page: PageEvents, board: Board, assist: Callable[[], Answer]
    ) -> None:
        self._wire = wire
        self._started = started
        self._page = page
        self._board = board
        self._assist = assist
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._socket: ClientConnection | None = None
        self._watched = False
        self._seq = 0

    async def open(self) -> None:
        """Connects to the live view.

        Raises:
            InviteError: The session server cannot be reached.
        """
        try:
            self._socket = await dial(self._wire.base, self._started.server, base_urls.LIVE_VISITOR_PATH)
        except (OSError, TimeoutError, WebSocketException) as error:
            text = f"The scripted visitor cannot reach the session server: {type(error).__name__}."
            raise InviteError("service", text) from None
        await self._send({"type": "hello", "ssnid": self._started.ssnid, "token": self._token, **self._where()})
        self._wire.spawn(self._listen(self._socket))

    async def show(self, page: PageEvents) -> None:
        """The visitor goes to another page."""
        self._page = page
        await self._send({"type": "page", **self._where()})
        await self._snapshot()

    async def type(self, field: str, text: str) -> None:
        """The visitor types into a field; agents see stars.

        Raises:
            PropertyError: The page has no such field.
        """
        await self._events(self._page.typed(field, text))

    async def pause(self, *, paused: bool) -> None:
        """The visitor pauses or resumes."""
        self._board.note(paused=paused)
        await self._send({"type": "pause", "paused": paused})

    async def end(self) -> None:
        """The visitor ends the session."""
        await self._send({"type": "end"})
        await self._over("visitor")

    async def close(self) -> None:
        """The visitor's page goes away without a word."""
        if self._socket is not None:
            await self._socket.close()

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                await self._received(parse_object(text, limit=MAX_FRAME))
        if self._board.facts.key == self._started.key:
            await self._over("conndrop")

    async def _received(self, frame: JsonObject) -> None:
        kind = frame.get("type")
        if kind == "ready" and frame.get("consent") is not True:
            await self._send({"type": "consent", "power": "view", **_ACCEPTED})
        elif kind == "agents":
            await self._agents(frame.get("count"))
        elif kind == "snapshot":
            await self._snapshot()
        elif kind == "assist_request":
            await self._asked(frame.get("req"))
        elif kind == "assist":
            agent = frame.get("agent")
            self._board.note(assisted_by=str(agent.get("partneruserid")) if isinstance(agent, dict) else None)
        elif kind == "control":
            action = frame.get("action")
            done: tuple[JsonObject, ...] = (action,) if isinstance(action, dict) else ()
            self._board.note(controls=(*self._board.facts.controls, *done))
        elif kind in {"ended", "refused"}:
            await self._over(str(frame.get("reason") or "error"))

    async def _asked(self, req: JsonValue) -> None:
        statuses = {"accept": "accepted", "decline": "declined"}
        status = statuses.get(self._assist())
        if status is not None:
            await self._send({"type": "consent", "power": "assist", "req": req, **_ACCEPTED, "status": status})

    async def _agents(self, count: JsonValue) -> None:
        agents = count if isinstance(count, int) else 0
        begins = agents > 0 and not self._watched
        self._watched = agents > 0
        self._board.note(agents=agents)
        if begins:
            await self._snapshot()

    async def _over(self, reason: str) -> None:
        if self._board.facts.key != self._started.key:
            return
        over = {"key": None, "session_id": None, "asked": None, "assisted_by": None, "ended": reason}
        self._board.note(agents=0, paused=False, **over)
        await self._wire.tell("visitorsessionend", {"reason": reason})
        await self.close()

    async def _snapshot(self) -> None:
        if self._watched:
            await self._events(self._page.fresh_start())

    async def _events(self, events: list[JsonValue]) -> None:
        if events and self._watched and not self._board.facts.paused:
            self._seq += 1
            await self._send({"type": "events", "seq": self._seq, "events": events})

    async def _send(self, frame: JsonObject) -> None:
        if self._socket is None:
            raise PropertyError("session", "is not open")
        with suppress(ConnectionClosed):
            await self._socket.send(dump(frame))

    def _where(self) -> JsonObject:
        return {"href": self._page.href, "title": self._page.page.title}
