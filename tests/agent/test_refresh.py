"""Staying signed in, by a clock that the test turns: nobody waits."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from glance_widget.agent import authorization as authorization_module
from glance_widget.agent import backoff
from glance_widget.agent.account import Account
from glance_widget.agent.platform import Platform
from glance_widget.agent.refresh import LOOK_EVERY, keep_fresh
from glance_widget.errors import GlanceError, LoginKeyError, SignInError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.secret import Secret
from tests.agent.fake_platform import AUTHORIZE, GROUP, LOGIN_KEY, PUID, FakePlatform, login_key
from tests.agent.servers import Reply, as_json


class Night(Exception):  # noqa: N818
    """The test's time is over."""


class Clock:
    """Both clocks of the machine, which go on only while somebody sleeps."""

    def __init__(self) -> None:
        self.start = self.wall = float(int(time.time()))
        self.running = 0.0
        self.ends = 0.0
        self.naps: list[float] = []
        self.lid_closed_for = 0.0

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.wall += seconds + self.lid_closed_for
        self.running += seconds
        self.lid_closed_for = 0.0
        if self.wall - self.start >= self.ends:
            raise Night


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.wall)
    monkeypatch.setattr(backoff, "monotonic", lambda: clock.running)
    return clock


class Watched:
    """What became of an agent who stayed signed in for a while."""

    def __init__(self, platform: FakePlatform, clock: Clock, account: Account | None = None) -> None:
        self.account = account or Account(
            groupid=GROUP, puid=PUID, authurl=platform.authurl, base=BaseUrl.parse(platform.url)
        )
        self.clock = clock
        self.troubles: list[tuple[float, GlanceError | None]] = []
        self.platform = platform
        platform.replies[LOGIN_KEY] = lambda _asked: as_json({"loginKey": login_key(expires=int(clock.wall) + 3600)})

    def stay(self, hours: float) -> None:
        asyncio.run(self._stay(hours))

    async def _stay(self, hours: float) -> None:
        way_in = Platform.of(self.account)
        self.clock.ends = hours * 3600
        try:
            await way_in.authorization.sign_in()
            with pytest.raises(Night):
                await keep_fresh(way_in.authorization, self._note, sleep=self.clock.sleep)
        finally:
            await way_in.http.close()

    def _note(self, error: GlanceError | None) -> None:
        self.troubles.append((self.clock.wall - self.clock.start, error))


def test_key_and_token_are_replaced_before_they_expire(platform: FakePlatform, clock: Clock) -> None:
    watched = Watched(platform, clock)
    watched.stay(8)
    # A key of an hour every 55 minutes, a token of two hours every 115.
    assert platform.count[LOGIN_KEY] == 1 + 8 * 60 // 55
    assert platform.count[AUTHORIZE] == 1 + 8 * 60 // 115
    assert watched.troubles == []
    assert max(clock.naps) == LOOK_EVERY


def test_a_laptop_that_slept_is_up_to_date_at_once(platform: FakePlatform, clock: Clock) -> None:
    watched = Watched(platform, clock)
    clock.lid_closed_for = 10 * 3600
    watched.stay(10.01)
    assert platform.count[LOGIN_KEY] == 2
    assert platform.count[AUTHORIZE] == 2
    assert sum(clock.naps) <= 120


def test_a_refusal_is_told_and_tried_again_ever_more_rarely(platform: FakePlatform, clock: Clock) -> None:
    watched = Watched(platform, clock)
    good = platform.replies[LOGIN_KEY]
    platform.replies[LOGIN_KEY] = lambda asked: (
        good(asked) if clock.wall == clock.start or clock.wall > clock.start + 5000 else Reply("", 500)
    )
    watched.stay(1.9)
    told = [at for at, error in watched.troubles if error is not None]
    assert [at - 3300 for at in told] == [0, 5, 15, 35, 75, 155, 315, 615, 915, 1215, 1515]
    assert all(isinstance(error, SignInError) for at, error in watched.troubles if at in told)
    assert watched.troubles[-1:] == [(3300 + 1815, None)]
    assert platform.count[LOGIN_KEY] == 1 + len(told) + 1


def test_a_platform_that_refuses_a_new_token_is_not_asked_in_a_loop(platform: FakePlatform, clock: Clock) -> None:
    watched = Watched(platform, clock)
    platform.replies[AUTHORIZE] = lambda asked: (
        platform.authorize(asked) if clock.wall == clock.start else Reply("", 401)
    )
    watched.stay(2.5)
    assert {error.code for _at, error in watched.troubles if error} == {"authorization"}
    assert 8 <= len(watched.troubles) <= 12
    assert platform.count[AUTHORIZE] <= 1 + 2 * len(watched.troubles)


def test_a_given_key_is_told_of_when_it_has_expired(platform: FakePlatform, clock: Clock) -> None:
    key = Secret(login_key(expires=int(clock.wall) + 1800))
    account = replace(Watched(platform, clock).account, authurl=None, loginkey=key)
    watched = Watched(platform, clock, account)
    watched.stay(1)
    at, error = watched.troubles[0]
    assert at == 1800
    assert isinstance(error, LoginKeyError)
    assert error.reason == "expired"
    assert len(watched.troubles) == 11


@pytest.mark.parametrize(("lifetime", "least"), [(1, 1), (30, 20)])
def test_keys_that_live_for_seconds_only_are_not_fetched_without_pause(
    platform: FakePlatform, clock: Clock, lifetime: int, least: int
) -> None:
    watched = Watched(platform, clock)
    platform.replies[LOGIN_KEY] = lambda _asked: as_json({"loginKey": login_key(expires=int(clock.wall) + lifetime)})
    watched.stay(0.05)
    assert 2 < platform.count[LOGIN_KEY] <= 2 + 180 / least


def test_a_token_that_ran_out_is_replaced_where_it_is_needed(platform: FakePlatform, clock: Clock) -> None:
    assert authorization_module.TOKEN_RENEW_BEFORE == 300

    async def work(way_in: Platform) -> list[str]:
        tokens = []
        for minutes in (0, 119, 120):
            clock.wall = clock.start + minutes * 60
            tokens.append((await way_in.authorization.token()).reveal())
        await way_in.http.close()
        return tokens

    watched = Watched(platform, clock)
    assert asyncio.run(work(Platform.of(watched.account))) == ["token-1", "token-1", "token-2"]
