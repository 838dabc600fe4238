from __future__ import annotations

import base64
import json

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.live_view import parse_visitor_frame
from glance_widget.protocol.pictures import MAX_PICTURE, Picture, jpeg_size
from tests.jpegs import jpeg, picture_frame, segment


def test_a_picture_is_passed_on_as_it_came() -> None:
    frame = picture_frame(jpeg(352, 288), at=1700000000000)
    assert parse_visitor_frame(frame) == Picture(frame, (352, 288))


@pytest.mark.parametrize("kind", [0xC0, 0xC1, 0xC2])
def test_all_that_browsers_write_is_a_jpeg(kind: int) -> None:
    beside = [segment(0xE0, b"JFIF"), segment(0xE2, b"ICC_PROFILE"), segment(0xDB, b"t"), segment(0xC4, b"h")]
    assert jpeg_size(jpeg(640, 480, *beside, kind=kind)) == (640, 480)


WHOLE = jpeg(640, 480)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        WHOLE[:-2],
        WHOLE[2:],
        b"\xff\xd8\xff\xd9",
        jpeg(640, 480, segment(0xE1, b"Exif\0\0")),
        jpeg(640, 480, segment(0xFE, b"taken at home")),
        jpeg(640, 480, segment(0xC0, b"\x08\x00\x01\x00\x01\x01")),
        jpeg(1281, 10),
        jpeg(10, 1281),
        jpeg(0, 10),
        jpeg(640, 480, b"\xff\xe0\x00\x00"),
        jpeg(640, 480, b"\xff\xe0\xff\xff"),
        jpeg(640, 480, kind=0xC3),
        b"\xff\xd8" + segment(0xDA, b"scan before frame") + b"\xff\xd9",
    ],
    ids=[
        "nothing", "gif", "no end", "no start", "empty", "exif", "comment", "two frames", "too wide", "too high",
        "no width", "no length", "too long", "lossless", "no frame",
    ],
)  # fmt: skip
def test_what_is_no_plain_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(MessageError):
        jpeg_size(data)


def fields(**changed: object) -> str:
    return json.dumps({"type": "picture", "at": 1, "jpeg": base64.b64encode(WHOLE).decode()} | changed)


@pytest.mark.parametrize(
    "frame",
    [
        fields(at=-1),
        fields(at=True),
        fields(at="1"),
        fields(at=2**53),
        fields(jpeg=None),
        fields(jpeg="not base64!"),
        fields(jpeg="ä" * 8),
        fields(jpeg="A" * (MAX_PICTURE * 2)),
        fields(more=1),
    ],
)
def test_a_message_of_another_shape_is_refused(frame: str) -> None:
    with pytest.raises(MessageError):
        parse_visitor_frame(frame)
