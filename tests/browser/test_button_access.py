"""The button without a mouse and without eyes: focus, what a screen reader hears, motion, contrast."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.browser.button_bench import Bench, Benches
from tests.browser.look_faces import SIGN_IN
from tests.browser.look_sheets import open_sheet

pytestmark = pytest.mark.browser

SESSION: Final = {"viewer": "closed", "visitor": "Maria", "startedAt": "2026-11-22T10:00:00Z"}
HEAR: Final = """() => {
  globalThis.heard = [];
  const root = glance.mounted.boxes[0].firstChild.firstChild.shadowRoot;
  new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      const region = target.closest("[role=status], [role=alert], [aria-live]");
      const how = region?.role === "alert" ? "at once" : "politely";
      for (const { textContent } of region ? addedNodes : []) heard.push(`${how}: ${textContent}`);
    }
  }).observe(root, { childList: true, subtree: true });
}"""
FOCUS: Final = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(at);
  at.dataset.seen = "";
  return [at.tagName, outlineStyle, outlineWidth, outlineColor];
}"""
UNSEEN: Final = """() => [...document.querySelectorAll("figure > div")].flatMap(({ firstChild }) =>
  [...firstChild.firstChild.shadowRoot.querySelectorAll("button, input")]
    .filter((each) => each.checkVisibility() && each.dataset.seen === undefined).map((each) => each.outerHTML))"""
GREYS: Final = """() => [...document.querySelectorAll("figure > div")]
  .flatMap(({ firstChild }) => [...firstChild.firstChild.shadowRoot.querySelectorAll(".meta, .notes .line")])
  .map((each) => getComputedStyle(each).color).filter((color) => color !== "rgb(22, 32, 44)")"""
MOTIONS: Final = """() => [...document.querySelectorAll("figure > div")]
  .flatMap(({ firstChild }) => firstChild.firstChild.shadowRoot.getAnimations()).length"""


def tab(page: Page) -> tuple[str, ...]:
    page.keyboard.press("Tab")
    return tuple(page.evaluate(FOCUS))


def heard(bench: Bench) -> list[str]:
    """What a screen reader heard since the last time."""
    words: list[str] = bench.page.evaluate("() => heard.splice(0)")
    return words


def test_every_control_is_reached_by_tab_and_shows_it(benches: Benches) -> None:
    sheet = open_sheet(benches)
    sheet.show()
    page = sheet.bench.page
    rings = set()
    for _ in ("to the end", "from the start"):
        while (ring := tab(page))[0] != "BODY":
            rings.add(ring[1:])
    assert rings == {("solid", "2px", "rgb(18, 102, 196)")}
    assert page.evaluate(UNSEEN) == []


def test_the_focus_is_never_lost(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    bench.button("Join").focus()
    bench.goes("inviting")
    expect(bench.button("Cancel")).to_be_focused()
    bench.goes("in_session", session=SESSION)
    expect(bench.button("End Session")).to_be_focused()
    bench.button("Open Viewer").focus()
    bench.goes("ended", session=None, reporting={"duration": 140})
    expect(bench.button("Join")).to_be_focused()
    bench.button("Use a key").press("Enter")
    expect(bench.page.get_by_label("Session key")).to_be_focused()
    bench.goes("present")
    expect(bench.page.get_by_label("Session key")).to_be_focused()
    bench.page.keyboard.press("Escape")
    expect(bench.button("Use a key")).to_be_focused()
    bench.page.keyboard.press("Enter")
    bench.goes("inviting")
    expect(bench.button("Cancel")).to_be_focused()
    bench.goes("failed", "sign_in", error=SIGN_IN)
    bench.button("Try Again").focus()
    bench.write({"_protocol": 2})
    expect(bench.page.get_by_role("group", name="Glance")).to_be_focused()


def test_each_change_is_heard_once_and_errors_at_once(benches: Benches) -> None:
    bench = benches.open()
    bench.page.clock.install(time="2026-11-22T10:00:00Z")
    bench.mount(traits={"state": "absent", "visitor": None})
    bench.page.evaluate(HEAR)
    bench.goes("present", visitor={"name": "Maria", "visibility": "hidden"})
    assert heard(bench) == ["politely: Maria is online", "politely: Their page is in the background."]
    bench.page.clock.run_for(90_000)
    assert heard(bench) == []
    bench.goes("inviting")
    assert heard(bench) == ["politely: Waiting for Maria to accept…"]
    bench.goes("in_session", session=SESSION)
    assert heard(bench) == ["politely: In session with Maria"]
    bench.write({"error": {"code": "a", "message": "The report was not delivered.", "hint": ""}})
    assert heard(bench) == ["at once: The report was not delivered."]
    bench.page.clock.run_for(90_000)
    assert heard(bench) == []
    bench.goes("failed", "sign_in", error=SIGN_IN, session=None)
    assert heard(bench) == [f"at once: {SIGN_IN['message']}", f"politely: {SIGN_IN['hint']}"]
    bench.goes("absent", error=None, visitor=None)
    assert heard(bench) == ["politely: Maria is not online"]


@pytest.mark.parametrize("motion", [True, False], ids=["motion", "reduced motion"])
def test_nothing_moves_for_who_wants_no_motion(benches: Benches, *, motion: bool) -> None:
    sheet = open_sheet(benches, motion=motion)
    sheet.show()
    assert (sheet.bench.page.evaluate(MOTIONS) > 0) is motion


def test_who_wants_more_contrast_gets_it(benches: Benches) -> None:
    sheet = open_sheet(benches)
    sheet.bench.page.emulate_media(contrast="more")
    sheet.show()
    assert sheet.bench.page.evaluate(GREYS) == []
