"""Attacks made of forged events: what a client with a session and consent may send instead of its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.privacy.hostile_page.constructs import Construct, Constructs
from tests.privacy.hostile_page.trees import Event, Forge, Node, added, change, fresh_start, mutation


@dataclass(frozen=True)
class Attack:
    """Frames of events, the first of which begins a page.

    Attributes:
        name: What is tried.
        frames: The events of each frame.
        count: How many things in it could happen.
        shown: Whether the viewer goes on to show the page. One that cannot be built, or is lost, is not shown.
    """

    name: str
    frames: list[list[Event]] = field(repr=False)
    count: int = 1
    shown: bool = True


def attacks(canary: str) -> list[Attack]:
    """All attacks with forged events but those of size."""
    made = Constructs(canary)
    return [*_markup(made), *_styles(made), *_drawing_commands(made), *_odd_changes(made)]


def _node(forge: Forge, construct: Construct, *children: Node) -> Node:
    _, tag, attributes = construct
    return (
        forge.svg(tag[4:], attributes, *children)
        if tag.startswith("svg:")
        else forge.element(tag, attributes, *children)
    )


def _script(forge: Forge, made: Constructs, name: str) -> Node:
    return forge.element("script", {}, forge.text(made.run(name)))


def _markup(made: Constructs) -> Iterator[Attack]:
    constructs = made.elements()
    forge = Forge()
    nodes = [_node(forge, construct, forge.text("seen")) for construct in constructs]
    nodes += [
        _script(forge, made, "inline-script"),
        forge.svg("svg", {}, forge.svg("foreignobject", {}, _script(forge, made, "foreign"))),
    ]
    yield Attack("markup in a snapshot", [fresh_start(forge.page(*nodes, head=tuple(nodes[:0])))], len(nodes))

    forge = Forge()
    head = [_node(forge, construct) for construct in constructs if not construct[1].startswith("svg:")]
    yield Attack("markup in the head", [fresh_start(forge.page(head=tuple(head)))], len(head))

    forge = Forge()
    body = forge.element("body", {})
    page = forge.document(forge.element("html", {}, forge.element("head"), body))
    adds = [added(body["id"], _node(forge, construct)) for construct in constructs]
    inside = [added(add["node"]["id"], forge.text(made.run("late-script"))) for add in adds]  # type: ignore[index]
    yield Attack("markup added later", [fresh_start(page), [mutation(adds=[*adds, *inside])]], len(adds))

    forge = Forge()
    plain = [(_node(forge, (name, tag, {})), attributes) for name, tag, attributes in constructs]
    page = forge.page(*(node for node, _ in plain))
    changed = [{"id": node["id"], "attributes": dict(attributes)} for node, attributes in plain]
    yield Attack("attributes set later", [fresh_start(page), [mutation(attributes=changed)]], len(changed))

    forge = Forge()
    hosts = [forge.element("div", {}, {**_node(forge, c), "isShadow": True}, isShadowHost=True) for c in constructs]
    yield Attack("markup in shadow roots", [fresh_start(forge.page(*hosts))], len(hosts))

    forge = Forge()
    frame = forge.element("iframe", {"srcdoc": "x"})
    page = forge.page(frame)
    inner = forge.page(*(_node(forge, c) for c in constructs), _script(forge, made, "framed-script"))
    yield Attack(
        "markup in a frame", [fresh_start(page), [mutation(adds=[added(frame["id"], inner)])]], len(constructs)
    )


def _styles(made: Constructs) -> Iterator[Attack]:
    sheets, declarations = made.sheets(), made.declarations()

    def page(nodes: list[Node], forge: Forge) -> list[Event]:
        seen = forge.element("ul", {}, forge.element("li", {"data-u": made.url("attr")}, forge.text("seen")))
        return fresh_start(forge.page(seen, head=tuple(nodes)))

    forge = Forge()
    nodes = [forge.element("style", {"_cssText": css}) for _, css in sheets]
    nodes += [forge.element("link", {"_cssText": css, "rel": "stylesheet", "href": made.url("l")}) for _, css in sheets]
    yield Attack("sheets with their text", [page(nodes, forge)], len(nodes))

    forge = Forge()
    nodes = [forge.element("style", {}, forge.text(css, isStyle=True)) for _, css in sheets]
    nodes += [forge.svg("style", {}, forge.text(css)) for _, css in sheets]
    yield Attack("sheets as texts", [page(nodes, forge)], len(nodes))

    forge = Forge()
    nodes = [
        forge.element("style", {}, *(forge.text(css[at : at + 3]) for at in range(0, len(css), 3))) for _, css in sheets
    ]
    yield Attack("sheets in pieces", [page(nodes, forge)], len(nodes))

    forge = Forge()
    texts = [forge.text("a{}") for _ in sheets]
    nodes = [forge.element("style", {}, text) for text in texts]
    changed = [{"id": text["id"], "value": css} for text, (_, css) in zip(texts, sheets, strict=True)]
    yield Attack("texts of sheets changed", [page(nodes, forge), [mutation(texts=changed)]], len(sheets))

    forge = Forge()
    nodes = [forge.element("style", {"_cssText": "a{}"}) for _ in sheets]
    rules = [
        change(8, id=node["id"], adds=[{"rule": css, "index": 0}]) for node, (_, css) in zip(nodes, sheets, strict=True)
    ]
    replaced = [
        mutation(attributes=[{"id": node["id"], "attributes": {"_cssText": css}}])
        for node, (_, css) in zip(nodes, sheets, strict=True)
    ]
    yield Attack("rules inserted", [page(nodes, forge), rules, replaced], 2 * len(sheets))

    forge = Forge()
    document = forge.page(forge.element("p", {}, forge.text("seen")))
    adopted = [{"styleId": at, "rules": [{"rule": css}]} for at, (_, css) in enumerate(sheets, 1)]
    adopting = [
        change(15, id=document["id"], styleIds=[sheet["styleId"] for sheet in adopted], styles=adopted),
        *(change(8, styleId=at, replaceSync=css, replace=css) for at, (_, css) in enumerate(sheets, 1)),
    ]
    yield Attack("adopted sheets", [fresh_start(document), adopting], 2 * len(sheets))

    forge = Forge()
    styled = [forge.element("p", {"style": css}, forge.text("seen")) for _, css in declarations]
    later = [forge.element("p", {}, forge.text("seen")) for _ in declarations]
    parts = [(node, css.partition(":")) for node, (_, css) in zip(later, declarations, strict=True)]
    maps = [
        {"id": node["id"], "attributes": {"style": {name: [value, "important"], "css-text": value, "--x": value}}}
        for node, (name, _, value) in parts
    ]
    texts_of_styles = [
        {"id": node["id"], "attributes": {"style": css}} for node, (_, css) in zip(later, declarations, strict=True)
    ]
    sheet = forge.element("style", {"_cssText": "p{color:red}"})
    declared = [
        change(13, id=sheet["id"], index=[0], set={"property": name, "value": value}) for _, (name, _, value) in parts
    ]
    yield Attack(
        "styles of elements",
        [
            fresh_start(forge.page(*styled, *later, head=(sheet,))),
            [mutation(attributes=maps)],
            [mutation(attributes=texts_of_styles)],
            declared,
        ],
        4 * len(declarations),
    )


def _drawing_commands(made: Constructs) -> Iterator[Attack]:
    def picture(name: str) -> dict[str, Any]:
        return {"rr_type": "HTMLImageElement", "src": made.url(name)}

    def code(name: str) -> dict[str, Any]:
        return {"rr_type": "Function", "args": [f"{made.run(name)}"]}

    forge = Forge()
    canvas = forge.element("canvas", {"width": "9", "height": "9"})
    commands: list[dict[str, Any]] = [
        {"property": "drawImage", "args": [picture("draw-image"), 0, 0]},
        {"property": "drawImage", "args": [made.url("draw-text"), 0, 0]},
        {"property": "constructor", "args": [made.run("constructor")]},
        {"property": "fillText", "args": [code("function")]},
        {"property": "fillStyle", "args": [code("setter")], "setter": True},
        {"property": "createPattern", "args": [{"rr_type": "ImageBitmap", "args": [picture("bitmap")]}, "repeat"]},
        {"property": "drawImage", "args": [{"rr_type": "Worker", "args": [made.url("worker")]}]},
        {
            "property": "drawImage",
            "args": [{"rr_type": "WebSocket", "args": [made.url("socket").replace("http", "ws")]}],
        },
        {"property": "drawImage", "args": [{"rr_type": "open", "args": [made.url("popup")]}]},
    ]
    drawn = [change(9, id=canvas["id"], type=kind, commands=commands) for kind in (0, 1, 2)]
    drawn += [change(9, id=canvas["id"], type=kind, **command) for kind in (0, 1, 2) for command in commands]
    yield Attack("drawing commands", [fresh_start(forge.page(canvas)), drawn], len(drawn))

    forge = Forge()
    canvas = forge.element("canvas", {"width": "9", "height": "9"})
    pictures = [
        made.url("picture"), f"data:image/svg+xml,<svg onload=\"{made.run('picture-svg')}\"/>",
        f'data:image/png;base64,AA"),url({made.url("picture-css")}', "javascript:1", 7, None, {}, [],
    ]  # fmt: skip
    custom = [
        {
            "type": 5,
            "data": {"tag": "glance-canvas", "payload": {"id": canvas["id"], "dataUrl": picture}},
            "timestamp": 3,
        }
        for picture in pictures
    ]
    yield Attack("canvas pictures", [fresh_start(forge.page(canvas)), custom], len(custom))


def _odd_changes(made: Constructs) -> Iterator[Attack]:
    forge = Forge()
    video = forge.element("video", {})
    paragraph = forge.element("p", {}, forge.text("seen"))
    odd: list[Event] = [
        change(10, family="evil", fontSource=f"url({made.url('font')})", buffer=False, descriptors={}),
        change(10, family="evil", fontSource="[" * 9, buffer=True),
        change(7, id=video["id"], type=0, currentTime=1, volume=1, muted=False, playbackRate=1),
        change(11, level="log", payload=["x"], trace=[]),
        change(16, define={"name": "evil-element"}),
        {
            "type": 6,
            "data": {"plugin": "rrweb/console@1", "payload": {"level": "error", "payload": [made.url("plugin")]}},
            "timestamp": 3,
        },
        {"type": 5, "data": {"tag": "evil", "payload": made.url("custom")}, "timestamp": 3},
        {"type": 0, "data": {}, "timestamp": 3},
        {"type": 1, "data": {"href": made.url("load")}, "timestamp": 3},
        *(change(2, id=paragraph["id"], type=kind, x=1, y=1) for kind in range(11)),
        change(5, id=video["id"], text="x", isChecked=True),
        change(14, ranges=[{"start": 1, "startOffset": 99, "end": paragraph["id"], "endOffset": 0}]),
    ]
    yield Attack("changes of other kinds", [fresh_start(forge.page(video, paragraph)), odd], len(odd))
