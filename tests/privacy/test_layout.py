"""The replica has the visitor's layout in every mode: each block stands where it stands on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.demo.people import SCREEN, Viewer, Visitor
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shop import PAGES
from glance_widget.testing import LeakCheck
from tests.conftest import eventually
from tests.privacy.blocks import blocks_of, differences

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=get_args(Privacy))
def pair(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Visitor, Page, Privacy]]:
    """A visitor who shares the shop, and the window of the agent's viewer."""
    with Sandbox(privacy=request.param) as sandbox:
        visitor = Visitor(browser.new_context(viewport=SCREEN), sandbox.visitor_url("maria-21"))
        with LeakCheck(sandbox.visitor_url("maria-21"), sandbox, page=visitor.page) as check:
            yield visitor, check.viewer, request.param
        visitor.page.context.close()


@pytest.mark.parametrize("path", PAGES)
def test_every_block_stands_where_the_visitor_sees_it(pair: tuple[Visitor, Page, Privacy], path: str) -> None:
    visitor, window, privacy = pair
    visitor.open_shop(path)
    expect(Viewer(window).region.locator("iframe").last).to_be_visible()
    visitor.page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    same_layout(visitor.page, window, privacy)


def test_a_block_that_changes_its_size_is_held_at_the_new_one(pair: tuple[Visitor, Page, Privacy]) -> None:
    visitor, window, privacy = pair
    visitor.open_shop("orders")
    same_layout(visitor.page, window, privacy)
    before = visitor.page.evaluate("() => document.querySelector('main').offsetHeight")
    visitor.page.evaluate(
        "() => { document.querySelector('main p').firstChild.data += ' It takes some time.'.repeat(30) }"
    )
    visitor.page.evaluate("() => { document.querySelector('main h1').style.fontSize = '80px' }")
    assert visitor.page.evaluate("() => document.querySelector('main').offsetHeight") > before + 80
    same_layout(visitor.page, window, privacy)


def same_layout(page: Page, window: Page, privacy: Privacy) -> None:
    """Waits until the replica has the page's layout; names the blocks that stand elsewhere."""
    last: dict[str, Any] = {}

    def same() -> bool:
        last.clear()
        last.update(differences(page, window, privacy))
        return len(blocks_of(page)) > 20 and not last

    try:
        eventually(same)
    except AssertionError:
        pytest.fail("blocks stand elsewhere:\n" + "\n".join(f"{path}: {boxes}" for path, boxes in last.items()))
