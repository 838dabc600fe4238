from __future__ import annotations

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.control import KEYS, parse_action
from glance_widget.protocol.json_values import JsonObject, JsonValue

GOOD: list[JsonObject] = [
    {"kind": "point", "x": 1.5, "y": -2},
    {"kind": "click", "id": 7, "x": 0, "y": 0},
    {"kind": "scroll", "id": 0, "x": 0, "y": 9_999_999},
    {"kind": "text", "id": 7, "text": "x" * 4000},
    {"kind": "key", "id": 7, "key": "Tab"},
]


def test_there_are_eight_keys() -> None:
    assert len(KEYS) == 8
    for key in KEYS:
        assert parse_action({"action": {"kind": "key", "id": 1, "key": key}})["key"] == key


@pytest.mark.parametrize("action", GOOD, ids=str)
def test_known_actions_pass_and_carry_nothing_else(action: JsonObject) -> None:
    assert parse_action({"type": "control", "action": action | {"more": {"deep": [1]}}}) == action


@pytest.mark.parametrize(
    "action",
    [None, [], "point", {}, {"kind": "point"}, {"kind": ["point"], "x": 1, "y": 1}, {"kind": "paste", "id": 1},
     {"kind": "point", "x": "1", "y": 1}, {"kind": "point", "x": True, "y": 1}, {"kind": "point", "x": 1e8, "y": 1},
     {"kind": "point", "x": float("inf"), "y": 1}, {"kind": "point", "x": float("nan"), "y": 1},
     {"kind": "click", "x": 1, "y": 1}, {"kind": "click", "id": 1.0, "x": 1, "y": 1},
     {"kind": "click", "id": -1, "x": 1, "y": 1}, {"kind": "click", "id": 2**31, "x": 1, "y": 1},
     {"kind": "text", "id": 1}, {"kind": "text", "id": 1, "text": "x" * 4001}, {"kind": "text", "id": 1, "text": 5},
     {"kind": "key", "id": 1, "key": "F5"}, {"kind": "key", "id": 1, "key": ["Tab"]}, {"kind": "key", "key": "Tab"}],
    ids=repr,
)  # fmt: skip
def test_anything_else_is_refused(action: JsonValue) -> None:
    with pytest.raises(MessageError) as caught:
        parse_action({"type": "control", "action": action})
    assert caught.value.code == "control"
