"""Signed in by a browser that a test plays, for longer than a login key lives."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from glance_widget.agent import backoff, refresh, saml, session_lookup
from glance_widget.agent.account import Account, Credentials
from glance_widget.agent.agent import Agent
from glance_widget.agent.http import Http
from glance_widget.agent.saml import Accept, Wait
from glance_widget.agent.sign_in import LoginKeys
from glance_widget.errors import SignInError
from glance_widget.protocol.saml import Way
from tests.agent.desk import PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import AUTHORIZE, GROUP, LOOKUP, PUID, FakePlatform, login_key
from tests.agent.servers import Reply
from tests.conftest import eventually


class Browser:
    """What an agent's browser answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Way]] = []
        self.waits: Wait = "frame"
        self.answering = threading.Event()
        self.answering.set()

    async def ask(self, url: str, way: Way, accept: Accept, on_wait: Callable[[Wait], object]) -> Credentials:
        self.asked.append((url, way))
        on_wait(self.waits)
        await asyncio.to_thread(self.answering.wait)
        return accept("done", f"partnerid={GROUP}&partneruserid={PUID}~{login_key()}")


class Wall:
    """The wall's clock, which a test puts forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    monkeypatch.setattr(backoff, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(refresh, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 0.02)
    return Wall(monkeypatch)


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def desk(browser: Browser, platform: FakePlatform, wall: Wall) -> Iterator[Desk]:  # noqa: ARG001 (an order)
    desk = Desk()
    fields: dict[str, Any] = {"authurl": None, "method": "samlpopup"}
    desk._agent = Agent(desk, account(platform, **fields), PRESENCE_OFF, browser.ask)
    desk.reaches("absent")
    yield desk
    desk.close()


def error_code(desk: Desk) -> str | None:
    error = desk.agent.flow.error
    return error.code if error is not None else None


HINTS: Final[dict[Wait, str]] = {"press": "Press Sign In.", "browser": "Open this notebook"}


@pytest.mark.parametrize("waits", HINTS)
def test_a_key_is_renewed_in_mid_session_when_the_agent_gets_to_it(
    desk: Desk, browser: Browser, platform: FakePlatform, wall: Wall, waits: Wait
) -> None:
    platform.start_session("key")
    desk.agent.join("key")
    desk.reaches("in_session")
    browser.answering.clear()
    browser.waits = waits
    wall.ahead = 500
    eventually(lambda: error_code(desk) == "saml_waiting")
    error = desk.agent.flow.error
    assert error is not None
    assert error.hint.startswith(HINTS[waits])
    before = platform.count[LOOKUP]
    eventually(lambda: platform.count[LOOKUP] > before + 3, "the session is still watched with the old key")
    assert desk.agent.flow.state == "in_session"
    browser.answering.set()
    eventually(lambda: error_code(desk) is None)
    assert desk.agent.flow.state == "in_session"
    assert len(browser.asked) == 2


def test_a_frame_renews_the_key_without_a_word(desk: Desk, browser: Browser, wall: Wall) -> None:
    wall.ahead = 500
    eventually(lambda: len(browser.asked) == 2)
    assert [flow.error for flow in desk.flows if flow.error] == []


def test_a_key_that_the_platform_refuses_is_asked_for_once_more(
    desk: Desk, browser: Browser, platform: FakePlatform
) -> None:
    platform.replies[AUTHORIZE] = lambda _asked: Reply("", 401)
    changed: dict[str, Any] = {"authurl": None, "method": "saml"}
    desk.agent.change_account(account(platform, **changed), PRESENCE_OFF)
    desk.reaches("failed")
    assert error_code(desk) == "authorization"
    assert [way for _url, way in browser.asked] == ["popup", "frame", "frame"]


def test_what_needs_a_key_now_does_not_wait_for_ever(
    browser: Browser, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saml, "BROWSER_LIMIT", 0.02)
    monkeypatch.setattr("glance_widget.agent.sign_in.BROWSER_LIMIT", 0.02)

    async def work() -> None:
        http = Http()
        keys = LoginKeys(Account(method="saml"), http, saml.Browser(browser.ask, lambda _wait: None))
        known = await keys.current()
        browser.answering.clear()
        wall.ahead = 500
        assert await keys.current() is known
        assert len(browser.asked) == 1
        wall.ahead = 700
        with pytest.raises(SignInError) as caught:
            await keys.current()
        assert caught.value.code == "saml_waiting"
        assert await keys.instead_of(known) is None
        await http.close()
        browser.answering.set()

    asyncio.run(work())


def test_without_a_browser_there_is_no_saml() -> None:
    async def work() -> None:
        with pytest.raises(SignInError) as caught:
            await LoginKeys(Account(method="saml"), Http()).current()
        assert caught.value.code == "saml_no_browser"

    asyncio.run(work())
