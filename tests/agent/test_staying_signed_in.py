"""An agent whose login key runs out in mid-session."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from glance_widget.agent import backoff, refresh, session_lookup
from glance_widget.agent.authorization import Authorization
from glance_widget.secret import Secret
from tests.agent.desk import PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import LOGIN_KEY, LOOKUP, FakePlatform, login_key
from tests.agent.servers import Reply
from tests.conftest import eventually


class Wall:
    """The wall's clock, which a test puts forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Wall:
    return Wall(monkeypatch)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(backoff, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(backoff, "LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(refresh, "LOOK_EVERY", 0.02)
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 0.02)
    desk = Desk()
    yield desk
    desk.close()


def join(desk: Desk, platform: FakePlatform, **means: Any) -> None:  # noqa: ANN401 (fields of Account)
    platform.start_session("key")
    desk.open(account(platform, **means), PRESENCE_OFF)
    desk.reaches("absent")
    desk.agent.join("key")
    desk.reaches("in_session")


def error_code(desk: Desk) -> str | None:
    error = desk.agent.flow.error
    return error.code if error is not None else None


def test_a_key_that_cannot_be_replaced_is_trouble_and_no_end(desk: Desk, platform: FakePlatform, wall: Wall) -> None:
    join(desk, platform)
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    wall.ahead = 1000
    eventually(lambda: error_code(desk) == "authurl_refused")
    assert desk.agent.flow.state == "in_session"
    eventually(lambda: platform.count[LOGIN_KEY] >= 7)
    del platform.replies[LOGIN_KEY]
    eventually(lambda: error_code(desk) is None)
    assert desk.agent.flow.state == "in_session"


def test_a_given_key_is_replaced_in_mid_session(desk: Desk, platform: FakePlatform, wall: Wall) -> None:
    join(desk, platform, authurl=None, loginkey=Secret(login_key()))
    wall.ahead = 1000
    eventually(lambda: error_code(desk) == "loginkey_expired")
    key = login_key(expires=int(time.time()) + 900)
    desk.agent.change_account(account(platform, authurl=None, loginkey=Secret(key)), PRESENCE_OFF)
    eventually(lambda: error_code(desk) is None)
    assert desk.agent.flow.state == "in_session"
    eventually(lambda: platform.requests(LOOKUP)[-1].form["loginkey"] == key)


def test_a_new_key_is_tried_at_once_however_long_the_pause(
    desk: Desk, platform: FakePlatform, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "FIRST_PAUSE", 300.0)
    monkeypatch.setattr(backoff, "LONGEST_PAUSE", 300.0)
    join(desk, platform)
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 3600)
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    wall.ahead = 450
    eventually(lambda: error_code(desk) == "authurl_refused")
    means: dict[str, Any] = {"authurl": None, "loginkey": Secret("malformed")}
    desk.agent.change_account(account(platform, **means), PRESENCE_OFF)
    eventually(lambda: error_code(desk) == "loginkey_malformed")
    means["loginkey"] = Secret(login_key(expires=int(time.time()) + 900))
    desk.agent.change_account(account(platform, **means), PRESENCE_OFF)
    eventually(lambda: error_code(desk) is None)


def test_an_unexpected_failure_is_shown_too(
    desk: Desk, platform: FakePlatform, wall: Wall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_authorization: Authorization) -> None:
        reason = "a bug of ours"
        raise ZeroDivisionError(reason)

    monkeypatch.setattr(Authorization, "renew", broken)
    join(desk, platform)
    wall.ahead = 500
    eventually(lambda: error_code(desk) == "internal")
    assert desk.agent.flow.state == "in_session"
    assert any("staying signed in" in record.getMessage() for record in caplog.records)
