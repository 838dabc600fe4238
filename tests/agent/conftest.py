from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.agent.fake_platform import FakePlatform
from tests.agent.servers import ServerLoop


@pytest.fixture
def server_loop() -> Iterator[ServerLoop]:
    """The event loop of the test's servers."""
    loop = ServerLoop()
    yield loop
    loop.stop()


@pytest.fixture
def platform(server_loop: ServerLoop) -> Iterator[FakePlatform]:
    """A platform to sign in to."""
    platform = FakePlatform(server_loop)
    yield platform
    platform.stop()
