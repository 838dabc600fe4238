"""Presence, joining and reporting as an agent sees them, with everything real but Jupyter."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from glance_widget import Glance, SessionReport
from glance_widget.demo.people import Viewer
from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.browser.live_bench import Desk, Show
from tests.conftest import eventually

pytestmark = pytest.mark.browser

HOME = "Coffee at the pace of a heron"
PRESS_ALL = """(at) => {
  window.open = () => null;
  const views = [...document.querySelectorAll("#place > div > div")];
  const buttons = views.map(({ shadowRoot }) => shadowRoot.querySelector("button"));
  const press = (button) => button.textContent === "Join" && button.click();
  setTimeout(() => buttons.forEach(press), at - Date.now());
}"""
FOLLOW = 0.2
"""Seconds within which the button follows another visitor id."""


@pytest.fixture
def maria(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    """A visitor with a browser of her own."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(sandbox.visitor_url("maria-21"))
    yield page
    context.close()


def looks_away(page: Page, word: str) -> None:
    """Another tab comes in front of the visitor's page, or goes: what the page hears of it."""
    page.evaluate(
        """(word) => {
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => word });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        word,
    )


def test_two_tabs_two_views_and_a_reload_are_one_session_with_one_report(show: Show, context: BrowserContext) -> None:
    reports: list[SessionReport] = []
    kernel, visitor = show(reportingCallback=reports.append)
    first, second = kernel.open(context, views=2), kernel.open(context)
    # A press that comes later would find a button that says Cancel.
    moment = time.time() * 1000 + 500
    first.page.evaluate(PRESS_ALL, moment)
    second.page.evaluate(PRESS_ALL, moment)
    for desk in (first, second):
        desk.expect_state("in_session")
    first.page.reload()
    first.expect_state("in_session")
    assert [call.func for call in visitor.invocations] == ["GLANCE.Cobrowse.VisitorUI.showTerms"]
    assert kernel.widget.session is not None
    session_id = kernel.widget.session["sessionId"]
    second.button("End Session").click()
    for desk in (first, second):
        expect(desk.page.get_by_text("Session ended").first).to_be_visible()
    first.page.reload()
    expect(first.button("Join")).to_be_visible()
    assert [report["sessionId"] for report in reports] == [session_id]
    assert kernel.widget.reports == reports


def follows_within(desk: Desk, widget: Glance, visitorid: str) -> float:
    """Chooses another visitor; after how many seconds the button speaks of the old one no more."""
    desk.page.evaluate("""() => {
      globalThis.changedAt = 0;
      const headline = document.querySelector("#place > div > div").shadowRoot.querySelector(".headline");
      const seen = new MutationObserver(() => { seen.disconnect(); changedAt = Date.now() / 1000; });
      seen.observe(headline, { childList: true, characterData: true, subtree: true });
    }""")
    since = time.time()
    widget.visitorid = visitorid
    at: float = desk.page.wait_for_function("() => changedAt").json_value()
    return at - since


def test_another_visitor_in_a_running_invitation(show: Show, context: BrowserContext, sandbox: Sandbox) -> None:
    kernel, maria = show()
    maria.answer = "ignore"
    widget = kernel.widget
    desk = kernel.open(context)
    waiting = desk.opens_a_window("Join")
    maria.wait_for("asked")
    expect(desk.page.get_by_text("Maria is reading the terms…")).to_be_visible()
    with ScriptedVisitor(sandbox, "otto-1", name="Otto"):
        times = [follows_within(desk, widget, "otto-1")]
        expect(desk.page.get_by_text("Otto is online")).to_be_visible()
        maria.wait_for_invocation("withdrawTerms")
        desk.expect_closed(waiting)
        assert widget.visitor is not None
        assert widget.visitor["visitorid"] == "otto-1"
        for visitorid, name in ((maria.visitorid, "Maria"), ("otto-1", "Otto")):
            times.append(follows_within(desk, widget, visitorid))
            expect(desk.page.get_by_text(f"{name} is online")).to_be_visible()
    # The quickest of three: what else the machine has to do is not the button's.
    assert min(times) < FOLLOW, times


def test_a_visitor_in_another_tab_is_told_from_one_who_left(show: Show, context: BrowserContext, maria: Page) -> None:
    kernel, _ = show(visitorid="maria-21")
    desk = kernel.open(context)
    looks_away(maria, "hidden")
    expect(desk.page.get_by_text("Their page is in the background.")).to_be_visible()
    desk.expect_state("present")
    kernel.widget.visitorid = None
    kernel.widget.visitorid = "maria-21"
    expect(desk.page.get_by_text("Their page is in the background.")).to_be_visible()
    looks_away(maria, "visible")
    expect(desk.page.get_by_text("Their page is in the background.")).to_be_hidden()
    maria.close()
    expect(desk.page.get_by_text("Maria is not online")).to_be_visible(timeout=20_000)


def test_what_the_visitor_does_with_the_terms_is_shown(show: Show, context: BrowserContext, maria: Page) -> None:
    kernel, _ = show(visitorid="maria-21")
    desk = kernel.open(context)
    waiting = desk.opens_a_window("Join")
    expect(desk.page.get_by_text("Maria is reading the terms…")).to_be_visible()
    expect(waiting.get_by_text("Maria is reading the terms…")).to_be_visible()
    maria.get_by_role("dialog").get_by_role("button", name="Decline").click()
    expect(desk.page.get_by_text("The website visitor declined cobrowse session.")).to_be_visible()
    desk.expect_closed(waiting)
    desk.opens_a_window("Join")
    desk.button("Cancel").click()
    desk.expect_state("present")
    expect(maria.get_by_role("dialog")).to_have_count(0)
    assert kernel.widget.reports == []


def test_a_presession_function_that_fails_says_why_and_nobody_is_asked(show: Show, context: BrowserContext) -> None:
    def stop() -> None:
        raise RuntimeError("the record is locked")

    kernel, visitor = show(presessionfunc=stop)
    desk = kernel.open(context)
    waiting = desk.opens_a_window("Join")
    expect(desk.page.get_by_text("the record is locked")).to_be_visible()
    desk.expect_closed(waiting)
    assert visitor.invocations == ()
    kernel.widget.presessionfunc = lambda: {"ticket": 7}
    desk.opens_a_window("Join")
    desk.expect_state("in_session")
    assert visitor.wait_for_invocation("showTerms")["ticket"] == 7


def test_autojoin_follows_the_visitor_into_a_session_they_start(show: Show, context: BrowserContext) -> None:
    kernel, visitor = show(autojoin=True)
    desk = kernel.open(context)
    visitor.start_session(visitor.visitorid)
    desk.expect_state("in_session")
    Viewer(desk.opens_a_window("Open Viewer")).expect_heading(HOME)
    visitor.end()
    expect(desk.page.get_by_text("Session ended")).to_be_visible()
    assert len(kernel.widget.reports) == 1


def test_in_a_frame_the_viewer_opens_without_a_click(show: Show, context: BrowserContext) -> None:
    kernel, _visitor = show(openlocation="iframe")
    desk = kernel.open(context)
    kernel.widget.join()
    Viewer(desk.page.locator("iframe").first.content_frame).expect_heading(HOME)
    assert len(context.pages) == 1


def test_a_viewer_that_was_closed_is_noticed_and_opened_again(show: Show, context: BrowserContext) -> None:
    kernel, _visitor = show()
    desk = kernel.open(context)
    viewer = desk.opens_a_window("Join")
    Viewer(viewer).expect_heading(HOME)
    eventually(lambda: (kernel.widget.session or {}).get("viewer") == "open")
    viewer.close()
    expect(desk.button("Open Viewer")).to_be_visible()
    assert (kernel.widget.session or {}).get("viewer") == "closed"
    Viewer(desk.opens_a_window("Open Viewer")).expect_heading(HOME)


def test_without_presence_there_is_the_key(show: Show, context: BrowserContext) -> None:
    kernel, visitor = show()
    kernel.widget.presence = False
    desk = kernel.open(context)
    expect(desk.button("Join")).to_have_count(0)
    desk.button("Join with Key").click()
    desk.page.get_by_label("Session key").first.fill(visitor.start_session())
    Viewer(desk.opens_a_window("Join")).expect_heading(HOME)
    desk.expect_state("in_session")
