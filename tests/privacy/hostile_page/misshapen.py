"""Attacks made of events that are wrong in themselves: shapes, numbers, trees that are none."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any, Final

from tests.privacy.hostile_page.forgeries import Attack
from tests.privacy.hostile_page.trees import Event, Forge, added, change, fresh_start, mutation

ODD: Final[list[Any]] = [
    None, True, False, 0, -1, -2, 0.5, 1e308, -1e308, 2**53, 2**31, "", "x", "__proto__", "constructor", [], [[]],
    {}, {"a": 1}, [None], {"__proto__": {"polluted": 1}}, {"constructor": {"prototype": {"polluted": 1}}},
    "\x00", "\ud800", "9" * 400,
]  # fmt: skip
"""Values that are wrong nearly everywhere."""
FIELDS: Final = ("isShadow", "isSVG", "srcdoc", "onload", "src", "href", "rootId", "childNodes", "tagName", "style")
"""Fields in which something happens."""


def attacks() -> list[Attack]:
    """All attacks with events of a wrong shape."""
    return [*_trees(), *_numbers(), _pollution(), _shapes()]


def _start() -> tuple[Forge, Any, Any]:
    forge = Forge()
    inner = forge.element("p", {}, forge.text("seen"))
    outer = forge.element("div", {}, inner)
    return forge, outer, inner


def _trees() -> Iterator[Attack]:
    forge, outer, inner = _start()
    inner["id"] = outer["id"]
    yield Attack("a node with its parent's number", [fresh_start(forge.page(outer))])

    forge, outer, inner = _start()
    twice = [copy.deepcopy(outer) for _ in range(3)]
    yield Attack("numbers that collide", [fresh_start(forge.page(*twice))])

    forge, outer, inner = _start()
    page = forge.page(outer)
    yield Attack(
        "a cycle",
        [fresh_start(page), [mutation(adds=[added(inner["id"], outer)]), mutation(adds=[added(outer["id"], outer)])]],
    )

    forge, outer, inner = _start()
    page = forge.page(outer)
    document_inside = forge.page(forge.element("p"))
    steps = [
        mutation(adds=[added(inner["id"], document_inside)]), mutation(adds=[added(page["id"], document_inside)]),
        mutation(adds=[added(999, inner)]), mutation(adds=[added(inner["id"], forge.text("x"), 999)]),
        mutation(removes=[{"id": page["id"], "parentId": outer["id"]}]),
        mutation(removes=[{"id": outer["id"], "parentId": 999}]),
        mutation(removes=[{"id": 3, "parentId": 1}], texts=[{"id": outer["id"], "value": "gone"}]),
    ]  # fmt: skip
    yield Attack("nodes where they cannot be", [fresh_start(page), steps], len(steps))

    forge, outer, inner = _start()
    yield Attack("a document in an element", [fresh_start(forge.page(forge.element("div", {}, forge.page(outer))))])
    yield Attack("a snapshot without an element", [fresh_start(forge.document())], shown=False)
    yield Attack("a snapshot that is a text", [fresh_start(forge.text("x"))], shown=False)
    image = forge.element("img", {}, {**forge.text("x"), "isShadow": True}, isShadowHost=True)
    names = [
        "font-face",
        "x-",
        "-x",
        "a b",
        "x>y",
        "é-é",
        "constructor",
        "__proto__",
        "toString",
        "annotation-xml",
        "X-Y",
    ]
    tags = [forge.element(name, {"a b": "1", "=": "2", "": "3", "x": "4"}, isCustom=True) for name in names]
    yield Attack("names that are none", [fresh_start(forge.page(image, *tags))], len(tags) + 1)


def _numbers() -> Iterator[Attack]:
    sizes = [0, -1, 1e9, 1e308, "9", None, 0.001, 16_385]
    forge, outer, _ = _start()
    for size in sizes:
        yield Attack(f"a window of {size}", [fresh_start(forge.page(outer), width=size, height=size)])
        forge, outer, _ = _start()
    page = forge.page(outer)
    numbers: list[Any] = [1e308, -1e308, 1e9, -1e9, -1, None, "1", [], 2**53]
    steps = [
        event
        for number in numbers
        for event in (
            change(3, id=page["id"], x=number, y=number), change(3, id=outer["id"], x=number, y=number),
            change(1, positions=[{"x": number, "y": number, "id": outer["id"], "timeOffset": number}]),
            change(1, positions=[]),
            change(2, id=outer["id"], type=2, x=number, y=number), change(4, width=number, height=number),
            change(6, positions=[{"x": 1, "y": 1, "id": outer["id"], "timeOffset": number}]),
            {**change(3, id=page["id"], x=0, y=9), "timestamp": number},
            {**change(3, id=page["id"], x=0, y=9), "delay": number},
        )
    ]  # fmt: skip
    yield Attack("numbers out of range", [fresh_start(page), *([step] for step in steps)], len(steps))


def _pollution() -> Attack:
    forge, outer, inner = _start()
    page = forge.page(outer)
    keys = ("__proto__", "constructor", "prototype")
    steps = [
        mutation(
            attributes=[{"id": inner["id"], "attributes": {key: {"polluted": 1}, "style": {key: {"polluted": 1}}}}]
        )
        for key in keys
    ]
    steps += [{**change(8, id=1, adds=[]), key: {"polluted": 1}} for key in keys]
    steps += [
        {"type": 3, "timestamp": 3, "data": {"source": 8, "id": 1, key: {"polluted": 1, "adds": [1]}}} for key in keys
    ]
    return Attack("keys of prototypes", [fresh_start(page), *([step] for step in steps)], len(steps))


def _shapes() -> Attack:
    forge, outer, _ = _start()
    page = forge.page(outer)
    frames: list[list[Any]] = [[{"type": kind, "data": odd, "timestamp": 1}] for kind in range(8) for odd in ODD]
    frames += [
        [change(source, id=odd, adds=odd, positions=odd, styles=odd, ranges=odd)] for source in range(18) for odd in ODD
    ]
    return Attack("values of the wrong kind", [fresh_start(page), *frames], len(frames), shown=False)


Edit = tuple[list[int | str], str, Any]
"""Where, what is done there (``set``, ``double`` or ``copy``), and the value, or where it is taken from."""


def mutations(frames: list[list[Event]], rng: random.Random, count: int) -> Iterator[list[Edit]]:
    """Changes of recorded frames, each of a few values that are replaced, doubled or moved."""
    places = list(_places(frames))
    for _ in range(count):
        yield [_edit(rng.choice(places), places, rng) for _ in range(rng.randint(1, 12))]


def _edit(place: tuple[list[int | str], Any], places: list[tuple[list[int | str], Any]], rng: random.Random) -> Edit:
    path, value = place
    kind = rng.randrange(5)
    if kind == 0 and isinstance(value, (int, float)):
        return path, "set", rng.choice([value + 1, value - 1, -value, value * 10**9, rng.randint(-5, 60)])
    if kind == 1 and isinstance(value, str):
        return path, "set", rng.choice([value[::-1], value * 50, f"javascript:{value}", f"url(//127.0.0.1:1/{value})"])
    if kind == 2 and isinstance(path[-1], int):
        return path, "double", None
    if kind == 3:
        return path, "copy", rng.choice(places)[0]
    if kind == 4:
        return [*path[:-1], rng.choice(FIELDS)], "set", rng.choice([value, *ODD])
    return path, "set", rng.choice(ODD)


def _places(frames: list[list[Event]]) -> Iterator[tuple[list[int | str], Any]]:
    """Every place in nested lists and objects below the frames themselves, with what is there."""
    waiting: list[tuple[list[int | str], Any]] = [([], frames)]
    while waiting:
        path, at = waiting.pop()
        items: Any = at.items() if isinstance(at, dict) else enumerate(at)
        for key, inner in items:
            here = [*path, key]
            if path:
                yield here, inner
            if isinstance(inner, (dict, list)):
                waiting.append((here, inner))
