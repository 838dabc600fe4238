"""A scripted visitor's presence: the real wire, without a browser (wire sheet, sections 5.1 to 5.5)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from typing import Final, Literal, Protocol, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from glance_widget.agent.http import Http, Unreachable, trust
from glance_widget.errors import GlanceError, InviteError, PresenceError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.invocation import CUSTOM_PREFIX, INVOKE_RESULT, is_result
from glance_widget.protocol.json_values import JsonObject, JsonValue, dump, parse_object
from glance_widget.protocol.live_view import MAX_FRAME
from glance_widget.protocol.presence import (
    KEEP_ALIVE,
    SHOW_TERMS,
    WITHDRAW_TERMS,
    DirectServer,
    Message,
    PresenceSettings,
    TermsStatus,
    connect_message,
    keepalive_seconds,
    parse_message,
    rest_query,
)
from glance_widget.testing.visitor_board import Board, Invocation

Answer = Literal["accept", "decline", "ignore"]
PageFunction: TypeAlias = Callable[[JsonObject], JsonValue]

_JSON: Final = {"Content-Type": "application/json; charset=UTF-8"}
_OK: Final = 200
_MAX_ERROR: Final = 500
_BROWSER: Final[JsonObject] = {"browser": "scripted", "browserver": "1", "platform": "python"}


class Person(Protocol):
    """Who decides: the scripted visitor."""

    @property
    def answer(self) -> Answer:
        """What to answer to the terms."""

    @property
    def functions(self) -> Mapping[str, PageFunction]:
        """Functions of the page, by bare name."""

    async def accepted(self, session_key: str) -> None:
        """The terms were accepted: a session with this key is to be started."""


class VisitorWire:
    """One visitor's presence socket, and the calls that come before it. All methods belong to one event loop.

    Args:
        base: The platform.
        groupid: Its group.
        visitorid: The visitor.
        person: Who decides.
        board: Is told what happens.
    """

    def __init__(self, base: BaseUrl, groupid: int, visitorid: str, person: Person, board: Board) -> None:
        self.base = base
        self.groupid = groupid
        self._visitorid = visitorid
        self._person = person
        self._board = board
        self._http = Http()
        self._socket: ClientConnection | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, record: JsonObject) -> None:
        """Comes online with a presence record.

        Raises:
            PresenceError: The platform cannot be reached, or has no presence.
        """
        server = await self._find_server()
        try:
            self._socket = await dial(self.base, server, base_urls.VISITOR_SOCKET)
            await self._send(connect_message(self.groupid, self._visitorid))
            greeting = parse_object(await self._socket.recv())
        except (OSError, TimeoutError, WebSocketException) as error:
            raise _unreachable(type(error).__name__) from None
        if greeting.get("type") != "connected":
            raise PresenceError("presence_refused", "The presence service turned the visitor away.")
        await self.tell("presence", {**record, **_BROWSER})
        self.spawn(self._keep_alive(keepalive_seconds(greeting)))
        self.spawn(self._listen(self._socket))
        self._board.note(online=True)

    async def close(self) -> None:
        """Goes away."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self._http.close()
        self._board.note(online=False)

    async def tell(self, kind: str, data: JsonObject | None = None) -> None:
        """Sends a message over the presence socket; a closed one loses it, as in a browser."""
        with suppress(ConnectionClosed):
            await self._send({"type": kind} if data is None else {"type": kind, "data": data})

    async def ask(self, url: str, body: JsonObject | None = None) -> JsonObject:
        """Calls the platform and reads its JSON answer.

        Raises:
            PresenceError: It cannot be reached, or refuses.
        """
        try:
            if body is None:
                answer = await self._http.get(url)
            else:
                answer = await self._http.post(url, headers=_JSON, content=dump(body).encode())
        except Unreachable as error:
            raise _unreachable(error.what) from None
        if answer.status != _OK:
            raise PresenceError("presence_refused", f"The platform answered the visitor with status {answer.status}.")
        return parse_object(answer.text)

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Starts work that ends with the visitor; its failure is the visitor's."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, GlanceError):
            self._board.note(failure=error)
        elif error is not None:
            text = f"The scripted visitor failed: {type(error).__name__}."
            self._board.note(failure=PresenceError("visitor_failed", text))

    async def _find_server(self) -> str:
        path = base_urls.VISITOR_SETTINGS_PATH
        query: dict[str, str | int] = {"groupid": self.groupid, "site": "production", "service": "presence"}
        settings = PresenceSettings.parse(await self.ask(self.base.web(path, **query)))
        if not settings.host:
            raise PresenceError("presence_disabled", "The group has no presence.")
        if settings.load_balanced:
            return settings.host
        announce = f"{base_urls.PRESENCE}?{rest_query(self.groupid, self._visitorid)}"
        direct = DirectServer.parse(await self.ask(self.base.rest(settings.host, announce), {}))
        if direct is None:
            raise PresenceError("presence_refused", "The presence service named no server.")
        return direct.address

    async def _keep_alive(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            await self._send(KEEP_ALIVE)

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for text in socket:
                await self._received(parse_message(parse_object(text)))
        self._board.note(online=False)

    async def _received(self, message: Message) -> None:
        facts = self._board.facts
        if message.kind == "signal":
            self._board.note(signals=(*facts.signals, message.data))
        if message.kind != "invoke":
            return
        func, args = str(message.data.get("func")), message.data.get("args")
        arguments: JsonObject = args if isinstance(args, dict) else {}
        self._board.note(invocations=(*facts.invocations, Invocation(func, arguments)))
        if func == SHOW_TERMS:
            await self._show_terms(str(arguments.get("sessionKey") or self._visitorid))
        elif func == WITHDRAW_TERMS:
            self._board.note(asked=None)
        if message.data.get("req") is not None:
            await self.tell(INVOKE_RESULT, {"req": message.data["req"], **self._outcome(func, arguments)})

    def _outcome(self, func: str, arguments: JsonObject) -> JsonObject:
        function = self._person.functions.get(func.removeprefix(CUSTOM_PREFIX))
        try:
            result = function(arguments) if function is not None else None
        except Exception as error:  # noqa: BLE001 - whatever it is, a page tells it
            return {"error": f"{type(error).__name__}: {error}"[:_MAX_ERROR]}
        # What the service does not take would cost the visitor the connection.
        return {"result": result} if is_result(result) else {"error": "Error: Result is no JSON, too long or too deep"}

    async def _show_terms(self, session_key: str) -> None:
        if self._board.facts.key == session_key:
            # What is shared already is not asked again: the answers are repeated.
            await self._tell_terms("accepted")
            await self.tell("visitorsessionstart")
            return
        self._board.note(asked=session_key)
        await self._tell_terms("displayed")
        if self._person.answer == "decline":
            self._board.note(asked=None)
            await self._tell_terms("declined")
        elif self._person.answer == "accept":
            await self._tell_terms("accepted")
            self.spawn(self._start(session_key))

    async def _start(self, session_key: str) -> None:
        try:
            await self._person.accepted(session_key)
        except InviteError as error:
            await self.tell("visitorerror", {"code": error.code, "msg": error.message})

    async def _tell_terms(self, status: TermsStatus) -> None:
        await self.tell("terms", {"status": status})

    async def _send(self, message: object) -> None:
        if self._socket is not None:
            await self._socket.send(json.dumps(message, separators=(",", ":")))


async def dial(base: BaseUrl, server: str, path: str) -> ClientConnection:
    """Opens a socket of the platform."""
    return await connect(
        base.socket(server, path),
        ssl=trust() if base.secure else None,
        proxy=None,
        open_timeout=10.0,
        close_timeout=1.0,
        ping_interval=None,
        max_size=MAX_FRAME,
    )


def field_of(answer: JsonObject, name: str) -> str:
    """A field of an answer as text.

    Raises:
        InviteError: It is missing.
    """
    value: JsonValue = answer.get(name)
    if isinstance(value, str | int) and value:
        return str(value)
    raise InviteError("service", "The service could not start the session.", str(answer.get("message") or ""))


def _unreachable(what: str) -> PresenceError:
    return PresenceError("presence_unreachable", f"The scripted visitor cannot reach the platform: {what}.")
