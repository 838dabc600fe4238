from __future__ import annotations

import pytest

from glance_widget.protocol.presence import DirectServer
from tests.conftest import eventually
from tests.sandbox.clients import Query, Wire

AGENT_CALLS = ["lookupvisitor", "findvisitor"]


@pytest.mark.parametrize("command", AGENT_CALLS)
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}])
def test_agents_calls_need_a_token(wire: Wire, command: str, headers: dict[str, str]) -> None:
    answer = wire.presence(command, "nobody", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["err"] == "authorization"


def test_signalvisitor_needs_a_token(wire: Wire) -> None:
    query: Query = {"groupid": wire.group, "visitorid": "nobody"}
    assert wire.http.post("/signalvisitor", params=query, json={}).status_code == 401


def test_an_absent_visitor_is_an_empty_object(wire: Wire) -> None:
    assert wire.presence("lookupvisitor", "absent").json() == {}
    assert wire.presence("findvisitor", "absent").json() == {"visitorfound": False}


def test_lookupvisitor_answers_the_record_and_the_server(wire: Wire) -> None:
    visitor = wire.visitor("looked-up", url="http://shop.test/", browser="chrome", browserver=156, tier="gold")
    body = eventually(lambda: (found := wire.presence("lookupvisitor", "looked-up").json()).get("url") and found)
    assert body["url"] == "http://shop.test/"
    assert (body["browser"], body["browserver"], body["tier"]) == ("chrome", 156, "gold")
    assert (body["visitorid"], body["groupid"]) == ("looked-up", str(wire.group))
    assert float(body["visitorpresent"]) <= float(body["timestamp"])
    server = DirectServer.parse(body)
    assert server is not None
    assert server.address == wire.sandbox.url.removeprefix("http://")
    assert set(body) >= {"ds", "direct", "directserver", "tlsport", "httpsport"}
    visitor.close()


def test_findvisitor_answers_the_server(wire: Wire) -> None:
    wire.visitor("found")
    body = wire.presence("findvisitor", "found").json()
    assert body["visitorfound"] is True
    assert f"{body['directserver']}:{body['httpsport']}" == wire.sandbox.url.removeprefix("http://")


def test_a_visitor_cannot_pass_off_other_values_as_the_services_own(wire: Wire) -> None:
    claims = {"visitorid": "other", "direct": "evil.example:1", "timestamp": "0", "url": "http://shop.test/"}
    wire.visitor("liar").send(type="presence", data=claims)
    body = eventually(lambda: (found := wire.presence("lookupvisitor", "liar").json()).get("url") and found)
    assert body["visitorid"] == "liar"
    assert body["direct"] == wire.sandbox.url.removeprefix("http://")
    assert body["timestamp"] != "0"


def test_records_are_merged(wire: Wire) -> None:
    visitor = wire.visitor("merged", url="http://shop.test/a", tier="gold")
    visitor.send(type="presence", data={"url": "http://shop.test/b", "cart": 3})
    body = eventually(lambda: (found := wire.presence("lookupvisitor", "merged").json()).get("cart") and found)
    assert (body["url"], body["tier"], body["cart"]) == ("http://shop.test/b", "gold", 3)


def test_records_outlive_the_socket(hasty: Wire) -> None:
    visitor = hasty.visitor("returning", url="http://shop.test/")
    visitor.send(type="k")
    eventually(lambda: hasty.presence("lookupvisitor", "returning").json().get("url"))
    visitor.close()
    eventually(lambda: hasty.presence("lookupvisitor", "returning").json() == {}, "the visitor is absent after a while")
    hasty.visitor("returning")
    assert hasty.presence("lookupvisitor", "returning").json()["url"] == "http://shop.test/"


def test_signalvisitor_reaches_the_visitor(wire: Wire) -> None:
    visitor = wire.visitor("signalled")
    data = {"func": "GLANCE.Cobrowse.VisitorUI.showTerms", "args": {"sessionKey": "abc"}}
    answer = wire.signal("signalled", "invoke", data)
    assert (answer.status_code, answer.json()) == (200, {})
    assert visitor.receive() == {"type": "invoke", "mtype": "invoke", "data": data}
    wire.signal("signalled", "signal", {"hello": [1, None]})
    assert visitor.receive()["data"] == {"hello": [1, None]}


def test_signalvisitor_says_that_the_visitor_is_absent(wire: Wire) -> None:
    answer = wire.signal("nobody-at-all", "signal", {})
    assert answer.status_code == 200
    assert answer.json()["err"] == "visitornotpresent"
    assert answer.json()["msg"]


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b'{"mtype":5}', b"{}", b'{"mtype":"signal","data":[]}', b'{"mtype":"invoke","data":{}}',
     b'{"mtype":"invoke","data":{"func":5}}', b'{"mtype":"serverclose"}', b'{"mtype":"visitorsock"}'],
)  # fmt: skip
def test_signalvisitor_refuses_bad_bodies(wire: Wire, body: bytes) -> None:
    visitor = wire.visitor("well-protected")
    url = f"/signalvisitor?groupid={wire.group}&visitorid=well-protected&&ver=6.33.0"
    assert wire.http.post(url, content=body, headers=wire.bearer()).status_code == 400
    wire.signal("well-protected", "signal", {"after": 1})
    assert visitor.receive()["data"] == {"after": 1}


@pytest.mark.parametrize("visitorid", ["", "a" * 63, "a%20b", "a.b", "%E4"])
def test_malformed_visitor_ids_are_refused(wire: Wire, visitorid: str) -> None:
    assert wire.presence("lookupvisitor", visitorid).status_code == 400


def test_an_unknown_group_is_refused(wire: Wire) -> None:
    for method, command in [("GET", "lookupvisitor"), ("POST", "presence"), ("GET", "uniquevisitor")]:
        url = f"/{command}?groupid=12345&visitorid=v&&ver=6.33.0"
        assert wire.http.request(method, url, headers=wire.bearer()).status_code == 404


def test_presence_tells_a_visitor_where_to_connect(wire: Wire) -> None:
    url = f"/presence?groupid={wire.group}&visitorid=somebody&&ver=6.33.0"
    body = wire.http.post(url, json={}).json()
    assert f"{body['directserver']}:{body['httpsport']}" == wire.sandbox.url.removeprefix("http://")


def test_uniquevisitor_gives_a_visitor_id_that_can_be_read_out(wire: Wire) -> None:
    body = wire.http.get(f"/uniquevisitor?groupid={wire.group}&visitorid=ignored&&ver=6.33.0").json()
    assert body["visitorid"] == f"UNQ-{body['uniqueid']}"
    assert body["uniqueid"].isdigit()
    assert body["timeout"] == 300
    assert body["directserver"] == "127.0.0.1"
    wire.visitor(body["visitorid"])
    assert wire.presence("findvisitor", body["visitorid"]).json()["visitorfound"] is True
