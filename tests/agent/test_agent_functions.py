"""The agent and the user's functions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent import presence_link, presence_messages
from glance_widget.protocol.session_report import SessionReport
from tests.agent.desk import Desk, account
from tests.agent.fake_platform import (
    FakePlatform,
)
from tests.agent.servers import Asked, Reaction, Reply
from tests.agent.visitors_page import SHOW_TERMS, Page
from tests.conftest import eventually

pytestmark = pytest.mark.usefixtures("quick_timers")


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
