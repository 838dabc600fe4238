"""Clients that lie, leave, or send nonsense: each harms only itself."""

from __future__ import annotations

import json
import logging
import random
import socket
import struct

import pytest
from websockets.exceptions import ConnectionClosed

from tests.conftest import eventually
from tests.sandbox.clients import META, SNAPSHOT, Message, Wire

SOCKETS = ["/agent", "/visitorws", "/live/visitor", "/live/agent"]
UPGRADE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)
ODD: list[object] = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    "x" * 5000,
    [],
    {},
    [[[]]],
    {"type": "connect"},
    "\u0000",
    "../..",
]


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("path", SOCKETS)
@pytest.mark.parametrize("more", ["", "Origin: https://evil.example\r\n"])
def test_clients_that_leave_in_the_middle_upset_nobody(
    wire: Wire, path: str, more: str, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = wire.sandbox.url.removeprefix("http://").partition(":")
    request = UPGRADE.format(path=path, host=host, more=more).encode()
    for cut in (len(request), len(request) - 1, 20):
        for _ in range(10):
            with socket.create_connection((host, int(port))) as client:
                # Closing sends a reset instead of a goodbye.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                client.sendall(request[:cut])
    wire.visitor("still-served")
    assert errors(caplog) == []


def test_a_client_that_leaves_before_its_request_is_complete_upsets_nobody(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = wire.sandbox.url.removeprefix("http://").partition(":")
    path = "/services/AuthorizationService.svc/rest/Authorize?groupid=1&service=presence&duration=1&site=production"
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    for _ in range(10):
        with socket.create_connection((host, int(port))) as client:
            client.sendall(head.encode() + b'{"partnerid":')
    wire.visitor("still-served")
    assert errors(caplog) == []


def mutated(message: Message, rng: random.Random) -> str:
    """A message with something wrong in it."""
    changed = dict(message)
    for _ in range(rng.randint(1, 3)):
        name = rng.choice([*changed, "extra"])
        if rng.random() < 0.2:
            changed.pop(name, None)
        else:
            changed[name] = rng.choice(ODD)
    text = json.dumps(changed)
    if rng.random() < 0.2:
        cut = rng.randrange(len(text))
        text = text[:cut] + rng.choice(["", "}", "\\", '"', "\ud7ff"]) + text[cut + 1 :]
    return text


@pytest.mark.parametrize("path", ["/visitorws", "/live/visitor", "/live/agent"])
def test_what_is_nested_too_deeply_is_passed_on_to_nobody(
    wire: Wire, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    deep = '{"type":"x","data":' + '{"a":' * 900 + "1" + "}" * 901
    name = "nested" + path.replace("/", "-")
    agent = wire.agent(name)
    visitor = wire.visitor(name)
    started = wire.start(name)
    page, viewer = wire.page(started, consent=True), wire.viewer(name)
    viewer.expect("session")
    agent.wait_for("visitorsock")
    socket = {"/visitorws": visitor, "/live/visitor": page, "/live/agent": viewer}[path]
    socket.send_frame(deep)
    assert socket.closed() == (1008, "A message is nested more than 32 levels deep.")
    page.close()
    assert "x" not in [message["type"] for message in agent.arrived()]
    headers = wire.bearer()
    url = f"/signalvisitor?groupid={wire.group}&visitorid={name}&&ver=6.33.0"
    assert wire.http.post(url, content=deep, headers=headers).status_code == 400
    assert errors(caplog) == []


def test_nonsense_harms_only_the_socket_it_comes_on(
    wire: Wire, rng: random.Random, caplog: pytest.LogCaptureFixture
) -> None:
    started = wire.start("fuzzed")
    page, viewer = wire.page(started, consent=True), wire.viewer("fuzzed")
    viewer.expect("session")
    watched = wire.agent("bystander")
    wire.visitor("bystander")
    token = wire.token()
    hello = {"type": "hello", "ssnid": started["sessionId"], "token": "t" * 49, "href": "http://x.test/", "title": ""}
    connect = {"type": "connect", "authorization": token, "groupid": str(wire.group), "visitorid": "f", "version": "1"}
    talk: dict[str, list[Message]] = {
        "/agent": [connect, {"type": "invoke", "mtype": "invoke", "data": {"func": "x", "args": {}}}],
        "/visitorws": [connect, {"type": "presence", "data": {"url": "x"}}, {"type": "terms", "data": {"status": "x"}}],
        "/live/visitor": [
            hello,
            {"type": "events", "seq": 1, "events": [META]},
            {"type": "page", "href": "", "title": ""},
        ],
        "/live/agent": [{"type": "hello", "ticket": "x"}, {"type": "snapshot"}],
    }
    for _ in range(150):
        path = rng.choice(SOCKETS)
        good = rng.randint(0, len(talk[path]) - 1)
        client = wire.open(path)
        try:
            for message in talk[path][:good]:
                client.send_frame(json.dumps(message))
            client.send_frame(mutated(talk[path][good], rng))
        except ConnectionClosed:
            pass
        client.close()
    watched.wait_for("visitorsock")
    page.send(type="page", href="http://shop.test/", title="still here")
    page.send(type="events", seq=0, events=[META, SNAPSHOT])
    eventually(lambda: viewer.receive()["type"] == "events")
    assert errors(caplog) == []
