"""Forged events in the shapes of the recorder."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

Event = dict[str, Any]
Node = dict[str, Any]


class Forge:
    """Makes nodes with numbers, and events out of them."""

    def __init__(self) -> None:
        self._ids: Iterator[int] = itertools.count(1)

    def element(
        self, tag: str, attributes: Mapping[str, object] | None = None, *children: Node, **more: object
    ) -> Node:
        return {
            "type": 2, "id": next(self._ids), "tagName": tag, "attributes": dict(attributes or {}),
            "childNodes": list(children), **more,
        }  # fmt: skip

    def svg(self, tag: str, attributes: Mapping[str, object] | None = None, *children: Node) -> Node:
        return self.element(tag, attributes, *children, isSVG=True)

    def text(self, content: str, **more: object) -> Node:
        return {"type": 3, "id": next(self._ids), "textContent": content, **more}

    def document(self, *children: Node) -> Node:
        return {"type": 0, "id": next(self._ids), "childNodes": list(children)}

    def page(self, *body: Node, head: tuple[Node, ...] = ()) -> Node:
        doctype = {"type": 1, "id": next(self._ids), "name": "html", "publicId": "", "systemId": ""}
        return self.document(
            doctype, self.element("html", {}, self.element("head", {}, *head), self.element("body", {}, *body))
        )


def fresh_start(document: object, **meta: object) -> list[Event]:
    """The two events with which a page begins."""
    return [
        {"type": 4, "data": {"href": "http://shop.test/", "width": 800, "height": 600} | meta, "timestamp": 1},
        {"type": 2, "data": {"node": document, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 2},
    ]


def change(source: object, **data: object) -> Event:
    return {"type": 3, "data": {"source": source, **data}, "timestamp": 3}


def mutation(*, adds: object = (), removes: object = (), texts: object = (), attributes: object = ()) -> Event:
    def listed(value: object) -> object:
        return list(value) if isinstance(value, tuple) else value

    lists = {"adds": adds, "removes": removes, "texts": texts, "attributes": attributes}
    return change(0, **{name: listed(value) for name, value in lists.items()})


def added(parent: int, node: object, following: object = None) -> dict[str, object]:
    return {"parentId": parent, "nextId": following, "node": node}
