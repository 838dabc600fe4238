"""The agent's copy looks like the page, and stays so, however a website is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

import pytest
from playwright.sync_api import Browser, expect

from glance_widget.demo.people import SCREEN, Viewer
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.privacy.pages_of_others.website import PAGES, website_of_others
from tests.privacy.watched import Watched

pytestmark = pytest.mark.browser

# What `standard` adds to the others is what it does with fields.
CASES: Final = [(mode, name) for mode in get_args(Privacy) for name in (["form"] if mode == "standard" else PAGES)]


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
