from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import pytest

from glance_widget.agent.account import Account
from glance_widget.agent.platform import Platform
from glance_widget.errors import GlanceError, PresenceError, SignInError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.presence import PresenceSettings
from glance_widget.secret import Secret
from tests.agent.fake_platform import API_KEY, AUTHORIZE, GROUP, LOGIN_KEY, PUID, SETTINGS, FakePlatform, login_key
from tests.agent.servers import Asked, Reaction, Reply, as_json

T = TypeVar("T")


def account(fake: FakePlatform, **given: Any) -> Account:  # noqa: ANN401 (fields of Account)
    ways: dict[str, Any] = given or {"authurl": fake.authurl}
    return Account(groupid=GROUP, puid=PUID, base=BaseUrl.parse(fake.url), **ways)


def using(account: Account, work: Callable[[Platform], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        way_in = Platform.of(account)
        try:
            return await work(way_in)
        finally:
            await way_in.http.close()

    return asyncio.run(run())


def token(account: Account) -> str:
    async def work(way_in: Platform) -> str:
        await way_in.authorization.sign_in()
        return (await way_in.authorization.token()).reveal()

    return using(account, work)


def failure_of(account: Account, kind: type[GlanceError] = SignInError) -> GlanceError:
    with pytest.raises(kind) as caught:
        token(account)
    error = caught.value
    assert error.hint
    assert "canary" not in repr((error.args, error.__cause__))
    return error


def test_the_request_that_real_clients_send(platform: FakePlatform) -> None:
    key = login_key()
    assert token(account(platform, loginkey=Secret(key))) == "token-1"
    (asked,) = platform.asked
    assert (asked.method, asked.path) == ("POST", AUTHORIZE)
    assert asked.query == "groupid=12345&service=presence&duration=120&site=production"
    assert asked.headers["content-type"] == "application/json"
    body = {"partneruserid": PUID, "loginkey": key, "partnerid": "12345"}
    assert list(json.loads(asked.body).items()) == list(body.items())


def test_an_object_may_hold_the_token(platform: FakePlatform) -> None:
    answer = {"VServer": "x", "authToken": "the-token", "groupId": GROUP}
    platform.replies[AUTHORIZE] = lambda _asked: as_json(answer)
    assert token(account(platform)) == "the-token"


def test_a_key_that_is_refused_is_fetched_anew_once(platform: FakePlatform) -> None:
    refusals = iter([401])

    def once(asked: Asked) -> Reaction:
        status = next(refusals, None)
        return Reply("", status) if status else platform.authorize(asked)

    platform.replies[AUTHORIZE] = once
    assert token(account(platform)) == "token-1"
    assert (platform.count[LOGIN_KEY], platform.count[AUTHORIZE]) == (2, 2)


@pytest.mark.parametrize("status", [401, 403])
def test_a_platform_that_always_refuses_is_not_asked_for_ever(platform: FakePlatform, status: int) -> None:
    platform.replies[AUTHORIZE] = lambda _asked: Reply("canary", status)
    error = failure_of(account(platform))
    assert error.code == "authorization"
    assert error.message == f'Partner User Id "{PUID}" not found or invalid, contact your administrator.'
    assert (platform.count[LOGIN_KEY], platform.count[AUTHORIZE]) == (2, 2)


def test_a_given_key_that_is_refused_is_not_tried_again(platform: FakePlatform) -> None:
    bad = account(platform, loginkey=Secret(login_key(apikey="another")))
    assert failure_of(bad).code == "authorization"
    assert platform.count[AUTHORIZE] == 1


def test_an_api_key_signs_anew(platform: FakePlatform) -> None:
    assert failure_of(account(platform, apikey=Secret("canary"))).code == "authorization"
    assert platform.count[AUTHORIZE] == 2
    assert token(account(platform, apikey=Secret(API_KEY))) == "token-1"


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (Reply("canary", 500), "platform_unreachable"),
        (Reply("", 302, headers=(("Location", "/canary"),)), "platform_unreachable"),
        ("hang up", "platform_unreachable"),
        (Reply("x" * 300_000), "platform_unreachable"),
        (Reply(""), "authorization_answer"),
        (Reply("<html>canary"), "authorization_answer"),
        (Reply("null"), "authorization_answer"),
        (Reply("17"), "authorization_answer"),
        (Reply('""'), "authorization_answer"),
        (Reply('["canary"]'), "authorization_answer"),
        (Reply('{"token": "canary"}'), "authorization_answer"),
        (Reply('{"authToken": 7}'), "authorization_answer"),
        (Reply("[" * 100_000), "authorization_answer"),
        (Reply('"canary\\n"'), "authorization_answer"),
        (Reply('"canary\\u00e9"'), "authorization_answer"),
    ],
    ids=range(15),
)
def test_answers_without_a_token(platform: FakePlatform, reaction: Reaction, code: str) -> None:
    platform.replies[AUTHORIZE] = lambda _asked: reaction
    assert failure_of(account(platform)).code == code
    assert platform.count[AUTHORIZE] == 1


def test_a_platform_that_is_not_there(platform: FakePlatform) -> None:
    gone = account(platform, apikey=Secret(API_KEY))
    platform.stop()
    assert failure_of(gone).code == "platform_unreachable"


def test_a_token_is_kept_until_it_is_forgotten(platform: FakePlatform) -> None:
    async def work(way_in: Platform) -> list[str]:
        tokens = [(await way_in.authorization.token()).reveal() for _ in range(2)]
        way_in.authorization.forget_token()
        tokens.append((await way_in.authorization.token()).reveal())
        return tokens

    assert using(account(platform), work) == ["token-1", "token-1", "token-2"]
    assert platform.count[LOGIN_KEY] == 1


# Where presence is.

SETTINGS_QUERY: Final = "groupid=12345&site=production&service=presence"


def settings(account: Account) -> PresenceSettings:
    return using(account, lambda way_in: way_in.authorization.presence_settings())


def test_the_platform_says_where_presence_is(platform: FakePlatform) -> None:
    assert settings(account(platform)) == PresenceSettings(platform.address, load_balanced=False)
    (asked,) = platform.requests(SETTINGS)
    assert (asked.method, asked.query) == ("GET", SETTINGS_QUERY)
    assert "authorization" not in asked.headers
    platform.load_balanced = True
    assert settings(account(platform)).load_balanced


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (as_json({"presenceUrl": ""}), "presence_disabled"),
        (as_json({}), "presence_disabled"),
        (as_json({"presenceUrl": 7}), "presence_answer"),
        (as_json(["canary"]), "presence_answer"),
        (Reply("canary"), "presence_answer"),
        (Reply("", 404), "presence_unreachable"),
        ("hang up", "presence_unreachable"),
    ],
    ids=range(7),
)
def test_a_platform_without_presence(platform: FakePlatform, reaction: Reaction, code: str) -> None:
    platform.replies[SETTINGS] = lambda _asked: reaction
    with pytest.raises(PresenceError) as caught:
        settings(account(platform))
    assert caught.value.code == code
    assert "canary" not in repr(caught.value.args)
