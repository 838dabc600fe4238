"""A page of a host with a Glance button in it, and the story that is played there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from glance_widget.demo.people import SCREEN, Viewer, Visitor
from glance_widget.demo.witness import Witness
from glance_widget.testing.visitor_link import HasVisitorUrl
from tests.chromium import PATIENCE

HOME = "Coffee at the pace of a heron"


class Dashboard:
    """One agent's browser with one page of a host.

    Args:
        browser: The browser.
        platform: The platform to which the page's button is connected, so that visitors find it.
        url: The page.
        entrance: Lets a visitor's browser in, where visitors come through a host that asks who they are.
        tolerated: Messages of the host's own page that are no complaints.

    Attributes:
        platform: Where visitors find the website; may be known only when a kernel has said it.
    """

    def __init__(
        self,
        browser: Browser,
        platform: HasVisitorUrl,
        url: str,
        entrance: str | None = None,
        *tolerated: re.Pattern[str],
    ) -> None:
        self._browser = browser
        self.platform = platform
        self._entrance = entrance
        self.context = browser.new_context(viewport=SCREEN, locale="en-US")
        self.context.set_default_timeout(PATIENCE)
        self.witness = Witness(self.context, "agent", *tolerated)
        self.page = self.context.new_page()
        self.page.goto(url)

    @property
    def button(self) -> Locator:
        """The Glance button of the page."""
        return self.page.locator("[data-glance-state]")

    def expect_state(self, state: str) -> None:
        """Waits until the button shows a state."""
        expect(self.button).to_have_attribute("data-glance-ready", "true")
        expect(self.button).to_have_attribute("data-glance-state", state)

    def expect_text(self, words: str) -> None:
        """Waits until the page shows a text."""
        expect(self.page.get_by_text(words, exact=True)).to_be_visible()

    def press(self, name: str) -> None:
        """Presses one of the button's buttons."""
        self.button.get_by_role("button", name=name, exact=True).click()

    def join(self) -> Page:
        """Presses Join; the window that opens."""
        with self.context.expect_page() as opened:
            self.press("Join")
        expect(opened.value.get_by_role("heading", name="Waiting for")).to_be_visible()
        return opened.value

    @contextmanager
    def visitor(self, visitorid: str) -> Iterator[Visitor]:
        """A visitor at a browser of their own."""
        context = self._browser.new_context(viewport=SCREEN, locale="en-US")
        context.set_default_timeout(PATIENCE)
        if self._entrance is not None:
            context.request.get(self._entrance)
        witness = Witness(context, visitorid)
        try:
            yield Visitor(context, self.platform.visitor_url(visitorid))
        finally:
            context.close()
        assert witness.complaints() == []

    def picture(self, name: Path) -> None:
        """Takes pictures of all the agent's pages."""
        name.parent.mkdir(exist_ok=True)
        for number, page in enumerate(self.context.pages):
            page.screenshot(path=f"{name}-{number}.png")

    def close(self) -> None:
        """Closes the browser's windows."""
        self.context.close()


def play_the_story(dashboard: Dashboard, visitorid: str) -> None:
    """The visitor comes, one click, the terms, the page in the viewer, the end. The button follows them already."""
    dashboard.expect_state("absent")
    with dashboard.visitor(visitorid) as visitor:
        visitor.open_shop()
        dashboard.expect_state("present")
        viewer = Viewer(dashboard.join())
        visitor.accept()
        viewer.expect_heading(HOME)
        dashboard.expect_state("in_session")
        visitor.follow_link("Orders")
        viewer.expect_heading("Live order status")
        dashboard.press("End Session")
        dashboard.expect_state("ended")
        expect(visitor.page.get_by_text("You are no longer sharing this page")).to_be_visible()


def two_agents_at_one_desk(ann: Dashboard, bob: Dashboard) -> None:
    """One agent helps a customer and leaves; the other sees nothing of it, and goes on. Customers are radio buttons."""
    bob.expect_state("absent")
    ann.expect_state("absent")
    ann.page.get_by_role("radio", name="Omar Haddad").check()
    expect(ann.button).to_contain_text("omar-7")

    play_the_story(ann, "omar-7")
    expect(ann.page.get_by_text("took")).to_have_count(1)
    expect(ann.page.get_by_text("State: ended")).to_be_visible()
    bob.expect_state("absent")
    expect(bob.page.get_by_text("No session yet.")).to_be_visible()

    ann.close()
    with bob.visitor("maria-21") as visitor:
        visitor.open_shop()
        bob.expect_state("present")
        expect(bob.page.get_by_text("State: present")).to_be_visible()
