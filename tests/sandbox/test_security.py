from __future__ import annotations

import logging
import re
import socket

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.sandbox.clients import AUTHORIZE, LOOKUP, START, VIEW, Query, Wire, wire_to

SETTINGS = "/services/authorizationservice/GetVisitorSettings3"
CALLS = [
    ("POST", "/loginkey"), ("POST", AUTHORIZE), ("GET", SETTINGS), ("GET", "/findvisitor"), ("GET", "/lookupvisitor"),
    ("POST", "/signalvisitor"), ("POST", "/presence"), ("GET", "/uniquevisitor"), ("POST", LOOKUP), ("POST", START),
    ("POST", "/services/SessionService.asmx/AgentInSession"), ("POST", "/agent/message"),
]  # fmt: skip
PAGES = ["/", "/sandbox.json", "/cobrowse/terms/", VIEW, "/agentjoin/AgentJoin.aspx", "/shop/", "/shop/maria/", "/nope"]
SOCKETS = ["/agent", "/visitorws", "/live/visitor", "/live/agent"]
GOOD, BAD = "http://localhost:8888", "https://evil.example"


class TestHost:
    @pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "shop.localhost", "LOCALHOST", "127.0.0.2"])
    def test_names_of_this_machine_are_served(self, wire: Wire, name: str) -> None:
        for host in (name, f"{name}:1234"):
            assert (
                wire.http.get("/sandbox.json", headers={"Host": host}).json()["url"].lower() == f"http://{host}".lower()
            )

    @pytest.mark.parametrize(
        "name",
        ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "192.0.2.1", "x@y", "[", ""],
    )
    def test_other_names_are_not(self, wire: Wire, name: str) -> None:
        for path in ("/", "/sandbox.json", "/static/viewer.js", "/nope"):
            assert wire.http.get(path, headers={"Host": name}).status_code == 421
        assert wire.http.post(AUTHORIZE, headers={"Host": name}).status_code == 421

    @pytest.mark.parametrize("path", SOCKETS)
    def test_sockets_neither(self, wire: Wire, path: str) -> None:
        host, _, port = wire.sandbox.url.removeprefix("http://").partition(":")
        with (
            socket.create_connection((host, int(port))) as plain,
            pytest.raises(InvalidStatus) as caught,
            connect("ws://evil.example" + path, sock=plain),
        ):
            pass
        assert caught.value.response.status_code == 403

    def test_a_host_that_is_allowed_by_name_is_served(self) -> None:
        with Sandbox(allowed_hosts=["Desk.Internal"]) as sandbox, wire_to(sandbox) as wire:
            assert wire.http.get("/", headers={"Host": "desk.internal:80"}).status_code == 200
            assert wire.http.get("/", headers={"Host": "other.internal"}).status_code == 421

    def test_a_sandbox_for_other_machines_is_known_by_any_address_but_by_no_strange_name(self) -> None:
        with Sandbox(host="0.0.0.0", apikey="k" * 20) as sandbox, wire_to(sandbox) as wire:  # noqa: S104
            assert sandbox.url.startswith("http://127.0.0.1:")
            assert wire.http.get("/", headers={"Host": "10.1.2.3:80"}).status_code == 200
            assert wire.http.get("/", headers={"Host": "evil.example"}).status_code == 421


class TestOrigin:
    @pytest.mark.parametrize(("method", "path"), CALLS)
    def test_allowed_pages_may_make_the_documented_calls(self, wire: Wire, method: str, path: str) -> None:
        headers = {
            "Origin": GOOD,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        answer = wire.http.options(path, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == GOOD
        assert method in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert "authorization" in allowed
        assert "content-type" in allowed
        assert "access-control-allow-credentials" not in answer.headers
        # Whatever the answer is, also a refusal, the page may read it.
        answer = wire.http.request(method, path, headers={"Origin": GOOD})
        assert answer.headers["access-control-allow-origin"] == GOOD
        assert "Origin" in answer.headers["vary"]

    @pytest.mark.parametrize(("method", "path"), CALLS)
    @pytest.mark.parametrize("origin", [BAD, "null", "http://localhost.evil.example"])
    def test_other_pages_may_not(self, wire: Wire, method: str, path: str, origin: str) -> None:
        headers = {"Origin": origin, "Access-Control-Request-Method": method}
        assert "access-control-allow-origin" not in wire.http.options(path, headers=headers).headers
        answer = wire.http.request(method, path, headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        if method == "POST":
            # A plain POST needs no preflight: its effect must not happen at all.
            assert answer.status_code == 403

    def test_a_strange_page_cannot_start_a_session(self, wire: Wire) -> None:
        body = {"groupid": str(wire.group), "sessionKey": "forged", "disambiguateId": 1}
        assert wire.http.post(START, json=body, headers={"Origin": BAD}).status_code == 403
        assert wire.http.post(START, json=body).json()["sessionKey"] == "forged"

    @pytest.mark.parametrize("path", [*PAGES, "/static/viewer.js", "/shop-assets/shop.css"])
    def test_pages_are_read_by_no_other_origin(self, wire: Wire, path: str) -> None:
        assert "access-control-allow-origin" not in wire.http.get(path, headers={"Origin": GOOD}).headers

    def test_origins_are_allowed_by_name(self) -> None:
        with Sandbox(allowed_origins=["https://Shop.example/"]) as sandbox, wire_to(sandbox) as wire:
            answer = wire.http.get(SETTINGS, headers={"Origin": "https://shop.example"})
            assert answer.headers["access-control-allow-origin"] == "https://shop.example"
            for strange in ("http://shop.example", "https://shop.example:8443", "https://www.shop.example"):
                assert "access-control-allow-origin" not in wire.http.get(SETTINGS, headers={"Origin": strange}).headers
            wire.open("/visitorws", origin="https://shop.example")
            assert "https://shop.example" in wire.http.get(VIEW).headers["content-security-policy"]

    @pytest.mark.parametrize("path", ["/agent", "/visitorws", "/live/visitor"])
    def test_sockets_are_opened_by_pages_of_this_machine_and_by_programs(self, wire: Wire, path: str) -> None:
        wire.open(path)
        wire.open(path, origin=GOOD)
        for origin in (BAD, "null"):
            with pytest.raises(InvalidStatus) as caught:
                wire.open(path, origin=origin)
            assert caught.value.response.status_code == 403

    def test_the_viewers_socket_is_opened_by_its_own_page_only(self, wire: Wire) -> None:
        wire.open("/live/agent")
        wire.open("/live/agent", origin=wire.sandbox.url)
        for origin in (GOOD, BAD, "null"):
            with pytest.raises(InvalidStatus):
                wire.open("/live/agent", origin=origin)


class TestHeaders:
    @pytest.mark.parametrize(
        "path", [*PAGES, *(path for _, path in CALLS), "/static/viewer.js", "/shop-assets/shop.css"]
    )
    def test_every_answer_says_what_a_browser_may_do(self, wire: Wire, path: str) -> None:
        headers = wire.http.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
        assert headers["cache-control"] in {"no-store", "no-cache"}
        assert "frame-ancestors" in headers["content-security-policy"]
        assert "server" not in headers

    @pytest.mark.parametrize("path", PAGES)
    def test_no_page_runs_inline_scripts(self, wire: Wire, path: str) -> None:
        answer = wire.http.get(path)
        policy = answer.headers["content-security-policy"]
        assert "unsafe-inline" not in re.sub(r"style-src [^;]*", "", policy)
        assert "unsafe-eval" not in policy
        assert not re.search(r"\son[a-z]+=", answer.text)


class TestSecrets:
    def test_no_answer_holds_the_api_key(self, wire: Wire) -> None:
        for path in [*PAGES, *(path for _, path in CALLS)]:
            assert wire.sandbox.apikey not in wire.http.get(path).text
            assert wire.sandbox.apikey not in wire.http.post(path).text

    def test_the_log_tells_requests_but_no_secrets(self, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
        for name in ("httpx", "httpcore", "websockets", "asyncio"):
            caplog.set_level(logging.WARNING, logger=name)  # the test's own clients
        caplog.set_level(logging.DEBUG)
        key, canary = wire.loginkey(), "canary-7f3a"
        fields: Query = {"SessionKey": f"{canary}-1", "partnerid": wire.group, "partneruserid": "ann", "loginkey": key}
        wire.http.get(VIEW, params=fields)
        wire.http.get(VIEW, params={f"{canary}-2": "x", "token": f"{canary}-3", "LoginKey": f"{canary}-4"})
        wire.http.post("/loginkey", params={"partneruserid": wire.sandbox.puid})
        wire.http.get("/findvisitor", params={"groupid": "1"}, headers={"Authorization": f"Bearer {canary}-5"})
        wire.http.get("/a%0aforged%0d%0aline")
        token = wire.token()
        agent = wire.open(f"/agent?token={canary}-6")
        agent.send(type="connect", authorization=token, groupid=str(wire.group), visitorid="v", version="1")
        agent.expect("connected")
        agent.send(type="signal", mtype="signal", data={"x": f"{canary}-7"})
        page = wire.page(wire.start(), token=f"{canary}-8-long-enough", consent=True)
        page.send(type="page", href=f"http://shop.test/{canary}-9", title=f"{canary}-10")
        page.send(type="end")
        page.wait_for("ended")
        agent.close()
        eventually(lambda: "/agent?token=*** closed" in caplog.text)
        log = caplog.text
        assert canary not in log
        assert key not in log
        assert key.rpartition("$")[2] not in log
        assert token not in log
        assert wire.sandbox.apikey not in log
        assert re.search(
            r"GET /agentjoin/AgentView\.aspx\?SessionKey=\*\*\*&partnerid=21489&partneruserid=ann&loginkey=\*\*\*", log
        )
        assert "\nforged" not in log
        assert re.search(r"SOCKET /visitorws|SOCKET /agent", log)

    def test_the_log_says_nothing_of_other_servers_of_the_process(self, wire: Wire) -> None:
        wire.http.get("/")
        for name in ("uvicorn.error", "uvicorn.access"):
            logger = logging.getLogger(name)
            assert logger.propagate
            assert not logger.disabled
            assert logger.filter(logger.makeRecord(name, logging.INFO, "f", 1, "m", (), None))
