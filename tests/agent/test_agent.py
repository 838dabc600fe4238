from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import pytest

from glance_widget.agent import agent as agent_module
from glance_widget.agent import effect_runner, presence_link, presence_messages, session_lookup
from glance_widget.agent import join_events as on
from glance_widget.agent.agent import Agent
from glance_widget.agent.flow_state import Flow
from glance_widget.errors import ClosedError, GlanceError, InviteError, StateError, WaitTimeoutError
from glance_widget.protocol import session_lookup as lookup_rules
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.session_report import SessionReport
from tests.agent.desk import FOLLOW, PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import (
    AUTHORIZE,
    END,
    LOGIN_KEY,
    LOOKUP,
    PUID,
    VISITOR,
    AgentSocket,
    FakePlatform,
)
from tests.agent.servers import Asked, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.loop_thread import LoopThread

SHOW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.showTerms"
WITHDRAW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.withdrawTerms"


@pytest.fixture(autouse=True)
def quick_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes seconds in real life takes moments here."""
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 0.02)
    monkeypatch.setattr(lookup_rules, "_QUICK_DELAY", 0.01)
    monkeypatch.setattr(lookup_rules, "_SLOW_DELAY", 0.01)


@pytest.fixture
def absent(desk: Desk, platform: FakePlatform) -> Desk:
    """An agent that is signed in and follows a visitor who is away."""
    desk.open(account(platform))
    desk.reaches("absent")
    return desk


class Page:
    """The visitor's page: takes invitations and answers them."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform

    def invocations(self, func: str) -> list[dict[str, Any]]:
        by_rest = [asked.json for asked in self._platform.requests("/signalvisitor")]
        by_socket = [message for socket in self._platform.sockets for message in socket.received[1:]]
        sent = [message["data"] for message in (*by_rest, *by_socket) if message.get("mtype") == "invoke"]
        return [data["args"] for data in sent if data["func"] == func]

    @property
    def key(self) -> str:
        """The session key of the newest invitation."""
        key: str = eventually(lambda: self.invocations(SHOW_TERMS), "an invitation")[-1]["sessionKey"]
        return key

    def withdrawn(self) -> list[str]:
        return [args["sessionKey"] for args in self.invocations(WITHDRAW_TERMS)]

    def accept(self) -> str:
        key = self.key
        socket: AgentSocket = self._platform.socket
        socket.push("terms", {"status": "displayed"})
        socket.push("terms", {"status": "accepted"})
        self._platform.start_session(key)
        socket.push("visitorsessionstart")
        return key


@pytest.fixture
def page(platform: FakePlatform) -> Page:
    return Page(platform)


@pytest.fixture
def in_session(present: Desk, page: Page) -> Desk:
    """An agent in a session to which the visitor was invited."""
    present.agent.join()
    page.accept()
    present.reaches("in_session")
    return present


# The story.


def test_the_whole_story(present: Desk, platform: FakePlatform, page: Page) -> None:
    reports: list[SessionReport] = []
    present.presession = lambda: {"agent": "Ann"}
    present.reporting = reports.append
    present.agent.join()
    key = page.accept()
    flow = present.reaches("in_session")
    assert page.invocations(SHOW_TERMS) == [{"agent": "Ann", "sessionKey": key}]
    assert flow.session is not None
    found = flow.session.found
    assert found.passcode == key

    action, fields = present.agent.run(lambda: present.agent.viewer_form(found))
    assert action == platform.url + "/agentjoin/AgentView.aspx"
    assert list(fields) == ["WAIT", "LOGINKEY", "PARTNERID", "PARTNERUSERID", "SESSIONKEY", "GROUPID", "ORIGIN"]
    assert fields["LOGINKEY"].startswith("$1$")
    assert fields["PARTNERUSERID"] == PUID

    present.agent.post(on.EndAsked())
    flow = present.reaches("ended")
    assert platform.count[END] == 1
    assert platform.sessions == {}
    eventually(lambda: reports, "the report")
    assert reports == [flow.report]
    assert reports[0]["sessionId"] == "987654321"
    assert present.states == ["connecting", "absent", "present", "inviting", "joining", "in_session", "ended"]
    assert page.withdrawn() == []


def test_a_session_that_the_visitor_ends(in_session: Desk, platform: FakePlatform) -> None:
    platform.socket.push("visitorsessionend", {"reason": "visitor"})
    assert in_session.reaches("ended").reason == "visitor"


def test_a_session_that_is_gone_without_a_word(in_session: Desk, platform: FakePlatform) -> None:
    platform.sessions.clear()
    assert in_session.reaches("ended").reason == "gone"


def test_a_session_that_cannot_be_ended_goes_on(in_session: Desk, platform: FakePlatform) -> None:
    platform.replies[END] = lambda _asked: Reply("", 500)
    in_session.agent.post(on.EndAsked())
    eventually(lambda: in_session.agent.flow.error is not None)
    error = in_session.agent.flow.error
    assert in_session.agent.flow.state == "in_session"
    assert error is not None
    assert error.code == "end_failed"
    del platform.replies[END]
    in_session.agent.post(on.EndAsked())
    in_session.reaches("ended")


def test_joining_with_a_key_needs_no_presence(desk: Desk, platform: FakePlatform) -> None:
    desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent", "presence_off")
    desk.agent.join("spoken-key")
    desk.reaches("joining", "waiting_for_session")
    platform.start_session("spoken-key")
    desk.reaches("in_session")
    assert platform.sockets == []


def test_a_key_for_which_there_is_no_session(desk: Desk, platform: FakePlatform) -> None:
    desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")
    desk.agent.join("no-such-key")
    flow = desk.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "lookup_timedout"
    assert platform.count[LOOKUP] == 12


def test_autojoin(desk: Desk, platform: FakePlatform) -> None:
    platform.online = True
    desk.open(account(platform), replace(FOLLOW, autojoin=True))
    desk.reaches("present")
    platform.start_session(VISITOR)
    platform.socket.push("visitorsessionstart")
    assert desk.reaches("in_session").key == VISITOR


def test_a_visitor_who_declines(present: Desk, platform: FakePlatform, page: Page) -> None:
    present.agent.join()
    assert page.key
    platform.socket.push("terms", {"status": "declined"})
    flow = present.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "declined"
    present.agent.join()
    present.reaches("inviting")


def test_an_invitation_that_cannot_be_sent(present: Desk, platform: FakePlatform) -> None:
    platform.replies["/findvisitor"] = lambda _asked: as_json({"visitorfound": False})
    present.agent.join()
    flow = present.reaches("failed")
    assert isinstance(flow.error, InviteError)
    assert flow.error.code == "visitornotpresent"


def test_a_failed_sign_in_can_be_retried(desk: Desk, platform: FakePlatform) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    desk.open(account(platform))
    flow = desk.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "authurl_refused"
    del platform.replies[LOGIN_KEY]
    desk.agent.post(on.RetryAsked())
    desk.reaches("absent")


# The user's functions.


def raises() -> object:
    reason = "no offers today"
    raise RuntimeError(reason)


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (raises, "no offers today"),
        *(
            (lambda given=given: given, "None, or a mapping of JSON values")
            for given in ({"x": object()}, {"x": float("nan")}, "Ann", True, ["agent", "Ann"], {"x": "x" * 16_384})
        ),
    ],
    ids=range(7),
)
def test_a_presessionfunc_that_fails_stops_the_invitation(
    present: Desk, page: Page, function: Callable[[], object], said: str
) -> None:
    present.presession = function
    present.agent.join()
    flow = present.reaches("failed")
    assert flow.error is not None
    assert (flow.error.code, bool(flow.error.hint)) == ("callback", True)
    assert "presessionfunc" in flow.error.message
    assert said in flow.error.message
    assert page.invocations(SHOW_TERMS) == []


def test_a_presessionfunc_cannot_choose_the_session_key(present: Desk, page: Page) -> None:
    present.presession = lambda: {"sessionKey": "mine", "more": [1]}
    present.agent.join()
    assert page.key == present.agent.flow.key != "mine"
    assert page.invocations(SHOW_TERMS)[0]["more"] == [1]


def test_a_slow_presessionfunc_can_be_cancelled(present: Desk, page: Page) -> None:
    entered, leave = threading.Event(), threading.Event()

    def function() -> None:
        entered.set()
        leave.wait(10)

    present.presession = function
    present.agent.join()
    assert entered.wait(10)
    present.agent.post(on.CancelAsked())
    leave.set()
    present.reaches("present")
    assert page.invocations(SHOW_TERMS) == []


def test_a_session_that_began_while_presence_was_lost_is_found(
    present: Desk, platform: FakePlatform, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence_link, "RECONNECT_DELAYS", (0.0,))
    present.agent.join()
    key = page.key
    present.reaches("inviting", "invited")
    platform.start_session(key)
    platform.socket.abort()
    assert present.reaches("in_session").key == key
    platform.socket.push("visitorsessionend", {"reason": "visitor"})
    assert present.reaches("ended", "visitor").report is not None


def test_a_visitor_who_reads_while_the_service_is_slow_to_say_so_is_still_asked(
    present: Desk, platform: FakePlatform, page: Page
) -> None:
    def answer(asked: Asked) -> Reaction:
        if asked.json["data"]["func"] == SHOW_TERMS:
            present.agent.post(on.TermsAnswered("displayed"))
            return "hang up"
        return Reply("")

    platform.replies["/signalvisitor"] = answer
    present.agent.join()
    present.reaches("inviting", "terms_displayed")
    page.accept()
    present.reaches("in_session")


def test_a_reporting_callback_may_do_with_its_report_what_it_likes(in_session: Desk) -> None:
    given: list[SessionReport] = []

    def keep(report: SessionReport) -> None:
        report["sessionId"] = "case 7"
        given.append(report)

    in_session.reporting = keep
    in_session.agent.post(on.EndAsked())
    flow = in_session.reaches("ended")
    eventually(lambda: given, "the report")
    assert flow.report is not None
    assert flow.report["sessionId"] != "case 7"


def test_a_reporting_callback_that_fails_is_shown_and_harms_nothing(
    in_session: Desk, platform: FakePlatform, caplog: pytest.LogCaptureFixture
) -> None:
    in_session.reporting = lambda _report: raises()
    platform.sessions.clear()
    in_session.reaches("ended")
    eventually(lambda: in_session.agent.flow.error)
    error = in_session.agent.flow.error
    assert error is not None
    assert error.message == "reportingCallback failed: RuntimeError: no offers today."
    assert in_session.agent.flow.report is not None
    assert any("reportingCallback" in record.getMessage() for record in caplog.records)


def test_an_unexpected_failure_is_shown_too(
    desk: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        reason = "a bug of ours"
        raise ZeroDivisionError(reason)

    monkeypatch.setattr("glance_widget.agent.authurl._read_answer", broken)
    desk.open(account(platform))
    flow = desk.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "internal"
    assert any(record.levelno >= logging.ERROR for record in caplog.records)


def test_an_unexpected_failure_of_presence_is_shown_too(
    present: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        reason = "a bug of ours"
        raise ZeroDivisionError(reason)

    monkeypatch.setattr(presence_messages, "terms_status", broken)
    platform.socket.push("terms", {"status": "displayed"})
    flow = present.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "internal"
    assert any(record.levelno >= logging.ERROR for record in caplog.records)


# Taking an invitation back.


@pytest.mark.parametrize("load_balanced", [False, True])
@pytest.mark.parametrize("how", ["cancel", "close", "another visitor", "presence off"])
def test_an_invitation_is_taken_back(
    desk: Desk, platform: FakePlatform, page: Page, how: str, *, load_balanced: bool
) -> None:
    platform.load_balanced = load_balanced
    platform.online = True
    desk.open(account(platform))
    desk.reaches("present")
    desk.agent.join()
    key = page.key
    ways: dict[str, Callable[[], object]] = {
        "cancel": lambda: desk.agent.post(on.CancelAsked()),
        "close": desk.agent.close,
        "another visitor": lambda: desk.agent.post(on.SubjectChanged(on.Subject("otto", presence=True))),
        "presence off": lambda: desk.agent.post(on.SubjectChanged(PRESENCE_OFF)),
    }
    ways[how]()
    eventually(lambda: page.withdrawn() == [key], f"{key} is withdrawn, not {page.withdrawn()}")


def test_nothing_is_taken_back_in_a_session(in_session: Desk, page: Page, platform: FakePlatform) -> None:
    in_session.agent.close()
    assert page.withdrawn() == []
    assert platform.count[END] == 0, "a running session goes on in its viewer"


def test_an_invitation_that_cannot_be_taken_back_does_not_keep_from_closing(
    present: Desk, page: Page, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 0.05)
    present.agent.join()
    assert page.key
    platform.replies["/signalvisitor"] = lambda _asked: "never"
    before = time.monotonic()
    present.agent.close()
    assert time.monotonic() - before < 4


# Another visitor, another account.


def test_another_visitor_is_followed_instead(present: Desk, platform: FakePlatform) -> None:
    first = platform.socket
    present.agent.post(on.SubjectChanged(on.Subject("otto", presence=True)))
    eventually(lambda: not first.open and platform.socket is not first)
    assert platform.socket.first["visitorid"] == "otto"
    present.reaches("present")
    assert platform.count[LOGIN_KEY] == 1


def test_presence_can_be_switched_off(present: Desk, platform: FakePlatform) -> None:
    socket = platform.socket
    present.agent.post(on.SubjectChanged(PRESENCE_OFF))
    present.reaches("absent", "presence_off")
    eventually(lambda: not socket.open)


def test_another_account_is_used_at_once(present: Desk, platform: FakePlatform, loop_thread: LoopThread) -> None:
    other = FakePlatform(loop_thread)
    first = platform.socket
    present.agent.change_account(account(other), FOLLOW)
    present.reaches("absent")
    assert other.socket.first["authorization"] == "token-1"
    eventually(lambda: not first.open)
    present.close()
    other.stop()


def test_the_failure_of_an_account_that_is_no_longer_wanted_is_not_heard(
    desk: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    desk.open(account(platform), PRESENCE_OFF)
    eventually(lambda: platform.count[LOGIN_KEY])
    other.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    desk.agent.change_account(account(other), PRESENCE_OFF)
    desk.reaches("failed")
    assert desk.states == ["connecting", "failed"]
    del other.replies[LOGIN_KEY]
    desk.agent.change_account(account(other), PRESENCE_OFF)
    desk.reaches("absent")
    platform.stop()
    desk.agent.run(lambda: asyncio.sleep(0.05))
    assert desk.agent.flow.state == "absent"
    assert desk.states == ["connecting", "failed", "connecting", "absent"]
    desk.close()
    other.stop()


def test_signing_in_anew_while_signing_in(desk: Desk, platform: FakePlatform) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    desk.open(account(platform))
    eventually(lambda: platform.count[LOGIN_KEY])
    del platform.replies[LOGIN_KEY]
    desk.agent.change_account(account(platform), FOLLOW)
    desk.reaches("absent")
    assert desk.states == ["connecting", "absent"]


def test_another_account_waits_for_the_end_of_a_session(
    in_session: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    in_session.agent.change_account(account(other), FOLLOW)
    looked = platform.count[LOOKUP]
    eventually(lambda: platform.count[LOOKUP] > looked + 2, "the session is still watched on its own platform")
    assert in_session.agent.flow.state == "in_session"
    assert other.asked == []
    platform.sessions.clear()
    in_session.reaches("ended")
    in_session.agent.post(on.EndedShown())
    eventually(lambda: other.sockets)
    in_session.reaches("absent")
    in_session.close()
    other.stop()


def test_another_account_is_used_though_presence_of_the_old_one_never_comes_back(
    in_session: Desk, platform: FakePlatform, loop_thread: LoopThread
) -> None:
    other = FakePlatform(loop_thread)
    in_session.agent.change_account(account(other), FOLLOW)
    platform.sessions.clear()
    in_session.reaches("ended")
    platform.stop()
    in_session.reaches("absent")
    assert other.sockets
    in_session.close()
    other.stop()


# Asking and waiting.


def test_speaking_to_the_page(present: Desk, page: Page, platform: FakePlatform) -> None:
    agent = present.agent
    agent.run(lambda: agent.invoke("GLANCE_COBROWSE.Custom.showOffer", {"text": "Hello"}, 0.0))
    assert page.invocations("GLANCE_COBROWSE.Custom.showOffer") == [{"text": "Hello"}]
    agent.run(lambda: agent.signal({"a": 1}))
    assert platform.requests("/signalvisitor")[-1].json == {"mtype": "signal", "data": {"a": 1}}
    platform.record = {"url": "http://shop/cart"}
    assert agent.run(agent.lookup) == {"url": "http://shop/cart"}
    assert agent.flow.visitor is not None
    assert agent.flow.visitor["url"] == "http://shop/cart"


def test_an_answer_about_one_visitor_is_no_news_of_the_next(present: Desk, platform: FakePlatform) -> None:
    agent = present.agent
    eventually(lambda: platform.count["/lookupvisitor"], "the link's own lookup")
    eventually(lambda: agent.flow.visitor)

    def answer(_asked: Asked) -> Reply:
        del platform.replies["/lookupvisitor"]
        agent.post(on.SubjectChanged(on.Subject("otto", presence=True)))
        return as_json({"name": "Maria", "url": "http://shop/"})

    platform.record = {"url": "http://shop/otto"}
    platform.replies["/lookupvisitor"] = answer
    assert agent.run(agent.lookup)["name"] == "Maria"
    present.reaches("present")
    eventually(lambda: agent.flow.visitor)
    assert agent.flow.visitor == platform.record


def test_nobody_is_followed(desk: Desk, platform: FakePlatform) -> None:
    agent = desk.open(account(platform), PRESENCE_OFF)
    for work in (lambda: agent.invoke("GLANCE.x", {}, None), lambda: agent.signal({}), agent.lookup):
        with pytest.raises(InviteError) as caught:
            agent.run(work)
        assert caught.value.code == "presence_off"


def test_a_platform_that_does_not_answer_is_not_waited_for_for_ever(
    present: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent_module, "CALL_TIMEOUT", 0.05)
    platform.replies["/lookupvisitor"] = lambda _asked: "never"
    with pytest.raises(WaitTimeoutError):
        present.agent.run(present.agent.lookup)


def test_there_is_no_address_without_a_session(absent: Desk) -> None:
    with pytest.raises(GlanceError) as caught:
        absent.agent.run(absent.agent.viewer_address)
    assert caught.value.code == "no_session"


def test_a_viewer_that_opens_late_says_nothing_of_the_next_session(present: Desk, platform: FakePlatform) -> None:
    called: list[str] = []
    leave = [threading.Event(), threading.Event()]

    def openwindow(address: str) -> None:
        called.append(address)
        leave[len(called) - 1].wait(10)

    present.openwindow = openwindow
    agent = present.agent

    def join(key: str, calls: int) -> None:
        platform.start_session(key, id=key)
        agent.join(key)
        present.reaches("in_session")
        eventually(lambda: len(called) == calls)

    join("first", 1)
    agent.post(on.SessionOver("gone", "first"))
    join("second", 2)
    leave[0].set()
    agent.run(lambda: asyncio.sleep(0.05))
    assert agent.flow.session is not None
    assert agent.flow.session.viewer == "opening"
    leave[1].set()
    eventually(lambda: agent.flow.session and agent.flow.session.viewer == "open")


def test_a_session_that_is_over_before_its_address_is_known_is_not_opened(
    present: Desk, platform: FakePlatform
) -> None:
    called: list[str] = []
    present.openwindow = called.append

    def answer(_asked: Asked) -> Reply:
        present.agent.post(on.SessionOver("gone", "987654321"))
        return as_json({"ticket": "t" * 43, "expires": 120})

    platform.replies["/agentjoin/ViewerTicket"] = answer
    platform.start_session("key", viewertickets="1")
    present.agent.join("key")
    present.reaches("ended")
    present.agent.run(lambda: asyncio.sleep(0.05))
    assert called == []
    assert present.agent.flow.error is None


def test_a_claim_that_the_session_ended_is_looked_into(
    in_session: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 3600)
    agent = in_session.agent
    before = platform.count[LOOKUP]
    agent.post(on.SessionDoubted())
    eventually(lambda: platform.count[LOOKUP] > before)
    assert agent.flow.state == "in_session"
    platform.sessions.clear()
    agent.post(on.SessionDoubted())
    in_session.reaches("ended", "gone")


def test_the_end_of_another_session_of_the_visitor_is_not_this_ones(
    present: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 3600)
    platform.start_session("typed")
    present.agent.join("typed")
    present.reaches("in_session")
    before = platform.count[LOOKUP]
    platform.socket.push("visitorsessionend", {"reason": "visitor"})
    eventually(lambda: platform.count[LOOKUP] > before)
    assert present.agent.flow.state == "in_session"
    platform.sessions.clear()
    platform.socket.push("visitorsessionend", {"reason": "visitor"})
    assert present.reaches("ended", "visitor").report is not None


# The end.


def test_a_closed_agent(absent: Desk, platform: FakePlatform) -> None:
    agent = absent.agent
    socket = platform.socket
    agent.close()
    assert not socket.open or eventually(lambda: not socket.open)
    agent.close()
    assert (agent.flow.state, agent.flow.reason) == ("signed_out", "closed")
    seen = len(absent.flows)
    agent.post(on.VisitorConnection(online=True))
    agent.change_account(account(platform), FOLLOW)
    assert len(absent.flows) == seen
    with pytest.raises(ClosedError):
        agent.join()
    with pytest.raises(ClosedError):
        agent.run(agent.lookup)
    with pytest.raises(ClosedError):
        agent.waiter("present")


async def never_lets_go(released: threading.Event) -> None:
    while not released.is_set():
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.05)


async def blocks(released: threading.Event) -> None:
    released.wait(30)


@pytest.mark.parametrize("function", [never_lets_go, blocks], ids=["never lets go", "blocks"])
def test_a_coroutine_of_the_users_does_not_keep_from_closing(
    present: Desk,
    function: Callable[[threading.Event], Coroutine[Any, Any, None]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 0.02)
    monkeypatch.setattr(agent_module, "_CLOSE_WITHIN", 0.1)
    entered, released = threading.Event(), threading.Event()

    async def enter() -> None:
        entered.set()
        await function(released)

    present.presession = enter
    present.agent.join()
    assert entered.wait(10)
    if function is never_lets_go:
        threading.Timer(0.3, released.set).start()  # the end of the loop's thread waits for it, within limits
    present.agent.close()
    assert present.agent.flow.reason == "closed"
    assert function is never_lets_go or "does not let go" in caplog.text
    released.set()
    eventually(lambda: "glance-agent" not in [thread.name for thread in threading.enumerate()])


def test_closing_ends_the_waiting_for_an_answer(present: Desk, platform: FakePlatform) -> None:
    platform.replies["/lookupvisitor"] = lambda _asked: "never"
    failed: list[GlanceError] = []
    before = platform.count["/lookupvisitor"]

    def look_up() -> None:
        try:
            present.agent.run(present.agent.lookup, longer=60)
        except GlanceError as error:
            failed.append(error)

    thread = threading.Thread(target=look_up)
    thread.start()
    eventually(lambda: platform.count["/lookupvisitor"] > before)
    present.agent.close()
    thread.join(10)
    assert [type(error) for error in failed] == [ClosedError]


def test_closing_waits_for_no_answer_about_privileges(
    desk: Desk, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect_runner, "_LAST_WORDS", 60)
    asked = threading.Event()

    def authorize(about: Asked) -> Reaction:
        if "service=webservices" not in about.query:
            return platform.authorize(about)
        asked.set()
        return "never"

    platform.replies[AUTHORIZE] = authorize
    desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")
    assert asked.wait(10)
    desk.agent.close()


def test_closing_on_the_background_loop(desk: Desk, platform: FakePlatform) -> None:
    def close(flow: Flow) -> None:
        if flow.state == "absent":
            desk.agent.close()

    desk.observer = close
    desk.open(account(platform), PRESENCE_OFF)
    eventually(lambda: desk.states[-1] == "signed_out")
    assert desk.threads[-1] == "glance-agent"


def test_closing_in_an_observer_while_the_loop_wants_to_tell_something(desk: Desk, platform: FakePlatform) -> None:
    loop_waits = threading.Event()

    async def tell(agent: Agent) -> None:
        loop_waits.set()
        agent.post(on.PlatformTrouble(None))

    agent = desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")

    def close(_flow: Flow) -> None:
        desk.observer = lambda _flow: None
        agent.start(lambda: tell(agent))
        assert loop_waits.wait(10)
        agent.close()

    desk.observer = close
    before = time.monotonic()
    agent.post(on.VisitorConnection(online=True))
    assert time.monotonic() - before < 4
    assert desk.states[-1] == "signed_out"


def test_many_threads_at_once(platform: FakePlatform, desk: Desk, rng: random.Random) -> None:
    agent = desk.open(account(platform), PRESENCE_OFF)
    desk.reaches("absent")
    mixed = []
    desk.observer = lambda flow: mixed.append(flow) if agent.flow is not flow else None
    events: list[on.Event] = [
        on.VisitorConnection(online=True), on.VisitorConnection(online=False), on.PresenceOpened(), on.SignedIn(1),
        on.PresenceLost(GlanceError("x", "y")), on.JoinAsked("key"), on.CancelAsked(), on.EndedShown(),
        on.SubjectChanged(on.Subject(autojoin=True)), on.SubjectChanged(PRESENCE_OFF), on.VisitorRecord({"a": 1}),
    ]  # fmt: skip
    plans = [rng.choices(events, k=300) for _ in range(6)]

    def post(plan: list[on.Event]) -> int:
        refused = 0
        for event in plan:
            try:
                agent.post(event)
            except StateError:
                refused += 1
        return refused

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(post, plans)) > 0
    assert mixed == [], "a flow was published that was no longer the agent's"
    assert desk.flows[-1] == agent.flow


def test_the_address_of_the_viewer_is_that_of_the_platform() -> None:
    assert BaseUrl.parse("production").web("/agentjoin/AgentView.aspx") == (
        "https://www.glance.net/agentjoin/AgentView.aspx"
    )
