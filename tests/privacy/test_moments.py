"""A page comes to another address, or to other masks, while something of it is on its way."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.conftest import eventually
from tests.privacy.pages_of_others.website import website_of_others

pytestmark = pytest.mark.browser

_PICTURE: Final = '"tag":"glance-canvas"'
_DRAWS: Final = """() => {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const draw = () => {
    canvas.getContext("2d").fillText(String(window.drawn = (window.drawn ?? 0) + 1), 10, 10 + window.drawn % 100);
    requestAnimationFrame(draw);
  };
  draw();
}"""
_SECONDS: Final = "from => performance.now() > from + 1200"


@pytest.fixture
def visitor(browser: Browser) -> Page:
    return browser.new_context().new_page()


def pictures(check: LeakCheck) -> int:
    """How many pictures of canvases have left the page."""
    return sum(str(one.content).count(_PICTURE) for one in check.departures() if "live/visitor" in one.where)


def test_a_canvas_is_not_sent_from_a_masked_address_at_which_nothing_else_changes(visitor: Page) -> None:
    with (
        Sandbox(masked_urls=["*/masked"]) as sandbox,
        website_of_others(sandbox, "standard") as address,
        LeakCheck(f"{address}/document", sandbox, page=visitor) as check,
    ):
        visitor.evaluate(_DRAWS)
        eventually(lambda: pictures(check) > 1)
        visitor.evaluate("() => history.pushState(null, '', '/masked')")
        before = pictures(check)
        # The page looks at its canvases every quarter of a second.
        visitor.wait_for_function(_SECONDS, arg=visitor.evaluate("() => performance.now()"))
        assert pictures(check) <= before + 1
        visitor.evaluate("() => history.back()")
        eventually(lambda: pictures(check) > before + 1)
    visitor.context.close()


def test_what_the_script_itself_shows_never_leaves(visitor: Page) -> None:
    with (
        Sandbox() as sandbox,
        website_of_others(sandbox, "open") as address,
        LeakCheck(f"{address}/document", sandbox, page=visitor) as check,
    ):
        visitor.evaluate("""() => {
          const own = document.createElement("div");
          own.append("Sesame-4711");
          document.getElementById("glance_ui").shadowRoot.append(own);
          window.own = own;
        }""")
        check.settle()
        visitor.evaluate("() => { own.append('Sesame-4712'); own.firstChild.data = 'Sesame-4713'; }")
        check.assert_no_leaks({word: word for word in ("Sesame-4711", "Sesame-4712", "Sesame-4713")})
    visitor.context.close()
