"""What ``custominvoke``, ``invoke()`` and ``signal()`` accept. The checks are like those of ``properties``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from glance_widget.errors import PropertyError
from glance_widget.protocol.invocation import are_arguments, invokable
from glance_widget.protocol.json_values import JsonValue

_MAX_PATIENCE: Final = 300


class CustomInvoke(TypedDict, total=False):
    """A function of the visitor's page and its argument."""

    func: str
    args: dict[str, JsonValue]


def custominvoke(value: object) -> CustomInvoke | None:
    """``{"func": str, "args": dict}``, where the agent may invoke the function."""
    if value is None:
        return None
    hint = 'For example {"func": "showOffer", "args": {"text": "Hello"}}.'
    if not isinstance(value, Mapping) or not set(value) <= {"func", "args"} or "func" not in value:
        raise PropertyError("custominvoke", "must be a mapping with 'func' and 'args'", hint)
    func, args = value["func"], value.get("args")
    args = {} if args is None else args
    checked_invocation(func, args, "custominvoke.")
    return {"func": func, "args": dict(args)}


def checked_invocation(func: object, args: object, of: str = "") -> str:
    """The full path of a function that may be invoked with these arguments; ``of`` stands before their names in errors.

    Raises:
        PropertyError: The function may not be invoked, or the arguments are no JSON object of at most 16 KiB and
            30 levels.
    """
    path = invokable(func) if isinstance(func, str) else None
    if path is None:
        hint = "Use a bare name (a function of GLANCE_COBROWSE.Custom), GLANCE.… or GLANCE_COBROWSE.Custom.…"
        raise PropertyError(f"{of}func", "is not a function that an agent may invoke", hint, code="badinvoke")
    checked_arguments(f"{of}args", args)
    return path


def invocation_of(func: object, args: object, usual: CustomInvoke | None) -> tuple[str, dict[str, JsonValue]]:
    """Which function to invoke with which arguments: those that were given, or else those of ``custominvoke``.

    Raises:
        PropertyError: There are none, or they may not be used.
    """
    if func is None:
        if usual is None:
            raise PropertyError("custominvoke", "is not set", "Give func and args, or set custominvoke.")
        func, args = usual["func"], args or usual["args"]
    argument = {} if args is None else args
    return checked_invocation(func, argument), dict(argument) if isinstance(argument, Mapping) else {}


def patience_of(value: object) -> float | None:
    """Seconds to wait for an answer: 0 to 300, or None."""
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MAX_PATIENCE:
        return float(value)
    raise PropertyError("timeout", f"must be a number of seconds from 0 to {_MAX_PATIENCE}")


def checked_arguments(name: str, value: object) -> None:
    """Refuses what cannot be sent to a visitor's page.

    Raises:
        PropertyError: It is no mapping of JSON values, larger than 16 KiB, or nested more than 30 levels deep.
    """
    if not are_arguments(value):
        raise PropertyError(
            name, "must be a mapping of JSON values of at most 16 KiB and 30 levels", 'For example {"text": "Hello"}.'
        )
