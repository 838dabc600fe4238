from __future__ import annotations

import re

import pytest

from glance_widget.protocol.session_lookup import parse_agent_sessions, parse_lookup
from glance_widget.sandbox import Limits, Sandbox, Timings
from tests.conftest import eventually
from tests.sandbox.clients import LOOKUP, START, Wire, elements, wire_to

IN_SESSION = "/services/SessionService.asmx/AgentInSession"
MESSAGE = "/agent/message"


def test_start_answers_what_scripts_read(wire: Wire) -> None:
    started = wire.start("my-key", disambiguateId=77)
    assert started["sessionKey"] == "my-key"
    assert started["sessionId"] == f"{wire.group}.my-key.77"
    assert started["serverName"] == wire.sandbox.url.removeprefix("http://")
    assert isinstance(started["callId"], int)
    assert 9 <= len(str(started["callId"])) <= 10


def test_a_random_key_is_six_digits(wire: Wire) -> None:
    keys = [wire.start()["sessionKey"] for _ in range(5)]
    assert all(re.fullmatch("[0-9]{6}", key) for key in keys)
    assert len(set(keys)) == 5


def test_a_key_that_is_in_use_is_status_13(wire: Wire) -> None:
    wire.start("twice")
    answer = wire.start("twice")
    assert answer["status"] == 13
    assert answer["message"]
    assert "callId" not in answer


@pytest.mark.parametrize(
    "changes",
    [{"groupid": "12345"}, {"groupid": None}, {"sessionKey": "a b"}, {"sessionKey": ""}, {"sessionKey": 5},
     {"disambiguateId": -1}, {"disambiguateId": "7"}, {"name": "x" * 64}, {"email": ["x"]}],
)  # fmt: skip
def test_bad_starts_are_refused_without_call_id(wire: Wire, changes: dict[str, object]) -> None:
    answer = wire.start(**changes)  # type: ignore[arg-type]
    assert answer["message"]
    assert "callId" not in answer


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"x" * 70_000])
def test_starts_without_json_are_refused(wire: Wire, body: bytes) -> None:
    assert wire.http.post(START, content=body).status_code in {400, 413}


def test_one_address_cannot_have_sessions_without_end() -> None:
    with Sandbox(limits=Limits(sessions_per_address=3)) as sandbox, wire_to(sandbox) as wire:
        started = [wire.start() for _ in range(3)]
        assert wire.start()["message"] == "Too many sessions are open."
        wire.http.post(MESSAGE, json={"mtype": "EjectAgent", "ssnid": started[0]["sessionId"]}, headers=wire.bearer())
        assert "callId" in wire.start()


def test_one_address_cannot_start_sessions_too_fast() -> None:
    with Sandbox(limits=Limits(starts_per_minute=3)) as sandbox, wire_to(sandbox) as wire:
        answers = [wire.start() for _ in range(4)]
        assert ["callId" in answer for answer in answers] == [True, True, True, False]
        assert "last minute" in answers[3]["message"]


def test_lookup_finds_a_session(wire: Wire) -> None:
    started = wire.start("look-me-up", disambiguateId=99)
    found = wire.lookup("look-me-up")
    assert found["id"] == str(started["callId"])
    assert found["ssnid"] == started["sessionId"]
    assert found["passcode"] == "look-me-up"
    assert found["groupid"] == str(wire.group)
    assert found["calltype"] == "C"
    assert found["agentjoinurl"] == (
        f"{wire.sandbox.url}/agentjoin/AgentView.aspx?SessionKey=look-me-up&groupid={wire.group}"
    )
    assert set(found) >= {"serverip", "servername", "personid", "clientjoinurl", "visitorversion"}


def test_lookup_answers_xml_that_our_client_reads(wire: Wire) -> None:
    wire.start("for-us")
    form = {
        "partnerid": wire.group,
        "partneruserid": wire.sandbox.puid,
        "loginkey": wire.loginkey(),
        "ssnkey": "for-us",
    }
    answer = wire.http.post(LOOKUP, data=form)
    assert answer.headers["content-type"].startswith("text/xml")
    found = parse_lookup(answer.text)
    assert found is not None
    assert found.passcode == "for-us"


@pytest.mark.parametrize("key", ["nothing-here", "", "a b", "x" * 63, "Look-Me-Up"])
def test_lookup_says_that_there_is_no_session(wire: Wire, key: str) -> None:
    found = wire.lookup(key)
    assert found["id"] == "0"
    assert "agentjoinurl" not in found


@pytest.mark.parametrize("path", [LOOKUP, IN_SESSION])
@pytest.mark.parametrize(
    "changes", [{"loginkey": "$1$1$x"}, {"loginkey": ""}, {"partnerid": "1"}, {"partneruserid": "x"}]
)
def test_lookups_need_a_good_login_key(wire: Wire, path: str, changes: dict[str, str]) -> None:
    form = {
        "partnerid": str(wire.group),
        "partneruserid": wire.sandbox.puid,
        "loginkey": wire.loginkey(),
        "ssnkey": "k",
    }
    answer = wire.http.post(path, data=form | changes)
    assert answer.status_code == 401
    assert "<id>" not in answer.text
    assert "$1$" not in answer.text


@pytest.mark.parametrize("puid", ["ann+b@x.example", "100%", "a&b=c", "Ünï cödé", "a%20b", "plain"])
@pytest.mark.parametrize("encoded", [False, True])
def test_lookup_understands_values_that_are_not_encoded(wire: Wire, puid: str, encoded: bool) -> None:  # noqa: FBT001
    wire.start("tolerant")
    form = {"partnerid": str(wire.group), "partneruserid": puid, "loginkey": wire.loginkey(puid), "ssnkey": "tolerant"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if encoded:
        answer = wire.http.post(LOOKUP, data=form, headers=headers)
    else:
        body = "&".join(f"{name}={value}" for name, value in form.items())
        answer = wire.http.post(LOOKUP, content=body.encode(), headers=headers)
    assert answer.status_code == 200
    assert "agentjoinurl" in answer.text
    wire.http.post(
        MESSAGE, json={"mtype": "LeaveSession", "ssnid": elements(answer.text)["ssnid"]}, headers=wire.bearer()
    )


def test_agent_in_session_lists_where_the_agent_has_a_viewer(wire: Wire) -> None:
    def listed(key: str = "", puid: str | None = None) -> list[str]:
        form = {
            "partnerid": wire.group, "partneruserid": puid or wire.sandbox.puid,
            "loginkey": wire.loginkey(puid), "ssnkey": key,
        }  # fmt: skip
        return [s.passcode for s in parse_agent_sessions(wire.http.post(IN_SESSION, data=form).text)]

    wire.start("in-1")
    wire.start("in-2")
    assert listed() == []
    first = wire.viewer("in-1")
    first.expect("session")
    wire.viewer("in-2").expect("session")
    assert (listed(), listed("in-2"), listed("in-3")) == (["in-1", "in-2"], ["in-2"], [])
    assert listed(puid="another") == []
    first.close()
    eventually(lambda: listed() == ["in-2"])


@pytest.mark.parametrize("word", ["EjectAgent", "LeaveSession"])
def test_an_agent_ends_a_session(wire: Wire, word: str) -> None:
    started = wire.start(f"end-{word}")
    page = wire.page(started)
    page.expect("ready")
    body = {"mtype": word, "data": {"reason": "leave"}, "num": 1, "ssnid": started["sessionId"]}
    answer = wire.http.post(MESSAGE, json=body, headers=wire.bearer())
    assert (answer.status_code, answer.json()) == (200, {})
    assert page.wait_for("ended")["reason"] == "agent"
    assert page.closed()[0] == 1000
    assert "agentjoinurl" not in wire.lookup(f"end-{word}")
    assert wire.http.post(MESSAGE, json=body, headers=wire.bearer()).status_code == 404


def test_only_agents_end_sessions_that_way(wire: Wire) -> None:
    started = wire.start("protected")
    body = {"mtype": "EjectAgent", "ssnid": started["sessionId"]}
    assert wire.http.post(MESSAGE, json=body).status_code == 401
    assert wire.http.post(MESSAGE, json=body, headers={"Authorization": "Bearer x"}).status_code == 401
    assert wire.lookup("protected")["id"] == str(started["callId"])


@pytest.mark.parametrize(
    "body", [{}, {"mtype": "AgentMsg", "ssnid": "x"}, {"mtype": "EjectAgent"}, {"ssnid": 5, "mtype": "EjectAgent"}]
)
def test_bad_agent_messages_are_refused(wire: Wire, body: dict[str, object]) -> None:
    assert wire.http.post(MESSAGE, json=body, headers=wire.bearer()).status_code == 400


@pytest.mark.parametrize("ssnid", ["", "x", "21489.nothing.1", "21489.known.2", "1.known.1", "21489.known", "." * 50])
def test_session_ids_must_fit_as_a_whole(wire: Wire, ssnid: str) -> None:
    page = wire.page(wire.start("known", disambiguateId=1))
    page.expect("ready")
    body = {"mtype": "EjectAgent", "ssnid": ssnid}
    assert wire.http.post(MESSAGE, json=body, headers=wire.bearer()).status_code == 404
    assert wire.lookup("known")["passcode"] == "known"
    page.send(type="end")
    page.wait_for("ended")


def test_keys_with_dots_work(wire: Wire) -> None:
    started = wire.start("a.b~c", disambiguateId=5)
    assert started["sessionId"] == f"{wire.group}.a.b~c.5"
    wire.page(started).expect("ready")
    assert wire.lookup("a.b~c")["passcode"] == "a.b~c"


def test_a_session_whose_visitor_never_connects_is_given_up(hasty: Wire) -> None:
    hasty.start("no-visitor")
    eventually(lambda: "agentjoinurl" not in hasty.lookup("no-visitor"))


def test_a_session_does_not_wait_for_an_agent_forever() -> None:
    with Sandbox(timings=Timings(waiting=0.2)) as sandbox, wire_to(sandbox) as wire:
        page = wire.page(wire.start("patient"))
        assert page.wait_for("ended")["reason"] == "timedout"
