"""Which changes of a page may be in recorded events: those that the visitor script sends (rrweb's sources)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.recorded_nodes import MAX_NODES, TreeCheck
from glance_widget.protocol.recorded_values import (
    MAX_CONTENT,
    a_list,
    an_object,
    check_count,
    check_flag,
    check_id,
    check_number,
    check_text,
    refused,
)

_MUTATION: Final = 0
_MAX_PLACES: Final = 10_000
_MAX_RANGES: Final = 1_000
_MAX_NESTING: Final = 50
_LAST_INTERACTION: Final = 10
_CUSTOM_ELEMENT: Final = re.compile(r"[a-z][^\s<>\"'/]{0,255}")
_SHAPE: Final = "a change of the wrong shape"
_STYLE: Final = "a style of the wrong shape"


def check_change(data: JsonValue, trees: TreeCheck) -> None:
    """Checks the data of an incremental event.

    Raises:
        MessageError: It is none that the visitor script sends, or has the wrong shape.
    """
    source = data.get("source") if isinstance(data, dict) else None
    if source == _MUTATION and type(source) is int:
        _mutation(data, trees)
        return
    check = _CHECKS.get(source) if type(source) is int else None
    if check is None:
        refused("a change of an unknown kind")
    names, look = check
    look(an_object(data, names, _SHAPE))


def _mutation(data: JsonValue, trees: TreeCheck) -> None:
    change = an_object(data, _MUTATION_NAMES, _SHAPE)
    check_flag(change.get("isAttachIframe"), _SHAPE)
    for item in a_list(change.get("texts"), _SHAPE, MAX_NODES):
        text = an_object(item, _TEXT_NAMES, _SHAPE)
        check_id(text.get("id"), _SHAPE)
        if text.get("value") is not None:
            check_text(text["value"], _SHAPE, MAX_CONTENT)
    for item in a_list(change.get("attributes"), _SHAPE, MAX_NODES):
        changed = an_object(item, _ATTRIBUTES_NAMES, _SHAPE)
        check_id(changed.get("id"), _SHAPE)
        trees.attributes.check("", changed.get("attributes"), changed=True)
    for item in a_list(change.get("removes"), _SHAPE, MAX_NODES):
        removed = an_object(item, _REMOVE_NAMES, _SHAPE)
        check_id(removed.get("parentId"), _SHAPE)
        check_id(removed.get("id"), _SHAPE)
        check_flag(removed.get("isShadow"), _SHAPE)
    for item in a_list(change.get("adds"), _SHAPE, MAX_NODES):
        added = an_object(item, _ADD_NAMES, _SHAPE)
        check_id(added.get("parentId"), _SHAPE)
        for name in ("nextId", "previousId"):
            if added.get(name) is not None:
                check_id(added[name], _SHAPE)
        trees.check(added.get("node"))


_MUTATION_NAMES: Final = frozenset({"source", "texts", "attributes", "removes", "adds", "isAttachIframe"})
_TEXT_NAMES: Final = frozenset({"id", "value"})
_ATTRIBUTES_NAMES: Final = frozenset({"id", "attributes"})
_REMOVE_NAMES: Final = frozenset({"parentId", "id", "isShadow"})
_ADD_NAMES: Final = frozenset({"parentId", "previousId", "nextId", "node"})
_PLACE_NAMES: Final = frozenset({"x", "y", "id", "timeOffset"})


def _moves(change: JsonObject) -> None:
    for item in a_list(change.get("positions"), _SHAPE, _MAX_PLACES):
        place = an_object(item, _PLACE_NAMES, _SHAPE)
        check_id(place.get("id"), _SHAPE)
        for name in ("x", "y", "timeOffset"):
            check_number(place.get(name), _SHAPE)


def _interaction(change: JsonObject) -> None:
    check_id(change.get("id"), _SHAPE)
    for name in ("x", "y", "pointerType"):
        if change.get(name) is not None:
            check_number(change[name], _SHAPE)
    kind = change.get("type")
    if type(kind) is not int or not 0 <= kind <= _LAST_INTERACTION:
        refused(_SHAPE)


def _scroll(change: JsonObject) -> None:
    check_id(change.get("id"), _SHAPE)
    check_number(change.get("x"), _SHAPE)
    check_number(change.get("y"), _SHAPE)


def _window(change: JsonObject) -> None:
    check_number(change.get("width"), _SHAPE)
    check_number(change.get("height"), _SHAPE)


def _input(change: JsonObject) -> None:
    check_id(change.get("id"), _SHAPE)
    check_text(change.get("text"), _SHAPE)
    check_flag(change.get("isChecked"), _SHAPE)
    check_flag(change.get("userTriggered"), _SHAPE)


def _sheet_ids(change: JsonObject) -> None:
    for name in ("id", "styleId"):
        if change.get(name) is not None:
            check_id(change[name], _STYLE)


def _index(value: JsonValue) -> None:
    """A rule's place in its sheet; a list of places for a rule inside others."""
    for place in a_list(value, _STYLE, _MAX_NESTING) if isinstance(value, list) else [value]:
        check_count(place, _STYLE)


def _rules(value: JsonValue) -> None:
    for item in a_list(value, _STYLE):
        rule = an_object(item, frozenset({"rule", "index"}), _STYLE)
        check_text(rule.get("rule"), _STYLE, MAX_CONTENT)
        if rule.get("index") is not None:
            _index(rule["index"])


def _sheet_rules(change: JsonObject) -> None:
    _sheet_ids(change)
    for item in a_list(change.get("removes"), _STYLE):
        _index(an_object(item, frozenset({"index"}), _STYLE).get("index"))
    _rules(change.get("adds"))
    for name in ("replace", "replaceSync"):
        if change.get(name) is not None:
            check_text(change[name], _STYLE, MAX_CONTENT)


def _declaration(change: JsonObject) -> None:
    _sheet_ids(change)
    _index(change.get("index"))
    for part in ("set", "remove"):
        if change.get(part) is None:
            continue
        declared = an_object(change[part], frozenset({"property", "value", "priority"}), _STYLE)
        check_text(declared.get("property"), _STYLE)
        for name in ("value", "priority"):
            if declared.get(name) is not None:
                check_text(declared[name], _STYLE, MAX_CONTENT)


def _adopted(change: JsonObject) -> None:
    check_id(change.get("id"), _STYLE)
    for number in a_list(change.get("styleIds"), _STYLE):
        check_id(number, _STYLE)
    for item in a_list(change.get("styles"), _STYLE):
        sheet = an_object(item, frozenset({"styleId", "rules"}), _STYLE)
        check_id(sheet.get("styleId"), _STYLE)
        _rules(sheet.get("rules"))


def _selection(change: JsonObject) -> None:
    for item in a_list(change.get("ranges"), _SHAPE, _MAX_RANGES):
        chosen = an_object(item, frozenset({"start", "startOffset", "end", "endOffset"}), _SHAPE)
        for name in ("start", "end"):
            check_id(chosen.get(name), _SHAPE)
        for name in ("startOffset", "endOffset"):
            check_count(chosen.get(name), _SHAPE)


def _custom_element(change: JsonObject) -> None:
    if change.get("define") is None:
        return
    name = an_object(change["define"], frozenset({"name"}), _SHAPE).get("name")
    if not isinstance(name, str) or _CUSTOM_ELEMENT.fullmatch(name) is None:
        refused(_SHAPE)


def _fields(*names: str) -> frozenset[str]:
    return frozenset({"source", *names})


_CHECKS: Final[dict[int, tuple[frozenset[str], Callable[[JsonObject], None]]]] = {
    1: (_fields("positions"), _moves),
    2: (_fields("type", "id", "x", "y", "pointerType"), _interaction),
    3: (_fields("id", "x", "y"), _scroll),
    4: (_fields("width", "height"), _window),
    5: (_fields("id", "text", "isChecked", "userTriggered"), _input),
    6: (_fields("positions"), _moves),
    8: (_fields("id", "styleId", "removes", "adds", "replace", "replaceSync"), _sheet_rules),
    12: (_fields("positions"), _moves),
    13: (_fields("id", "styleId", "index", "set", "remove"), _declaration),
    14: (_fields("ranges"), _selection),
    15: (_fields("id", "styleIds", "styles"), _adopted),
    16: (_fields("define"), _custom_element),
}
"""By rrweb's number of the source. Media (7), drawing commands (9), fonts (10) and logs (11) are not sent."""
