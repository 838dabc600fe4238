from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, TypeVar

import httpx
import pytest

from glance_widget.agent import authurl, backoff
from glance_widget.agent.account import Account, AuthBody, AuthHeaders, Credentials
from glance_widget.agent.http import Http
from glance_widget.agent.sign_in import LoginKeys
from glance_widget.errors import CallbackError, GlanceError, LoginKeyError, PropertyError, SignInError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.login_key import verify_login_key
from glance_widget.secret import Secret
from tests.agent.fake_platform import API_KEY, GROUP, PUID, login_key
from tests.agent.servers import Asked, HttpServer, Reaction, Reply, as_json
from tests.loop_thread import LoopThread

T = TypeVar("T")

ACCOUNT: Final = Account(groupid=GROUP, puid=PUID, base=BaseUrl.parse("http://127.0.0.1:1"))


class Service:
    """A customer's login key service."""

    def __init__(self, loop: LoopThread) -> None:
        self.server = HttpServer(loop, lambda _asked: as_json({"loginKey": login_key()}))
        self.account = replace(ACCOUNT, authurl=self.server.url + "/key?for=glance")

    @property
    def asked(self) -> Asked:
        (only,) = self.server.asked
        return only


@pytest.fixture
def service(loop_thread: LoopThread) -> Iterator[Service]:
    service = Service(loop_thread)
    yield service
    service.server.stop()


def using(account: Account, work: Callable[[LoginKeys], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        http = Http()
        try:
            return await work(LoginKeys(account, http))
        finally:
            await http.close()

    return asyncio.run(run())


def signed_in(account: Account) -> Credentials:
    return using(account, lambda keys: keys.current())


def failure_of(account: Account, kind: type[GlanceError] = SignInError) -> GlanceError:
    with pytest.raises(kind) as caught:
        signed_in(account)
    error = caught.value
    assert error.message
    assert error.hint
    assert "canary" not in repr((error.args, error.__cause__))
    return error


# What is given.


def test_a_given_key() -> None:
    key = login_key(expires=int(time.time()) + 600)
    credentials = signed_in(replace(ACCOUNT, loginkey=Secret(key)))
    assert (credentials.groupid, credentials.puid, credentials.loginkey.reveal()) == (GROUP, PUID, key)
    assert key not in repr(credentials)


@pytest.mark.parametrize(
    ("key", "reason"),
    [("canary", "malformed"), pytest.param(login_key(expires=int(time.time()) - 1), "expired", id="expired")],
)
def test_a_given_key_that_is_not_good(key: str, reason: str) -> None:
    error = failure_of(replace(ACCOUNT, loginkey=Secret(key)), LoginKeyError)
    assert isinstance(error, LoginKeyError)
    assert error.reason == reason
    assert error.message == "There are issues with authentication, please refresh the page."


def test_a_key_signed_here() -> None:
    credentials = signed_in(replace(ACCOUNT, apikey=Secret(API_KEY)))
    assert verify_login_key(credentials.loginkey.reveal(), GROUP, PUID, API_KEY).expires == credentials.expires
    assert 3590 <= credentials.expires - time.time() <= 3600


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"puid": None, "apikey": Secret(API_KEY)}, "puid_missing"),
        ({"groupid": None, "apikey": Secret(API_KEY)}, "groupid_missing"),
        ({"groupid": None, "loginkey": Secret(login_key())}, "groupid_missing"),
        ({}, "authurl_missing"),
    ],
    ids=range(4),
)
def test_what_is_missing_is_named(changed: dict[str, Any], code: str) -> None:
    error = failure_of(replace(ACCOUNT, **changed), PropertyError)
    assert error.code == code


def test_a_given_key_wins_over_an_api_key_and_that_over_an_authurl(service: Service) -> None:
    key = login_key()
    both = replace(service.account, apikey=Secret(API_KEY))
    assert signed_in(replace(both, loginkey=Secret(key))).loginkey.reveal() == key
    signed_in(both)
    assert service.server.asked == []


# What is fetched.


def test_the_request_that_real_plugins_send(service: Service) -> None:
    signed_in(service.account)
    assert (service.asked.method, service.asked.path) == ("POST", "/key")
    assert service.asked.query == "for=glance&partneruserid=ann%2Bb%40x.example"
    assert service.asked.body == b""
    assert "content-type" not in service.asked.headers


@pytest.mark.parametrize("group", [GROUP, str(GROUP), None, "no number"], ids=repr)
def test_the_answer_of_real_services(service: Service, group: object) -> None:
    expires = int(time.time()) + 900
    key = login_key(expires=expires)
    service.server.respond = lambda _asked: as_json(
        {"loginKey": key, "groupId": group, "expiration": expires, "apiKey": "x"}
    )
    assert signed_in(service.account) == Credentials(GROUP, PUID, Secret(key), expires)


def test_the_service_may_say_the_group(service: Service) -> None:
    service.server.respond = lambda _asked: as_json({"loginKey": login_key(54321), "groupId": "54321"})
    assert signed_in(replace(service.account, groupid=None)).groupid == 54321
    assert failure_of(service.account).code == "authurl_group"


async def headers_later() -> Mapping[str, str]:
    await asyncio.sleep(0)
    return {"X-Secret": "canary"}


async def body_later() -> Mapping[str, str]:
    await asyncio.sleep(0)
    return {"user": "ann & b", "x": "ü"}


@pytest.mark.parametrize(
    "headers", [{"X-Secret": "canary"}, lambda: {"X-Secret": "canary"}, headers_later], ids=range(3)
)
@pytest.mark.parametrize(
    "body", [{"user": "ann & b", "x": "ü"}, lambda: {"user": "ann & b", "x": "ü"}, body_later], ids=range(3)
)
def test_headers_and_body_given_or_made(service: Service, headers: AuthHeaders, body: AuthBody) -> None:
    account = replace(service.account, authheaders=headers, authbody=body)
    assert "canary" not in repr(account)
    signed_in(account)
    assert service.asked.headers["x-secret"] == "canary"
    assert service.asked.headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert service.asked.form == {"user": "ann & b", "x": "ü"}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/vnd.x+json"])
def test_a_mapping_is_sent_as_json_when_the_headers_say_so(service: Service, kind: str) -> None:
    signed_in(replace(service.account, authheaders={"content-TYPE": kind}, authbody={"user": "ü"}))
    assert service.asked.json == {"user": "ü"}
    assert service.asked.headers["content-type"] == kind


@pytest.mark.parametrize(("body", "sent"), [("a=b&c", b"a=b&c"), ("ü", "ü".encode()), (b"\x00\xff", b"\x00\xff")])
def test_text_and_bytes_are_sent_as_they_are(service: Service, body: AuthBody, sent: bytes) -> None:
    signed_in(replace(service.account, authbody=body, authheaders={"Content-Type": "text/plain"}))
    assert service.asked.body == sent
    assert service.asked.headers["content-type"] == "text/plain"


def raises() -> Mapping[str, str]:
    reason = "canary"
    raise RuntimeError(reason)


async def raises_later() -> Mapping[str, str]:
    return raises()


def gives(value: object) -> Callable[[], Any]:
    return lambda: value


@pytest.mark.parametrize("name", ["authheaders", "authbody"])
@pytest.mark.parametrize(
    "function",
    [raises, raises_later, gives(7), gives(["canary"]), gives({"a": None}), gives({7: ""}), lambda missing: missing],
    ids=["raises", "raises_later", "number", "list", "no text", "no name", "arguments"],
)
def test_functions_that_fail(service: Service, name: str, function: Callable[..., Any]) -> None:
    given: dict[str, Any] = {name: function}
    error = failure_of(replace(service.account, **given), CallbackError)
    assert name in error.message
    assert service.server.asked == []


@pytest.mark.parametrize("header", [{"X-Secret": "canary\n"}, {"X-Secret": "canary\u00e9"}, {"X Secret": "canary"}])
def test_headers_that_cannot_be_sent_are_named(service: Service, header: dict[str, str]) -> None:
    for headers in (header, gives(header)):
        error = failure_of(replace(service.account, authheaders=headers), PropertyError)
        assert "authheaders" in error.message
    assert service.server.asked == []


# What a service can answer.

EXPIRED: Final = login_key(expires=int(time.time()) - 5)

ANSWERS: Final[list[tuple[Reaction, str]]] = [
    (Reply("canary", 401), "authurl_refused"),
    (Reply("canary", 403, "text/html"), "authurl_refused"),
    (Reply("canary", 404), "authurl_answer"),
    (Reply("canary", 500), "authurl_answer"),
    (Reply('{"loginKey": "canary"}', 500), "authurl_answer"),
    (Reply("", 302, headers=(("Location", "/canary"),)), "authurl_answer"),
    (Reply("", 307, headers=(("Location", "/canary"),)), "authurl_answer"),
    (Reply(""), "authurl_answer"),
    (Reply(" \n"), "authurl_answer"),
    (Reply("<html>canary</html>", kind="text/html; charset=utf-8"), "authurl_answer"),
    (Reply("canary"), "authurl_answer"),
    (Reply("{"), "authurl_answer"),
    (Reply("[" * 50_000), "authurl_answer"),
    (as_json("canary"), "authurl_answer"),
    (as_json(["canary"]), "authurl_answer"),
    (as_json({}), "authurl_answer"),
    (as_json({"loginkey": "canary"}), "authurl_answer"),
    (as_json({"loginKey": None}), "authurl_answer"),
    (as_json({"loginKey": 17}), "authurl_answer"),
    (as_json({"loginKey": {"canary": 1}}), "authurl_answer"),
    (as_json({"loginKey": "canary"}), "authurl_answer"),
    (as_json({"loginKey": "$2$1$canary"}), "authurl_answer"),
    (as_json({"loginKey": EXPIRED, "groupId": GROUP}), "loginkey_expired"),
    (as_json({"loginKey": login_key(), "groupId": GROUP + 1}), "authurl_group"),
    (as_json({"loginKey": login_key(), "padding": "canary" * 20_000}), "authurl_answer"),
    (Reply("x" * 300_000), "authurl_unreachable"),
    (Reply(b"canary", headers=(("Content-Encoding", "gzip"),)), "authurl_unreachable"),
    ("hang up", "authurl_unreachable"),
    (b"canary\r\n\r\n", "authurl_unreachable"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{", "authurl_unreachable"),
]


@pytest.mark.parametrize(("reaction", "code"), ANSWERS, ids=range(len(ANSWERS)))
def test_answers_without_a_good_key(service: Service, reaction: Reaction, code: str) -> None:
    service.server.respond = lambda _asked: reaction
    error = failure_of(service.account)
    assert error.code == code
    if code != "authurl_group":
        assert error.message == "There are issues with authentication, please refresh the page."
    assert len(service.server.asked) == (2 if code == "authurl_refused" else 1)


@pytest.mark.parametrize(
    ("reaction", "said"),
    [
        (Reply("", 500), "status 500"),
        (Reply(""), "nothing"),
        (Reply("<html>", kind="text/html"), "a web page"),
        (Reply("[]"), "no JSON object"),
        (as_json({}), "JSON without a loginKey"),
    ],
    ids=range(5),
)
def test_the_error_says_what_was_answered(service: Service, reaction: Reaction, said: str) -> None:
    service.server.respond = lambda _asked: reaction
    assert said in failure_of(service.account).hint


def test_headers_that_ran_out_are_asked_for_once_more(service: Service) -> None:
    tokens = iter(["old", "new"])
    service.server.respond = lambda asked: (
        as_json({"loginKey": login_key()}) if asked.headers["authorization"] == "Bearer new" else Reply("", 401)
    )
    signed_in(replace(service.account, authheaders=lambda: {"Authorization": f"Bearer {next(tokens)}"}))
    assert [asked.headers["authorization"] for asked in service.server.asked] == ["Bearer old", "Bearer new"]


def test_a_service_that_says_nothing_is_given_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    assert httpx.Timeout(15.0) == authurl.TIMEOUT
    monkeypatch.setattr(authurl, "TIMEOUT", httpx.Timeout(0.05))
    service.server.respond = lambda _asked: "never"
    assert failure_of(service.account).code == "authurl_timeout"


def test_a_service_that_is_not_there(service: Service) -> None:
    service.server.stop()
    assert failure_of(service.account).code == "authurl_unreachable"


# How long a key is used.


class Clock:
    """The wall's clock and the one that never goes back, both set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.start = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)
        monkeypatch.setattr(backoff, "monotonic", lambda: self.now - self.start)

    def at(self, seconds: float) -> None:
        """Goes to some seconds after the start."""
        self.now = self.start + seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize(("lifetime", "replaced_at"), [(3600, 3300), (1200, 900), (400, 300), (4, 3)])
def test_a_key_is_used_until_it_is_about_to_expire(
    service: Service, clock: Clock, lifetime: int, replaced_at: int
) -> None:
    service.server.respond = lambda _asked: as_json({"loginKey": login_key(expires=int(clock.now) + lifetime)})
    clock.now = clock.start = float(int(clock.start))

    async def work(keys: LoginKeys) -> None:
        first = await keys.current()
        assert keys.renew_at == clock.start + replaced_at
        clock.at(replaced_at - 0.5)
        assert await keys.current() is first
        clock.at(replaced_at)
        second = await keys.current()
        assert second is not first
        assert await keys.current() is second

    using(service.account, work)
    assert len(service.server.asked) == 2


def test_many_who_need_a_key_at_once_share_one(service: Service) -> None:
    async def work(keys: LoginKeys) -> None:
        assert len({id(each) for each in await asyncio.gather(*(keys.current() for _ in range(5)))}) == 1

    using(service.account, work)
    assert len(service.server.asked) == 1


def test_a_key_is_used_to_its_end_when_there_is_no_other(service: Service, clock: Clock) -> None:
    async def work(keys: LoginKeys) -> None:
        first = await keys.current()
        service.server.respond = lambda _asked: Reply("", 500)
        clock.now = first.expires - 1
        assert await keys.current() is first
        with pytest.raises(SignInError):
            await keys.renewed()
        clock.now = first.expires
        with pytest.raises(SignInError):
            await keys.current()

    using(service.account, work)


def test_a_key_that_is_being_replaced_is_not_waited_for(service: Service, clock: Clock) -> None:
    async def work(keys: LoginKeys) -> None:
        first = await keys.current()
        service.server.respond = lambda _asked: "never"
        clock.now = keys.renew_at
        replacing = asyncio.create_task(keys.renewed())
        await asyncio.sleep(0)
        assert await keys.current() is first
        replacing.cancel()

    using(service.account, work)


def test_a_service_that_fails_is_left_alone_for_a_while(service: Service, clock: Clock) -> None:
    async def work(keys: LoginKeys) -> list[float]:
        asked_at = []
        for tenth in range(12_000):
            clock.at(tenth / 10)
            before = len(service.server.asked)
            with pytest.raises(SignInError) as caught:
                await keys.current()
            assert caught.value.code == "authurl_answer"
            if len(service.server.asked) > before:
                asked_at.append(tenth / 10)
        keys.try_at_once()
        with pytest.raises(SignInError):
            await keys.current()
        return asked_at

    service.server.respond = lambda _asked: Reply("", 500)
    asked_at = using(service.account, work)
    assert asked_at == [0, 5, 15, 35, 75, 155, 315, 615, 915]
    assert backoff.LONGEST_PAUSE == 300
    assert len(service.server.asked) == 10


def test_a_platform_that_refuses_every_key_does_not_have_them_signed_in_a_loop(service: Service, clock: Clock) -> None:
    async def work(keys: LoginKeys) -> None:
        for second in range(100):
            clock.at(second)
            refused = await keys.current()
            await keys.instead_of(refused)
        calls, refused = len(service.server.asked), await keys.current()
        assert calls == 1 + len([0, 5, 15, 35, 75])
        assert await keys.instead_of(refused) is None
        clock.at(400)
        other = await keys.instead_of(refused)
        assert other is not None
        assert await keys.instead_of(refused) is other
        assert len(service.server.asked) == calls + 1

    using(service.account, work)


def test_a_given_key_has_no_other() -> None:
    async def work(keys: LoginKeys) -> None:
        given = await keys.current()
        assert await keys.instead_of(given) is None
        assert keys.renew_at == given.expires

    using(replace(ACCOUNT, loginkey=Secret(login_key())), work)
    using(replace(ACCOUNT, apikey=Secret(API_KEY)), has_another)


async def has_another(keys: LoginKeys) -> None:
    assert await keys.instead_of(await keys.current()) is not None


def test_other_means_count_for_who_was_refused_before() -> None:
    key = login_key()

    async def work(keys: LoginKeys) -> None:
        refused = await keys.current()
        keys.change_account(replace(ACCOUNT, loginkey=Secret(key)))
        other = await keys.instead_of(refused)
        assert other is not None
        assert other.loginkey.reveal() == key
        assert await keys.instead_of(other) is None

    using(replace(ACCOUNT, loginkey=Secret(login_key(expires=int(time.time()) + 100))), work)


async def kept_waiting(service: Service, keys: LoginKeys) -> asyncio.Task[Credentials]:
    """Somebody who wants a key of a service that has been asked, and says nothing."""
    loop, asked = asyncio.get_running_loop(), asyncio.Event()

    def respond(_asked: Asked) -> Reaction:
        loop.call_soon_threadsafe(asked.set)
        return "never"

    service.server.respond = respond
    waiting = asyncio.create_task(keys.current())
    await asyncio.wait_for(asked.wait(), 10)
    return waiting


def test_other_means_do_not_wait_for_what_the_old_ones_answer(service: Service) -> None:
    key = login_key()

    async def work(keys: LoginKeys) -> None:
        waiting = await kept_waiting(service, keys)
        keys.change_account(replace(ACCOUNT, loginkey=Secret(key)))
        assert (await asyncio.wait_for(waiting, 5)).loginkey.reveal() == key
        assert (await keys.current()).loginkey.reveal() == key

    using(service.account, work)


def test_who_gives_up_waiting_for_a_key_asks_no_more(service: Service) -> None:
    async def work(keys: LoginKeys) -> None:
        waiting = await kept_waiting(service, keys)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert asyncio.all_tasks() == {asyncio.current_task()}

    using(service.account, work)
