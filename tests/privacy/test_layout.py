"""The replica has the visitor's layout in every mode: each block stands where it stands on the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.demo.people import SCREEN, Viewer, Visitor
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shop import PAGES
from glance_widget.testing import LeakCheck
from tests.conftest import eventually

pytestmark = pytest.mark.browser

FEW_PIXELS: Final = 4.0
LETTER: Final = 16.0
"""Masked words have one of a few lengths: what stands behind them on a line moves by at most a letter's height."""
TICK: Final = 20.0
"""The shop draws a ticked choice in bold, and a tick is an answer: only ``open`` tells it."""

CHOICES: Final = 2
# Every block with its place in the tree, so that the same one is found in the replica. What the visitor script adds
# comes last in the page and is not in the replica; what is not shown has no place.
BLOCKS: Final = """(root) => {
  const shown = {};
  const look = (element, path, among) => {
    const style = element.ownerDocument.defaultView.getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0 && element.checkVisibility();
    if (seen && !style.display.startsWith("inline"))
      shown[path] = [box.x, box.y + element.ownerDocument.defaultView.scrollY, box.width, box.height, among];
    const choices = element.querySelector(":scope > label > :is([type=radio], [type=checkbox])") ? 2 : 0;
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && /\\S/.test(node.data)) ? 1 : 0;
    const inside = Math.max(among, choices, words);
    const nth = {};
    for (const child of element.children) {
      const tag = child.localName;
      nth[tag] = (nth[tag] ?? 0) + 1;
      look(child, `${path}/${tag}${nth[tag]}`, inside);
    }
  };
  look(root.ownerDocument.body, "body", 0);
  return shown;
}"""
IN_REPLICA: Final = f"""() => {{
  const copies = document.querySelectorAll("[role=region] iframe");
  const root = copies[copies.length - 1]?.contentDocument?.documentElement;
  return root ? ({BLOCKS})(root) : {{}};
}}"""

Blocks = dict[str, list[float]]


@pytest.fixture(scope="module", params=get_args(Privacy))
def pair(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Visitor, Page, Privacy]]:
    """A visitor who shares the shop, and the window of the agent's viewer."""
    with Sandbox(privacy=request.param) as sandbox:
        visitor = Visitor(browser.new_context(viewport=SCREEN), sandbox.visitor_url("maria-21"))
        with LeakCheck(sandbox.visitor_url("maria-21"), sandbox, page=visitor.page) as check:
            yield visitor, check.viewer, request.param
        visitor.page.context.close()


def differences(page: Blocks, replica: Blocks, privacy: Privacy) -> dict[str, Any]:
    """Blocks that stand elsewhere, or are missing."""
    found: dict[str, Any] = {}
    for path, (*box, among) in page.items():
        copy = replica.get(path)
        across = FEW_PIXELS
        if among == CHOICES and privacy != "open":
            across = TICK
        elif among and privacy == "private":
            across = LETTER
        few = (across, FEW_PIXELS, across, FEW_PIXELS)
        if copy is None or any(abs(a - b) > most for a, b, most in zip(box, copy[:4], few, strict=True)):
            found[path] = (box, copy)
    return found


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
        blocks: Blocks = page.evaluate(f"({BLOCKS})(document.documentElement)")
        last.clear()
        last.update(differences(blocks, window.evaluate(IN_REPLICA), privacy))
        return len(blocks) > 20 and not last

    try:
        eventually(same)
    except AssertionError:
        pytest.fail("blocks stand elsewhere:\n" + "\n".join(f"{path}: {boxes}" for path, boxes in last.items()))
