"""The real story: a button in JupyterLab, a visitor in the shop, the viewer in each of its places."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.people import Viewer
from glance_widget.testing import ScriptedVisitor
from tests.jupyter.desk import Button, Desk, expect_closed

pytestmark = pytest.mark.jupyter

HOME = "Coffee at the pace of a heron"


@pytest.mark.parametrize("openlocation", ["tab", "window", "iframe"])
def test_one_click_shows_the_visitors_page(desk: Desk, openlocation: str) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid, f'openlocation="{openlocation}"')
    button.expect_state("absent")
    with desk.visitor(visitorid) as visitor:
        visitor.open_shop()
        button.expect_state("present")
        place = join(button, openlocation)
        visitor.accept()
        viewer = Viewer(place)
        viewer.expect_heading(HOME)
        viewer.expect_picture("main img")
        button.expect_state("in_session")
        if openlocation == "window":
            assert isinstance(place, Page)
            assert not place.evaluate("toolbar.visible")
        visitor.follow_link("Orders")
        viewer.expect_heading("Live order status")
        button.press("End Session")
        button.expect_state("ended")
        expect(visitor.page.get_by_text("You are no longer sharing this page")).to_be_visible()
    assert desk.value("len(w.reports), w.reporting == w.reports[0]") == "1 True"


def test_a_visitor_who_declines_can_be_asked_again_and_ends_the_session(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid)
    with desk.visitor(visitorid) as visitor:
        visitor.open_shop()
        button.expect_state("present")
        waiting = button.opens_a_window("Join")
        visitor.decline()
        button.expect_state("failed")
        expect(button.root).to_contain_text("declined")
        expect_closed(waiting)
        assert desk.value("w.error['code'], w.reports") == "declined []"
        viewer_page = button.opens_a_window("Join")
        visitor.accept()
        Viewer(viewer_page).expect_heading(HOME)
        visitor.end()
        button.expect_state("ended")
        expect(viewer_page.get_by_role("heading", name="Session ended")).to_be_visible()
        assert desk.value("w.status['reason'], len(w.reports)") == "visitor 1"


def test_an_agent_who_cancels_takes_the_question_back(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid)
    with desk.visitor(visitorid) as visitor:
        visitor.open_shop()
        button.expect_state("present")
        waiting = button.opens_a_window("Join")
        expect(visitor.terms).to_be_visible()
        button.press("Cancel")
        button.expect_state("present")
        expect(visitor.terms).to_have_count(0)
        expect_closed(waiting)


def test_a_key_that_the_visitor_reads_out_joins_their_session(desk: Desk) -> None:
    button = desk.show("nobody", "presence=False")
    button.expect_state("absent")
    with desk.visitor(None) as visitor:
        visitor.open_shop()
        visitor.page.get_by_role("button", name="Need help?").first.click()
        visitor.accept()
        key = visitor.bar.locator("strong").inner_text()
        button.press("Join with Key")
        button.root.get_by_label("Session key").fill(key)
        viewer = Viewer(button.opens_a_window("Join"))
        viewer.expect_heading(HOME)
        button.expect_state("in_session")
        viewer.end.click()
        button.expect_state("ended")
        expect(visitor.bar).to_have_count(0)


def test_two_views_of_one_button_open_one_window(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    first = desk.show(visitorid, views=2)
    second = Button(desk.lab.button(desk.cell).nth(1))
    with ScriptedVisitor(desk.sandbox, visitorid):
        first.expect_state("present")
        second.expect_state("present")
        viewer = Viewer(first.opens_a_window("Join"))
        viewer.expect_heading(HOME)
        second.expect_state("in_session")
        assert len(desk.viewers()) == 1
        second.press("End Session")
        first.expect_state("ended")


def test_two_browser_tabs_show_one_session(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    first = desk.show(visitorid)
    desk.lab.save()
    tab = LabPage.open(desk.context, desk.server, desk.notebook)
    second = Button(tab.button(desk.cell).first)
    with ScriptedVisitor(desk.sandbox, visitorid):
        first.expect_state("present")
        second.expect_state("present")
        viewer = Viewer(second.opens_a_window("Join"))
        viewer.expect_heading(HOME)
        first.expect_state("in_session")
        assert len(desk.viewers()) == 2, "the tab and one viewer"
        first.press("End Session")
        second.expect_state("ended")
    assert desk.value("len(w.reports)") == "1"


def test_a_reloaded_page_shows_the_session_and_opens_its_viewer_again(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid)
    with ScriptedVisitor(desk.sandbox, visitorid) as visitor:
        button.expect_state("present")
        old = button.opens_a_window("Join")
        Viewer(old).expect_heading(HOME)
        button.expect_state("in_session")
        desk.reload()
        again = Button(desk.lab.button(desk.cell).first)
        again.expect_state("in_session")
        old.close()
        viewer = Viewer(again.opens_a_window("Reopen Viewer"))
        viewer.expect_heading(HOME)
        visitor.go_to("checkout")
        viewer.expect_heading("Checkout")
        again.press("End Session")
        visitor.wait_for("ended")


def join(button: Button, openlocation: str) -> Page | FrameLocator:
    """Presses Join; the place that opened for the viewer, in which the agent reads what is going on."""
    if openlocation != "iframe":
        place: Page | FrameLocator = button.opens_a_window("Join")
    else:
        button.press("Join")
        place = button.root.locator("iframe").content_frame
    expect(place.get_by_role("heading", name="Waiting for")).to_be_visible()
    return place
