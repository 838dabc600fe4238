from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Iterator

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import presence_link, session_lookup, visitor_presence
from glance_widget.protocol import session_lookup as lookup_rules
from tests.agent.desk import Desk, account
from tests.agent.fake_platform import FakePlatform
from tests.agent.following import MOMENT, Following
from tests.agent.visitors_page import Page
from tests.loop_thread import LoopThread


@pytest.fixture
def loop_thread() -> Iterator[LoopThread]:
    """The event loop of the test's servers."""
    loop = LoopThread()
    yield loop
    loop.stop()


@pytest.fixture
def platform(loop_thread: LoopThread) -> Iterator[FakePlatform]:
    """A platform to sign in to."""
    platform = FakePlatform(loop_thread)
    yield platform
    platform.stop()


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.close()


@pytest.fixture
def present(desk: Desk, platform: FakePlatform) -> Desk:
    """An agent whose visitor is online."""
    platform.online = True
    desk.open(account(platform))
    desk.reaches("present")
    return desk


@pytest.fixture
def delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between two looks, which take no time here."""
    waited: list[float] = []
    sleep = asyncio.sleep

    async def record(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(session_lookup, "asyncio", types.SimpleNamespace(sleep=record))
    return waited


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


@pytest.fixture
def quick_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in real life takes moments here."""
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 0.02)
    monkeypatch.setattr(lookup_rules, "_QUICK_DELAY", 0.01)
    monkeypatch.setattr(lookup_rules, "_SLOW_DELAY", 0.01)


@pytest.fixture
def absent(desk: Desk, platform: FakePlatform) -> Desk:
    """An agent that is signed in and follows a visitor who is away."""
    desk.open(account(platform))
    desk.reaches("absent")
    return desk


@pytest.fixture
def page(platform: FakePlatform) -> Page:
    return Page(platform)


@pytest.fixture
def in_session(present: Desk, page: Page) -> Desk:
    """An agent in a session to which the visitor was invited."""
    present.agent.join()
    page.accept()
    present.reaches("in_session")
    return present
