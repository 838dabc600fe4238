from __future__ import annotations

from glance_widget.protocol.json_values import JsonObject
from glance_widget.sandbox.end_notices import EndNotices

VISITOR: JsonObject = {"reason": "visitor"}
AGENT: JsonObject = {"reason": "agent"}
DROP: JsonObject = {"reason": "conndrop"}


class Account:
    def __init__(self) -> None:
        self.told: list[object] = []
        self.present = ["ann"]
        self.notices = EndNotices(self.told.append, lambda: self.present)


def test_the_script_reports_and_the_service_keeps_quiet() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.script_started()
    account.notices.script_ended(VISITOR)
    assert account.notices.session_ended("1", VISITOR) is False
    account.notices.report_due()
    assert account.told == [VISITOR]


def test_the_service_ends_first_and_the_script_reports_in_time() -> None:
    account = Account()
    account.notices.session_started("1")
    assert account.notices.session_ended("1", AGENT) is True
    account.notices.script_ended(AGENT)
    account.notices.report_due()
    assert account.told == [AGENT]


def test_the_service_reports_when_the_script_does_not() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.session_ended("1", DROP)
    account.notices.report_due()
    account.notices.script_ended(VISITOR)  # too late: it was told
    assert account.told == [DROP]


def test_each_session_is_told_once() -> None:
    account = Account()
    for number in ("1", "2", "3"):
        account.notices.session_started(number)
        account.notices.script_started()
        account.notices.session_ended(number, {"reason": number})
        account.notices.script_ended({"reason": number})
        account.notices.script_ended({"reason": number})
        account.notices.report_due()
    assert account.told == [{"reason": "1"}, {"reason": "2"}, {"reason": "3"}]


def test_an_end_that_is_due_is_told_before_the_next_session_starts() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.session_ended("1", DROP)
    account.notices.session_started("2")
    assert account.told == [DROP]


def test_the_end_of_another_session_is_nothing_to_tell() -> None:
    account = Account()
    account.notices.session_started("2")
    assert account.notices.session_ended("1", DROP) is False
    account.notices.report_due()
    assert account.told == []


def test_sessions_of_which_the_service_knows_nothing_are_relayed() -> None:
    account = Account()
    account.notices.script_ended(VISITOR)
    account.notices.script_started()
    account.notices.script_ended(AGENT)
    assert account.told == [VISITOR, AGENT]


def test_such_a_session_after_one_of_the_service() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.session_ended("1", DROP)
    account.notices.report_due()
    account.notices.script_started()
    account.notices.script_ended(VISITOR)
    assert account.told == [DROP, VISITOR]


def test_an_agent_who_was_away_is_owed_the_end_once() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.agent_left("bob")
    account.notices.session_ended("1", DROP)
    account.notices.report_due()
    assert not account.notices.idle
    assert account.notices.agent_came("bob") == DROP
    assert account.notices.agent_came("bob") is None
    assert account.notices.idle


def test_an_agent_who_came_back_in_time_is_owed_nothing() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.agent_left("bob")
    assert account.notices.agent_came("bob") is None
    account.notices.script_ended(VISITOR)
    assert account.notices.agent_came("bob") is None


def test_an_agent_with_a_second_socket_is_owed_nothing() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.agent_left("ann")
    account.notices.script_ended(VISITOR)
    assert account.notices.agent_came("ann") is None


def test_a_stranger_is_owed_nothing() -> None:
    account = Account()
    account.notices.session_started("1")
    account.notices.script_ended(VISITOR)
    assert account.notices.agent_came("carol") is None
