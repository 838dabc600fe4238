"""A small platform for tests, written from the wire sheet and from nothing of ours.

Real sockets on one port: sign-in, service discovery, presence with its REST calls and its agents' socket, session
lookup and the end of a session. A test bends it by ``replies`` (an answer for a path) and the attributes below.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.agent.servers import Asked, HttpServer, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

AUTHORIZE: Final = "/services/AuthorizationService.svc/rest/Authorize"
SETTINGS: Final = "/services/authorizationservice/GetVisitorSettings3"
LOOKUP: Final = "/services/SessionService.asmx/LookupPartnerSession2"
END: Final = "/agent/message"
LOGIN_KEY: Final = "/loginkey"

GROUP: Final = 12345
PUID: Final = "ann+b@x.example"
API_KEY: Final = "mySecretApiKey"
VISITOR: Final = "maria-21"

NO_SESSION: Final = '<?xml version="1.0"?><session2 xmlns="urn:x"><id>0</id></session2>'


def login_key(group: object = GROUP, puid: str = PUID, apikey: str = API_KEY, *, expires: int | None = None) -> str:
    """A login key as the wire sheet tells it."""
    moment = int(time.time()) + 600 if expires is None else expires
    digest = hmac.new(apikey.encode(), f"{group}{puid}1{moment}".encode(), hashlib.sha256).digest()
    return f"$1${moment}${base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def session_xml(**changed: str) -> str:
    """The answer of a lookup that found a session."""
    fields = {
        "id": "987654321",
        "ssnid": f"{GROUP}.key.4711",
        "serverip": "127.0.0.1",
        "servername": "127.0.0.1:1",
        "personid": "42",
        "groupid": str(GROUP),
        "passcode": "key",
        "agentjoinurl": "https://www.glance.net/agentjoin/AgentView.aspx?SessionKey=key&groupid=12345",
        "clientjoinurl": "",
        "calltype": "C",
        "visitorversion": "6.33.0",
    } | changed
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return f'<?xml version="1.0" encoding="utf-8"?><session2 xmlns="http://x/services">{inner}</session2>'


class AgentSocket:
    """One agent's socket, as the presence server sees it."""

    def __init__(self, loop: LoopThread, connection: ServerConnection) -> None:
        self.received: list[dict[str, Any]] = []
        self.open = True
        self._loop = loop
        self._connection = connection

    @property
    def first(self) -> dict[str, Any]:
        return eventually(lambda: self.received, "the first message of a socket")[0]

    def push(self, kind: str, data: object = None, **top: object) -> None:
        """Sends a message."""
        self.push_raw(json.dumps({"type": kind, **({} if data is None else {"data": data}), **top}))

    def push_raw(self, text: str | bytes) -> None:
        with suppress(ConnectionClosed):
            self._loop.run(self._connection.send(text))

    def close(self, code: int = 1000) -> None:
        self._loop.run(self._connection.close(code))

    def abort(self) -> None:
        """Drops the connection without a word."""
        self._loop.run(self._abort())

    async def _abort(self) -> None:
        self._connection.transport.abort()

    async def listen(self) -> None:
        try:
            async for text in self._connection:
                self.received.append(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            self.open = False


class FakePlatform:
    """The platform. Its attributes may be changed at any time."""

    def __init__(self, loop: LoopThread) -> None:
        self.replies: dict[str, Callable[[Asked], Reaction]] = {}
        self.load_balanced = False
        self.online = False
        self.record: dict[str, Any] = {"visitorid": VISITOR, "url": "http://shop/", "browser": "chrome"}
        self.keepalive: object = 30
        self.greets = True
        self.handshake: int | None = None
        self.handshake_headers: dict[str, str] = {}
        self.sessions: dict[str, str] = {}
        self.sockets: list[AgentSocket] = []
        self.tokens: list[str] = []
        self.count: Counter[str] = Counter()
        self._loop = loop
        self._sockets_server = loop.run(self._serve_sockets())
        self._http = HttpServer(loop, self._respond, self._upgrade)
        self.address, self.url, self.asked = self._http.address, self._http.url, self._http.asked

    @property
    def authurl(self) -> str:
        return self.url + LOGIN_KEY

    @property
    def socket(self) -> AgentSocket:
        """The newest socket that is open and said who it is."""
        return eventually(lambda: [s for s in self.sockets if s.open and s.received], "a socket")[-1]

    def requests(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def visitor(self, *, online: bool) -> None:
        """The visitor comes or goes, and the agents are told as real servers tell them."""
        self.online = online
        for socket in self.sockets:
            if socket.open:
                socket.push("visitorsock", {"connected": online})
                socket.push("visitorconn", {"connected": online})

    def start_session(self, key: str, **changed: str) -> None:
        defaults = {"passcode": key, "servername": self.address, "ssnid": f"{GROUP}.{key}.4711"}
        self.sessions[key] = session_xml(**(defaults | changed))

    def stop(self) -> None:
        self._http.stop()
        self._sockets_server.close(close_connections=True)
        self._loop.run(self._sockets_server.wait_closed())

    # What is asked over HTTP.

    def _respond(self, asked: Asked) -> Reaction:
        self.count[asked.path] += 1
        special = self.replies.get(asked.path)
        if special is not None:
            return special(asked)
        ordinary: dict[str, Callable[[Asked], Reaction]] = {
            AUTHORIZE: self.authorize,
            SETTINGS: self._settings,
            LOOKUP: self.look_up,
            END: self._end,
            LOGIN_KEY: self._login_key,
            "/findvisitor": self._find,
            "/lookupvisitor": self._look_at,
            "/signalvisitor": self._signal,
        }
        respond = ordinary.get(asked.path)
        return respond(asked) if respond else Reply("no such page", 404, "text/plain")

    def authorize(self, asked: Asked) -> Reaction:
        said = asked.json
        if not _is_good(said["loginkey"], said["partnerid"], said["partneruserid"]):
            return Reply("no", 401, "text/plain")
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return as_json(self.tokens[-1])

    def _settings(self, _asked: Asked) -> Reaction:
        return as_json({"presenceUrl": self.address, "isPresenceLoadBalanced": self.load_balanced})

    def look_up(self, asked: Asked) -> Reaction:
        form = asked.form
        if not _is_good(form["loginkey"], form["partnerid"], form["partneruserid"]):
            return Reply("no", 403, "text/plain")
        return Reply(self.sessions.get(form["ssnkey"], NO_SESSION), kind="text/xml; charset=utf-8")

    def _end(self, asked: Asked) -> Reaction:
        if not self.knows(asked):
            return Reply("no", 401, "text/plain")
        ended = asked.json["ssnid"]
        self.sessions = {key: xml for key, xml in self.sessions.items() if f"<ssnid>{ended}</ssnid>" not in xml}
        return Reply("")

    def _login_key(self, asked: Asked) -> Reaction:
        puid = parse_qs(asked.query)["partneruserid"][0]
        moment = int(time.time()) + 600
        return as_json({"loginKey": login_key(GROUP, puid, expires=moment), "groupId": GROUP, "expiration": moment})

    def _find(self, asked: Asked) -> Reaction:
        if not self.knows(asked):
            return Reply("no", 401, "text/plain")
        host, _, port = self.address.partition(":")
        server = {"ds": f"{self.address}/0", "direct": self.address, "directserver": host, "httpsport": int(port)}
        return as_json(server | {"visitorfound": True} if self.online else server | {"visitorfound": False})

    def _look_at(self, asked: Asked) -> Reaction:
        if not self.knows(asked):
            return Reply("no", 401, "text/plain")
        return as_json(self.record if self.online else {})

    def _signal(self, asked: Asked) -> Reaction:
        return Reply("") if self.knows(asked) else Reply("no", 401, "text/plain")

    def knows(self, asked: Asked) -> bool:
        """Whether a request carries a token of this platform."""
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        return kind == "Bearer" and token in self.tokens

    # The agents' sockets.

    async def _serve_sockets(self) -> Server:
        return await serve(self._serve_socket, "127.0.0.1", 0, process_request=self._greet, ping_interval=None)

    def _greet(self, connection: ServerConnection, _request: Request) -> Response | None:
        if self.handshake is None:
            return None
        response = connection.respond(self.handshake, "not now")
        for name, value in self.handshake_headers.items():
            response.headers[name] = value
        return response

    async def _serve_socket(self, connection: ServerConnection) -> None:
        socket = AgentSocket(self._loop, connection)
        first = json.loads(await connection.recv())
        self.sockets.append(socket)
        socket.received.append(first)
        if first.get("authorization") not in self.tokens:
            await connection.send('{"type":"serverclose"}')
        elif self.greets:
            await connection.send(json.dumps({"type": "connected", "keepalive": self.keepalive}))
            if self.online:
                await connection.send('{"type":"visitorsock","data":{"connected":true}}')
                await connection.send('{"type":"visitorconn","data":{"connected":true}}')
        await socket.listen()

    async def _upgrade(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count["socket"] += 1
        host, port = self._sockets_server.sockets[0].getsockname()[:2]
        inner_reader, inner_writer = await asyncio.open_connection(host, port)
        inner_writer.write(head)
        try:
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))
        finally:
            inner_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort() if writer.transport.is_closing() else writer.close()


def _is_good(key: str, group: str, puid: str) -> bool:
    _, _version, moment, _signature = key.split("$")
    return key == login_key(group, puid, expires=int(moment)) and time.time() < int(moment) < time.time() + 86_400
