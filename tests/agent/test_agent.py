"""The agent: a whole session, what can be asked of it, and waiting."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from glance_widget.agent import agent as agent_module
from glance_widget.agent import join_events as on
from glance_widget.agent import session_lookup
from glance_widget.errors import GlanceError, InviteError, WaitTimeoutError
from glance_widget.protocol.session_report import SessionReport
from tests.agent.desk import FOLLOW, PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import (
    END,
    LOGIN_KEY,
    LOOKUP,
    PUID,
    VISITOR,
    FakePlatform,
)
from tests.agent.servers import Asked, Reply, as_json
from tests.agent.visitors_page import SHOW_TERMS, Page
from tests.conftest import eventually

pytestmark = pytest.mark.usefixtures("quick_timers")


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
