"""Functions of a real page, invoked from Python: what they return, how they fail, and what agents may not have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from glance_widget import Glance
from glance_widget.errors import InvokeError, PropertyError
from glance_widget.sandbox import Sandbox
from tests.chromium import chromium
from tests.conftest import eventually

pytestmark = pytest.mark.browser

FUNCTIONS = """
GLANCE_COBROWSE = { ...globalThis.GLANCE_COBROWSE, secret: () => "not for agents", Custom: {
  getCart: ({ shop, remote }) => ({ items: 3, shop, remote }),
  later: async () => "at last",
  never: () => new Promise(() => {}),
  nothing: () => undefined,
  broken: () => { throw new TypeError("no cart"); },
  circular: () => { const it = {}; it.it = it; return it; },
  endless: () => "x".repeat(20_000),
  deep: ({ levels }) => { let it = 1; while (levels-- > 0) it = [it]; return it; },
  verbose: () => { throw new Error("x".repeat(100_000)); },
  kanji: () => "本".repeat(5_000),
} };
"""


@pytest.fixture(scope="module", params=[False, True], ids=["rest", "load-balanced"])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[Page, Glance]]:
    """A visitor's page in the shop, and an agent who follows the visitor."""
    with Sandbox(load_balanced=request.param) as sandbox, chromium() as browser:
        page = browser.new_page()
        page.goto(sandbox.visitor_url("maria-21"))
        page.evaluate(FUNCTIONS)
        with Glance(
            glancebaseurl=sandbox.url,
            groupid=sandbox.groupid,
            puid=sandbox.puid,
            authurl=sandbox.authurl,
            presence=True,
            visitorid="maria-21",
        ) as widget:
            widget.wait_for("present")
            yield page, widget


def test_what_functions_return_comes_back(shop: tuple[Page, Glance]) -> None:
    _page, w = shop
    assert w.invoke("getCart", {"shop": "heron"}) == {"items": 3, "shop": "heron", "remote": True}
    assert w.invoke("GLANCE_COBROWSE.Custom.later") == "at last"
    assert w.invoke("nothing", timeout=10) is None
    w.custominvoke = {"func": "getCart", "args": {"shop": "usual"}}
    assert w.invoke() == {"items": 3, "shop": "usual", "remote": True}


@pytest.mark.parametrize(
    ("func", "code", "said"),
    [
        ("nope", "undefinvoke", "ERR_UNDEFINVOKE:nope"),
        ("GLANCE.Nope.x", "undefinvoke", "ERR_UNDEFINVOKE:Nope"),
        ("GLANCE.constructor.constructor", "undefinvoke", "ERR_UNDEFINVOKE:constructor"),
        ("broken", "invoke_failed", "TypeError: no cart"),
        ("circular", "invoke_failed", "circular"),
        ("endless", "invoke_failed", "too long"),
        ("verbose", "invoke_failed", "Error: xxx"),
    ],
)
def test_what_fails_on_the_page_is_an_error_in_python(
    shop: tuple[Page, Glance], func: str, code: str, said: str
) -> None:
    _page, w = shop
    with pytest.raises(InvokeError, match=said) as caught:
        w.invoke(func, timeout=10)
    assert caught.value.code == code


def test_a_result_may_be_as_deep_as_messages_are_and_is_measured_in_bytes(shop: tuple[Page, Glance]) -> None:
    _page, w = shop
    assert repr(w.invoke("deep", {"levels": 30}, timeout=10)) == "[" * 30 + "1" + "]" * 30
    with pytest.raises(InvokeError, match="too deep"):
        w.invoke("deep", {"levels": 31}, timeout=10)
    assert w.invoke("kanji", {"note": "本" * 5_000}, timeout=10) == "本" * 5_000
    assert w.state == "present"


def test_a_failure_that_nobody_waits_for_is_shown(shop: tuple[Page, Glance]) -> None:
    _page, w = shop
    assert w.invoke("broken", timeout=0) is None
    error = eventually(lambda: w.error)
    assert error is not None
    assert error["code"] == "invoke_failed"


@pytest.mark.parametrize("func", ["document.write", "GLANCE_COBROWSE.secret", "window.alert", "a b", ""])
def test_other_functions_are_not_even_asked_for(shop: tuple[Page, Glance], func: str) -> None:
    _page, w = shop
    with pytest.raises(PropertyError):
        w.invoke(func)


def test_what_glances_own_functions_know_stays_on_the_page(shop: tuple[Page, Glance]) -> None:
    page, w = shop
    assert page.evaluate("() => GLANCE.Cobrowse.Visitor.inSession()") is False
    assert w.invoke("GLANCE.Cobrowse.Visitor.inSession", timeout=10) is None
