"""The leak check where no other browser of Playwright runs on the thread."""

from __future__ import annotations

import asyncio

import pytest

from glance_widget.demo.chromium import find_chromium
from glance_widget.errors import StateError
from glance_widget.testing import LeakCheck
from tests.privacy.planted.website import website
from tests.testing.test_leak_check import PAGE, SECRETS


@pytest.mark.browser
def test_it_brings_its_own_browser_and_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLANCE_CHROMIUM", str(find_chromium()))
    with website(lambda: PAGE) as address, LeakCheck(f"{address}/page", privacy="private") as check:
        check.assert_no_leaks(SECRETS)
        stored = [one for one in check.departures() if one.where == "stored by the service"]
        assert stored
        assert b"SQLite" in bytes(stored[0].content[:16] if isinstance(stored[0].content, bytes) else b"")


def test_a_running_loop_is_an_error_with_a_name() -> None:
    async def inside() -> None:
        LeakCheck("http://localhost:1/").start()

    with pytest.raises(StateError, match="event loop"):
        asyncio.run(inside())
