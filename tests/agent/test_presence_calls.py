"""Speaking to the visitor's page, and looking the visitor up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import visitor_presence
from glance_widget.errors import InviteError, PresenceError
from glance_widget.protocol.presence import Message
from tests.agent.fake_platform import AUTHORIZE, VISITOR, FakePlatform
from tests.agent.following import MOMENT, ONLINE, Following
from tests.agent.servers import Asked, HttpServer, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

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
