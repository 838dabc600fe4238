from __future__ import annotations

import pytest

from glance_widget.protocol.identifiers import (
    groupid_from,
    is_puid,
    is_session_key,
    is_visitorid,
    new_session_key,
)


@pytest.mark.parametrize(
    ("value", "number"),
    [(1, 1), (12345, 12345), (999_999, 999_999), ("1", 1), ("12345", 12345), ("999999", 999_999), ("000012", 12)],
    ids=repr,
)
def test_group_ids(value: object, number: int) -> None:
    assert groupid_from(value) == number


@pytest.mark.parametrize(
    "value",
    [
        0, -1, 1_000_000, True, False, None, 12345.0, b"12345", [12345], "", "0", "000000", "1000000", "-1", "+1",
        "1.0", "1e3", " 12", "12 ", "12\n", "1_0", "12a", "१२३", "²",
        "\uff11\uff12",
    ],
    ids=repr,
)  # fmt: skip
def test_no_group_ids(value: object) -> None:
    assert groupid_from(value) is None


@pytest.mark.parametrize("value", ["a", "7", "-", "_", "maria-21", "A_b-9", "x" * 62])
def test_visitor_ids_are_session_keys_too(value: str) -> None:
    assert is_visitorid(value)
    assert is_session_key(value)


@pytest.mark.parametrize("value", ["a.b", "~", "a~b.c", ".", "x" * 61 + "~"])
def test_keys_of_old_documents_are_no_visitor_ids(value: str) -> None:
    assert is_session_key(value)
    assert not is_visitorid(value)


@pytest.mark.parametrize(
    "value",
    [
        "", "x" * 63, "a b", "a\n", "\na", "a/b", "a%20b", "a+b", "a@b", "é", "\uff11", "१२", "ß",
        "\u017f", "\u212a", "a\x00", "a?b", "<a>", None, 7, True, b"abc", ["a"],
    ],
    ids=repr,
)  # fmt: skip
def test_neither_visitor_ids_nor_session_keys(value: object) -> None:
    assert not is_visitorid(value)
    assert not is_session_key(value)


@pytest.mark.parametrize("value", ["a", "x" * 255, "é" * 255, "🦩" * 255, "ann+b@x.example", "a b", "$&='\"\\"])
def test_puids(value: str) -> None:
    assert is_puid(value)


@pytest.mark.parametrize("value", ["", "x" * 256, "a\n", "a\tb", "a\x00b", "\x7f", "\ud800", "\u200b", None, 7, b"a"])
def test_no_puids(value: object) -> None:
    assert not is_puid(value)


def test_new_keys_are_good_and_all_different() -> None:
    keys = {new_session_key() for _ in range(1000)}
    assert len(keys) == 1000
    assert all(len(key) == 16 and is_visitorid(key) for key in keys)
