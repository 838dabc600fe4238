"""The agent's copy looks like the page, and stays so, however a website is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, get_args

import pytest
from playwright.sync_api import Browser, Route, expect

from glance_widget.demo.people import SCREEN, Viewer
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.conftest import eventually
from tests.privacy.blocks import blocks_of
from tests.privacy.pages_of_others.website import PAGES, website_of_others
from tests.privacy.watched import Watched

pytestmark = pytest.mark.browser

# What `standard` adds to the others is what it does with fields.
CASES: Final = [(mode, name) for mode in get_args(Privacy) for name in (["form"] if mode == "standard" else PAGES)]

PICTURE: Final = re.compile(r"picture\.svg\?wide$")
SECRET: Final = "Sesame-4711"
WITH_SECRET: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><text y="20">' + SECRET + "</text></svg>"
)


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


@pytest.mark.parametrize("watched", ["private", "standard"], indirect=True)
def test_an_image_that_loads_later_has_its_size_then(watched: Watched) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    watched.visitor.route(PICTURE, hold)
    watched.visitor.goto(f"{watched.address}/document", wait_until="commit")
    watched.expect_same("the first view")
    before = blocks_of(watched.visitor)
    for route in held:
        route.continue_()
    watched.visitor.unroute(PICTURE)
    eventually(lambda: blocks_of(watched.visitor) != before)
    watched.expect_same("the image")


def test_an_image_that_was_asked_for_before_its_page_is_masked_does_not_leave(browser: Browser) -> None:
    held: list[Route] = []

    def show(route: Route) -> None:
        route.fulfill(content_type="image/svg+xml", body=WITH_SECRET)

    # The browser shows the image, and the script's own reading of it takes longer.
    def answer(route: Route) -> None:
        if route.request.resource_type == "fetch":
            held.append(route)
        else:
            show(route)

    context = browser.new_context(viewport=SCREEN)
    visitor = context.new_page()
    with (
        Sandbox(masked_urls=["*/masked"]) as sandbox,
        website_of_others(sandbox, "standard") as address,
        LeakCheck(f"{address}/{PAGES[0]}", sandbox, page=visitor) as check,
    ):
        watched = Watched(visitor, check, "private", address)
        visitor.route(PICTURE, answer)
        visitor.goto(f"{address}/document")
        watched.expect_same("the first view")
        assert len(held) == 1
        visitor.evaluate("() => { history.pushState(null, '', '/masked'); document.body.prepend('A word ') }")
        watched.expect_same("the word")
        with visitor.expect_request_finished(lambda request: request == held[0].request):
            show(held[0])
        visitor.evaluate("() => document.body.append(document.createElement('hr'))")
        watched.expect_same("the line")
        check.assert_no_leaks({"what the image shows": SECRET})
    context.close()
