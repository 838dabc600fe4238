"""The widget against the sandbox with a scripted visitor: what Python says, and what the browser's tabs hear."""

from __future__ import annotations

import asyncio
import threading

import pytest

from glance_widget import Glance, SessionReport
from glance_widget.errors import ClosedError, GlanceError, InviteError, StateError, WaitTimeoutError
from glance_widget.sandbox import Sandbox, shared_sandbox
from glance_widget.testing import Answer, ScriptedVisitor
from tests.conftest import eventually
from tests.widget.conftest import Tab, new_pad, unseal


def visitor_of(sandbox: Sandbox, widget: Glance, answer: Answer = "accept") -> ScriptedVisitor:
    assert widget.visitorid is not None
    return ScriptedVisitor(sandbox, widget.visitorid, name="Maria", answer=answer)


def test_whole_story_by_code(sandbox: Sandbox, widget: Glance) -> None:
    seen: list[str] = []
    widget.observe(lambda change: seen.append(change.new), "state")
    reported: list[object] = []
    widget.reportingCallback = reported.append
    with visitor_of(sandbox, widget) as visitor:
        widget.wait_for("present")
        assert widget.visitor is not None
        assert widget.visitor["visitorid"] == widget.visitorid
        widget.join()
        assert widget.state == "inviting"
        widget.wait_for("in_session")
        assert widget.session is not None
        assert visitor.session_id == widget.session["sessionId"]
        widget.invoke("showOffer", {"text": "Hello"})
        assert visitor.wait_for_invocation("GLANCE_COBROWSE.Custom.showOffer")["text"] == "Hello"
        widget.end()
        widget.wait_for("ended")
        visitor.wait_for("ended")
    assert seen[:5] == ["present", "inviting", "joining", "in_session", "ended"]
    assert len(widget.reports) == 1
    assert widget.reporting == widget.reports[0]
    assert eventually(lambda: reported) == [widget.reports[0]]
    table = widget.to_dataframe()
    assert list(table.columns) == ["sessionId", "sessionStart", "sessionEnd", "duration"]
    assert table["duration"].dtype == "int64"


def test_visitor_ends(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget) as visitor:
        widget.wait_for("present")
        widget.join()
        widget.wait_for("in_session")
        visitor.end()
        widget.wait_for("ended")
    assert widget.status is not None
    assert widget.status["reason"] == "visitor"
    assert len(widget.reports) == 1


def test_decline_is_an_error_with_a_way_back(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget, answer="decline"):
        widget.wait_for("present")
        tab = Tab(widget)
        _pad, sent = new_pad()
        req = tab.say("join", pad=sent)
        with pytest.raises(InviteError) as raised:
            widget.wait_for("in_session")
        assert raised.value.code == "declined"
        assert tab.answer(req, "refused")["code"] == "declined"
        widget.join()
        assert widget.state == "inviting"
        with pytest.raises(InviteError):
            widget.wait_for("in_session")


def test_cancel_takes_the_invitation_back(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget, answer="ignore") as visitor:
        widget.wait_for("present")
        widget.join()
        visitor.wait_for_invocation("GLANCE.Cobrowse.VisitorUI.showTerms")
        widget.cancel()
        assert widget.state == "present"
        visitor.wait_for_invocation("GLANCE.Cobrowse.VisitorUI.withdrawTerms")


def test_another_visitor_cancels_the_invitation(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget, answer="ignore") as visitor:
        widget.wait_for("present")
        widget.join()
        visitor.wait_for_invocation("GLANCE.Cobrowse.VisitorUI.showTerms")
        widget.visitorid = "somebody-else"
        visitor.wait_for_invocation("GLANCE.Cobrowse.VisitorUI.withdrawTerms")
        widget.wait_for("absent")


def test_join_with_the_key_of_the_visitors_page(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget) as visitor:
        key = visitor.start_session("key-4711")
        widget.join(f" {key} ")
        widget.wait_for("in_session")
        assert widget.session is not None
        assert widget.session["key"] == "key-4711"


def test_presession_function_adds_to_the_invitation_and_can_stop_it(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget, answer="ignore") as visitor:
        widget.wait_for("present")
        widget.presessionfunc = lambda: {"agentName": "Ann"}
        widget.join()
        assert visitor.wait_for_invocation("GLANCE.Cobrowse.VisitorUI.showTerms")["agentName"] == "Ann"
        widget.cancel()

        def stop() -> None:
            raise RuntimeError("the record is locked")

        widget.presessionfunc = stop
        widget.join()
        with pytest.raises(GlanceError, match="the record is locked"):
            widget.wait_for("in_session")


@pytest.mark.parametrize("how", ["agent", "visitor", "page lost", "platform stopped"])
def test_however_a_session_ends_there_is_one_report(how: str) -> None:
    reports: list[SessionReport] = []
    with (
        # Nobody waits for the usual half a minute here, and a page that is slow to connect has not left yet.
        Sandbox(grace=2.0 if how == "page lost" else 30.0) as platform,
        ScriptedVisitor(platform, "maria-21") as visitor,
        Glance(
            glancebaseurl=platform.url,
            groupid=platform.groupid,
            puid=platform.puid,
            authurl=platform.authurl,
            presence=True,
            visitorid="maria-21",
            reportingCallback=reports.append,
        ) as w,
    ):
        w.wait_for("present")
        w.join()
        w.wait_for("in_session")
        assert w.session is not None
        session_id = w.session["sessionId"]
        ends = {"agent": w.end, "visitor": visitor.end, "page lost": visitor.stop, "platform stopped": platform.stop}
        ends[how]()
        eventually(lambda: reports)
        assert [report["sessionId"] for report in reports] == [session_id]
        assert w.reports == reports


def test_click_is_answered_with_a_form_for_that_tab_only(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget):
        widget.wait_for("present")
        tab = Tab(widget)
        pad, sent = new_pad()
        req = tab.say("join", pad=sent)
        widget.wait_for("in_session")
        form = unseal(tab.answer(req, "viewer")["sealed"], pad)
        assert form["action"] == f"{sandbox.url}/agentjoin/AgentView.aspx"
        assert list(form["fields"])[:4] == ["WAIT", "LOGINKEY", "PARTNERID", "PARTNERUSERID"]
        assert form["fields"]["LOGINKEY"] not in repr(tab.heard)
        assert tab.answers(req) == ["taken", "viewer"]
        again, sent = new_pad()
        second = tab.say("viewer", pad=sent)
        assert unseal(tab.answer(second, "viewer")["sealed"], again)["action"] == form["action"]


def test_repeated_click_counts_once(sandbox: Sandbox, widget: Glance) -> None:
    with visitor_of(sandbox, widget, answer="ignore"):
        widget.wait_for("present")
        tab = Tab(widget)
        message = {"v": 1, "seq": 1, "type": "join", "req": "same", "client": "tab-1"}
        for _ in range(3):
            tab.repeat(message)
        assert tab.answers("same") == ["taken"] * 3
        assert widget.state == "inviting"


@pytest.mark.parametrize("kind", ["cancel", "end", "retry"])
def test_what_is_not_possible_is_refused_in_words(widget: Glance, kind: str) -> None:
    tab = Tab(widget)
    refused = tab.answer(tab.say(kind), "refused")
    assert refused["message"]
    assert widget.state == "absent"


def test_malformed_messages_are_dropped(widget: Glance, caplog: pytest.LogCaptureFixture) -> None:
    tab = Tab(widget)
    for message in ({}, {"v": 2}, {"v": 1, "type": "join", "req": "x", "client": "c", "seq": 1, "key": "a b"}):
        tab.repeat(message)
    assert tab.heard == []
    assert len(caplog.records) == 3


def test_failing_observer_stops_nothing(sandbox: Sandbox, widget: Glance, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_change: object) -> None:
        raise RuntimeError("observer")

    widget.observe(fail, "state")
    with visitor_of(sandbox, widget):
        widget.wait_for("present")
        widget.join()
        widget.wait_for("in_session")
    assert "observer" in caplog.text


def test_waiting_in_an_observer_is_refused(sandbox: Sandbox, widget: Glance) -> None:
    refused: list[GlanceError] = []

    def wait(_change: object) -> None:
        try:
            widget.wait_for("ended", 5)
        except StateError as error:
            refused.append(error)

    widget.observe(wait, "state")
    with visitor_of(sandbox, widget):
        widget.wait_for("present")
        eventually(lambda: refused)
    assert refused[0].code == "would_block"


def test_until_waits_without_blocking(sandbox: Sandbox, widget: Glance) -> None:
    async def story() -> None:
        waiting = asyncio.create_task(widget.until("present", 15))
        await asyncio.to_thread(visitor.start)
        await waiting
        with pytest.raises(WaitTimeoutError):
            await widget.until("ended", 0.01)

    visitor = visitor_of(sandbox, widget)
    try:
        asyncio.run(story())
    finally:
        visitor.stop()


def test_closed_widget_says_so(sandbox: Sandbox) -> None:
    w = Glance(glancebaseurl=sandbox.url, groupid=sandbox.groupid, puid=sandbox.puid, authurl=sandbox.authurl)
    w.wait_for("absent")
    w.close()
    w.close()
    for action in (w.join, w.cancel, w.end, w.lookup, lambda: w.wait_for("present")):
        with pytest.raises(ClosedError):
            action()


def test_many_widgets_share_one_thread(sandbox: Sandbox) -> None:
    widgets = [
        Glance(glancebaseurl=sandbox.url, groupid=sandbox.groupid, puid=sandbox.puid, authurl=sandbox.authurl)
        for _ in range(20)
    ]
    for w in widgets:
        w.wait_for("absent", 30)
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("glance-agent") == 1
    for w in widgets:
        w.close()
    assert "glance-agent" not in [thread.name for thread in threading.enumerate()]


def test_process_own_sandbox_supplies_what_is_missing() -> None:
    with Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21") as w:
        w.wait_for("absent", 20)
        assert isinstance(w.groupid, int)
        assert w.puid


def test_the_sandbox_of_a_running_session_stays_when_another_platform_is_chosen(sandbox: Sandbox) -> None:
    with Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21") as w:
        w.wait_for("absent", 20)
        lease = shared_sandbox.acquire()
        with ScriptedVisitor(lease.address, "maria-21") as visitor:
            lease.release()
            w.wait_for("present")
            w.join()
            w.wait_for("in_session")
            w.authurl, w.groupid, w.puid = sandbox.authurl, sandbox.groupid, sandbox.puid
            w.glancebaseurl = sandbox.url
            assert w.state == "in_session"
            visitor.end()
            w.wait_for("ended")
            assert w.status is not None
            assert w.status["reason"] == "visitor"
            w.wait_for("absent")


def test_dead_platform_is_an_error_with_a_way_back(sandbox: Sandbox) -> None:
    with Glance(
        glancebaseurl="http://127.0.0.1:9", groupid=sandbox.groupid, puid=sandbox.puid, authurl=sandbox.authurl
    ) as w:
        with pytest.raises(GlanceError) as raised:
            w.wait_for("absent", 20)
        assert raised.value.code == "platform_unreachable"
        assert w.state == "failed"
        tab = Tab(w)
        w.glancebaseurl = sandbox.url
        w.wait_for("absent", 20)
        assert w.error is None
        assert tab.heard == []
