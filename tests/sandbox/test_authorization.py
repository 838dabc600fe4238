from __future__ import annotations

import httpx
import pytest

from glance_widget import verify_login_key
from glance_widget.sandbox import Sandbox
from tests.sandbox.clients import AUTHORIZE, Query, Wire, wire_to

CREDENTIALS = {"partneruserid": "agent@sandbox", "partnerid": "21489"}


def test_authurl_gives_a_login_key_for_the_sandboxs_agent(wire: Wire) -> None:
    answer = wire.http.post("/loginkey", params={"partneruserid": wire.sandbox.puid})
    assert answer.status_code == 200
    body = answer.json()
    claims = verify_login_key(body["loginKey"], wire.group, wire.sandbox.puid, wire.sandbox.apikey)
    assert (claims.expires, body["groupId"]) == (body["expiration"], str(wire.group))
    assert answer.headers["cache-control"] == "no-store"


def test_authurl_also_reads_the_form(wire: Wire) -> None:
    assert wire.http.post("/loginkey", data={"partneruserid": wire.sandbox.puid}).status_code == 200


@pytest.mark.parametrize("query", [{}, {"partneruserid": "somebody"}, {"partneruserid": ""}])
def test_authurl_refuses_unknown_agents(wire: Wire, query: dict[str, str]) -> None:
    assert wire.http.post("/loginkey", params=query).status_code == 403


def test_authurl_is_called_with_post_only(wire: Wire) -> None:
    assert wire.http.get("/loginkey", params={"partneruserid": wire.sandbox.puid}).status_code == 405


def test_authorize_answers_a_json_string(wire: Wire) -> None:
    answer = wire.authorize()
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert isinstance(answer.json(), str)
    assert len(answer.json()) >= 40


def test_authorize_answers_another_token_each_time(wire: Wire) -> None:
    assert wire.token() != wire.token()


def test_authorize_knows_every_agent_for_whom_the_api_key_vouches(wire: Wire) -> None:
    assert wire.authorize("ann+b@x.example").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"loginkey": "nonsense"},
        {"loginkey": "$1$99999999999$" + "A" * 43},
        {"loginkey": None},
        {"loginkey": 5},
        {"partneruserid": "another"},
        {"partneruserid": ""},
        {"partnerid": "12345"},
    ],
)
def test_authorize_refuses_bad_credentials(wire: Wire, changes: dict[str, object]) -> None:
    answer = wire.authorize(changes=changes)
    assert answer.status_code == 401
    assert answer.json()["err"] == "authorization"
    assert "$1$" not in answer.text


def test_authorize_says_why_a_login_key_is_refused(wire: Wire) -> None:
    assert "expired" in wire.authorize(changes={"loginkey": wire.loginkey(seconds=-5)}).json()["msg"]
    assert "one day" in wire.authorize(changes={"loginkey": wire.loginkey(seconds=100_000)}).json()["msg"]


def test_authorize_is_not_upset_by_a_group_that_is_undefined(wire: Wire) -> None:
    query: Query = {"groupid": "undefined", "service": "presence", "duration": 120, "site": "production"}
    assert wire.http.post(AUTHORIZE, params=query, json={}).status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"{" * 100_000, b"\xff\xfe"])
def test_authorize_refuses_what_is_no_json_object(wire: Wire, body: bytes) -> None:
    answer = wire.http.post(AUTHORIZE, params={"groupid": wire.group}, content=body)
    assert answer.status_code in {400, 413}


@pytest.mark.parametrize("duration", ["0", "1", "120", "100000", "9" * 300])
def test_authorize_takes_any_number_of_minutes(wire: Wire, duration: str) -> None:
    body = CREDENTIALS | {"loginkey": wire.loginkey()}
    answer = wire.http.post(AUTHORIZE, params={"groupid": wire.group, "duration": duration}, json=body)
    assert answer.status_code == 200


@pytest.mark.parametrize("duration", ["", "-1", "x", "٣", "1.5"])
def test_authorize_refuses_other_durations(wire: Wire, duration: str) -> None:
    body = CREDENTIALS | {"loginkey": wire.loginkey()}
    answer = wire.http.post(AUTHORIZE, params={"groupid": wire.group, "duration": duration}, json=body)
    assert answer.status_code == 400


@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_paths_are_found_whatever_their_case(wire: Wire, case: type[str]) -> None:
    path = "/services/authorizationservice/GetVisitorSettings3"
    answer = wire.http.get(str(case(path)), params={"groupid": wire.group, "service": "presence"})
    assert answer.json()["presenceUrl"]


def test_visitor_settings_name_the_presence_host_as_the_client_sees_it(wire: Wire) -> None:
    query: Query = {"groupid": wire.group, "site": "production", "service": "presence"}
    host = httpx.URL(wire.sandbox.url).netloc.decode()
    for name in (host, host.replace("127.0.0.1", "localhost")):
        answer = wire.http.get(
            "/services/authorizationservice/GetVisitorSettings3", params=query, headers={"Host": name}
        )
        assert answer.json() == {"presenceUrl": name, "isPresenceLoadBalanced": False}


def test_an_unknown_group_has_no_presence(wire: Wire) -> None:
    answer = wire.http.get("/services/authorizationservice/GetVisitorSettings3", params={"groupid": "12345"})
    assert answer.json() == {"presenceUrl": "", "isPresenceLoadBalanced": False}


def test_a_load_balanced_sandbox_says_so() -> None:
    with Sandbox(load_balanced=True) as sandbox, wire_to(sandbox) as wire:
        answer = wire.http.get("/services/authorizationservice/GetVisitorSettings3", params={"groupid": wire.group})
        assert answer.json()["isPresenceLoadBalanced"] is True


def test_a_token_ends_with_its_minutes() -> None:
    now = 1_700_000_000.0
    with Sandbox(clock=lambda: now) as sandbox, wire_to(sandbox) as wire:
        key = wire.http.post("/loginkey", params={"partneruserid": sandbox.puid}).json()["loginKey"]
        body = CREDENTIALS | {"loginkey": key}
        query: Query = {"groupid": wire.group, "duration": "2"}
        token = wire.http.post(AUTHORIZE, params=query, json=body).json()
        headers = {"Authorization": f"Bearer {token}"}
        now += 119
        assert wire.presence("findvisitor", "v", headers=headers).status_code == 200
        now += 2
        assert wire.presence("findvisitor", "v", headers=headers).status_code == 401
