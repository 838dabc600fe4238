"""Other web sites, and names that were pointed at this machine, get nowhere: on no route and on no socket."""

from __future__ import annotations

import socket

import pytest
from starlette.routing import BaseRoute, Route, WebSocketRoute

from glance_widget.sandbox import Sandbox, application
from tests.sandbox.clients import Wire, wire_to

ORIGINS = ["http://evil.example", "https://evil.example", "null", "", "http://127.0.0.1.evil.example", "file://"]
HOSTS = ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "", "a b"]
FORMS = {"/agentjoin/AgentView.aspx", "/agentjoin/AgentJoin.aspx", "/cobrowse/AgentView.aspx"}

PLACES = {"{name}": "shop.css", "{visitorid}": "maria-21", "{page}": "cart", "{number}": "16175550100"}
UPGRADE = (
    "GET {path} HTTP/1.1\r\n{host}Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {origin}\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def filled(path: str) -> str:
    for place, value in PLACES.items():
        path = path.replace(place, value)
    return path


ROUTES: list[BaseRoute] = [*application._CALLS, *application._PAGES, *application._SOCKETS]
CALLS = [
    (method, filled(route.path))
    for route in ROUTES
    if isinstance(route, Route)
    for method in sorted((route.methods or set()) - {"HEAD"})
]
SOCKETS = [route.path for route in ROUTES if isinstance(route, WebSocketRoute)]


def test_all_routes_are_here() -> None:
    assert set(SOCKETS) == {"/agent", "/visitorws", "/live/visitor", "/live/agent"}
    assert ("GET", "/api/CobrowseSettings/VisitorSettings") in CALLS
    assert len(CALLS) + len(SOCKETS) >= len(ROUTES)
    assert not any("{" in path for _, path in CALLS)


def first_line(sandbox: Sandbox, request: str) -> str:
    """The status line of the answer to a request that is written out."""
    host, _, port = sandbox.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(request.encode())
        return client.makefile("rb").readline().decode()


@pytest.mark.parametrize(("method", "path"), CALLS)
class TestCalls:
    @pytest.mark.parametrize("origin", ORIGINS)
    def test_pages_of_other_sites_are_refused(self, wire: Wire, method: str, path: str, origin: str) -> None:
        answer = wire.http.request(method, path, headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        if path not in FORMS:
            assert answer.status_code == 403
            return
        # Any site may send its agents here with a form: they see it, the site does not.
        assert "evil" not in answer.headers["content-security-policy"]
        assert "evil" not in answer.text
        assert '"ticket":' not in answer.text or '"ticket":null' in answer.text

    @pytest.mark.parametrize("origin", ORIGINS)
    def test_nor_may_they_ask_beforehand(self, wire: Wire, method: str, path: str, origin: str) -> None:
        headers = {"Origin": origin, "Access-Control-Request-Method": method}
        answer = wire.http.options(path, headers=headers)
        assert answer.status_code in {400, 405}
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("host", HOSTS)
    def test_other_names_are_refused(self, wire: Wire, method: str, path: str, host: str) -> None:
        line = first_line(wire.sandbox, f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n")
        assert line.split()[1] == "421"

    def test_a_missing_name_is_refused(self, wire: Wire, method: str, path: str) -> None:
        assert first_line(wire.sandbox, f"{method} {path} HTTP/1.1\r\n\r\n").split()[1] == "400"
        assert first_line(wire.sandbox, f"{method} {path} HTTP/1.0\r\n\r\n").split()[1] == "421"


@pytest.mark.parametrize("path", SOCKETS)
class TestSockets:
    def answer(self, wire: Wire, path: str, host: str, origin: str) -> str:
        return first_line(wire.sandbox, UPGRADE.format(path=path, host=host, origin=origin)).split()[1]

    def test_the_own_page_is_let_in(self, wire: Wire, path: str) -> None:
        host = wire.sandbox.url.removeprefix("http://")
        assert self.answer(wire, path, f"Host: {host}\r\n", wire.sandbox.url) == "101"

    @pytest.mark.parametrize("origin", ORIGINS)
    def test_pages_of_other_sites_are_refused(self, wire: Wire, path: str, origin: str) -> None:
        host = wire.sandbox.url.removeprefix("http://")
        assert self.answer(wire, path, f"Host: {host}\r\n", origin) == "403"

    @pytest.mark.parametrize("host", HOSTS)
    def test_other_names_are_refused(self, wire: Wire, path: str, host: str) -> None:
        # A page that was loaded under a rebound name is of the same origin as the name.
        for origin in (wire.sandbox.url, f"http://{host}"):
            assert self.answer(wire, path, f"Host: {host}\r\n", origin) == "403"

    def test_a_missing_name_is_refused(self, wire: Wire, path: str) -> None:
        assert self.answer(wire, path, "", wire.sandbox.url) == "400"


def test_a_sandbox_for_other_machines_keeps_strange_sites_out_too() -> None:
    with Sandbox(host="0.0.0.0", apikey="k" * 20) as sandbox, wire_to(sandbox) as wire:  # noqa: S104
        for method, path in CALLS:
            if path not in FORMS:
                headers = {"Origin": "http://evil.example"}
                assert wire.http.request(method, path, headers=headers).status_code == 403
            assert wire.http.request(method, path, headers={"Host": "evil.example"}).status_code == 421
