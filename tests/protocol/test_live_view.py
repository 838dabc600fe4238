from __future__ import annotations

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.live_view import (
    Consent,
    Events,
    Page,
    VisitorHello,
    parse_consent,
    parse_events,
    parse_page,
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


def test_a_batch_begins_a_page_when_meta_is_in_it() -> None:
    meta: JsonObject = {"type": 4, "data": {}}
    other: JsonObject = {"type": 3}
    assert parse_events({"seq": 0, "events": []}) == Events(0, [], begins_page=False)
    assert parse_events({"seq": 7, "events": [other]}).begins_page is False
    batch = parse_events({"seq": 7, "events": [other, meta, other, meta]})
    assert batch.begins_page is True
    assert batch.from_page_start() == [meta, other, meta]
    assert Events(1, [other], begins_page=False).from_page_start() == []


@pytest.mark.parametrize("seq", [None, True, -1, 1.0, "1", [1]], ids=repr)
def test_batches_without_a_number(seq: JsonValue) -> None:
    with pytest.raises(MessageError):
        parse_events({"seq": seq, "events": []})


@pytest.mark.parametrize(
    "event",
    [None, 4, "4", [], {}, {"type": None}, {"type": "4"}, {"type": True}, {"type": 4.0}, {"type": -1}, {"type": 7}],
    ids=repr,
)
def test_events_of_the_wrong_shape(event: JsonValue) -> None:
    with pytest.raises(MessageError):
        parse_events({"seq": 1, "events": [{"type": 0}, event]})


@pytest.mark.parametrize("events", [None, {}, "[]", 0])
def test_batches_without_events(events: JsonValue) -> None:
    with pytest.raises(MessageError):
        parse_events({"seq": 1, "events": events})


def test_consent() -> None:
    assert parse_consent({"status": "accepted", "version": "1", "language": "de"}) == Consent("1", "de")
    assert parse_consent({"status": "accepted"}) == Consent("", "")


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"status": "declined"},
        {"status": "Accepted"},
        {"status": True},
        {"status": "accepted", "version": 1},
        {"status": "accepted", "version": "v" * 33},
        {"status": "accepted", "language": "l" * 36},
    ],
)
def test_anything_else_is_no_consent(message: JsonObject) -> None:
    with pytest.raises(MessageError):
        parse_consent(message)
