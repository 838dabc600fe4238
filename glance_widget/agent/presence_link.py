"""One visitor's presence: the agent's socket, kept open (wire sheet, section 5.3)."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from time import monotonic
from typing import Final, Literal

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from glance_widget.agent import join_events as on
from glance_widget.agent.authorization import Authorization, presence_unreachable
from glance_widget.agent.held_tasks import hold
from glance_widget.agent.http import Http, trust
from glance_widget.agent.invocations import Invocations
from glance_widget.agent.presence_messages import event_of
from glance_widget.agent.presence_rest import UNAVAILABLE, PresenceRest, service_unavailable
from glance_widget.agent.visitor_presence import VisitorPresence
from glance_widget.errors import GlanceError, InviteError, MessageError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl, is_loopback
from glance_widget.protocol.invocation import INVOKE_RESULT, invocation
from glance_widget.protocol.json_values import MAX_CONTROL_MESSAGE, JsonObject, JsonValue, dump, parse_object
from glance_widget.protocol.presence import (
    KEEP_ALIVE,
    RECONNECT_DELAYS,
    Message,
    PresenceSettings,
    connect_message,
    keepalive_seconds,
    parse_message,
    plain_record,
    signal,
)

_log = logging.getLogger(__name__)
# websockets writes the beginning of every frame to it at DEBUG, and the first frame holds the token.
_frames_log = logging.getLogger(f"{__name__}.frames")
_frames_log.setLevel(logging.INFO)

_OPEN_WITHIN: Final = 10.0
_SETTLED_AFTER: Final = 1.0
"""Seconds after which a connection counts as one that a server meant to keep."""
_HASTY: Final = 3
"""How many servers in a row may send the agent on before that; then it is a failure, and there is a pause."""
_LOOKS: Final = 3
"""How often a record is looked up while the page keeps telling newer ones."""
_FOR_GOOD: Final = frozenset({"presence_disabled", "serviceunavailable", "authorization", "authurl_refused"})
_TRANSIENT: Final = frozenset({"authurl_timeout", "authurl_unreachable", "platform_unreachable"})

Next = Literal["at_once", "later"]


class _Connect(connect):
    """Follows no redirect: the first frame holds the token, which is meant for one server only."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class PresenceLink:
    """Follows one visitor: reports every change as an event, and reconnects by itself.

    Args:
        base: The platform.
        visitorid: The visitor.
        authorization: The agent's standing.
        http: The client for the REST half.
        post: Takes the events.
    """

    def __init__(
        self,
        base: BaseUrl,
        visitorid: str,
        authorization: Authorization,
        http: Http,
        post: Callable[[on.Event], None],
    ) -> None:
        self._base = base
        self._visitorid = visitorid
        self._authorization = authorization
        self._rest = PresenceRest(base, visitorid, authorization, http)
        self._post = post
        self.invocations: Final = Invocations(lambda data: self._signal("invoke", data), post)
        self._settings: PresenceSettings | None = None
        self._socket: ClientConnection | None = None
        self._server = ""
        self._visitor = VisitorPresence(self._visitor_moved)
        self._answered = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Follows the visitor until cancelled, or until presence cannot be used for good."""
        failures = hasty = 0
        try:
            while True:
                self._answered, began = False, monotonic()
                error, then = await self._attempt()
                if error is not None and error.code in _FOR_GOOD:
                    self._post(on.PresenceFailed(error))
                    return
                failures = 0 if self._answered else failures
                if then == "at_once":
                    hasty = hasty + 1 if monotonic() < began + _SETTLED_AFTER else 0
                    if hasty <= _HASTY:
                        self._visitor.doubt()
                        continue
                self._visitor.forget()
                self._post(on.PresenceLost(error or presence_unreachable("closed the connection")))
                await asyncio.sleep(RECONNECT_DELAYS[min(failures, len(RECONNECT_DELAYS) - 1)])
                failures += 1
        finally:
            self._visitor.forget()
            for task in self._tasks:
                task.cancel()

    async def invoke(self, func: str, args: Mapping[str, JsonValue]) -> None:
        """Has a function of the visitor's page called, of which no answer is wished.

        Raises:
            InviteError: The visitor is not present.
            GlanceError: The service cannot be used.
        """
        await self._signal("invoke", invocation(func, args))

    async def signal(self, data: Mapping[str, JsonValue]) -> None:
        """Sends data to the visitor's page. Raises like ``invoke``."""
        await self._signal("signal", data)

    async def lookup(self) -> JsonObject:
        """The visitor's presence record, which is reported as well; empty when the visitor is not present.

        It can overtake the first message of a page that has just come (wire sheet, section 2.5), and waits for that.

        Raises:
            GlanceError: The service cannot be used.
        """
        told = self._visitor.has_told
        record = await self._tell_record()
        if told or not record or "url" in record:
            return record
        await self._visitor.first_word()
        return await self._tell_record()

    async def _tell_record(self) -> JsonObject:
        """Looks the record up and reports it; again, within limits, when the page told something newer meanwhile."""
        record: JsonObject = {}
        for _ in range(_LOOKS):
            words = self._visitor.words
            record = await self._look_up()
            if words == self._visitor.words:
                self._post(on.VisitorRecord(record))
                break
        return record

    async def _look_up(self) -> JsonObject:
        return plain_record(await self._rest.lookup_visitor(await self._discover()))

    async def _signal(self, kind: Literal["invoke", "signal"], data: Mapping[str, JsonValue]) -> None:
        settings = await self._discover()
        if not settings.load_balanced:
            await self._rest.signal_visitor(settings, kind, data)
            return
        if self._socket is None or not self._visitor.online:
            raise InviteError("visitornotpresent", "The visitor is not online any more.", "Wait until they are back.")
        try:
            await self._socket.send(dump({"type": kind, **signal(kind, data)}))
        except ConnectionClosed:
            raise presence_unreachable("closed the connection") from None

    async def _discover(self) -> PresenceSettings:
        if self._settings is None:
            self._settings = await self._authorization.presence_settings()
        return self._settings

    async def _attempt(self) -> tuple[GlanceError | None, Next]:
        """One connection from discovery to its end: what ended it, and when to try again."""
        try:
            settings = await self._discover()
            self._server, _found = await self._rest.find_visitor(settings)
            return None, await self._hold_socket()
        except InvalidStatus as error:
            if error.response.status_code == UNAVAILABLE:
                return service_unavailable(), "later"
            self._authorization.forget_token()
            return presence_unreachable(f"answered with status {error.response.status_code}"), "later"
        except (OSError, TimeoutError, WebSocketException, ssl.SSLError) as error:
            _log.debug("presence connection failed: %s", type(error).__name__)
            self._settings = None
            return presence_unreachable("cannot be reached"), "later"
        except ValueError:
            self._settings = None
            return presence_unreachable("has an address that cannot be used"), "later"
        except GlanceError as error:
            self._settings = None
            return (presence_unreachable("cannot be reached") if error.code in _TRANSIENT else error), "later"

    async def _hold_socket(self) -> Next:
        token = await self._authorization.token()
        credentials = await self._authorization.credentials()
        host = self._server.rpartition(":")[0] or self._server
        async with _Connect(
            self._base.socket(self._server, base_urls.AGENT_SOCKET),
            ssl=trust() if self._base.secure else None,
            proxy=None if is_loopback(host) else True,
            open_timeout=_OPEN_WITHIN,
            close_timeout=1.0,
            ping_interval=None,
            max_size=MAX_CONTROL_MESSAGE,
            logger=_frames_log,
        ) as socket:
            first = connect_message(credentials.groupid, self._visitorid, token.reveal())
            await socket.send(dump(first))
            self._socket = socket
            try:
                return await self._listen(socket)
            finally:
                self._socket = None

    async def _listen(self, socket: ClientConnection) -> Next:
        keep_alive: asyncio.Task[None] | None = None
        try:
            async for text in socket:
                arrived = _read(text)
                if arrived is None:
                    continue
                message, received = arrived
                if received.kind == "connected":
                    self._answered = True
                    if keep_alive is not None:
                        keep_alive.cancel()
                    keep_alive = asyncio.create_task(_keep_alive(socket, keepalive_seconds(message)))
                    self._post(on.PresenceOpened())
                elif received.kind == "scaledown":
                    return "at_once"
                elif received.kind == "serverclose" or self._redirected(received):
                    self._authorization.forget_token()
                    return "later"
                else:
                    self._dispatch(received)
        finally:
            if keep_alive is not None:
                keep_alive.cancel()
        return "later"

    def _redirected(self, message: Message) -> bool:
        return message.kind == "redirect" and message.data.get("direct") != self._server

    def _dispatch(self, message: Message) -> None:
        if message.kind in {"visitorsock", "visitorconn"}:
            self._visitor.heard(message.kind, connected=message.data.get("connected") is True)
        elif message.kind == INVOKE_RESULT:
            self.invocations.answered(message.data)
        else:
            if message.kind in {"presence", "visibility"}:
                self._visitor.told(record=message.kind == "presence")
            event = event_of(message)
            if event is not None:
                self._post(event)

    def _visitor_moved(self, *, online: bool) -> None:
        self._post(on.VisitorConnection(online=online))
        if online:
            self._start(self._fetch_record())

    async def _fetch_record(self) -> None:
        with suppress(GlanceError):
            await self._tell_record()

    def _start(self, work: Coroutine[None, None, None]) -> None:
        hold(asyncio.create_task(work), self._tasks)


async def _keep_alive(socket: ClientConnection, every: float) -> None:
    with suppress(ConnectionClosed):
        while True:
            await asyncio.sleep(every)
            await socket.send(dump(KEEP_ALIVE))


def _read(text: str | bytes) -> tuple[JsonObject, Message] | None:
    try:
        message = parse_object(text)
        return message, parse_message(message)
    except MessageError as error:
        _log.warning("A message of the presence service was ignored: %s", error.code)
        return None
