"""Where the blocks of a page stand, and which of them stand elsewhere in the agent's copy."""

from __future__ import annotations

from typing import Any, Final

from playwright.sync_api import Page

from glance_widget.protocol.visitor_settings import Privacy

FEW_PIXELS: Final = 4.0
LETTER: Final = 16.0
"""Masked words have one of a few lengths: what stands behind them on a line moves by at most a letter's height."""
TICK: Final = 20.0
"""The shop draws a ticked choice in bold, and a tick is an answer: only ``open`` tells it."""

_CHOICES: Final = 2
# Every block with its place in the tree, shadow roots and frames included, so that the same is found in the replica.
# What the visitor script adds is left out; what is not shown has no place. Elements of the page's own kind have other
# names in the replica, and so have plugins.
BLOCKS: Final = """(root) => {
  const shown = {};
  const look = (element, path, among) => {
    const view = element.ownerDocument.defaultView;
    const style = view.getComputedStyle(element);
    // Clipped to nothing, as what is there for screen readers only: neither it nor what is in it is part of the look.
    if (style.position === "absolute" && style.clip !== "auto") return;
    const box = element.getBoundingClientRect();
    const seen = box.width > 0 && box.height > 0 && box.bottom + view.scrollY > 0 && box.right > 0 &&
      box.left < Math.max(view.innerWidth, 1) &&
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (seen && !/^(?:inline|contents)/.test(style.display))
      shown[path] = [box.x, box.y + view.scrollY, box.width, box.height, among];
    const choices = element.querySelector(":scope > label > :is([type=radio], [type=checkbox])") ? 2 : 0;
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && /\\S/.test(node.data)) ? 1 : 0;
    const inside = Math.max(among, choices, words);
    // What is inside a drawing is part of its picture.
    if (element.localName === "svg") return;
    each(element.querySelectorAll(":scope > *"), path, inside);
    if (element.shadowRoot) each(element.shadowRoot.children, `${path}/shadow`, inside);
    if (element.localName === "iframe" && element.contentDocument?.body?.firstChild)
      look(element.contentDocument.body, `${path}/frame`, inside);
  };
  const each = (elements, path, among) => {
    const nth = {};
    for (const element of elements) {
      if (element.id === "glance_ui") continue;
      const tag = /-|^(?:object|embed)$/.test(element.localName) ? "own" : element.localName;
      nth[tag] = (nth[tag] ?? 0) + 1;
      look(element, `${path}/${tag}${nth[tag]}`, among);
    }
  };
  look(root.ownerDocument.body, "body", 0);
  return shown;
}"""
_IN_REPLICA: Final = f"""() => {{
  const copies = document.querySelectorAll("[role=region] iframe");
  const root = copies[copies.length - 1]?.contentDocument?.documentElement;
  return root?.ownerDocument.body ? ({BLOCKS})(root) : {{}};
}}"""

Blocks = dict[str, list[float]]


def blocks_of(visitor: Page) -> Blocks:
    """The blocks of the visitor's page: place, size, and whether they stand among words (1) or choices (2)."""
    blocks: Blocks = visitor.evaluate(f"({BLOCKS})(document.documentElement)")
    return blocks


def differences(visitor: Page, viewer: Page, privacy: Privacy) -> dict[str, Any]:
    """Blocks of the visitor's page that stand elsewhere in the agent's copy, or are missing there."""
    page, replica = blocks_of(visitor), viewer.evaluate(_IN_REPLICA)
    found: dict[str, Any] = {}
    for path, (*box, among) in page.items():
        copy = replica.get(path)
        across = FEW_PIXELS
        if among == _CHOICES and privacy != "open":
            across = TICK
        elif among and privacy == "private":
            across = LETTER
        few = (across, FEW_PIXELS, across, FEW_PIXELS)
        if copy is None or any(abs(a - b) > most for a, b, most in zip(box, copy[:4], few, strict=True)):
            found[path] = (box, copy)
    return found
