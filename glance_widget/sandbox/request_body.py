"""Reading what requests carry: with limits, and as tolerantly as real clients need."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, unquote_plus

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import MAX_CONTROL_DEPTH, MAX_CONTROL_MESSAGE, JsonObject, parse_object

_LOOKUP_FIELD: Final = re.compile(r"(?:^|&)(partnerid|partneruserid|loginkey|ssnkey)=", re.IGNORECASE)
_MAX_FIELDS: Final = 100


async def read_body(request: Request, *, limit: int = MAX_CONTROL_MESSAGE) -> bytes:
    """The body of a request.

    Raises:
        HTTPException: 413; it has more than ``limit`` bytes. 400; the client left before it was all there.
    """
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                raise HTTPException(413, "The request is too large.")
    except ClientDisconnect:
        raise HTTPException(400, "The request is not complete.") from None
    return bytes(body)


async def read_json(request: Request) -> JsonObject:
    """The JSON object in a request's body; an empty body is an empty object.

    Raises:
        HTTPException: 400 or 413; it is no JSON object, or too large.
    """
    body = await read_body(request)
    if not body.strip():
        return {}
    try:
        return parse_object(body, depth=MAX_CONTROL_DEPTH)
    except MessageError as error:
        raise HTTPException(400, error.message) from None


async def read_fields(request: Request) -> dict[str, str]:
    """The fields of a form: those of the query, and over them those of the body.

    Raises:
        HTTPException: 400 or 413; there are too many, or too much.
    """
    fields = dict(request.query_params)
    if request.method == "POST":
        body = await read_body(request)
        try:
            fields |= parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
        except ValueError:
            raise HTTPException(400, "The form cannot be read.") from None
    return fields


def lookup_readings(body: bytes) -> list[dict[str, str]]:
    """The ways in which the form of a session lookup can be understood, the regular one first.

    Real clients do not encode its values (wire sheet, section 2.3), so ``ann+b@x.example`` may mean itself, and ``&``
    may be part of a PUID. Only the signature of the login key tells which reading was meant.
    """
    text = body.decode("utf-8", "replace")
    regular = {name.lower(): value for name, value in parse_qsl(text, keep_blank_values=True)}
    pieces = _LOOKUP_FIELD.split(text)[1:]
    raw = dict(zip((name.lower() for name in pieces[::2]), pieces[1::2], strict=True))
    readings = [regular]
    for decode in (unquote_plus, unquote, str):
        reading = {name: decode(value) for name, value in raw.items()}
        if reading not in readings:
            readings.append(reading)
    return readings
