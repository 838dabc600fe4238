"""The presence connection: what it says of the visitor."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Final

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import visitor_presence
from tests.agent.fake_platform import AUTHORIZE, SETTINGS, FakePlatform
from tests.agent.following import LONGER, MOMENT, OFFLINE, ONLINE, Following
from tests.agent.servers import as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

# Connecting.


def test_what_the_service_is_asked_and_told_first(open_link: Following, platform: FakePlatform) -> None:
    assert [asked.path for asked in platform.asked] == [SETTINGS, AUTHORIZE, "/findvisitor"]
    find = platform.asked[-1]
    assert find.query == "groupid=12345&visitorid=maria-21&&ver=6.33.0"
    assert find.headers["authorization"] == "Bearer token-1"
    assert list(platform.socket.first.items()) == [
        ("type", "connect"),
        ("authorization", "token-1"),
        ("groupid", "12345"),
        ("visitorid", "maria-21"),
        ("version", "6.33.0"),
    ]
    assert open_link.kinds() == ["PresenceOpened"]


def test_load_balanced_presence_needs_no_search(platform: FakePlatform, follow: Callable[[], Following]) -> None:
    platform.load_balanced = True
    follow().saw(on.PresenceOpened())
    assert platform.count["/findvisitor"] == 0


def test_the_socket_is_on_the_server_that_the_search_names(
    platform: FakePlatform, loop_thread: LoopThread, follow: Callable[[], Following]
) -> None:
    direct = FakePlatform(loop_thread)
    direct.tokens = platform.tokens
    host, _, port = direct.address.partition(":")
    platform.replies["/findvisitor"] = lambda _asked: as_json({"directserver": host, "httpsport": int(port)})
    follow().saw(on.PresenceOpened())
    assert (len(platform.sockets), len(direct.sockets)) == (0, 1)
    direct.stop()


def test_leaving_closes_the_socket_and_says_nothing_more(open_link: Following, platform: FakePlatform) -> None:
    socket = platform.socket
    open_link.leave()
    eventually(lambda: not socket.open, "the socket is closed")
    assert open_link.kinds() == ["PresenceOpened"]


# The visitor.


def test_a_visitor_who_is_online_is_reported_once_with_their_record(
    platform: FakePlatform, follow: Callable[[], Following]
) -> None:
    platform.online = True
    following = follow()
    following.saw_all("PresenceOpened", "VisitorConnection", "VisitorRecord")
    platform.visitor(online=True)
    platform.socket.push("terms", {"status": "displayed"})
    following.saw_all("PresenceOpened", "VisitorConnection", "VisitorRecord", "TermsAnswered")
    assert following.events[1:3] == [ONLINE, on.VisitorRecord(platform.record)]


@pytest.mark.parametrize("kind", ["visitorsock", "visitorconn"])
def test_either_message_brings_the_visitor(open_link: Following, platform: FakePlatform, kind: str) -> None:
    platform.socket.push(kind, {"connected": True})
    open_link.saw(ONLINE)


@pytest.mark.parametrize("connected", [False, None, 1, "true"], ids=repr)
def test_anything_but_true_brings_nobody(open_link: Following, platform: FakePlatform, connected: object) -> None:
    platform.socket.push("visitorsock", {"connected": connected})
    platform.socket.push("visitorsock", {})
    platform.socket.push("visitorsessionstart")
    open_link.saw_all("PresenceOpened", "VisitorStarted")


def test_a_visitor_is_gone_after_a_while_and_comes_back(open_link: Following, platform: FakePlatform) -> None:
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    before = time.monotonic()
    platform.visitor(online=False)
    open_link.saw(OFFLINE)
    assert time.monotonic() - before >= MOMENT
    platform.visitor(online=True)
    open_link.saw(ONLINE, times=2)


def test_a_visitor_who_changes_pages_is_never_gone(
    open_link: Following, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_presence, "VISITOR_GONE_AFTER", LONGER)
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    for _ in range(3):
        platform.visitor(online=False)
        platform.visitor(online=True)
    open_link.run(asyncio.sleep(LONGER + MOMENT))  # that nothing happens takes time to see
    assert OFFLINE not in open_link.events
    assert open_link.events.count(ONLINE) == 1


def test_the_word_of_old_servers_does_not_send_the_visitor_away(open_link: Following, platform: FakePlatform) -> None:
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    platform.socket.push("visitorconn", {"connected": False})
    open_link.run(asyncio.sleep(3 * MOMENT))  # that nothing happens takes time to see
    assert OFFLINE not in open_link.events


MESSAGES: Final[list[tuple[dict[str, Any], on.Event]]] = [
    (
        {"type": "presence", "data": {"url": "http://shop/cart"}},
        on.VisitorRecord({"visibility": "visible", "url": "http://shop/cart"}),
    ),
    ({"type": "presence"}, on.VisitorRecord({"visibility": "visible"})),
    ({"type": "visibility", "data": {"visibility": "hidden"}}, on.VisitorRecord({"visibility": "hidden"})),
    ({"type": "terms", "data": {"status": "displayed"}}, on.TermsAnswered("displayed")),
    ({"type": "terms", "data": {"status": "Accepted"}}, on.TermsAnswered("accepted")),
    ({"type": "terms", "data": {"status": "declined"}}, on.TermsAnswered("declined")),
    ({"type": "visitorsessionstart"}, on.VisitorStarted()),
    ({"mtype": "visitorsessionstart", "type": "signal"}, on.VisitorStarted()),
    ({"type": "visitorsessionend", "data": {"reason": "visitor"}}, on.SessionOver("visitor")),
    ({"type": "visitorsessionend"}, on.SessionOver("gone")),
    ({"type": "visitorsessionend", "data": {"reason": 7}}, on.SessionOver("gone")),
    ({"type": "visitorsessionend", "data": {"reason": "<b>no word</b>"}}, on.SessionOver("gone")),
    ({"type": "visitorsessionend", "data": {"reason": "r" * 5000}}, on.SessionOver("gone")),
]


@pytest.mark.parametrize(("message", "event"), MESSAGES, ids=range(len(MESSAGES)))
def test_what_messages_mean(
    open_link: Following, platform: FakePlatform, message: dict[str, Any], event: on.Event
) -> None:
    platform.socket.push_raw(json.dumps(message))
    open_link.saw(event)


@pytest.mark.parametrize(
    ("code", "shown"), [("STARTFAIL", " (STARTFAIL)"), ("<i>", ""), ("E" * 200, ""), (7, ""), (None, "")], ids=range(5)
)
def test_an_error_of_the_visitors_page(open_link: Following, platform: FakePlatform, code: object, shown: str) -> None:
    platform.socket.push("visitorerror", {"code": code, "msg": "canary"})
    open_link.saw_all("PresenceOpened", "VisitorFailed")
    failed = open_link.events[-1]
    assert isinstance(failed, on.VisitorFailed)
    assert failed.error.message == f"The visitor's page could not start the session{shown}."


def test_what_is_unknown_or_malformed_is_ignored(
    open_link: Following, platform: FakePlatform, caplog: pytest.LogCaptureFixture
) -> None:
    socket = platform.socket
    nonsense: list[str | bytes] = [
        "", "canary", "[]", '"canary"', "null", "{}", '{"type":7}', '{"type":"terms","data":["canary"]}',
        '{"type":"terms","data":{"status":"canary"}}', '{"type":"canary","data":{}}',
        '{"type":"terms"', "[" * 60_000, '{"type":"terms","data":{"status":NaN}}', b"\xff\xfe\x00", b"[]",
        '{"type":"connected","keepalive":1e999}', '{"type":"connected","keepalive":' + "9" * 4000 + "}",
    ]  # fmt: skip
    for frame in nonsense:
        socket.push_raw(frame)
    socket.push("visitorsessionstart")
    open_link.saw(on.VisitorStarted())
    assert open_link.kinds(on.PresenceOpened) == ["VisitorStarted"]
    assert len(platform.sockets) == 1
    assert not any("canary" in record.getMessage() for record in caplog.records if record.name.startswith("glance"))


def test_a_frame_that_is_too_large_ends_the_connection(open_link: Following, platform: FakePlatform) -> None:
    platform.socket.push("presence", {"url": "x" * 70_000})
    open_link.saw_all("PresenceOpened", "PresenceLost", "PresenceOpened")


def test_a_record_written_by_a_stranger_can_be_shown(open_link: Following, platform: FakePlatform) -> None:
    deep = '{"a":' * 300 + "1" + "}" * 300
    record = (
        '"\\ud800":"\\udc00x","big":1e999,"deep":' + deep + ',"list":[[[[[[[[[[[[1]]]]]]]]]]]],"url":"http://shop/"'
    )
    platform.socket.push_raw('{"type":"presence","data":{' + record + "}}")
    eventually(lambda: open_link.kinds() == ["PresenceOpened", "VisitorRecord"], str(open_link.events)[:500])
    event = open_link.events[-1]
    assert isinstance(event, on.VisitorRecord)
    assert event.record["url"] == "http://shop/"
    written = json.dumps(event.record, allow_nan=False, ensure_ascii=False).encode()
    assert max(written.count(b"{"), written.count(b"[")) < 20


# What goes on by itself.


def test_a_keep_alive_is_sent_at_the_interval_that_the_server_asks_for(
    platform: FakePlatform, follow: Callable[[], Following]
) -> None:
    platform.keepalive = 1
    following = follow()
    following.saw(on.PresenceOpened())
    before = time.monotonic()
    eventually(lambda: len(platform.socket.received) >= 2)
    assert time.monotonic() - before > 0.8
    assert platform.socket.received[1:] == [{"type": "k"}]


def test_the_token_is_never_logged(
    platform: FakePlatform, follow: Callable[[], Following], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    platform.load_balanced = platform.online = True
    following = follow()
    following.saw(ONLINE)
    following.run(following.link.invoke("GLANCE.x", {"sessionKey": "canary"}))
    platform.socket.push("serverclose")
    following.saw(on.PresenceOpened(), times=2)
    ours = [r.getMessage() for r in caplog.records if r.threadName != "test-loop"]
    assert ours, "something was logged at all"
    for line in ours:
        assert "token-" not in line
        assert "canary" not in line
