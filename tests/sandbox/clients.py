"""Clients as simple as can be: what a real script sends, written out, and what came back."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final
from urllib.parse import quote
from xml.sax.saxutils import unescape

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from glance_widget.protocol.base_urls import CANCEL_INVITATION_PATH
from glance_widget.protocol.login_key import sign_login_key
from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.loop_thread import LoopThread

Message = dict[str, Any]
Query = dict[str, str | int]

AUTHORIZE: Final = "/services/AuthorizationService.svc/rest/Authorize"
LOOKUP: Final = "/services/SessionService.asmx/LookupPartnerSession2"
START: Final = "/services/SessionProvisioning/StartSession2"
VIEW: Final = "/agentjoin/AgentView.aspx"
INVITE: Final = "/api/SessionInvitation/smsInvite/"

_TRUST: Final = ssl.create_default_context()  # made once: it takes longer than most tests

META: Final[Message] = {"type": 4, "data": {"href": "http://shop.test/", "width": 800, "height": 600}, "timestamp": 1}
SNAPSHOT: Final[Message] = {
    "type": 2,
    "data": {"node": {"type": 0, "childNodes": [], "id": 1}, "initialOffset": {"left": 0, "top": 0}},
    "timestamp": 2,
}
READY: Final[Message] = {"type": "ready", "consent": False, "paused": False, "assist": None}
CONSENT: Final[Message] = {
    "type": "consent", "power": "view", "status": "accepted", "version": "1", "language": "en",
}  # fmt: skip
CHANGE: Final[Message] = {"type": 3, "data": {"source": 1, "positions": []}, "timestamp": 3}


def elements(xml: str) -> dict[str, str]:
    """The text of each element that holds no other."""
    return {name: unescape(text) for name, text in re.findall(r"<(\w+)>([^<]*)</\1>", xml)}


class Socket:
    """A socket whose messages are JSON objects; everything received is kept in ``log``."""

    def __init__(self, connection: ClientConnection, loop: LoopThread) -> None:
        self._connection = connection
        self._loop = loop
        self.log: list[Message] = []

    def send(self, **message: object) -> None:
        self.send_frame(json.dumps(message))

    def send_frame(self, frame: str | bytes) -> None:
        """Sends what may be no message at all."""
        self._loop.run(self._connection.send(frame))

    def receive(self, within: float = 20.0) -> Message:
        """The next message."""
        message: Message = json.loads(self._loop.run(self._connection.recv(), within))
        self.log.append(message)
        return message

    def expect(self, kind: str, within: float = 20.0) -> Message:
        """The next message, which must be of a kind."""
        message = self.receive(within)
        assert message["type"] == kind, message
        return message

    def wait_for(self, kind: str, within: float = 20.0, **fields: object) -> Message:
        """The next message of a kind (with these fields); others before it are passed over."""
        deadline = time.monotonic() + within
        while True:
            try:
                message = self.receive(max(0.01, deadline - time.monotonic()))
            except TimeoutError:
                came = [message["type"] for message in self.log]
                raise TimeoutError(f"no {kind} within {within} s, but {came}") from None
            if message["type"] == kind and fields.items() <= message.items():
                return message

    def reach(self) -> None:
        """Waits until the other side has received all that was sent; a closed socket reaches nobody."""

        async def answered() -> None:
            with suppress(ConnectionClosed):
                await (await self._connection.ping())

        self._loop.run(answered())

    def arrived(self) -> list[Message]:
        """The messages that are here already."""

        async def waiting() -> list[Message]:
            messages: list[Message] = []
            while True:
                receiving = asyncio.ensure_future(self._connection.recv())
                for _ in range(5):
                    await asyncio.sleep(0)
                if not receiving.done():
                    receiving.cancel()
                with suppress(ConnectionClosed, asyncio.CancelledError):
                    messages.append(json.loads(await receiving))
                    continue
                return messages

        messages = self._loop.run(waiting())
        self.log += messages
        return messages

    def is_closed(self) -> bool:
        """Whether the other side closed it."""
        return self._connection.close_code is not None

    def closed(self, within: float = 20.0) -> tuple[int, str]:
        """Code and reason of the close; messages before it are passed over."""
        with pytest.raises(ConnectionClosed) as caught:
            self.wait_for("nothing of this kind", within)
        assert caught.value.rcvd is not None, caught.value
        return caught.value.rcvd.code, caught.value.rcvd.reason

    def close(self) -> None:
        self._loop.run(self._connection.close())


class Wire:
    """All that clients do with one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.group = sandbox.groupid
        self._trust = _TRUST
        if sandbox.ca_file is not None:
            self._trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
        self.http = httpx.Client(base_url=sandbox.url, timeout=20, verify=self._trust)
        self._loop = LoopThread()
        self._open = ExitStack()
        self._open.callback(self._loop.stop)
        self._open.callback(self.http.close)

    def close(self) -> None:
        self._open.close()

    def let_turn(self) -> None:
        """Lets the sandbox do what it has begun: its loop turns some times."""
        run = self.sandbox._run
        assert run is not None
        loop = run.thread._loop
        assert loop is not None
        asyncio.run_coroutine_threadsafe(_turns(), loop).result(10)

    def loginkey(self, puid: str | None = None, seconds: int = 600) -> str:
        puid = self.sandbox.puid if puid is None else puid
        return sign_login_key(self.group, puid, self.sandbox.apikey, int(time.time()) + seconds)

    def authorize(self, puid: str | None = None, changes: Mapping[str, object] | None = None) -> httpx.Response:
        puid = self.sandbox.puid if puid is None else puid
        body = {"partneruserid": puid, "loginkey": self.loginkey(puid), "partnerid": str(self.group)} | dict(
            changes or {}
        )
        query: Query = {"groupid": self.group, "service": "presence", "duration": 120, "site": "production"}
        return self.http.post(AUTHORIZE, params=query, json=body)

    def token(self, puid: str | None = None) -> str:
        answer = self.authorize(puid).json()
        assert isinstance(answer, str)
        return answer

    def bearer(self, puid: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(puid)}"}

    def presence(self, command: str, visitorid: str, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
        query = f"groupid={self.group}&visitorid={visitorid}&&ver=6.33.0"
        return self.http.get(f"/{command}?{query}", headers=self.bearer() if headers is None else headers)

    def signal(self, visitorid: str, kind: str, data: Message) -> httpx.Response:
        url = f"/signalvisitor?groupid={self.group}&visitorid={visitorid}&&ver=6.33.0"
        return self.http.post(url, json={"mtype": kind, "data": data}, headers=self.bearer())

    def open(self, path: str, *, origin: str | None = None, max_queue: int = 16) -> Socket:
        url = self.sandbox.url.replace("http", "ws", 1) + path
        trust = self._trust if url.startswith("wss:") else None

        # Not the threaded client: it reads and writes TLS from two threads at once, which OpenSSL forbids.
        async def opened() -> ClientConnection:
            return await connect(
                url,
                ssl=trust,
                origin=None if origin is None else Origin(origin),
                proxy=None,
                close_timeout=1,
                max_size=None,
                max_queue=max_queue,
            )

        socket = Socket(self._loop.run(opened()), self._loop)
        self._open.callback(socket.close)
        return socket

    def visitor(self, visitorid: str, **presence: object) -> Socket:
        """A page of a visitor, connected; with keywords it posts its presence."""
        socket = self.open("/visitorws")
        socket.send(type="connect", groupid=str(self.group), visitorid=visitorid, version="6.33.0")
        socket.expect("connected")
        if presence:
            socket.send(type="presence", data=presence)
        return socket

    def agent(self, visitorid: str, puid: str | None = None) -> Socket:
        """An agent who looks at a visitor, connected."""
        socket = self.open("/agent")
        token = self.token(puid)
        socket.send(type="connect", authorization=token, groupid=str(self.group), visitorid=visitorid, version="6.25.0")
        socket.expect("connected")
        return socket

    def start(self, key: str | None = None, **changes: object) -> Message:
        body = {
            "authToken": "", "sessionType": 4, "groupid": str(self.group), "mainCallId": 0, "callflags": 0,
            "clientVersion": 6033000, "coloId": 1, "disambiguateId": secrets.randbelow(2**31), "platform": "win",
            "sessionKey": key or "GLANCE_KEYTYPE_RANDOM",
        }  # fmt: skip
        answer: Message = self.http.post(START, json=body | changes).json()
        return answer

    def ask_camera(self, *, puid: str | None = None, header: str | None = None, **changes: object) -> httpx.Response:
        """The call that invites a customer to show a phone's camera, as the plugin makes it."""
        given = self.gkey(puid) if header is None else header
        body: Message = {
            "sessiontype": 1, "agentName": "Ann", "sessionParams": {"camera": "back", "resolution": "352x288"},
        }  # fmt: skip
        query: Query = {"groupid": self.group}
        return self.http.post(INVITE, params=query, json=body | changes, headers={"Authorization": given})

    def cancel_camera(self, key: object, puid: str | None = None) -> httpx.Response:
        """The call that takes an invitation back."""
        query: Query = {"groupid": self.group}
        headers = {"Authorization": self.gkey(puid)}
        return self.http.post(CANCEL_INVITATION_PATH, params=query, json={"sessionKey": key}, headers=headers)

    def gkey(self, puid: str | None = None) -> str:
        """The header with which an agent invites."""
        name = puid or self.sandbox.puid
        return f"Bearer GKEY {self.group}&{quote(name, safe='')}&{self.loginkey(name)}"

    def invite_camera(self) -> str:
        """The key of an invitation that no message was sent for."""
        key = self.ask_camera().json()["sessionKey"]
        assert isinstance(key, str)
        return key

    def lookup(self, key: str, puid: str | None = None) -> dict[str, str]:
        """What LookupPartnerSession2 answers, by element name."""
        form = {
            "partnerid": str(self.group), "partneruserid": puid or self.sandbox.puid,
            "loginkey": self.loginkey(puid), "ssnkey": key,
        }  # fmt: skip
        response = self.http.post(LOOKUP, data=form)
        assert response.status_code == 200, response.text
        return elements(response.text)

    def ticket(self, key: str, puid: str | None = None, **fields: str) -> str:
        """A ticket out of the viewer page."""
        ticket = self.viewer_settings(self.view(key, puid, **fields))["ticket"]
        assert isinstance(ticket, str)
        return ticket

    def view(self, key: str, puid: str | None = None, **fields: str) -> httpx.Response:
        form = {
            "WAIT": "1", "LOGINKEY": self.loginkey(puid), "PARTNERID": str(self.group),
            "PARTNERUSERID": puid or self.sandbox.puid, "SESSIONKEY": key,
        }  # fmt: skip
        return self.http.post(VIEW, data=form | fields)

    @staticmethod
    def viewer_settings(response: httpx.Response) -> Message:
        _, _, rest = response.text.partition('<script id="glance-viewer-settings" type="application/json">')
        settings: Message = json.loads(rest.partition("</script>")[0])
        return settings

    def viewer(self, key: str, puid: str | None = None, **fields: str) -> Socket:
        """A viewer page that has said hello."""
        return self.viewer_with(self.ticket(key, puid, **fields))

    def viewer_with(self, ticket: str, *, max_queue: int = 16) -> Socket:
        socket = self.open("/live/agent", max_queue=max_queue)
        socket.send(type="hello", ticket=ticket)
        return socket

    def page(self, started: Message, token: str = "t" * 49, *, consent: bool = False, path: str = "/") -> Socket:
        """A page of a session's visitor that has said hello."""
        socket = self.open("/live/visitor")
        socket.send(
            type="hello", ssnid=started["sessionId"], token=token, href=f"http://shop.test{path}?secret=1", title="Shop"
        )
        if consent:
            socket.expect("ready")
            socket.send(**CONSENT)
            # It counts once it is recorded, and nobody tells the page.
            eventually(lambda: self.sandbox.consent_receipts(str(started["callId"])))
        return socket


async def _turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def send_events(page: Socket, seq: int, *events: Message) -> None:
    page.send(type="events", seq=seq, events=list(events))


def watched(wire: Wire, key: str) -> tuple[Message, Socket, Socket]:
    """A session with consent, whose viewer has seen the page's fresh start."""
    started = wire.start(key)
    page = wire.page(started, consent=True)
    viewer = wire.viewer(key)
    page.wait_for("snapshot")
    send_events(page, 0, META, SNAPSHOT)
    viewer.wait_for("events")
    return started, page, viewer


@contextmanager
def wire_to(sandbox: Sandbox) -> Iterator[Wire]:
    wire = Wire(sandbox)
    try:
        yield wire
    finally:
        wire.close()
