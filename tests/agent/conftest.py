from __future__ import annotations

import asyncio
import types
from collections.abc import Iterator

import pytest

from glance_widget.agent import session_lookup
from tests.agent.desk import Desk, account
from tests.agent.fake_platform import FakePlatform
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
