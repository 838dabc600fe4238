"""Attacks by size: pages that cost more than a browser has.

They are written as pieces and how often each stands there, so that the agent's window can make them itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final, Literal

from tests.privacy.hostile_page.forgeries import Attack
from tests.privacy.hostile_page.trees import Event, Forge, Node, change, fresh_start, mutation

Piece = tuple[str, int]
"""A text, and how often it stands there; ``§`` is a number that counts up."""
Outcome = Literal["shown", "too large", "lost"]

_PAGE: Final = (
    '[{"type":4,"data":{"href":"http://shop.test/","width":800,"height":600},"timestamp":1},'
    '{"type":2,"timestamp":2,"data":{"initialOffset":{"top":0,"left":0},"node":'
    '{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"html","attributes":{},"childNodes":['
    '{"type":2,"id":3,"tagName":"head","attributes":{},"childNodes":[{"type":2,"id":4,"tagName":"style",'
    '"attributes":{"_cssText":"a{}"},"childNodes":[]}]},'
    '{"type":2,"id":5,"tagName":"body","attributes":{},"childNodes":[¤{"type":3,"id":6,"textContent":"last"}]}]}]}}}]'
)
COVER: Final = (
    "position:fixed;inset:-9999px;z-index:2147483647;width:99999px;height:99999px;background:red;pointer-events:all;"
    "transform:scale(99) translateZ(9999px);cursor:none;will-change:transform"
)


@dataclass(frozen=True)
class Large:
    """Frames of one large attack, each with how often it is sent.

    Attributes:
        name: What is tried.
        frames: The frames' events, in pieces.
        outcome: What the viewer makes of it: the page is shown, a sentence stands in its place, or either of it.
    """

    name: str
    frames: list[tuple[list[Piece], int]] = field(repr=False)
    outcome: Outcome


def written(pieces: list[Piece]) -> str:
    """The whole text, as the agent's window would make it."""
    number = 1000
    parts = []
    for text, times in pieces:
        for _ in range(times):
            counts = "§" in text
            parts.append(text.replace("§", str(number)) if counts else text)
            number += counts
    return "".join(parts)


def _page(*body: Piece) -> list[Piece]:
    begin, _, end = _PAGE.partition("¤")
    return [(begin, 1), *body, (end, 1)]


def _element(tag: str, attributes: str = "", children: str = "") -> str:
    return f'{{"type":2,"id":§,"tagName":"{tag}","attributes":{{{attributes}}},"childNodes":[{children}]}},'


def _wide() -> Large:
    return Large("200,000 nodes", [(_page((_element("b"), 200_000)), 1)], "too large")


def _deep() -> Large:
    begin = '{"type":2,"id":§,"tagName":"div","attributes":{},"childNodes":['
    return Large("depth 20,000", [(_page((begin, 20_000), ("]}", 20_000), (",", 1)), 1)], "too large")


def _deep_later() -> Large:
    # Each goes into the one before it.
    adds = [json.dumps({"parentId": 5 if n == 0 else 1999 + n, "nextId": None, "node": {
        "type": 2, "id": 2000 + n, "tagName": "div", "attributes": {}, "childNodes": [],
    }}) for n in range(3000)]  # fmt: skip
    text = json.dumps([mutation()]).replace('"adds": []', f'"adds": [{",".join(adds)}]')
    return Large("depth that grows", [(_page(), 1), ([(text, 1)], 1)], "lost")


def _one_text() -> Large:
    return Large(
        "one text of 7 MB",
        [(_page(('{"type":3,"id":7,"textContent":"', 1), ("word ", 1_400_000), ('"},', 1)), 1)],
        "too large",
    )


def _rules() -> Large:
    rule = '{"rule":".a§:hover{color:red}","index":0},'
    begin, end = '[{"type":3,"timestamp":3,"data":{"source":8,"id":4,"adds":[', '{"rule":"b{}"}]}}]'
    return Large("50,000 rules inserted", [(_page(), 1), ([(begin, 1), (rule, 10_000), (end, 1)], 5)], "lost")


def _frames() -> Large:
    return Large("500 frames", [(_page((_element("iframe"), 500)), 1)], "too large")


def _canvases() -> Large:
    sized = '"width":"16000","height":"16000"'
    return Large("500 canvases", [(_page((_element("canvas", sized), 500)), 1)], "too large")


def _many_canvases() -> Large:
    sized = '"width":"16000","height":"16000"'
    return Large("400 canvases", [(_page((_element("canvas", sized), 400)), 1)], "shown")


def _again_and_again() -> Large:
    paragraph = _element("p", "", '{"type":3,"id":9§,"textContent":"x"}')
    return Large("40 fresh starts", [(_page((paragraph, 5_000)), 40)], "shown")


def _flood() -> Large:
    begin, end = '[{"type":3,"timestamp":3,"data":{"source":0,"adds":[],"removes":[],"texts":[],"attributes":[', "]}}"
    changed = f'{{"id":5,"attributes":{{"class":"c§"}}}}{end},{begin[1:]}'
    last = f'{{"id":5,"attributes":{{}}}}{end}]'
    return Large("60,000 changes", [(_page(), 1), ([(begin, 1), (changed, 500), (last, 1)], 120)], "lost")


def _selectors() -> Large:
    css = "".join(f":has(* > *:nth-last-child({n}n + 1 of :not(:has(b)))) ~ * *:hover{{color:red}}" for n in range(40))
    style = _element("style", f'"_cssText":"{css}"')
    boxes = _element("div", "", ",".join(f'{{"type":3,"id":{n}00§,"textContent":"x"}}' for n in range(1, 9)))
    return Large("selectors that look at everything", [(_page((style, 1), (boxes, 1_000)), 1)], "shown")


def _brackets() -> Large:
    signs = ("{", "(", "a{", ":not(", "calc(", "@media{")
    styles: list[Piece] = []
    for sign in signs:
        begin, end = _element("style", '"_cssText":"¤"').split("¤")
        styles += [(begin, 1), (sign, 9_000), (end, 1)]
    return Large("brackets inside each other", [(_page(*styles), 1)], "shown")


def covering() -> Attack:
    """What lies over everything, as far as a page can."""
    forge = Forge()
    cover = forge.element("div", {"style": COVER}, forge.text("over"))
    modal = forge.element("dialog", {"open": "", "rr_open_mode": "modal", "style": COVER}, forge.text("modal"))
    popover = forge.element("div", {"popover": "manual", "style": COVER}, forge.text("popover"))
    full = forge.element("video", {"controls": "", "style": COVER})
    hidden = forge.element(
        "style", {"_cssText": "html,body{display:none!important;cursor:none}::backdrop{background:red}"}
    )
    page = forge.page(cover, modal, popover, full, head=(hidden,))
    steps: list[Event] = [
        change(4, width=9999, height=9999),
        change(1, positions=[{"x": -9999, "y": -9999, "id": cover["id"], "timeOffset": 0}]),
        change(2, id=cover["id"], type=2, x=9e6, y=9e6),
        change(2, id=modal["id"], type=5), change(2, id=modal["id"], type=6),
    ]  # fmt: skip
    return Attack("elements over everything", [fresh_start(page), steps], 4)


def uses() -> Attack:
    """Drawings that show each other, ten times at each of thirteen levels."""
    forge = Forge()
    levels: list[Node] = [forge.svg("g", {"id": "u0"}, forge.svg("rect", {"width": "1", "height": "1"}))]
    for level in range(1, 14):
        again = [forge.svg("use", {"href": f"#u{level - 1}"}) for _ in range(10)]
        levels.append(forge.svg("g", {"id": f"u{level}"}, *again))
    inside = "".join(
        f"<g id='u{level}'>{f'<use href=%22#u{level - 1}%22/>' * 10}</g>"
        if level
        else "<rect id='u0' width='1' height='1'/>"
        for level in range(14)
    )
    source = f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>{inside}</svg>".replace("#", "%23")
    image = forge.element("img", {"src": source})
    return Attack("drawings that use themselves", [fresh_start(forge.page(forge.svg("svg", {}, *levels), image))], 2)


LARGE: Final[dict[str, Large]] = {
    large.name: large
    for large in (
        _wide(), _deep(), _deep_later(), _one_text(), _rules(), _frames(), _canvases(), _many_canvases(),
        _again_and_again(),
        _flood(), _selectors(), _brackets(),
    )
}  # fmt: skip
