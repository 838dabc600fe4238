"""The dashboard's own tests, as its authors would write them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedPage, ScriptedViewer
from glance_widget.testing.fixtures import NewVisitor
from tests.dashboards.customer_desk import CustomerDesk

CUSTOMERS = {"maria-21": "Maria", "otto-7": "Otto"}


@pytest.fixture
def desk(sandbox: Sandbox) -> Iterator[CustomerDesk]:
    desk = CustomerDesk(CUSTOMERS, glancebaseurl="sandbox")
    assert desk.button.groupid == sandbox.groupid
    yield desk
    desk.close()


def test_the_chosen_customer_is_joined_and_reported(desk: CustomerDesk, visitors: NewVisitor) -> None:
    otto = visitors("otto-7", name="Otto")
    desk.button.wait_for("absent")
    desk.choice.value = "otto-7"
    desk.button.wait_for("present")
    assert desk.note.value == "Otto is shopping"
    desk.button.join()
    desk.button.wait_for("in_session")
    otto.wait_for("in_session")
    assert desk.note.value == "With Otto"
    desk.button.end()
    desk.button.wait_for("ended")
    otto.wait_for("ended")
    assert otto.ended == "agent"
    assert desk.note.value == "1 session(s) so far"


def test_the_agent_sees_where_the_customer_is_stuck(
    desk: CustomerDesk, visitors: NewVisitor, viewer: ScriptedViewer
) -> None:
    maria = visitors("maria-21", page=ScriptedPage(heading="Your basket", fields=("Card number",)))
    desk.button.openwindow = viewer.open
    desk.button.wait_for("present")
    desk.button.join()
    viewer.wait_for_text("Your basket")
    maria.type("Card number", "4111 1111")
    viewer.wait_for_text("**** ****")
    assert "4111" not in viewer.text
    viewer.end()
    desk.button.wait_for("ended")


def test_an_offer_reaches_the_page(desk: CustomerDesk, visitors: NewVisitor) -> None:
    maria = visitors("maria-21", functions={"showOffer": lambda _args: "shown"})
    desk.button.wait_for("present")
    assert not desk.offer.disabled
    desk.offer.click()
    assert maria.wait_for_invocation("showOffer") == {"text": "Free delivery today."}
    assert desk.note.value == "The page says shown"


def test_a_customer_who_declines_is_told_in_words(desk: CustomerDesk, visitors: NewVisitor) -> None:
    visitors("maria-21", answer="decline")
    desk.button.wait_for("present")
    desk.button.join()
    desk.button.wait_for("failed")
    assert desk.note.value == "The website visitor declined cobrowse session."
    assert desk.button.reports == []
