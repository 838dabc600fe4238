from __future__ import annotations

import random
from typing import Any

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.recorded_events import check_events
from glance_widget.protocol.recorded_nodes import MAX_DEPTH, MAX_NODES

Json = Any
"""Examples are built and broken freely."""

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP"


def element(tag: str, attributes: Json = None, *children: Json, **more: Json) -> Json:
    made = {"type": 2, "tagName": tag, "attributes": attributes or {}, "childNodes": [*children], "id": 5}
    return made | more


def text(content: Json = "words") -> Json:
    return {"type": 3, "textContent": content, "id": 6}


def snapshot(*nodes: Json) -> Json:
    document = {"type": 0, "childNodes": [*nodes], "id": 1, "compatMode": "BackCompat"}
    return {"type": 2, "data": {"node": document, "initialOffset": {"left": 0, "top": 9.5}}, "timestamp": 1}


def change(source: Json, **data: Json) -> Json:
    return {"type": 3, "data": {"source": source, **data}, "timestamp": 1700000000000, "delay": -3}


def mutation(**data: Json) -> Json:
    return change(0, **{"texts": [], "attributes": [], "removes": [], "adds": []} | data)


def added(node: Json) -> Json:
    return mutation(adds=[{"parentId": 4, "nextId": None, "node": node}])


def attributes(**changed: Json) -> Json:
    return mutation(attributes=[{"id": 3, "attributes": changed}])


GOOD: list[Json] = [
    {"type": 0, "data": {}, "timestamp": 1},
    {"type": 1, "data": {}, "timestamp": 1.5},
    {"type": 4, "data": {"href": "https://shop.example/", "width": 1280, "height": 720}, "timestamp": 1},
    {"type": 5, "data": {"tag": "glance-canvas", "payload": {"id": 9, "dataUrl": "data:image/webp;base64,AA"}},
     "timestamp": 1},
    snapshot(
        {"type": 1, "name": "html", "publicId": "", "systemId": "", "id": 2},
        element("html", {"lang": "en", "class": ""}, element("link", {"_cssText": 'a{b:url("data:,")}'}),
                element("img", {"src": PIXEL, "rr_width": "4px", "width": 9}), element("script"),
                element("script", {}, text("")), element("a", {"href": "#"}), element("iframe", {"src": ""}),
                element("input", {"value": "****", "checked": True, "disabled": None, "onclick": ""}),
                element("form", {"action": "/search"}), element("div", {"rr_scrollTop": 12.5, "style": "color:red"}),
                element("image", {"xlink:href": "DATA:IMAGE/PNG;base64,AA"}, isSVG=True),
                element("odd-element", {":bind": "x", "@click": "y", "😀": "z"}, isCustom=True, isShadowHost=True),
                {"type": 4, "textContent": "", "id": 8}, {"type": 5, "textContent": "", "id": 9, "isShadow": True},
                text("a" * 100_000) | {"isStyle": True}, element("svg:path", {"d": "M0 0"}, rootId=3)),
    ),
    mutation(
        texts=[{"id": 4, "value": "new"}, {"id": 4, "value": None}],
        attributes=[{"id": 4, "attributes": {"style": {"color": ["red", "important"], "top": False, "left": "1px"}}},
                    {"id": 4, "attributes": {"class": None, "src": PIXEL, "tabindex": 3}}],
        removes=[{"parentId": 4, "id": 5, "isShadow": True}],
        adds=[{"parentId": 4, "nextId": 7, "previousId": None, "node": element("p", {}, text())}],
        isAttachIframe=True,
    ),
    change(1, positions=[{"x": 1, "y": 2.5, "id": -1, "timeOffset": -40}]),
    change(2, type=6, id=4, x=1, y=2, pointerType=0),
    change(2, type=5, id=4),
    change(3, id=1, x=0, y=400),
    change(4, width=800, height=600),
    change(5, id=4, text="***", isChecked=False, userTriggered=True),
    change(6, positions=[]),
    change(8, id=4, adds=[{"rule": "a{}", "index": [0, 1]}], removes=[{"index": 0}]),
    change(8, styleId=4, replace="a{}", replaceSync="b{}"),
    change(12, positions=[]),
    change(13, id=4, index=[0, 2], set={"property": "color", "value": "red", "priority": "important"}),
    change(13, styleId=4, index=[0], remove={"property": "color"}),
    change(14, ranges=[{"start": 3, "startOffset": 0, "end": 4, "endOffset": 7}]),
    change(15, id=1, styleIds=[1, 2], styles=[{"styleId": 1, "rules": [{"rule": "a{}", "index": 0}]}]),
    change(16, define={"name": "odd-element"}),
]  # fmt: skip

BAD_ATTRIBUTES: list[tuple[str, Json]] = [
    ("onload", "go()"), ("ONERROR", "go()"), ("srcdoc", "<p>"), ("src", "https://evil.example/x.png"),
    ("src", "//evil.example/x"), ("src", "/x.png"), ("src", "blob:https://evil.example/1"), ("src", "javascript:go()"),
    ("src", "data:text/html,<script>"), ("src", " data:image/png,x"), ("href", "javascript:go()"),
    ("href", "JaVaScRiPt:go()"), ("href", "https://evil.example"), ("xlink:href", "x.svg#a"), ("XLINK:HREF", "x.svg#a"),
    ("poster", "x.png"), ("background", "x.png"), ("data", "x.swf"), ("srcset", "x.png 2x"), ("action", "https://evil"),
    ("action", "javascript:go()"), ("formaction", "//evil.example/"), ("ping", "https://evil.example/"),
    ("manifest", "x"), ("rr_src", "https://evil.example"), ("rr_dataURL", "https://evil.example"),
    ("a b", "x"), ("a=b", "x"), ("", "x"), ("a\u0000", "x"), ("x" * 257, "x"), ("class", ["x"]), ("class", {"x": "y"}),
    ("width", float("inf")), ("style", {"color": 5}), ("style", {"color": ["a", "b", "c"]}), ("style", {"color": True}),
]  # fmt: skip

NO_NODES: list[Json] = [
    None, 5, [], {}, {"type": 6, "id": 1}, {"type": "2", "id": 1}, {"type": True, "id": 1},
    element("p", id=0), element("p", id="5"), element("p", id=1.0), element("p", id=True), element("p", id=2**31),
    element("p", more=1), element("p", tagName=5), element("p", tagName=["p"]), element("p", childNodes=None),
    element("p", childNodes={}), element("p") | {"attributes": []}, element("p") | {"attributes": None},
    element("a b"),
    element("<script>"), element(""), element("x" * 129), element("1a"), element("script", {}, text("go()")),
    element("SCRIPT", {}, text("go()")), element("iframe", {"src": PIXEL}), element("embed", {"src": PIXEL}),
    element("object", {"data": PIXEL}), text(None), text(5), text() | {"more": 1}, {"type": 3, "id": 5},
    {"type": 1, "id": 5, "name": "html", "publicId": 5, "systemId": ""}, {"type": 4, "id": 5, "textContent": {}},
    {"type": 0, "id": 5, "childNodes": [], "compatMode": "x"}, {"type": 0, "id": 5, "childNodes": [], "compatMode": {}},
    {"type": 0, "id": 5, "childNodes": "x"},
]  # fmt: skip
NO_SOURCES: list[Json] = [None, True, "0", 7, 9, 10, 11, 17, -1, [], 0.0]

BAD: list[Json] = [
    None, 5, "event", [], {}, {"type": 3}, {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0}},
    GOOD[0] | {"type": True}, GOOD[0] | {"type": "0"}, GOOD[0] | {"type": 0.0}, GOOD[0] | {"type": 6},
    GOOD[0] | {"type": -1}, GOOD[0] | {"type": 7}, GOOD[0] | {"data": {"x": 1}}, GOOD[0] | {"data": None},
    GOOD[0] | {"timestamp": -1}, GOOD[0] | {"timestamp": "1"}, GOOD[0] | {"timestamp": True}, GOOD[0] | {"more": 1},
    GOOD[0] | {"timestamp": 1e300}, GOOD[0] | {"delay": "1"},
    GOOD[2] | {"data": {"href": 5, "width": 1, "height": 1}}, GOOD[2] | {"data": {"href": "x", "width": 1}},
    GOOD[2] | {"data": {"href": "x" * 2049, "width": 1, "height": 1}},
    GOOD[3] | {"data": {"tag": "other", "payload": {"id": 9, "dataUrl": "data:image/webp;base64,AA"}}},
    GOOD[3] | {"data": {"tag": "glance-canvas", "payload": {"id": 9, "dataUrl": "https://evil.example/x.png"}}},
    GOOD[3] | {"data": {"tag": "glance-canvas", "payload": {"id": 9, "dataUrl": "data:image/svg+xml,<svg/>"}}},
    GOOD[3] | {"data": {"tag": "glance-canvas", "payload": {"id": "9", "dataUrl": "data:image/webp;base64,AA"}}},
    {"type": 2, "data": {"node": element("html"), "initialOffset": {"left": 0, "top": 0}}, "timestamp": 1},
    {"type": 2, "data": {"node": None, "initialOffset": {"left": 0, "top": 0}}, "timestamp": 1},
    {"type": 2, "data": {"node": {"type": 0, "childNodes": [], "id": 1}, "initialOffset": {"top": "0"}},
     "timestamp": 1},
    {"type": 2, "data": {"node": {"type": False, "childNodes": [], "id": 1}, "initialOffset": {}}, "timestamp": 1},
    *(snapshot(node) for node in NO_NODES),
    *(snapshot(element("div", {}, element("p", {name: value}))) for name, value in BAD_ATTRIBUTES if name != "style"),
    snapshot(element("p", {"style": {"color": "red"}})),
    *(attributes(**{name: value}) for name, value in BAD_ATTRIBUTES),
    *(added(element("p", {name: value})) for name, value in BAD_ATTRIBUTES if name != "style"),
    *(change(source) for source in NO_SOURCES),
    change(7, id=1, type=0), change(9, id=1, type=0, commands=[]), change(10, family="f", fontSource="x", buffer=False),
    change(0, adds={}), change(0, texts=5), change(0, more=[]), mutation(isAttachIframe=1), mutation(adds=[5]),
    mutation(texts=[{"id": "4", "value": "x"}]), mutation(texts=[{"id": 4, "value": 5}]), mutation(texts=[{"id": -3}]),
    mutation(removes=[{"id": 1}]), mutation(removes=[{"id": 1, "parentId": 1, "isShadow": 1}]),
    mutation(adds=[{"parentId": 1, "nextId": "x", "node": text()}]),
    mutation(adds=[{"parentId": 1, "nextId": None}]),
    mutation(adds=[{"nextId": None, "node": text()}]), mutation(attributes=[{"id": 1}]),
    change(1, positions=[{"x": 1, "y": 2, "id": 1}]),
    change(1, positions=[{"x": 1e10, "y": 2, "id": 1, "timeOffset": 0}]),
    change(1, positions=[5]), change(1, positions="x"), change(1, positions=[{}] * 10_001),
    change(2, type=11, id=1), change(2, type="1", id=1), change(2, type=1),
    change(2, type=1, id=1, x=float("inf"), y=1),
    change(3, id=1, x=None, y=0), change(3, id=1, x=0, y=0, more=1), change(4, width=1), change(4, width=1, height="1"),
    change(5, id=1, text=5), change(5, id=1, text="x", isChecked="no"), change(5, text="x"),
    change(5, id=1, text="x" * (1024 * 1024 + 1)),
    change(8, id=1, adds=[{"index": 1}]), change(8, id=1, adds=[{"rule": "x", "index": -1}]), change(8, replace=5),
    change(8, id="1", replace="x"), change(8, id=1, removes=[{"index": [0] * 51}]),
    change(8, removes=[{"index": None}]),
    change(13, id=1, index=0.5), change(13, id=1, index=[0], set={"value": "x"}), change(13, id=1, index=[0], set="x"),
    change(13, id=1, index=[0], set={"property": "a", "value": 5}), change(13, id=1, index=[0], remove={}),
    change(14, ranges=[{"start": 1, "startOffset": -1, "end": 1, "endOffset": 0}]), change(14, ranges=[{}]),
    change(15, id=1, styleIds=["x"]), change(15, id=1, styleIds=[1], styles=[{"styleId": 1, "rules": [{}]}]),
    change(15, styleIds=[1]), change(16, define={"name": "Bad Name"}), change(16, define={"name": 5}),
    change(16, define="x"),
]  # fmt: skip


@pytest.mark.parametrize("event", GOOD, ids=range(len(GOOD)))
def test_what_the_visitor_script_sends_passes(event: JsonValue) -> None:
    check_events([event])


def test_events_pass_together() -> None:
    check_events(GOOD)
    check_events([])


@pytest.mark.parametrize("event", BAD, ids=range(len(BAD)))
def test_anything_else_is_refused_by_name(event: JsonValue) -> None:
    with pytest.raises(MessageError) as caught:
        check_events([GOOD[0], event])
    assert caught.value.code == "recorded_event"
    assert "evil" not in caught.value.message
    assert len(caught.value.message) < 120  # a socket's close carries no more


def nested(depth: int) -> JsonObject:
    node: JsonObject = text()
    for _ in range(depth - 2):
        node = element("div", {}, node)
    return snapshot(node)  # type: ignore[no-any-return]


def test_depth_is_limited_without_recursion() -> None:
    check_events([nested(MAX_DEPTH)])
    for depth in (MAX_DEPTH + 1, 100_000):
        with pytest.raises(MessageError, match="too deeply"):
            check_events([nested(depth)])


def test_the_nodes_of_a_frame_are_limited_together() -> None:
    half = [text()] * (MAX_NODES // 2 - 2)
    check_events([snapshot(element("p", {}, *half)), added(element("p", {}, *half))])
    with pytest.raises(MessageError, match="too many nodes"):
        check_events([snapshot(element("p", {}, *half)), added(element("p", {}, *half)), added(text()), added(text())])


def test_no_nonsense_raises_anything_else(rng: random.Random) -> None:
    """Values of all types at random places: either the event passes, or it is refused by name."""
    odd: list[Json] = [None, True, -1, 2**70, 1.5, float("inf"), "", "x", "onload", [], {}, [[]], {"type": 2}, [None]]

    def broken(value: Json) -> Json:
        if rng.random() < 0.02:
            return rng.choice(odd)
        if isinstance(value, dict):
            return {rng.choice(["type", "id", name, name, name]): broken(part) for name, part in value.items()}
        return [broken(part) for part in value] if isinstance(value, list) else value

    refused = 0
    for _ in range(3_000):
        try:
            check_events([broken(rng.choice(GOOD))])
        except MessageError:
            refused += 1
    assert 300 < refused < 3_000
