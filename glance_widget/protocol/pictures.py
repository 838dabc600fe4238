"""The pictures of a camera in the live view (ours; docs/architecture.md).

A picture is a JPEG, and nothing but a picture: segments in which cameras write where and when it was taken are refused.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.session_invitation import MAX_SIDE

MAX_PICTURE: Final = 256 * 1024
"""Bytes that one picture may have."""

_FIELDS: Final = frozenset({"type", "at", "jpeg"})
_MAX_CHARACTERS: Final = (MAX_PICTURE + 2) // 3 * 4
_LATEST: Final = 2**53
_START: Final = b"\xff\xd8"
_END: Final = b"\xff\xd9"
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive: what browsers write and read."""
_SCAN: Final = 0xDA
# Tables (DHT, DQT, DRI), JFIF, a colour profile and Adobe's colour transform: all that browsers write beside the frame.
_HARMLESS: Final = frozenset({0xC4, 0xDB, 0xDD, 0xE0, 0xE2, 0xEE})


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was checked. It is passed on as the text that arrived.

    Attributes:
        frame: The whole message as it came.
        size: Width and height in pixels.
    """

    frame: str
    size: tuple[int, int]


def parse_picture(message: JsonObject, text: str) -> Picture:
    """Reads a ``picture`` message: ``at``, milliseconds on the phone's clock, and ``jpeg`` in base64.

    Args:
        message: The message.
        text: The same as it came.

    Raises:
        MessageError: It has another shape, or holds no such picture.
    """
    at, jpeg = message.get("at"), message.get("jpeg")
    if isinstance(at, bool) or not isinstance(at, int) or not 0 <= at < _LATEST or message.keys() != _FIELDS:
        raise MessageError("message_shape", "A picture has the wrong shape.")
    if not isinstance(jpeg, str) or len(jpeg) > _MAX_CHARACTERS:
        raise MessageError("message_size", "A picture is missing, or too large.")
    try:
        data = base64.b64decode(jpeg, validate=True)
    except (binascii.Error, ValueError):
        raise _no_picture() from None
    return Picture(text, jpeg_size(data))


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height of a JPEG.

    Raises:
        MessageError: It is none, is larger than 1280 pixels on a side, or tells more than the picture.
    """
    if not (data.startswith(_START) and data.endswith(_END)):
        raise _no_picture()
    size, at = None, len(_START)
    while at + 4 <= len(data):
        mark, kind, length = data[at], data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark != 0xFF or length < 2:  # noqa: PLR2004
            raise _no_picture()
        if kind == _SCAN and size is not None:
            return size
        if kind in _FRAMES and size is None and length >= 8:  # noqa: PLR2004
            size = _sides(data[at + 4 : at + 9])
        elif kind not in _HARMLESS:
            raise _no_picture()
        at += 2 + length
    raise _no_picture()


def _sides(frame: bytes) -> tuple[int, int]:
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if not (1 <= width <= MAX_SIDE and 1 <= height <= MAX_SIDE):
        raise MessageError("message_size", f"A picture has more than {MAX_SIDE} pixels on a side.")
    return width, height


def _no_picture() -> MessageError:
    return MessageError("picture", "A picture is no plain JPEG.")
