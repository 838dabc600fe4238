from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, Final, SupportsIndex, TypeVar

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import presence_link, visitor_presence
from glance_widget.agent.account import Account
from glance_widget.agent.background_loop import BackgroundLoop, submit
from glance_widget.agent.platform import Platform
from glance_widget.agent.presence_link import PresenceLink
from glance_widget.errors import GlanceError, InviteError, PresenceError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.presence import Message
from glance_widget.secret import Secret
from tests.agent.fake_platform import API_KEY, AUTHORIZE, GROUP, PUID, SETTINGS, VISITOR, FakePlatform
from tests.agent.servers import Asked, HttpServer, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

T = TypeVar("T")

MOMENT: Final = 0.05
"""Stands for the five seconds of the wire sheet."""
LONGER: Final = 1.0
"""The same where something is to happen before they are over: more than that takes on a busy machine."""


class Following:
    """A presence link at work on the real background loop."""

    def __init__(self, platform: FakePlatform) -> None:
        self.events: list[on.Event] = []
        self._background = BackgroundLoop()
        self._loop = self._background.acquire()
        account = Account(groupid=GROUP, puid=PUID, apikey=Secret(API_KEY), base=BaseUrl.parse(platform.url))
        self._platform = Platform.of(account)
        self.link = PresenceLink(
            account.base, VISITOR, self._platform.authorization, self._platform.http, self.events.append
        )
        self._task = self.run(self._begin())

    async def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.link.run())

    @property
    def done(self) -> bool:
        """Whether following has come to an end by itself."""
        return self._task.done()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return submit(self._loop, work)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.start(work).result(10)

    def leave(self) -> None:
        """Ends the following, and waits until its connections are closed."""
        self.run(self._end())

    async def _end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def stop(self) -> None:
        self.leave()
        self.run(self._platform.http.close())
        self._background.release()

    def kinds(self, *leave_out: type[on.Event]) -> list[str]:
        return [type(event).__name__ for event in self.events if not isinstance(event, leave_out)]

    def saw(self, event: on.Event, times: int = 1) -> None:
        eventually(lambda: self.events.count(event) >= times, f"{event} among {self.events}")

    def saw_all(self, *kinds: str) -> None:
        eventually(lambda: self.kinds() == list(kinds), f"{kinds}, not {self.events}")

    def last_error(self, kind: type[on.PresenceLost | on.PresenceFailed]) -> GlanceError:
        return eventually(lambda: [event.error for event in self.events if isinstance(event, kind)])[-1]


@pytest.fixture
def follow(platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Following]]:
    """Begins to follow the visitor; what takes seconds in real life takes moments here."""
    monkeypatch.setattr(visitor_presence, "VISITOR_GONE_AFTER", MOMENT)
    monkeypatch.setattr(presence_link, "RECONNECT_DELAYS", (0.0, 0.0, 0.0, 0.0))
    begun: list[Following] = []

    def begin() -> Following:
        begun.append(Following(platform))
        return begun[-1]

    yield begin
    for following in begun:
        following.stop()


@pytest.fixture
def open_link(follow: Callable[[], Following], platform: FakePlatform) -> Following:
    """A link that is connected."""
    following = follow()
    following.saw(on.PresenceOpened())
    assert platform.socket.open
    return following


ONLINE: Final = on.VisitorConnection(online=True)
OFFLINE: Final = on.VisitorConnection(online=False)

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


# Losing the connection.


class Recorded(tuple[float, ...]):
    """Delays that take no time and tell which of them were used."""

    __slots__ = ()
    used: list[int] = []  # noqa: RUF012 (reset by the one test that uses it)

    def __getitem__(self, index: SupportsIndex | slice) -> Any:  # noqa: ANN401 (as wide as the base's)
        assert not isinstance(index, slice)
        self.used.append(index.__index__())
        return 0.0


def test_the_delays_between_attempts(
    platform: FakePlatform, follow: Callable[[], Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    Recorded.used.clear()
    monkeypatch.setattr(presence_link, "RECONNECT_DELAYS", Recorded((5.0, 5.0, 5.0, 60.0)))
    platform.handshake = 500
    following = follow()
    eventually(lambda: len(Recorded.used) >= 6)
    assert Recorded.used[:6] == [0, 1, 2, 3, 3, 3]

    platform.handshake = None
    following.saw(on.PresenceOpened())
    for times in (2, 3):
        Recorded.used.clear()
        platform.socket.abort()
        following.saw(on.PresenceOpened(), times)
        assert Recorded.used == [0], "a successful open starts the count again"


@pytest.mark.parametrize("end", ["close", "abort"])
def test_a_lost_connection_is_reported_and_made_again(open_link: Following, platform: FakePlatform, end: str) -> None:
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    getattr(platform.socket, end)()
    open_link.saw(on.PresenceOpened(), times=2)
    open_link.saw(ONLINE, times=2)
    assert open_link.kinds(on.VisitorRecord) == [
        "PresenceOpened", "VisitorConnection", "PresenceLost", "PresenceOpened", "VisitorConnection",
    ]  # fmt: skip
    assert open_link.last_error(on.PresenceLost).code == "presence_unreachable"
    assert platform.count[SETTINGS] <= 2


def test_a_server_that_closes_is_asked_again_with_a_new_token(open_link: Following, platform: FakePlatform) -> None:
    platform.socket.push("serverclose")
    open_link.saw_all("PresenceOpened", "PresenceLost", "PresenceOpened")
    assert platform.socket.first["authorization"] == "token-2"


def test_a_token_that_the_socket_refuses_is_replaced(platform: FakePlatform, follow: Callable[[], Following]) -> None:
    platform.replies[AUTHORIZE] = lambda _asked: as_json("bad")
    platform.load_balanced = True
    following = follow()
    following.last_error(on.PresenceLost)
    del platform.replies[AUTHORIZE]
    following.saw(on.PresenceOpened())
    assert platform.socket.first["authorization"] in platform.tokens


def test_redirected_to_another_server(open_link: Following, platform: FakePlatform) -> None:
    platform.socket.push("redirect", {"direct": "127.0.0.1:9"})
    open_link.saw_all("PresenceOpened", "PresenceLost", "PresenceOpened")
    assert platform.count["/findvisitor"] == 2


def test_redirected_to_the_same_server(open_link: Following, platform: FakePlatform) -> None:
    platform.socket.push("redirect", {"direct": platform.address})
    platform.socket.push("visitorsessionstart")
    open_link.saw_all("PresenceOpened", "VisitorStarted")
    assert len(platform.sockets) == 1


def test_a_server_that_scales_down_is_left_at_once(
    open_link: Following, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_presence, "VISITOR_GONE_AFTER", LONGER)
    monkeypatch.setattr(presence_link, "RECONNECT_DELAYS", (60.0,))
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    platform.socket.push("scaledown")
    open_link.saw(on.PresenceOpened(), times=2)
    open_link.run(asyncio.sleep(LONGER + MOMENT))  # that nothing happens takes time to see
    assert "PresenceLost" not in open_link.kinds()
    assert OFFLINE not in open_link.events


def test_servers_that_send_the_agent_on_for_ever_are_left_alone_for_a_while(
    platform: FakePlatform, follow: Callable[[], Following], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_link, "RECONNECT_DELAYS", (60.0,))
    monkeypatch.setattr(presence_link, "_SETTLED_AFTER", 60.0)
    platform.greets = False
    following = follow()

    def send_on(number: int) -> None:
        eventually(lambda: len(platform.sockets) == number)
        platform.socket.push("scaledown")
        eventually(lambda: not platform.sockets[number - 1].open)

    for number in range(1, 5):
        send_on(number)
    eventually(lambda: "PresenceLost" in following.kinds())
    assert platform.count["socket"] == 4


def test_a_visitor_who_goes_while_a_server_scales_down_is_noticed(open_link: Following, platform: FakePlatform) -> None:
    platform.visitor(online=True)
    open_link.saw(ONLINE)
    platform.online = False
    platform.socket.push("scaledown")
    open_link.saw(on.PresenceOpened(), times=2)
    open_link.saw(OFFLINE)


def test_a_handshake_is_not_redirected(
    platform: FakePlatform, loop_thread: LoopThread, follow: Callable[[], Following]
) -> None:
    other = FakePlatform(loop_thread)
    other.tokens = platform.tokens
    platform.handshake = 302
    platform.handshake_headers = {"Location": f"ws://{other.address}/agent"}
    following = follow()
    following.last_error(on.PresenceLost)
    eventually(lambda: platform.count["socket"] >= 2)
    assert other.count["socket"] == 0
    assert other.sockets == []
    other.stop()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_handshake_leads_to_a_new_token(
    platform: FakePlatform, follow: Callable[[], Following], status: int
) -> None:
    platform.handshake = status
    following = follow()
    following.last_error(on.PresenceLost)
    platform.handshake = None
    following.saw(on.PresenceOpened())
    assert platform.socket.first["authorization"] != "token-1"


# Giving up.


def refusing(platform: FakePlatform, what: str, reaction: Reaction) -> None:
    if what == "handshake":
        assert isinstance(reaction, Reply)
        platform.handshake = reaction.status
    else:
        platform.replies[what] = lambda _asked: reaction


@pytest.mark.parametrize(
    ("what", "reaction", "code"),
    [
        ("handshake", Reply("", 503), "serviceunavailable"),
        ("/findvisitor", Reply("", 503), "serviceunavailable"),
        ("/findvisitor", Reply("", 401), "authorization"),
        ("/findvisitor", Reply("", 403), "authorization"),
        (AUTHORIZE, Reply("", 401), "authorization"),
        (SETTINGS, as_json({"presenceUrl": ""}), "presence_disabled"),
    ],
    ids=range(6),
)
def test_some_failures_are_for_good(
    platform: FakePlatform, follow: Callable[[], Following], what: str, reaction: Reaction, code: str
) -> None:
    refusing(platform, what, reaction)
    following = follow()
    eventually(lambda: following.done)
    assert following.kinds() == ["PresenceFailed"]
    assert following.last_error(on.PresenceFailed).code == code
    assert platform.count["socket"] <= 1
    assert platform.count["/findvisitor"] <= 2


@pytest.mark.parametrize(
    ("what", "reaction"),
    [
        ("handshake", Reply("", 500)),
        ("handshake", Reply("", 404)),
        ("/findvisitor", Reply("", 500)),
        ("/findvisitor", Reply("nonsense")),
        ("/findvisitor", as_json({"err": 7, "msg": "canary"})),
        ("/findvisitor", as_json({"directserver": "[::1"})),
        ("/findvisitor", as_json({"directserver": "no such host.invalid"})),
        ("/findvisitor", as_json({"direct": "127.0.0.1:1/x"})),
        ("/findvisitor", "hang up"),
        (SETTINGS, as_json({"presenceUrl": "[::1"})),
        (SETTINGS, as_json({"presenceUrl": "\u0000"})),
        (SETTINGS, Reply("", 500)),
        (SETTINGS, Reply("[" * 60_000)),
        (AUTHORIZE, Reply("", 500)),
        (AUTHORIZE, Reply("nonsense")),
    ],
    ids=range(15),
)
def test_other_failures_are_tried_again(
    platform: FakePlatform, follow: Callable[[], Following], what: str, reaction: Reaction
) -> None:
    refusing(platform, what, reaction)
    following = follow()
    eventually(lambda: following.kinds().count("PresenceLost") >= 2 or following.done)
    assert "canary" not in str(following.last_error(on.PresenceLost))
    platform.handshake = None
    platform.replies.clear()
    following.saw(on.PresenceOpened())


# Speaking to the visitor's page.


def test_an_invocation_goes_by_rest(open_link: Following, platform: FakePlatform) -> None:
    platform.online = True
    open_link.run(open_link.link.invoke("GLANCE.Cobrowse.VisitorUI.showTerms", {"sessionKey": "k", "ü": [1]}))
    (asked,) = platform.requests("/signalvisitor")
    assert asked.query == "groupid=12345&visitorid=maria-21&&ver=6.33.0"
    assert asked.headers["content-type"] == "application/json; charset=UTF-8"
    assert asked.headers["authorization"] == "Bearer token-1"
    data = {"func": "GLANCE.Cobrowse.VisitorUI.showTerms", "args": {"sessionKey": "k", "ü": [1]}}
    assert asked.json == {"mtype": "invoke", "data": data}
    assert platform.socket.received == [platform.socket.first]


def test_a_signal_goes_by_rest_to_the_server_that_holds_the_visitor(
    open_link: Following, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    direct = HttpServer(loop_thread, lambda _asked: as_json({}))
    host, _, port = direct.address.partition(":")
    found = {"directserver": host, "httpsport": int(port), "visitorfound": True}
    platform.replies["/findvisitor"] = lambda _asked: as_json(found)
    open_link.run(open_link.link.signal({"a": 1}))
    assert [(asked.method, asked.path, asked.json) for asked in direct.asked] == [
        ("POST", "/signalvisitor", {"mtype": "signal", "data": {"a": 1}})
    ]
    direct.stop()


def test_load_balanced_messages_go_over_the_socket(platform: FakePlatform, follow: Callable[[], Following]) -> None:
    platform.load_balanced = platform.online = True
    following = follow()
    following.saw(ONLINE)
    following.run(following.link.invoke("GLANCE.x", {"sessionKey": "k"}))
    following.run(following.link.signal({"a": 1}))
    eventually(lambda: len(platform.socket.received) == 3)
    assert platform.socket.received[1:] == [
        {"type": "invoke", "mtype": "invoke", "data": {"func": "GLANCE.x", "args": {"sessionKey": "k"}}},
        {"type": "signal", "mtype": "signal", "data": {"a": 1}},
    ]
    assert platform.count["/signalvisitor"] == 0


@pytest.mark.parametrize("load_balanced", [False, True])
def test_nobody_is_there_to_be_spoken_to(
    platform: FakePlatform, follow: Callable[[], Following], *, load_balanced: bool
) -> None:
    platform.load_balanced = load_balanced
    following = follow()
    following.saw(on.PresenceOpened())
    with pytest.raises(InviteError) as caught:
        following.run(following.link.invoke("GLANCE.x", {}))
    assert caught.value.code == "visitornotpresent"


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (Reply("", 401), "authorization"),
        (Reply("", 503), "serviceunavailable"),
        (Reply("", 500), "presence_unreachable"),
        (Reply("nonsense"), "presence_answer"),
        (as_json({"err": 1, "msg": "canary"}), "presence_error"),
        ("hang up", "presence_unreachable"),
    ],
    ids=range(6),
)
def test_what_goes_wrong_with_a_signal(
    open_link: Following, platform: FakePlatform, reaction: Reaction, code: str
) -> None:
    platform.online = True
    platform.replies["/signalvisitor"] = lambda _asked: reaction
    with pytest.raises(PresenceError) as caught:
        open_link.run(open_link.link.signal({}))
    assert caught.value.code == code
    assert "canary" not in str(caught.value)


def test_a_token_that_ran_out_is_replaced_within_a_signal(open_link: Following, platform: FakePlatform) -> None:
    platform.online = True
    platform.tokens[0] = "run out"
    open_link.run(open_link.link.signal({"a": 1}))
    assert platform.count["/signalvisitor"] == 1
    assert platform.count[AUTHORIZE] == 2


def test_looking_a_visitor_up(open_link: Following, platform: FakePlatform) -> None:
    assert open_link.run(open_link.link.lookup()) == {}
    platform.online = True
    assert open_link.run(open_link.link.lookup()) == platform.record


def test_looking_up_a_visitor_whose_page_has_just_come_waits_until_it_has_told_its_record(
    open_link: Following, platform: FakePlatform
) -> None:
    whole, platform.record = platform.record, {"visitorid": VISITOR}
    platform.online = True
    platform.socket.push("visitorsock", {"connected": True})
    open_link.saw(on.VisitorConnection(online=True))
    looking = open_link.start(open_link.link.lookup())
    eventually(lambda: platform.count["/lookupvisitor"] == 2, "the link's own lookup, and this one")
    platform.record = whole
    platform.socket.push("presence", {"url": "http://shop/"})
    assert looking.result(10) == whole


def test_a_page_that_tells_nothing_is_waited_for_once(
    open_link: Following, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_presence, "_FIRST_WORD_WITHIN", MOMENT)
    platform.record = {"visitorid": VISITOR}
    platform.online = True
    platform.socket.push("visitorsock", {"connected": True})
    open_link.saw(on.VisitorConnection(online=True))
    eventually(lambda: platform.count["/lookupvisitor"] == 1, "the link's own lookup")
    for looks in (3, 4):
        assert open_link.run(open_link.link.lookup()) == platform.record
        assert platform.count["/lookupvisitor"] == looks


@pytest.mark.parametrize("kind", ["presence", "visibility"])
def test_an_answer_that_the_page_has_overtaken_is_asked_for_again(
    open_link: Following, platform: FakePlatform, kind: str
) -> None:
    newer = {"url": "http://shop/cart", "visibility": "visible"}
    platform.online = True

    async def overtake() -> None:
        open_link.link._dispatch(Message(kind, {**newer}))

    def answer(_asked: Asked) -> Reply:
        old, platform.record = platform.record, newer
        if old is not newer:
            open_link.run(overtake())
        return as_json(old)

    platform.record = {"url": "http://shop/", "visibility": "hidden"}
    platform.replies["/lookupvisitor"] = answer
    assert open_link.run(open_link.link.lookup()) == newer
    told = [event.record for event in open_link.events if isinstance(event, on.VisitorRecord)]
    assert all("hidden" not in record.values() for record in told)
    assert told[-1] == newer


def test_a_page_that_never_stops_telling_keeps_no_lookup_for_ever(open_link: Following, platform: FakePlatform) -> None:
    async def overtake() -> None:
        open_link.link._dispatch(Message("visibility", {"visibility": "visible"}))

    def answer(_asked: Asked) -> Reply:
        open_link.run(overtake())
        return as_json({"url": "http://shop/"})

    platform.replies["/lookupvisitor"] = answer
    assert open_link.run(open_link.link.lookup()) == {"url": "http://shop/"}
    assert platform.count["/lookupvisitor"] == 3


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
