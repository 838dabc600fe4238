"""Functions of the visitor's page that agents invoke, and what comes back (wire sheet, section 5.5).

Glance's own script answers nothing: ``req`` in the data of an ``invoke``, and the message ``invokeresult``, are ours. A
script that knows neither ignores the one and never sends the other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeGuard

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import (
    MAX_CONTROL_DEPTH,
    JsonObject,
    JsonValue,
    check_depth,
    check_size,
)
from glance_widget.protocol.presence import plain_record

INVOKE_RESULT: Final = "invokeresult"
"""Ours: ``{req, result}`` or ``{req, error}``, from the visitor's page over the presence socket."""
MAX_ARGUMENTS: Final = 16 * 1024
"""Bytes of JSON (UTF-8) that the arguments of a function may have."""
MAX_RESULT: Final = 16 * 1024
"""Bytes of JSON (UTF-8) that an answer may have. Ours."""
MAX_DEPTH: Final = MAX_CONTROL_DEPTH - 2
"""Objects and lists inside each other that arguments and answers may have: they travel within two."""
CUSTOM_PREFIX: Final = "GLANCE_COBROWSE.Custom."

_REQ: Final = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
_MAX_ERROR: Final = 200


def invokable(func: str) -> str | None:
    """The full dotted path of a function that an agent may invoke; None when it may not.

    A bare name means a function of ``GLANCE_COBROWSE.Custom``; a dotted one must start with ``GLANCE.`` or
    ``GLANCE_COBROWSE.Custom.`` (wire sheet, section 5.5).
    """
    parts = func.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    if len(parts) == 1:
        return CUSTOM_PREFIX + func
    allowed = parts[0] == "GLANCE" or (parts[:2] == ["GLANCE_COBROWSE", "Custom"] and len(parts) > 2)  # noqa: PLR2004
    return func if allowed else None


def invocation(func: str, args: Mapping[str, JsonValue], req: str | None = None) -> dict[str, JsonValue]:
    """The data of an ``invoke``: a function of the visitor's page and its one argument.

    Args:
        func: The full path.
        args: The argument.
        req: The name under which an answer is wished; None when none is.
    """
    data: dict[str, JsonValue] = {"func": func, "args": dict(args)}
    return data if req is None else data | {"req": req}


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """What came of an invocation.

    Attributes:
        req: Its name.
        result: What the function returned; None also when it returned nothing.
        error: Why it was not called, or how it failed, in the page's words; None when it went well.
    """

    req: str
    result: JsonValue = None
    error: str | None = None

    @classmethod
    def parse(cls, data: JsonObject) -> InvokeResult | None:
        """Reads the data of an ``invokeresult``; None when it is none. A result that is too large becomes an error."""
        req, error = data.get("req"), data.get("error")
        if not isinstance(req, str) or not _REQ.fullmatch(req):
            return None
        if error is not None:
            said = error if isinstance(error, str) else "It gave no reason."
            return _failed(req, said)
        if not _fits(data.get("result"), MAX_RESULT):
            return _failed(req, "Its result is too long or too deep.")
        return cls(req, plain_record(data, MAX_DEPTH).get("result"))


def _failed(req: str, said: str) -> InvokeResult:
    return InvokeResult(req, error="".join(c for c in said if c.isprintable())[:_MAX_ERROR])


def are_arguments(value: object) -> TypeGuard[Mapping[str, JsonValue]]:
    """Whether a value can be the one argument of a page's function: a mapping of JSON values, and not too large."""
    return isinstance(value, Mapping) and _is_small_json(dict(value), MAX_ARGUMENTS)


def is_result(value: object) -> TypeGuard[JsonValue]:
    """Whether a value can be the answer of a page's function: JSON, and not too large."""
    return _is_small_json(value, MAX_RESULT)


def _is_small_json(value: object, limit: int) -> bool:
    try:
        return _fits(json.loads(json.dumps(value, allow_nan=False)), limit)
    except (TypeError, ValueError, RecursionError):
        return False


def _fits(value: JsonValue, limit: int) -> bool:
    try:
        check_depth(value, MAX_DEPTH)
        check_size(json.dumps(value, separators=(",", ":"), ensure_ascii=False), limit)
    except MessageError:
        return False
    return True
