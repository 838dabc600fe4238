"""The agent whose visitor or account changes, and its end."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from glance_widget.agent import agent as agent_module
from glance_widget.agent import effect_runner
from glance_widget.agent import join_events as on
from glance_widget.agent.agent import Agent
from glance_widget.agent.flow_state import Flow
from glance_widget.errors import ClosedError, GlanceError, StateError
from glance_widget.protocol.base_urls import BaseUrl
from tests.agent.desk import FOLLOW, PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import (
    AUTHORIZE,
    END,
    LOGIN_KEY,
    LOOKUP,
    FakePlatform,
)
from tests.agent.servers import Asked, Reaction, Reply
from tests.agent.visitors_page import Page
from tests.conftest import eventually
from tests.loop_thread import LoopThread

pytestmark = pytest.mark.usefixtures("quick_timers")


# Taking an invitation back.


@pytest.mark.parametrize("load_balanced", [False, True])
@pytest.mark.parametrize("how", ["cancel", "close", "another visitor", "presence off"])
def test_an_invitation_is_taken_back(
    desk: Desk, platform: FakePlatform, page: Page, how: str, *, load_balanced: bool
) -> None:
    platform.load_balanced = load_balanced
    platform.online = True
    desk.open(account(platform))
    desk.reaches("present")
    desk.agent.join()
    key = page.key
    ways: dict[str, Callable[[], object]] = {
        "cancel": lambda: desk.agent.post(on.CancelAsked()),
        "close": desk.agent.close,
        "another visitor": lambda: desk.agent.post(on.SubjectChanged(on.Subject("otto", presence=True))),
        "presence off": lambda: desk.agent.post(on.SubjectChanged(PRESENCE_OFF)),
    }
    ways[how]()
    eventually(lambda: page.withdrawn() == [key], f"{key} is withdrawn, not {page.withdrawn()}")


def test_nothing_is_taken_back_in_a_session(in_session: Desk, page: Page, platform: FakePlatform) -> None:
    in_session.agent.close()
    assert page.withdrawn() == []
    assert platform.count[END] == 0, "a running session goes on in its viewer"


def test_an_invitation_that_cannot_be_taken_back_does_not_keep_from_closing(
    present: Desk, page: Page, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 0.05)
    present.agent.join()
    assert page.key
    platform.replies["/signalvisitor"] = lambda _asked: "never"
    before = time.monotonic()
    present.agent.close()
    assert time.monotonic() - before < 4


# Another visitor, another account.


def test_another_visitor_is_followed_instead(present: Desk, platform: FakePlatform) -> None:
    first = platform.socket
    present.agent.post(on.SubjectChanged(on.Subject("otto", presence=True)))
    eventually(lambda: not first.open and platform.socket is not first)
    assert platform.socket.first["visitorid"] == "otto"
    present.reaches("present")
    assert platform.count[LOGIN_KEY] == 1


def test_presence_can_be_switched_off(present: Desk, platform: FakePlatform) -> None:
    socket = platform.socket
    present.agent.post(on.SubjectChanged(PRESENCE_OFF))
    present.reaches("absent", "presence_off")
    eventually(lambda: not socket.open)


def test_another_account_is_used_at_once(present: Desk, platform: FakePlatform, loop_thread: LoopThread) -> None:
    other = FakePlatform(loop_thread)
    first = platform.socket
    present.agent.change_account(account(other), FOLLOW)
    present.reaches("absent")
    assert other.socket.first["authorization"] == "token-1"
    eventually(lambda: not first.open)
    present.close()
    other.stop()


def test_the_failure_of_an_account_that_is_no_longer_wanted_is_not_heard(
    desk: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    desk.open(account(platform), PRESENCE_OFF)
    eventually(lambda: platform.count[LOGIN_KEY])
    other.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    desk.agent.change_account(account(other), PRESENCE_OFF)
    desk.reaches("failed")
    assert desk.states == ["connecting", "failed"]
    del other.replies[LOGIN_KEY]
    desk.agent.change_account(account(other), PRESENCE_OFF)
    desk.reaches("absent")
    platform.stop()
    desk.agent.run(lambda: asyncio.sleep(0.05))
    assert desk.agent.flow.state == "absent"
    assert desk.states == ["connecting", "failed", "connecting", "absent"]
    desk.close()
    other.stop()


def test_signing_in_anew_while_signing_in(desk: Desk, platform: FakePlatform) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    desk.open(account(platform))
    eventually(lambda: platform.count[LOGIN_KEY])
    del platform.replies[LOGIN_KEY]
    desk.agent.change_account(account(platform), FOLLOW)
    desk.reaches("absent")
    assert desk.states == ["connecting", "absent"]


def test_another_account_waits_for_the_end_of_a_session(
    in_session: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    in_session.agent.change_account(account(other), FOLLOW)
    looked = platform.count[LOOKUP]
    eventually(lambda: platform.count[LOOKUP] > looked + 2, "the session is still watched on its own platform")
    assert in_session.agent.flow.state == "in_session"
    assert other.asked == []
    platform.sessions.clear()
    in_session.reaches("ended")
    in_session.agent.post(on.EndedShown())
    eventually(lambda: other.sockets)
    in_session.reaches("absent")
    in_session.close()
    other.stop()


def test_another_account_is_used_though_presence_of_the_old_one_never_comes_back(
    in_session: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    in_session.agent.change_account(account(other), FOLLOW)
    platform.sessions.clear()
    in_session.reaches("ended")
    platform.stop()
    in_session.reaches("absent")
    assert other.sockets
    in_session.close()
    other.stop()


# The end.


def test_a_closed_agent(absent: Desk, platform: FakePlatform) -> None:
    agent = absent.agent
    socket = platform.socket
    agent.close()
    assert not socket.open or eventually(lambda: not socket.open)
    agent.close()
    assert (agent.flow.state, agent.flow.reason) == ("signed_out", "closed")
    seen = len(absent.flows)
    agent.post(on.VisitorConnection(online=True))
    agent.change_account(account(platform), FOLLOW)
    assert len(absent.flows) == seen
    with pytest.raises(ClosedError):
        agent.join()
    with pytest.raises(ClosedError):
        agent.run(agent.lookup)
    with pytest.raises(ClosedError):
        agent.waiter("present")


async def never_lets_go(released: threading.Event) -> None:
    while not released.is_set():
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.05)


async def blocks(released: threading.Event) -> None:
    released.wait(30)


@pytest.mark.parametrize("function", [never_lets_go, blocks], ids=["never lets go", "blocks"])
def test_a_coroutine_of_the_users_does_not_keep_from_closing(
    present: Desk,
    function: Callable[[threading.Event], Coroutine[Any, Any, None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 0.02)
    monkeypatch.setattr(agent_module, "_CLOSE_WITHIN", 0.1)
    entered, released = threading.Event(), threading.Event()

    async def enter() -> None:
        entered.set()
        await function(released)

    present.presession = enter
    present.agent.join()
    assert entered.wait(10)
    if function is never_lets_go:
        threading.Timer(0.3, released.set).start()  # the end of the loop's thread waits for it, within limits
    present.agent.close()
    assert present.agent.flow.reason == "closed"
    assert function is never_lets_go or "does not let go" in caplog.text
    released.set()
    eventually(lambda: "glance-agent" not in [thread.name for thread in threading.enumerate()])


def test_closing_ends_the_waiting_for_an_answer(present: Desk, platform: FakePlatform) -> None:
    platform.replies["/lookupvisitor"] = lambda _asked: "never"
    failed: list[GlanceError] = []
    before = platform.count["/lookupvisitor"]

    def look_up() -> None:
        try:
            present.agent.run(present.agent.lookup, longer=60)
        except GlanceError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up)
    thread.start()
    eventually(lambda: platform.count["/lookupvisitor"] > before)
    present.agent.close()
    thread.join(10)
    assert [type(error) for error in failed] == [ClosedError]


def test_closing_waits_for_no_answer_about_privileges(
    desk: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 60)
    asked = threading.Event()

    def authorize(about: Asked) -> Reaction:
        if "service=webservices" not in about.query:
            return platform.authorize(about)
        asked.set()
        return "never"

    platform.replies[AUTHORIZE] = authorize
    desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")
    assert asked.wait(10)
    desk.agent.close()


def test_closing_on_the_background_loop(desk: Desk, platform: FakePlatform) -> None:
    def close(flow: Flow) -> None:
        if flow.state == "absent":
            desk.agent.close()

    desk.observer = close
    desk.open(account(platform), PRESENCE_OFF)
    eventually(lambda: desk.states[-1] == "signed_out")
    assert desk.threads[-1] == "glance-agent"


def test_closing_in_an_observer_while_the_loop_wants_to_tell_something(desk: Desk, platform: FakePlatform) -> None:
    loop_waits = threading.Event()

    async def tell(agent: Agent) -> None:
        loop_waits.set()
        agent.post(on.PlatformTrouble(None))

    agent = desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")

    def close(_flow: Flow) -> None:
        desk.observer = lambda _flow: None
        agent.start(lambda: tell(agent))
        assert loop_waits.wait(10)
        agent.close()

    desk.observer = close
    before = time.monotonic()
    agent.post(on.VisitorConnection(online=True))
    assert time.monotonic() - before < 4
    assert desk.states[-1] == "signed_out"


def test_many_threads_at_once(platform: FakePlatform, desk: Desk, rng: random.Random) -> None:
    agent = desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")
    mixed = []
    desk.observer = lambda flow: mixed.append(flow) if agent.flow is not flow else None
    events: list[on.Event] = [
        on.VisitorConnection(online=True), on.VisitorConnection(online=False), on.PresenceOpened(), on.SignedIn(1),
        on.PresenceLost(GlanceError("x", "y")), on.JoinAsked("key"), on.CancelAsked(), on.EndedShown(),
        on.SubjectChanged(on.Subject(autojoin=True)), on.SubjectChanged(PRESENCE_OFF), on.VisitorRecord({"a": 1}),
    ]  # fmt: skip
    plans = [rng.choices(events, k=300) for _ in range(6)]

    def post(plan: list[on.Event]) -> int:
        refused = 0
        for event in plan:
            try:
                agent.post(event)
            except StateError:
                refused += 1
        return refused

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(post, plans)) > 0
    assert mixed == [], "a flow was published that was no longer the agent's"
    assert desk.flows[-1] == agent.flow


def test_the_address_of_the_viewer_is_that_of_the_platform() -> None:
    assert BaseUrl.parse("production").web("/agentjoin/AgentView.aspx") == (
        "https://www.glance.net/agentjoin/AgentView.aspx"
    )
