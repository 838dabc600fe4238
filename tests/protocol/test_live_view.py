from __future__ import annotations

import json

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.live_view import (
    Consent,
    Events,
    Page,
    VisitorHello,
    parse_consent,
    parse_flag,
    parse_page,
    parse_visitor_frame,
    parse_visitor_hello,
)

TOKEN = "t" * 32
HELLO: JsonObject = {
    "type": "hello", "ssnid": "12345.maria-21.1", "token": TOKEN, "href": "https://shop/", "title": "Shop",
}  # fmt: skip


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://shop/cart", "https://shop/cart"),
        ("https://shop/cart?card=4111", "https://shop/cart"),
        ("https://shop/cart#token=x", "https://shop/cart"),
        ("https://shop/cart?card=4111#token=x", "https://shop/cart"),
        ("https://shop/cart#a?b=c", "https://shop/cart"),
        ("https://shop/??x", "https://shop/"),
        ("?only", ""),
        ("h" * 2048, "h" * 2048),
    ],
    ids=range(8),
)
def test_query_and_hash_of_a_page_are_dropped(href: str, kept: str) -> None:
    assert parse_page({"href": href, "title": "T"}) == Page(kept, "T")
    assert Page(kept, "T").as_record() == {"href": kept, "title": "T"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("href", None), ("href", 7), ("href", "h" * 2049), ("title", None), ("title", "t" * 513), ("type", "page"),
        ("type", None), ("ssnid", None), ("ssnid", "s" * 129), ("token", None), ("token", "t" * 15), ("token", ""),
        ("token", "t" * 129), ("token", 1e20),
    ],
    ids=range(14),
)  # fmt: skip
def test_what_is_no_hello(name: str, value: JsonValue) -> None:
    with pytest.raises(MessageError) as caught:
        parse_visitor_hello(HELLO | {name: value})
    assert TOKEN not in str(caught.value)


def test_a_hello_shows_no_token() -> None:
    hello = parse_visitor_hello(HELLO)
    assert hello == VisitorHello("12345.maria-21.1", TOKEN, Page("https://shop/", "Shop"))
    assert TOKEN not in repr(hello)
    for length in (16, 128):
        assert parse_visitor_hello(HELLO | {"token": "t" * length}).token == "t" * length


META: JsonObject = {"type": 4, "data": {"href": "x", "width": 1, "height": 1}, "timestamp": 1}
OTHER: JsonObject = {"type": 3, "data": {"source": 3, "id": 1, "x": 0, "y": 0}, "timestamp": 1}


def frame(*events: JsonValue, seq: JsonValue = 7, **more: JsonValue) -> str:
    return json.dumps({"type": "events", "seq": seq, "events": [*events], **more})


def events_of(text: str) -> Events:
    read = parse_visitor_frame(text)
    assert isinstance(read, Events)
    return read


def test_a_batch_is_passed_on_as_it_came() -> None:
    odd = frame(OTHER).replace(" ", " \n") + " "
    assert events_of(odd) == Events(7, 1, odd, None)
    assert events_of(odd).begins_page is False
    assert events_of(frame(META, OTHER)).fresh_frame == frame(META, OTHER)
    assert events_of(frame()) == Events(7, 0, frame(), None)


def test_a_fresh_start_begins_with_meta() -> None:
    batch = events_of(frame(OTHER, META, OTHER, META))
    assert batch.begins_page is True
    assert batch.frame == frame(OTHER, META, OTHER, META)
    assert json.loads(batch.fresh_frame or "") == json.loads(frame(META, OTHER, META))


def test_of_two_fields_of_a_name_the_last_is_checked_and_counts() -> None:
    """As in every browser: nothing is passed on that was not looked at."""
    twice = frame(OTHER).replace('"type": 3', '"type": 6, "type": 3').replace('"seq": 7', '"seq": -1, "seq": 7')
    assert events_of(twice).seq == json.loads(twice)["seq"] == 7
    with pytest.raises(MessageError):
        parse_visitor_frame(frame(OTHER).replace('"type": 3', '"type": 3, "type": 6'))


@pytest.mark.parametrize("seq", [None, True, -1, 1.0, "1", [1], 2**53], ids=repr)
def test_batches_without_a_number(seq: JsonValue) -> None:
    with pytest.raises(MessageError):
        parse_visitor_frame(frame(seq=seq))


@pytest.mark.parametrize(
    "text",
    [frame(5), frame(None), frame({"type": 3}), frame(more=1), '{"type":"events","seq":1}', '{"type":"events"}',
     '{"type":"events","seq":1,"events":{}}', '{"type":"events","seq":1,"events":"[]"}', "[]", "", "5", "[" * 100_000,
     frame(META).replace('"width": 1', '"width": NaN'), frame(META).replace('"width": 1', '"width": 1e999'),
     json.dumps({"type": "page", "href": "x" * 70_000, "title": ""})],
    ids=range(15),
)  # fmt: skip
def test_frames_of_the_wrong_shape(text: str) -> None:
    for pausing in (False, True):
        with pytest.raises(MessageError):
            parse_visitor_frame(text, pausing=pausing)


@pytest.mark.parametrize("part", ["{},", "[],", "1,", '"",'])
def test_a_frame_of_very_many_parts_is_not_taken_apart(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glance_widget.protocol.json_values.json.loads", None)
    many = part * (8 * 1024 * 1024 // len(part) - 100)
    with pytest.raises(MessageError, match="too many parts"):
        parse_visitor_frame('{"type":"events","seq":1,"events":[' + many + "1]}")


def test_other_messages_are_objects() -> None:
    assert parse_visitor_frame('{"type":"pause","paused":true}', pausing=True) == {"type": "pause", "paused": True}


def test_consent() -> None:
    view: JsonObject = {"power": "view", "status": "accepted", "version": "1", "language": "de"}
    assert parse_consent(view) == Consent("view", accepted=True, version="1", language="de")
    assert parse_consent({"power": "view", "status": "accepted"}) == Consent("view", True, "", "")  # noqa: FBT003
    for status in ("accepted", "declined"):
        answer = parse_consent({"power": "assist", "status": status, "req": "r1", "language": "en"})
        assert answer == Consent("assist", status == "accepted", "", "en", "r1")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"power": "view"},
        {"status": "accepted"},
        {"power": "all", "status": "accepted"},
        {"power": ["view"], "status": "accepted"},
        {"power": None, "status": "accepted"},
        {"power": "view", "status": "declined"},
        {"power": "view", "status": "Accepted"},
        {"power": "view", "status": True},
        {"power": "view", "status": ["accepted"]},
        {"power": "view", "status": "accepted", "version": 1},
        {"power": "view", "status": "accepted", "version": "v" * 33},
        {"power": "view", "status": "accepted", "language": "l" * 36},
        {"power": "assist", "status": "accepted"},
        {"power": "assist", "status": "accepted", "req": 5},
        {"power": "assist", "status": "expired", "req": "r1"},
        {"power": "assist", "status": "accepted", "req": "r" * 65},
    ],
)
def test_anything_else_is_no_consent(message: JsonObject) -> None:
    with pytest.raises(MessageError):
        parse_consent(message)


@pytest.mark.parametrize("value", [None, 1, 0, "true", []], ids=repr)
def test_flags_are_true_or_false(value: JsonValue) -> None:
    assert parse_flag({"paused": True}, "paused") is True
    assert parse_flag({"paused": False}, "paused") is False
    with pytest.raises(MessageError, match="paused"):
        parse_flag({"paused": value}, "paused")
