"""Pictures as small as can be: the segments that say what a JPEG is, and no real scan."""

from __future__ import annotations

import base64
import json


def segment(kind: int, content: bytes) -> bytes:
    """One segment with its length."""
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


def jpeg(width: int, height: int, *beside: bytes, kind: int = 0xC0) -> bytes:
    """A picture of a size, with other segments before its frame."""
    frame = segment(kind, b"\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00")
    return b"\xff\xd8" + b"".join(beside) + frame + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"scan\xff\xd9"


def picture_frame(data: bytes, at: int = 1) -> str:
    """The message that carries a picture."""
    return json.dumps({"type": "picture", "at": at, "jpeg": base64.b64encode(data).decode()}, separators=(",", ":"))
