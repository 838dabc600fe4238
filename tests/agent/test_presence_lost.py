"""The presence connection lost: made again, or given up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, SupportsIndex

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import presence_link, visitor_presence
from tests.agent.fake_platform import AUTHORIZE, SETTINGS, FakePlatform
from tests.agent.following import LONGER, MOMENT, OFFLINE, ONLINE, Following
from tests.agent.servers import Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

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
