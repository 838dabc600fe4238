from __future__ import annotations

import json
import random

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import (
    MAX_CONTROL_DEPTH,
    MAX_CONTROL_MESSAGE,
    JsonValue,
    dump,
    object_field,
    optional_text,
    parse_object,
    text_field,
)


def code_of(text: str | bytes, limit: int = MAX_CONTROL_MESSAGE) -> str:
    with pytest.raises(MessageError) as caught:
        parse_object(text, limit=limit)
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value.code


@pytest.mark.parametrize("text", ['{"a":1}', b'{"a":1}', ' {"a" : 1}\n'], ids=repr)
def test_objects(text: str | bytes) -> None:
    assert parse_object(text) == {"a": 1}


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "canary", "{", '{"canary":', '{"a":1}}', "{'a':1}", '{"a":NaN}', '{"a":Infinity}', '{"a":-Infinity}',
        b"\xff\xfe\xff", b'{"a":"\xff"}', '{"a":"\n"}', '{"a":01}', '{"a":' + "9" * 5000 + "}",
    ],
    ids=range(15),
)  # fmt: skip
def test_no_json(text: str | bytes) -> None:
    assert code_of(text) == "message_json"


@pytest.mark.parametrize("text", ["null", "1", '"canary"', "[]", '[{"a":1}]', "true"])
def test_no_object(text: str) -> None:
    assert code_of(text) == "message_shape"


@pytest.mark.parametrize("bomb", ["[" * 60_000, '{"a":' * 12_000, '{"a":' + "[" * 30_000 + "]" * 30_000 + "}"])
def test_depth_bombs(bomb: str) -> None:
    assert code_of(bomb) == "message_json"


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a":', "}")])
def test_depth_is_limited_where_it_is_asked_for(begin: str, end: str) -> None:
    for levels, good in ((31, True), (32, False), (900, False)):
        text = '{"x":' + begin * levels + ("" if begin == "[" else "1") + end * levels + "}"
        assert parse_object(text)
        if good:
            assert parse_object(text, depth=MAX_CONTROL_DEPTH)
            continue
        with pytest.raises(MessageError) as caught:
            parse_object(text, depth=MAX_CONTROL_DEPTH)
        assert caught.value.code == "message_depth"


def test_the_size_is_counted_in_bytes() -> None:
    exact = '{"a":"' + "x" * (MAX_CONTROL_MESSAGE - 8) + '"}'
    assert len(exact) == MAX_CONTROL_MESSAGE
    assert parse_object(exact)
    assert code_of(exact + " ") == "message_size"
    assert code_of((exact + " ").encode()) == "message_size"
    wide = '{"a":"' + "é" * 10 + '"}'
    assert parse_object(wide, limit=28)
    assert code_of(wide, limit=27) == "message_size"
    assert code_of('{"a":"\ud800"}', limit=10) == "message_size"


def test_what_is_dumped_can_be_read(rng: random.Random) -> None:
    def value(depth: int) -> JsonValue:
        kind = rng.randrange(7 if depth else 5)
        if kind == 5:
            return [value(depth - 1) for _ in range(rng.randrange(4))]
        if kind == 6:
            return {text(): value(depth - 1) for _ in range(rng.randrange(4))}
        return [None, rng.random() < 0.5, rng.randint(-(2**60), 2**60), rng.uniform(-1e9, 1e9), text()][kind]

    def text() -> str:
        return "".join(rng.choices('aé安🦩"\\\n\x00/', k=rng.randrange(9)))

    for _ in range(300):
        written = {text(): value(4), "k": value(4)}
        assert parse_object(dump(written)) == written


def test_dumped_without_spaces_and_never_as_what_is_no_json() -> None:
    assert dump({"a": [1, 2], "b": "é"}) == '{"a":[1,2],"b":"\\u00e9"}'
    for number in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="JSON"):
            dump({"a": number})


def test_fields() -> None:
    message = json.loads('{"t": "text", "e": "", "n": null, "o": {"x": 1}, "i": 7}')
    assert text_field(message, "t", limit=4) == "text"
    assert text_field(message, "e") == ""
    assert optional_text(message, "n") is None
    assert optional_text(message, "missing") is None
    assert optional_text(message, "t") == "text"
    assert object_field(message, "o") == {"x": 1}
    assert object_field(message, "n") == {}
    assert object_field(message, "missing") == {}


@pytest.mark.parametrize("name", ["n", "o", "i", "missing"])
def test_fields_that_are_no_text(name: str) -> None:
    message: dict[str, JsonValue] = {"n": None, "o": {}, "i": 7}
    with pytest.raises(MessageError, match=name):
        text_field(message, name)


def test_fields_of_the_wrong_size_or_kind() -> None:
    with pytest.raises(MessageError):
        text_field({"t": "text"}, "t", limit=3)
    with pytest.raises(MessageError):
        optional_text({"t": 7}, "t")
    wrong: JsonValue
    for wrong in ("text", [], 0, False):
        with pytest.raises(MessageError):
            object_field({"o": wrong}, "o")
