"""The whole story, played by a machine: an agent in JupyterLab, a visitor in the shop, a session and its report."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.notebook import NOTEBOOK, VISITORID, copy_notebook
from glance_widget.demo.people import SCREEN, Viewer, Visitor, is_blue, is_orange
from glance_widget.demo.steps import Steps, require
from glance_widget.demo.witness import LOCAL_ONLY, Witness
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE

PATIENCE: Final = 20_000
"""Milliseconds that anything may take."""

_HOME: Final = "Coffee at the pace of a heron"
_NAME: Final = "Maria Lindqvist"
_PASSWORD: Final = "herons-wade"  # noqa: S105 (it opens nothing)
_CUSTOMER_NUMBER: Final = "SH-4471-2093"
_REPORT: Final = ["sessionId", "sessionStart", "sessionEnd", "duration"]
_OFFER: Final = "Free delivery on this order"


@contextmanager
def _chromium() -> Iterator[Browser]:
    options = launch_options()
    options["args"].append(LOCAL_ONLY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        try:
            yield browser
        finally:
            browser.close()


def play(pictures: Path, say: Callable[[str], None]) -> float:
    """Plays the story.

    Args:
        pictures: Folder for the pictures of each step.
        say: Takes the lines to print.

    Returns:
        The seconds that it took.

    Raises:
        GlanceError: A step failed; the message names it, the hint says where the pictures are.
    """
    steps = Steps(pictures, say)
    expect.set_options(timeout=PATIENCE)
    with ExitStack() as stack:
        with steps.step("the sandbox starts"):
            sandbox = stack.enter_context(Sandbox())
        with steps.step("JupyterLab starts"):
            lab = stack.enter_context(JupyterServer(environment={ATTACH_VARIABLE: sandbox.url}))
            copy_notebook(lab.folder)
        with steps.step("the browser starts, with its pop-up blocker on"):
            browser = stack.enter_context(_chromium())
        _Story(steps, browser, say).play(sandbox, lab)
        with steps.step("everything stops"):
            stack.close()
    return steps.seconds


class _Story:
    def __init__(self, steps: Steps, browser: Browser, say: Callable[[str], None]) -> None:
        self._steps = steps
        self._step = steps.step
        self._say = say
        self._agents_browser = self._context(browser, "agent")
        self._visitors_browser = self._context(browser, "visitor")

    def play(self, sandbox: Sandbox, lab: JupyterServer) -> None:
        self._open_notebook(lab)
        self._visitor_comes(sandbox)
        self._join()
        self._look()
        self._mask()
        self._help()
        self._end()
        self._report()

    def _context(self, browser: Browser, who: str) -> BrowserContext:
        context = browser.new_context(viewport=SCREEN)
        context.set_default_timeout(PATIENCE)
        self._steps.witnesses.append(Witness(context, who))
        return context

    def _open_notebook(self, lab: JupyterServer) -> None:
        pages = self._steps.pages
        with self._step("the agent opens the quickstart notebook", "agent"):
            self._lab = LabPage.open(self._agents_browser, lab, NOTEBOOK)
            pages["agent"] = self._lab.page
        with self._step("the agent runs the cells up to the button: it is blue", "agent"):
            self._lab.run("imports", "button")
            self._button = self._lab.button("button")
            self._expect_state("absent")
            button = self._button.get_by_role("button", name="Join with Key", exact=True)
            expect(button).to_be_enabled()
            require(is_blue(button), "the button is not blue")

    def _visitor_comes(self, sandbox: Sandbox) -> None:
        with self._step("the visitor opens the shop", "visitor"):
            self._lab.run("link")
            link = self._lab.cell("link").get_by_role("link").get_attribute("href")
            require(link == sandbox.visitor_url(VISITORID), f"the link leads to {link}")
            self._visitor = Visitor(self._visitors_browser, sandbox.visitor_url(VISITORID))
            self._steps.pages["visitor"] = self._visitor.page
            self._visitor.open_shop()
            expect(self._visitor.page.get_by_role("heading", level=1)).to_have_text(_HOME)
        with self._step("the agent's button turns orange", "agent"):
            self._expect_state("present")
            self._lab.run("visitor")
            button = self._button.get_by_role("button", name="Join", exact=True)
            expect(button).to_be_enabled()
            require(is_orange(button), "the button is not orange")

    def _join(self) -> None:
        with self._step("the agent presses Join: the viewer's window opens", "viewer"):
            viewer = self._press_join()
            expect(viewer.get_by_role("heading", name="Waiting for Maria")).to_be_visible()
        with self._step("the visitor sees the terms", "visitor", "agent"):
            expect(self._visitor.terms).to_be_visible()
            self._expect_state("inviting")
        with self._step("the visitor accepts: the viewer shows the page", "viewer", "visitor", "agent"):
            self._visitor.accept()
            self._viewer = Viewer(viewer)
            self._viewer.expect_heading(_HOME)
            self._viewer.expect_picture("main img")
            expect(self._visitor.bar).to_contain_text("agent@sandbox")
            self._expect_state("in_session")
        with self._step("the notebook knows of the session", "agent"):
            require("in_session" in self._lab.run("join")[0].text, "the notebook does not know of the session")
            self._lab.run("look")

    def _press_join(self) -> Page:
        # Between this click and the window nothing may touch the agent's page: a script run from here would count as if
        # the agent had pressed once more, and let windows open that the browser would block.
        with self._agents_browser.expect_page() as opened:
            self._button.get_by_role("button", name="Join", exact=True).click()
        self._steps.pages["viewer"] = opened.value
        return opened.value

    def _look(self) -> None:
        page, viewer = self._visitor.page, self._viewer
        with self._step("the visitor scrolls: the viewer follows", "viewer", "visitor"):
            page.get_by_role("heading", name="Letters that came with the post").scroll_into_view_if_needed()
            place = page.evaluate("scrollY")
            require(place > 0, "the visitor's page did not scroll")
            viewer.expect_scrolled(place)
        with self._step("the visitor goes to a product: picture and live chart are shown", "viewer", "visitor"):
            self._visitor.follow_link("Heron Kettle")
            viewer.expect_heading("Heron Kettle")
            viewer.expect_picture("main img")
            viewer.expect_drawn("canvas")
        with self._step("the visitor goes to the orders: the live table moves in the viewer", "viewer", "visitor"):
            self._visitor.follow_link("Orders")
            viewer.expect_heading("Live order status")
            clock = viewer.replica.locator("caption time")
            first = clock.inner_text()
            expect(clock).not_to_have_text(first)

    def _mask(self) -> None:
        page, viewer = self._visitor.page, self._viewer
        with self._step("the visitor types at the checkout: the viewer shows stars", "viewer", "visitor"):
            page.get_by_role("link", name="Checkout").click()
            viewer.expect_heading("Checkout")
            page.get_by_label("Full name").press_sequentially(_NAME)
            page.get_by_label("Password to create an account").press_sequentially(_PASSWORD)
            # As many as for other names: the number of letters is not told either.
            expect(viewer.replica.locator("fieldset input").first).to_have_value(re.compile(r"^\*{4,}$"))
            text = viewer.everything_written()
            for secret in (_NAME, _PASSWORD, _CUSTOMER_NUMBER):
                require(secret not in text, f"the viewer shows {secret!r}")

    def _help(self) -> None:
        with self._step("the agent's offer appears on the visitor's page", "visitor", "viewer"):
            self._lab.run("help")
            expect(self._visitor.page.get_by_role("status").filter(has_text=_OFFER)).to_be_visible()
            expect(self._viewer.replica.get_by_text(_OFFER)).to_be_visible()

    def _end(self) -> None:
        with self._step("the agent presses End Session: everybody sees the end", "agent", "visitor", "viewer"):
            self._button.get_by_role("button", name="End Session", exact=True).click()
            self._expect_state("ended")
            expect(self._visitor.page.get_by_text("You are no longer sharing this page")).to_be_visible()
            expect(self._visitor.bar).to_have_count(0)
            expect(self._viewer.heading.filter(has_text="Session ended")).to_be_visible()
            expect(self._viewer.region.locator("iframe")).to_have_count(0)

    def _report(self) -> None:
        with self._step("the agent runs the rest: the report is a Python value", "agent"):
            self._lab.run("end", "table")
            report = json.loads(self._lab.execute("import json; print(json.dumps(w.reports[-1]))"))
            require(list(report) == _REPORT and report["duration"] >= 1, f"the report is wrong: {report}")
            self._say(f"     {report}")

    def _expect_state(self, state: str) -> None:
        expect(self._button).to_have_attribute("data-glance-state", state)
