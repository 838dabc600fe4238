from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any, Final, TypeVar

import pytest

from glance_widget.agent.account import Account
from glance_widget.agent.platform import Platform
from glance_widget.errors import GlanceError, SessionError, SessionLookupError
from glance_widget.protocol.base_urls import AGENT_IN_SESSION_PATH, BaseUrl
from glance_widget.protocol.session_lookup import AgentSession, FoundSession, agent_sessions_xml
from glance_widget.secret import Secret
from tests.agent.fake_platform import API_KEY, AUTHORIZE, END, GROUP, LOOKUP, NO_SESSION, PUID, FakePlatform
from tests.agent.servers import Asked, Reaction, Reply

T = TypeVar("T")

KEY: Final = "maria-21"


def using(fake: FakePlatform, work: Callable[[Platform], Coroutine[Any, Any, T]], apikey: str = API_KEY) -> T:
    account = Account(groupid=GROUP, puid=PUID, apikey=Secret(apikey), base=BaseUrl.parse(fake.url))

    async def run() -> T:
        way_in = Platform.of(account)
        try:
            return await asyncio.wait_for(work(way_in), 20)
        finally:
            await way_in.http.close()

    return asyncio.run(run())


class Misses:
    """Answers of a platform: so many misses, then a session."""

    def __init__(self, platform: FakePlatform, misses: int) -> None:
        self.left = misses
        self._platform = platform
        platform.start_session(KEY)
        platform.replies[LOOKUP] = self

    def __call__(self, asked: Asked) -> Reaction:
        self.left -= 1
        return Reply(NO_SESSION) if self.left >= 0 else self._platform.look_up(asked)


def find(fake: FakePlatform, on_miss: Callable[[], None] = lambda: None) -> FoundSession:
    return using(fake, lambda way_in: way_in.sessions.find(KEY, on_miss))


def failure_of(work: Callable[[], object], kind: type[GlanceError]) -> GlanceError:
    with pytest.raises(kind) as caught:
        work()
    assert caught.value.hint
    assert "canary" not in repr((caught.value.args, caught.value.__cause__))
    return caught.value


def test_the_request_that_real_clients_send(platform: FakePlatform) -> None:
    platform.start_session(KEY)
    found = find(platform)
    assert (found.id, found.passcode, found.servername) == ("987654321", KEY, platform.address)
    (asked,) = platform.requests(LOOKUP)
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/x-www-form-urlencoded")
    assert list(asked.form) == ["partnerid", "partneruserid", "loginkey", "ssnkey"]
    assert (asked.form["partneruserid"], asked.form["ssnkey"]) == (PUID, KEY)
    assert b"partneruserid=ann%2Bb%40x.example&" in asked.body


@pytest.mark.parametrize("misses", [0, 1, 6, 7, 11])
def test_found_after_misses(platform: FakePlatform, delays: list[float], misses: int) -> None:
    Misses(platform, misses)
    missed: list[None] = []
    assert find(platform, lambda: missed.append(None)).passcode == KEY
    assert len(missed) == misses
    assert delays == ([3.0] * 6 + [5.0] * 5)[:misses]
    assert platform.count[LOOKUP] == misses + 1


def test_given_up_after_twelve_lookups(platform: FakePlatform, delays: list[float]) -> None:
    missed: list[None] = []
    error = failure_of(lambda: find(platform, lambda: missed.append(None)), SessionLookupError)
    assert error.code == "lookup_timedout"
    assert (platform.count[LOOKUP], len(missed)) == (12, 12)
    assert delays == [3.0] * 6 + [5.0] * 5


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (Reply("canary", 401), "authorization"),
        (Reply("canary", 403), "authorization"),
        (Reply("canary", 500), "lookup_answer"),
        (Reply("", 302, headers=(("Location", "/canary"),)), "lookup_answer"),
        (Reply("canary: the login key is wrong"), "lookup_answer"),
        (Reply("<session2><id>17</id></session2>"), "lookup_answer"),
        (Reply("<session2><id>17</id><agentjoinurl>canary</agentjoinurl></session2>"), "lookup_answer"),
        (Reply(b"\xff\xfe\x00"), "lookup_answer"),
        (Reply("x" * 300_000), "lookup_unreachable"),
        ("hang up", "lookup_unreachable"),
    ],
    ids=range(10),
)
def test_what_ends_a_lookup_at_once(platform: FakePlatform, delays: list[float], reaction: Reaction, code: str) -> None:
    platform.replies[LOOKUP] = lambda _asked: reaction
    assert failure_of(lambda: find(platform), SessionLookupError).code == code
    assert delays == []


# Watching a session.

WATCHED: Final = FoundSession("987654321", f"{GROUP}.{KEY}.4711", "x", str(GROUP), KEY, "https://h/")


def watched(
    fake: FakePlatform,
    troubles: list[GlanceError | None],
    viewers: list[bool] | None = None,
    session: FoundSession = WATCHED,
) -> None:
    told = [] if viewers is None else viewers
    using(fake, lambda way_in: way_in.sessions.watch(session, troubles.append, told.append))


def script(platform: FakePlatform, *reactions: Reaction | None) -> Iterator[Reaction | None]:
    """Answers of a platform, one after the other; None is the session."""
    platform.start_session(KEY)
    steps = iter(reactions)

    def respond(asked: Asked) -> Reaction:
        step = next(steps)
        return platform.look_up(asked) if step is None else step

    platform.replies[LOOKUP] = respond
    return steps


GONE: Final = Reply(NO_SESSION)


def test_a_session_is_over_when_it_is_missed_twice_in_a_row(platform: FakePlatform, delays: list[float]) -> None:
    left = script(platform, None, GONE, None, None, GONE, GONE)
    troubles: list[GlanceError | None] = []
    watched(platform, troubles)
    assert list(left) == []
    assert troubles == []
    assert delays == [5.0] * 6


def test_another_session_under_the_same_key_is_another_session(platform: FakePlatform, delays: list[float]) -> None:
    script(platform, None, None, None)
    platform.start_session(KEY, id="another")
    watched(platform, [])
    assert len(delays) == 2


def test_a_login_key_that_is_refused_is_replaced_once(platform: FakePlatform, delays: list[float]) -> None:
    left = script(platform, Reply("", 403), None)
    assert find(platform).id == "987654321"
    first, second = platform.requests(LOOKUP)
    assert list(left) == []
    assert delays == []
    assert first.form["ssnkey"] == second.form["ssnkey"]


def test_trouble_is_told_and_taken_back_and_ends_nothing(platform: FakePlatform, delays: list[float]) -> None:
    trouble: tuple[Reaction, ...] = (Reply("", 500), "hang up", Reply("", 401), Reply("", 401), Reply("nonsense"))
    left = script(platform, None, *trouble, None, GONE, Reply("", 500), GONE)
    troubles: list[GlanceError | None] = []
    watched(platform, troubles)
    assert list(left) == []
    codes = [error and error.code for error in troubles]
    assert codes == [
        "lookup_answer",
        "lookup_unreachable",
        "authorization",
        "lookup_answer",
        None,
        "lookup_answer",
        None,
    ]
    assert len(delays) == 9


# Whether the agent has a viewer in it.

IN: Final = Reply(agent_sessions_xml([AgentSession(WATCHED.id, KEY, "1", "4711", "x")]), kind="text/xml")
ELSEWHERE: Final = Reply(agent_sessions_xml([AgentSession("another", KEY, "1", "4711", "x")]), kind="text/xml")
OUT: Final = Reply(agent_sessions_xml([]), kind="text/xml")


@pytest.mark.parametrize(
    ("answers", "tickets", "told"),
    [
        ((OUT, IN, IN, OUT, IN, OUT, ELSEWHERE, OUT, IN), "", [True, False, False, True]),
        ((OUT, OUT, OUT), "", []),
        ((OUT, OUT, OUT), "1", [False, False]),
        ((IN, Reply("", 404), Reply("nonsense"), "hang up", Reply("", 401), OUT, OUT), "1", [True, False]),
    ],
    ids=["comes, is loaded again, and goes", "a platform that never tells", "never came", "no answer is no news"],
)
def test_a_viewer_that_nobody_here_sees_is_counted(
    platform: FakePlatform,
    delays: list[float],
    answers: tuple[Reaction, ...],
    tickets: str,
    told: list[bool],
) -> None:
    script(platform, *(None for _answer in answers), GONE, GONE)
    left = iter(answers)
    platform.replies[AGENT_IN_SESSION_PATH] = lambda _asked: next(left)
    troubles: list[GlanceError | None] = []
    viewers: list[bool] = []
    watched(platform, troubles, viewers, replace(WATCHED, viewertickets=tickets))
    assert (viewers, troubles, list(left)) == (told, [], [])
    assert len(delays) == len(answers) + 2
    asked = platform.requests(AGENT_IN_SESSION_PATH)[0]
    assert list(asked.form) == ["partnerid", "partneruserid", "loginkey", "ssnkey"]
    assert asked.form["ssnkey"] == KEY


# Ending a session.


def end(fake: FakePlatform, session: FoundSession) -> None:
    using(fake, lambda way_in: way_in.sessions.end(session))


def test_ending_a_session(platform: FakePlatform) -> None:
    platform.start_session(KEY)
    end(platform, find(platform))
    (asked,) = platform.requests(END)
    assert asked.headers["authorization"] == "Bearer token-1"
    assert asked.headers["content-type"] == "application/json"
    ssnid = f"{GROUP}.{KEY}.4711"
    assert asked.json == {"mtype": "EjectAgent", "data": {"reason": "leave"}, "num": 0, "ssnid": ssnid}
    assert platform.sessions == {}


def test_a_token_that_ran_out_is_replaced_once(platform: FakePlatform) -> None:
    platform.start_session(KEY)
    session = find(platform)
    statuses = iter([401, 200])
    platform.replies[END] = lambda _asked: Reply("", next(statuses))
    end(platform, session)
    assert (platform.count[END], platform.count[AUTHORIZE]) == (2, 2)


@pytest.mark.parametrize(
    ("reaction", "asked"), [(Reply("canary", 401), 2), (Reply("canary", 500), 1), ("hang up", 1)], ids=range(3)
)
def test_a_session_that_cannot_be_ended(platform: FakePlatform, reaction: Reaction, asked: int) -> None:
    platform.start_session(KEY)
    session = find(platform)
    platform.replies[END] = lambda _asked: reaction
    assert failure_of(lambda: end(platform, session), SessionError).code == "end_failed"
    assert platform.count[END] == asked
