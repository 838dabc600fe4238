"""The agent's copy looks like the page, and stays so, however a website is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from glance_widget.demo.people import SCREEN, Viewer
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.conftest import eventually
from tests.privacy.blocks import blocks_of, differences
from tests.privacy.pages_of_others.website import PAGES, website_of_others

pytestmark = pytest.mark.browser

# What `standard` adds to the others is what it does with fields.
CASES: Final = [(mode, name) for mode in get_args(Privacy) for name in (["form"] if mode == "standard" else PAGES)]


class Watched:
    """A visitor of such a website, and the window of the agent's viewer."""

    def __init__(self, visitor: Page, check: LeakCheck, privacy: Privacy, address: str) -> None:
        self.visitor = visitor
        self.viewer = check.viewer
        self.privacy = privacy
        self.address = address
        self.complaints: list[str] = []
        for page in (visitor, check.viewer):
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        # The recorder says so when it holds something back, and the replayer when it cannot follow.
        if message.text.startswith(("[glance]", "[replayer]")):
            self.complaints.append(message.text)

    def expect_same(self, step: str) -> None:
        """Waits until every block stands where the visitor sees it."""
        last: dict[str, Any] = {}

        def same() -> bool:
            last.clear()
            last.update(differences(self.visitor, self.viewer, self.privacy))
            return bool(blocks_of(self.visitor)) and not last

        try:
            eventually(same)
        except AssertionError:
            boxes = "\n".join(f"{path}: {boxes}" for path, boxes in last.items())
            pytest.fail(f"after {step} blocks stand elsewhere:\n{boxes}")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(privacy="open") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def watched(request: pytest.FixtureRequest, browser: Browser, sandbox: Sandbox) -> Iterator[Watched]:
    """One session for all pages of a mode."""
    with website_of_others(sandbox, request.param) as address:
        visitor = browser.new_context(viewport=SCREEN).new_page()
        with LeakCheck(f"{address}/{PAGES[0]}", sandbox, page=visitor) as check:
            yield Watched(visitor, check, request.param, address)
        visitor.context.close()


@pytest.mark.parametrize(("watched", "name"), CASES, indirect=["watched"])
def test_the_copy_looks_like_the_page_and_stays_so(watched: Watched, name: str) -> None:
    watched.complaints.clear()
    visitor = watched.visitor
    visitor.goto(f"{watched.address}/{name}")
    expect(Viewer(watched.viewer).region.locator("iframe").last).to_be_visible()
    watched.expect_same("the first view")
    for step in ("change", "more", "last"):
        if visitor.evaluate(f"() => typeof window.{step} === 'function'"):
            visitor.evaluate(f"() => window.{step}()")
            watched.expect_same(step)
    assert watched.complaints == []


@pytest.mark.parametrize("watched", ["open"], indirect=True)
def test_what_is_scrolled_is_so_for_an_agent_who_comes_later(watched: Watched) -> None:
    watched.visitor.goto(f"{watched.address}/document")
    watched.visitor.evaluate("() => window.change()")
    assert watched.visitor.evaluate("() => document.querySelector('.wide').scrollLeft") > 0
    watched.viewer.reload()
    watched.expect_same("a fresh start")
