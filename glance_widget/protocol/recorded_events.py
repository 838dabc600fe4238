"""Which recorded events may be passed on: those that the visitor script sends, and nothing else (rrweb's shapes).

A visitor's page may send what it likes to its socket. What arrives here is shown in an agent's browser, so everything
is checked against the shapes that the script really sends, by type, size and depth.
"""

from __future__ import annotations

import re
from typing import Final

from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.recorded_changes import check_change
from glance_widget.protocol.recorded_nodes import TreeCheck
from glance_widget.protocol.recorded_values import (
    an_object,
    check_id,
    check_moment,
    check_number,
    check_text,
    refused,
)

META: Final = 4
"""The event with which a fresh start begins."""

_DOM_LOADED, _LOADED, _SNAPSHOT, _CHANGE, _CUSTOM = 0, 1, 2, 3, 5
_EVENT: Final = frozenset({"type", "data", "timestamp", "delay"})
_NOTHING: Final[frozenset[str]] = frozenset()
_SNAPSHOT_NAMES: Final = frozenset({"node", "initialOffset"})
_META_NAMES: Final = frozenset({"href", "width", "height"})
_PICTURE_TAG: Final = "glance-canvas"
_PICTURE: Final = re.compile(r"data:image/(?:webp|png|jpeg)[;,]")
_MAX_PICTURE: Final = 2 * 1024 * 1024
_MAX_HREF: Final = 2048


def check_events(events: list[JsonValue]) -> None:
    """Checks the events of one frame.

    Raises:
        MessageError: One of them is none that the visitor script sends.
    """
    trees = TreeCheck()
    for event in events:
        whole = an_object(event, _EVENT, "an event of the wrong shape")
        kind, data = whole.get("type"), whole.get("data")
        check_moment(whole.get("timestamp"))
        if whole.get("delay") is not None:
            check_number(whole["delay"], "an event of the wrong shape")
        if type(kind) is not int:
            refused("an event of an unknown kind")
        if kind == _CHANGE:
            check_change(data, trees)
        elif kind == _SNAPSHOT:
            _check_snapshot(data, trees)
        elif kind == META:
            _check_meta(data)
        elif kind == _CUSTOM:
            _check_picture(data)
        elif kind in {_DOM_LOADED, _LOADED}:
            an_object(data, _NOTHING, "an event of the wrong shape")
        else:
            refused("an event of an unknown kind")


def _check_snapshot(data: JsonValue, trees: TreeCheck) -> None:
    snapshot = an_object(data, _SNAPSHOT_NAMES, "a snapshot of the wrong shape")
    offset = an_object(snapshot.get("initialOffset"), frozenset({"top", "left"}), "a snapshot of the wrong shape")
    for place in offset.values():
        check_number(place, "a snapshot of the wrong shape")
    node = snapshot.get("node")
    if not isinstance(node, dict) or node.get("type") != 0 or node.get("type") is False:
        refused("a snapshot that is no document")
    trees.check(node)


def _check_meta(data: JsonValue) -> None:
    meta = an_object(data, _META_NAMES, "a page start of the wrong shape")
    check_text(meta.get("href"), "a page start without its address", _MAX_HREF)
    check_number(meta.get("width"), "a page start without its size")
    check_number(meta.get("height"), "a page start without its size")


def _check_picture(data: JsonValue) -> None:
    custom = an_object(data, frozenset({"tag", "payload"}), "an event of the wrong shape")
    if custom.get("tag") != _PICTURE_TAG:
        refused("an event of an unknown kind")
    payload = an_object(custom.get("payload"), frozenset({"id", "dataUrl"}), "a picture of the wrong shape")
    check_id(payload.get("id"), "a picture of the wrong shape")
    picture = payload.get("dataUrl")
    if not isinstance(picture, str) or len(picture) > _MAX_PICTURE or _PICTURE.match(picture) is None:
        refused("a picture that is none")
