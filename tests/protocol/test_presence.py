from __future__ import annotations

import json

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.presence import (
    KEEP_ALIVE,
    RECONNECT_DELAYS,
    VISITOR_GONE_AFTER,
    DirectServer,
    Message,
    PresenceSettings,
    connect_message,
    error_code,
    keepalive_seconds,
    parse_message,
    plain_record,
    rest_query,
    session_end_reason,
    signal,
    terms_status,
)


def test_the_query_of_rest_calls_has_the_doubled_ampersand_of_real_clients() -> None:
    assert rest_query(12345, "maria-21") == "groupid=12345&visitorid=maria-21&&ver=6.33.0"
    assert rest_query(1, "a b&c=d/e?f#g+ü") == "groupid=1&visitorid=a%20b%26c%3Dd%2Fe%3Ff%23g%2B%C3%BC&&ver=6.33.0"


def test_connect_names_its_keys_in_the_order_of_real_clients_and_leaves_absent_ones_out() -> None:
    agent = connect_message(12345, "maria-21", "token")
    assert json.dumps(agent) == (
        '{"type": "connect", "authorization": "token", "groupid": "12345", "visitorid": "maria-21",'
        ' "version": "6.33.0"}'
    )
    visitor = connect_message(12345, "maria-21")
    assert list(visitor.items()) == [
        ("type", "connect"), ("groupid", "12345"), ("visitorid", "maria-21"), ("version", "6.33.0"),
    ]  # fmt: skip


def test_the_timers_of_the_wire_sheet() -> None:
    assert VISITOR_GONE_AFTER == 5.0
    assert RECONNECT_DELAYS == (5.0, 5.0, 5.0, 60.0)
    assert KEEP_ALIVE == {"type": "k"}


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ({"keepalive": 25}, 25.0),
        ({"keepalive": 1}, 1.0),
        ({"keepalive": 2.5}, 2.5),
        ({}, 30.0),
        ({"keepalive": None}, 30.0),
        ({"keepalive": 0}, 30.0),
        ({"keepalive": 0.9}, 30.0),
        ({"keepalive": -5}, 30.0),
        ({"keepalive": True}, 30.0),
        ({"keepalive": "25"}, 30.0),
        ({"keepalive": [25]}, 30.0),
        ({"keepalive": float("inf")}, 30.0),
        ({"keepalive": 10**400}, 30.0),
        ({"data": {"keepalive": 25}}, 30.0),
    ],
)
def test_keepalive_falls_back_to_thirty_seconds(message: JsonObject, seconds: float) -> None:
    assert keepalive_seconds(message) == seconds


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"type": "terms"}, Message("terms", {})),
        ({"mtype": "terms"}, Message("terms", {})),
        ({"mtype": "signal", "type": "terms", "data": {"a": 1}}, Message("signal", {"a": 1})),
        ({"mtype": None, "type": "terms", "data": None}, Message("terms", {})),
        ({"type": "visitorsessionstart", "more": [1]}, Message("visitorsessionstart", {})),
    ],
)
def test_mtype_wins_over_type(message: JsonObject, expected: Message) -> None:
    assert parse_message(message) == expected


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"data": {}},
        {"type": None},
        {"type": 7},
        {"type": ["terms"]},
        {"mtype": 7, "type": "terms"},
        {"type": "x" * 65},
        {"type": "terms", "data": "accepted"},
        {"type": "terms", "data": ["accepted"]},
        {"type": "terms", "data": False},
    ],
)
def test_messages_of_the_wrong_shape(message: JsonObject) -> None:
    with pytest.raises(MessageError):
        parse_message(message)


@pytest.mark.parametrize("status", ["displayed", "accepted", "declined"])
def test_terms_are_compared_without_case(status: str) -> None:
    for spelling in (status, status.upper(), status.capitalize()):
        assert terms_status({"status": spelling}) == status


@pytest.mark.parametrize("status", [None, "", "agreed", " accepted", "accepted\n", True, 1, ["accepted"]], ids=repr)
def test_terms_of_another_kind_are_none(status: JsonValue) -> None:
    assert terms_status({"status": status}) is None
    assert terms_status({}) is None


def test_signals() -> None:
    assert signal("signal", {"a": 1}) == {"mtype": "signal", "data": {"a": 1}}


@pytest.mark.parametrize(
    ("answer", "settings"),
    [
        ({"presenceUrl": "presence.glance.net"}, PresenceSettings("presence.glance.net", load_balanced=False)),
        ({"presenceUrl": "h:1", "isPresenceLoadBalanced": True}, PresenceSettings("h:1", load_balanced=True)),
        ({"presenceUrl": "h:1", "isPresenceLoadBalanced": "true"}, PresenceSettings("h:1", load_balanced=False)),
        ({"presenceUrl": ""}, PresenceSettings("", load_balanced=False)),
        ({"presenceUrl": None}, PresenceSettings("", load_balanced=False)),
        ({}, PresenceSettings("", load_balanced=False)),
    ],
)
def test_settings(answer: JsonObject, settings: PresenceSettings) -> None:
    assert PresenceSettings.parse(answer) == settings


def test_settings_of_the_wrong_shape() -> None:
    with pytest.raises(MessageError):
        PresenceSettings.parse({"presenceUrl": ["presence.glance.net"]})


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"directserver": "pr0016.glance.net", "httpsport": 443}, "pr0016.glance.net:443"),
        ({"directserver": "pr0016.glance.net"}, "pr0016.glance.net:443"),
        ({"directserver": "pr16.net", "httpsport": 8443, "direct": "other.net:1"}, "pr16.net:8443"),
        ({"direct": "pr0016.glance.net:5501"}, "pr0016.glance.net:5501"),
        ({"direct": "pr0016.glance.net"}, "pr0016.glance.net:443"),
        ({"direct": "pr0016.glance.net:x"}, "pr0016.glance.net:443"),
        ({"directserver": "", "direct": "pr0016.glance.net:1"}, "pr0016.glance.net:1"),
        ({"directserver": "a.net", "httpsport": True, "direct": "b.net:1"}, "b.net:1"),
        ({"directserver": "a.net", "httpsport": 0, "direct": "b.net:65535"}, "b.net:65535"),
        ({"direct": "b.net:65536"}, "b.net:443"),
        ({"direct": "b.net:\u0661"}, "b.net:443"),
    ],
)
def test_direct_servers(answer: JsonObject, address: str) -> None:
    server = DirectServer.parse(answer)
    assert server is not None
    assert server.address == address
    assert DirectServer.parse(server.as_answer()) == server


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"visitorfound": False},
        {"direct": None},
        {"directserver": 7},
        {"direct": ["a.net:1"]},
        {"directserver": "a.net", "httpsport": -1},
        {"directserver": "a.net", "httpsport": 65_536},
    ],
)
def test_answers_without_a_direct_server(answer: JsonObject) -> None:
    assert DirectServer.parse(answer) is None


def test_a_record_written_by_a_stranger_is_made_fit_to_be_shown() -> None:
    deep: JsonValue = 1
    for _ in range(500):
        deep = [deep]
    record: JsonObject = {
        "url": "http://shop/", "\ud800": "x\udfff", "big": float("inf"), "none": float("nan"), "deep": deep,
        "list": [{"a": 1.5}, None, True, 2**70],
    }  # fmt: skip
    plain = plain_record(record)
    assert plain["url"] == "http://shop/"
    assert plain["?"] == "x?"
    assert plain["big"] is plain["none"] is None
    assert plain["list"] == [{"a": 1.5}, None, True, 2**70]
    assert json.dumps(plain, allow_nan=False, ensure_ascii=False).encode().count(b"[") < 15


@pytest.mark.parametrize(
    ("value", "word"),
    [("agent", "agent"), ("ERR_X1", "ERR_X1"), ("", None), ("a b", None), ("x" * 65, None), (7, None)],
)
def test_words_of_the_visitors_page(value: JsonValue, word: str | None) -> None:
    assert error_code({"code": value}) == word
    assert session_end_reason({"reason": value}) == (word or "gone")
