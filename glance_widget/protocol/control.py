"""What an agent does on the visitor's page under remote assist (ours; drawn in ``docs/architecture.md``)."""

from __future__ import annotations

from typing import Final

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue

KEYS: Final = frozenset(
    {"Enter", "Tab", "Escape", "Backspace", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"},
)
MAX_FIELD_TEXT: Final = 4000
"""Characters of one field's value."""

_FAR: Final = 10_000_000
"""CSS pixels: more than any window or page has."""
_MAX_ID: Final = 2**31

_FIELDS: Final = {
    "point": ("x", "y"),
    "click": ("id", "x", "y"),
    "scroll": ("id", "x", "y"),
    "text": ("id", "text"),
    "key": ("id", "key"),
}


def parse_action(message: JsonObject) -> JsonObject:
    """Reads the action of a ``control`` message: its known fields and no others.

    Raises:
        MessageError: It is unknown or has the wrong shape.
    """
    action = message.get("action")
    if not isinstance(action, dict):
        raise _wrong()
    kind = action.get("kind")
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None or not all(_is_good(name, action.get(name)) for name in fields):
        raise _wrong()
    return {"kind": kind} | {name: action[name] for name in fields}


def _is_good(name: str, value: JsonValue) -> bool:
    if name in {"x", "y"}:
        return isinstance(value, int | float) and not isinstance(value, bool) and -_FAR <= value <= _FAR
    if name == "id":
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MAX_ID
    if name == "key":
        return isinstance(value, str) and value in KEYS
    return isinstance(value, str) and len(value) <= MAX_FIELD_TEXT


def _wrong() -> MessageError:
    return MessageError("control", "An action of remote assist has the wrong shape.")
