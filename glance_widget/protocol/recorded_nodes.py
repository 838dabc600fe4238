"""Which trees of nodes may be in recorded events. They are walked level by level, as deep as they are."""

from __future__ import annotations

import re
from typing import Final

from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.recorded_attributes import AttributeCheck
from glance_widget.protocol.recorded_values import MAX_CONTENT, MAX_TEXT, check_text, refused

MAX_NODES: Final = 200_000
"""Nodes in one frame."""
MAX_DEPTH: Final = 400
"""Nodes inside each other; the replica is built by recursion."""

_DOCUMENT, _DOCTYPE, _ELEMENT, _TEXT, _CDATA, _COMMENT = range(6)
_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9_:.-]{0,127}", re.ASCII)
_MAX_ID: Final = 2**31

_COMMON: Final = frozenset({"type", "id", "rootId", "isShadow", "isShadowHost"})
_NAMES: Final[dict[int, frozenset[str]]] = {
    _DOCUMENT: _COMMON | {"childNodes", "compatMode"},
    _DOCTYPE: _COMMON | {"name", "publicId", "systemId"},
    _ELEMENT: _COMMON | {"tagName", "attributes", "childNodes", "isSVG", "needBlock", "isCustom"},
    _TEXT: _COMMON | {"textContent", "isStyle"},
    _CDATA: _COMMON | {"textContent"},
    _COMMENT: _COMMON | {"textContent"},
}
_MODES: Final = (None, "BackCompat", "CSS1Compat")
"""No set: an object or array in their place could not be looked up there."""
_FLAGS: Final = ("isShadow", "isShadowHost", "isSVG", "needBlock", "isCustom", "isStyle")


class TreeCheck:
    """Checks the trees of one frame's events, which together may have so many nodes and no more."""

    def __init__(self) -> None:
        self.attributes: Final = AttributeCheck()
        self._left = MAX_NODES
        self._tags: set[str] = set()

    def check(self, root: JsonValue) -> None:
        """Checks a node and everything in it.

        Raises:
            MessageError: Something in it may not be there, or it is too large or too deep.
        """
        level: list[JsonValue] = [root]
        for _depth in range(MAX_DEPTH):
            level = self._check_level(level)
            if not level:
                return
        refused("a page nested too deeply")

    def _check_level(self, nodes: list[JsonValue]) -> list[JsonValue]:
        self._left -= len(nodes)
        if self._left < 0:
            refused("too many nodes")
        inner: list[JsonValue] = []
        for node in nodes:
            kind = _kind_of(node)
            if kind == _ELEMENT:
                inner += self._check_element(node)  # type: ignore[arg-type]  # only an object has a kind
            elif kind == _TEXT:
                text = node.get("textContent")  # type: ignore[union-attr]  # only an object has a kind
                if type(text) is not str or len(text) > MAX_CONTENT:
                    refused("a text of the wrong shape")
            else:
                inner += _check_other(node, kind)  # type: ignore[arg-type]  # only an object has a kind
        return inner

    def _check_element(self, node: JsonObject) -> list[JsonValue]:
        tag = node.get("tagName")
        if type(tag) is not str:
            refused("an element whose tag is none")
        if tag not in self._tags:
            if _TAG.fullmatch(tag) is None:
                refused("an element whose tag is none")
            self._tags.add(tag)
        children = node.get("childNodes")
        if type(children) is not list:
            refused("an element of the wrong shape")
        self.attributes.check(tag, node.get("attributes"))
        if children and tag in _SILENT:
            _check_silent(children)
        return children


_SILENT: Final = frozenset({"script", "SCRIPT", "Script"})


def _check_silent(children: list[JsonValue]) -> None:
    if any(isinstance(child, dict) and child.get("textContent") for child in children):
        refused("a script with text")


def _kind_of(node: JsonValue) -> int:
    """The type of a node whose outer shape is right."""
    if type(node) is not dict:
        refused("a node of the wrong shape")
    kind, number = node.get("type"), node.get("id")
    names = _NAMES.get(kind) if type(kind) is int else None
    if names is None or not node.keys() <= names or type(number) is not int or not 0 < number < _MAX_ID:
        refused("a node of the wrong shape")
    return kind  # type: ignore[return-value]


def _check_other(node: JsonObject, kind: int) -> list[JsonValue]:
    if kind == _DOCTYPE:
        for name in ("name", "publicId", "systemId"):
            check_text(node.get(name), "a document type of the wrong shape", MAX_TEXT)
        return []
    if kind in {_CDATA, _COMMENT}:
        check_text(node.get("textContent"), "a text of the wrong shape")
        return []
    children, mode = node.get("childNodes"), node.get("compatMode")
    if not isinstance(children, list) or mode not in _MODES:
        refused("a document of the wrong shape")
    return children
