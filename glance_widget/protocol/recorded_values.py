"""What the values inside recorded events may be (rrweb's shapes). A wrong one is refused, and never repeated."""

from __future__ import annotations

from typing import Final, NoReturn

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue

MAX_TEXT: Final = 1024 * 1024
"""Characters of one text of a page."""
MAX_CONTENT: Final = 8 * 1024 * 1024
"""Characters of one style sheet or picture: what a frame may have, as fonts and pictures come inside of them."""
MAX_LIST: Final = 50_000
"""Entries of one list that is no list of nodes."""

_MAX_ID: Final = 2**31
_LARGEST: Final = 1e9
_LAST_MOMENT: Final = 1e14
_NOBODY: Final = -2
"""The recorder's numbers for nodes that it does not know, or does not record, are -1 and -2."""


def refused(what: str) -> NoReturn:
    """Refuses an event.

    Raises:
        MessageError: Always.
    """
    raise MessageError("recorded_event", f"A recorded event was refused: {what}.")


def an_object(value: JsonValue, names: frozenset[str], what: str) -> JsonObject:
    """An object that has no fields but those named."""
    if not isinstance(value, dict) or not value.keys() <= names:
        refused(what)
    return value


def a_list(value: JsonValue, what: str, limit: int = MAX_LIST) -> list[JsonValue]:
    """A list; a missing one is empty."""
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > limit:
        refused(what)
    return value


def check_text(value: JsonValue, what: str, limit: int = MAX_TEXT) -> None:
    """Text of a certain length at most."""
    if not isinstance(value, str) or len(value) > limit:
        refused(what)


def check_flag(value: JsonValue, what: str) -> None:
    """A bool; it may be missing."""
    if value is not None and not isinstance(value, bool):
        refused(what)


def check_number(value: JsonValue, what: str) -> None:
    """A number that can be a place, a size or a distance in time."""
    # Infinity is what a number becomes that has too many digits.
    if type(value) not in (int, float) or not -_LARGEST <= value <= _LARGEST:  # type: ignore[operator]
        refused(what)


def check_moment(value: JsonValue) -> None:
    """A time in milliseconds."""
    if type(value) not in (int, float) or not 0 <= value <= _LAST_MOMENT:  # type: ignore[operator]
        refused("it has no time")


def check_id(value: JsonValue, what: str) -> None:
    """The number of a node, also of one that the recorder does not know."""
    if type(value) is not int or not _NOBODY <= value < _MAX_ID:
        refused(what)


def check_count(value: JsonValue, what: str) -> None:
    """A place in a list."""
    if type(value) is not int or not 0 <= value < _MAX_ID:
        refused(what)
