from __future__ import annotations

from collections.abc import Iterator

import pytest

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
