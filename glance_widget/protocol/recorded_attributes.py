"""Which attributes may be in recorded events: none that runs, loads or leads anywhere."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.recorded_values import MAX_CONTENT, refused

_NAME: Final = re.compile(r"[^\s\"'<>/=\x00-\x1f]{1,256}")
_MAX_ATTRIBUTES: Final = 1_000
_MAX_STYLES: Final = 2_000
_MAX_NUMBER: Final = 1e15

_ADDRESSES: Final = {
    "archive", "background", "classid", "codebase", "data", "dynsrc", "href",
    "icon", "imagesrcset", "lowsrc", "manifest", "poster", "profile", "rr_dataurl", "rr_src",
    "src", "srcset", "usemap", "xlink:href", "xml:base",
}  # fmt: skip
_HARMLESS: Final = re.compile(r"#|data:(?:,|image/|(?:application|binary)/octet-stream)", re.IGNORECASE)
"""Into the page itself, or the thing itself: pictures whose server does not say what they are come as octets."""

_PATH: Final = re.compile(r"/?[\w.~-][\w.~/-]*", re.ASCII)
"""Inside the same site, for what leads somewhere only when it is used: a style sheet may choose by it."""
_USED: Final = frozenset({"action", "formaction", "cite", "longdesc", "ping"})

_DOCUMENTS: Final = frozenset({"iframe", "frame", "object", "embed", "portal", "fencedframe"})


class _Kind(Enum):
    PLAIN = 0
    ADDRESS = 1
    TARGET = 2
    NEVER = 3


class AttributeCheck:
    """Checks the attributes of one frame's events; it remembers the names that it has seen."""

    def __init__(self) -> None:
        self._kinds: dict[str, _Kind] = {}

    def check(self, tag: str, attributes: JsonValue, *, changed: bool = False) -> None:
        """Checks the attributes of an element.

        Args:
            tag: Its tag; empty where only the element's number is known.
            attributes: Its attributes.
            changed: Whether they are a change, in which a style may be a map of properties.

        Raises:
            MessageError: There is one that may not be there.
        """
        if type(attributes) is not dict or len(attributes) > _MAX_ATTRIBUTES:
            refused("attributes of the wrong shape")
        kinds = self._kinds
        for name, value in attributes.items():
            kind = kinds.get(name)
            if kind is None:
                kind = kinds[name] = _kind_of(name)
            if type(value) is str:
                if len(value) > MAX_CONTENT or (kind is not _Kind.PLAIN and value and not _allowed(kind, tag, value)):
                    refused("an attribute that runs, loads or leads somewhere")
            elif value is None or value is True or value is False:
                continue
            elif type(value) is int or type(value) is float:
                if not -_MAX_NUMBER <= value <= _MAX_NUMBER:
                    refused("an attribute of the wrong shape")
            elif changed and name == "style":
                _check_styles(value)
            else:
                refused("an attribute of the wrong shape")


def _kind_of(name: str) -> _Kind:
    if _NAME.fullmatch(name) is None:
        refused("an attribute whose name is none")
    lower = name.lower()
    # An empty one says nothing, and stays where a style sheet chooses by it.
    if lower.startswith("on") or lower == "srcdoc":
        return _Kind.NEVER
    if lower in _USED:
        return _Kind.TARGET
    return _Kind.ADDRESS if lower in _ADDRESSES else _Kind.PLAIN


def _allowed(kind: _Kind, tag: str, value: str) -> bool:
    if kind is _Kind.NEVER:
        return False
    if kind is _Kind.TARGET:
        return _PATH.fullmatch(value) is not None
    return value[0] == "#" if tag in _DOCUMENTS else _HARMLESS.match(value) is not None


def _check_styles(styles: JsonValue) -> None:
    if not isinstance(styles, dict) or len(styles) > _MAX_STYLES:
        refused("a style of the wrong shape")
    for value in styles.values():
        parts = value if isinstance(value, list) else [value]
        plain = all(isinstance(part, str) and len(part) <= MAX_CONTENT for part in parts)
        if value is not False and (not plain or len(parts) > 2):  # noqa: PLR2004 - a value and its priority
            refused("a style of the wrong shape")
