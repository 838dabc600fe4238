"""JSON from outside: read with limits, and taken apart with types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, TypeAlias

from glance_widget.errors import MessageError

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, "JsonValue"]

MAX_CONTROL_MESSAGE: Final = 64 * 1024
"""Bytes that a message may have unless it carries page content."""
MAX_CONTROL_DEPTH: Final = 32
"""Objects and lists inside each other that such a message may have where it is passed on to others."""


def check_size(text: str | bytes, limit: int) -> None:
    """Refuses what is too large.

    Raises:
        MessageError: It has more than ``limit`` bytes.
    """
    size = len(text) if isinstance(text, bytes) or text.isascii() else len(text.encode(errors="surrogatepass"))
    if size > limit:
        raise MessageError("message_size", f"A message of {size} bytes is larger than {limit} bytes.")


def check_depth(value: JsonValue, limit: int) -> None:
    """Refuses what is nested too deeply.

    Raises:
        MessageError: More than ``limit`` objects and lists are inside each other.
    """
    level: list[JsonValue] = [value]
    for _depth in range(limit + 1):
        inside = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        if not inside:
            return
        level = [value for values in inside for value in values]
    raise MessageError("message_depth", f"A message is nested more than {limit} levels deep.")


def parse_object(
    text: str | bytes,
    *,
    limit: int = MAX_CONTROL_MESSAGE,
    depth: int | None = None,
    pausing: bool = False,
) -> JsonObject:
    """Reads a JSON object from outside.

    Args:
        text: What arrived.
        limit: Bytes that it may have.
        depth: Objects and lists inside each other that it may have; None for any.
        pausing: Whether to let other threads run while a large text is read, which takes longer.

    Raises:
        MessageError: It is too large, no JSON, nested too deeply, or no object. It is not repeated in the error.
    """
    check_size(text, limit)
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_hook=_pause if pausing else None)
    except (ValueError, RecursionError):
        raise MessageError("message_json", "A message is not valid JSON.") from None
    if not isinstance(value, dict):
        raise MessageError("message_shape", "A message is not a JSON object.")
    if depth is not None:
        check_depth(value, depth)
    return value


def dump(value: Mapping[str, object]) -> str:
    """Writes a JSON object for the wire, without spaces."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def text_field(message: Mapping[str, JsonValue], name: str, *, limit: int = 1024) -> str:
    """A field that must be text of at most ``limit`` characters.

    Raises:
        MessageError: It is missing, no text, or too long.
    """
    value = message.get(name)
    if not isinstance(value, str) or len(value) > limit:
        raise MessageError(
            "message_shape",
            f"The field {name!r} of a message must be text of at most {limit} characters.",
        )
    return value


def optional_text(message: Mapping[str, JsonValue], name: str, *, limit: int = 1024) -> str | None:
    """Like ``text_field``, but None when the field is missing or null."""
    return None if message.get(name) is None else text_field(message, name, limit=limit)


def object_field(message: Mapping[str, JsonValue], name: str) -> JsonObject:
    """A field that must be an object; a missing one is empty.

    Raises:
        MessageError: It is something else.
    """
    value = message.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MessageError("message_shape", f"The field {name!r} of a message must be an object.")
    return value


def _pause(value: JsonObject) -> JsonObject:
    """Does nothing. The reader of JSON lets no other thread run, except where it calls Python."""
    return value


def _refuse_constant(name: str) -> None:
    reason = f"{name} is no JSON"
    raise ValueError(reason)
