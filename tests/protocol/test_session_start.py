from __future__ import annotations

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.session_start import StartRequest, parse_start_request, ssnid_of

BODY: JsonObject = {"groupid": "12345", "sessionKey": "maria-21", "disambiguateId": 4711}


def test_a_request_travels_both_ways() -> None:
    full = StartRequest(12345, "maria-21", 4711, "Maria", "m@x.example", "+49 1", "mac")
    assert parse_start_request(full.as_body()) == full
    anonymous = StartRequest(1, None, 0)
    assert parse_start_request(anonymous.as_body()) == anonymous
    assert anonymous.as_body()["sessionKey"] == "GLANCE_KEYTYPE_RANDOM"
    assert "name" not in anonymous.as_body()


def test_the_session_id_has_three_parts() -> None:
    assert ssnid_of(12345, "maria-21", 4711) == "12345.maria-21.4711"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("groupid", 999_999),
        ("sessionKey", "k" * 62),
        ("sessionKey", "a~b.c"),
        ("disambiguateId", 0),
        ("disambiguateId", 2**31 - 1),
        ("name", "n" * 63),
        ("email", "e" * 127),
        ("phone", "1" * 31),
        ("name", None),
        ("platform", "p" * 16),
        ("platform", None),
        ("platform", ""),
    ],
)
def test_at_the_limits(name: str, value: JsonValue) -> None:
    parse_start_request(BODY | {name: value})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("groupid", None, "groupid"),
        ("groupid", 1_000_000, "groupid"),
        ("groupid", True, "groupid"),
        ("sessionKey", None, "message_shape"),
        ("sessionKey", 7, "message_shape"),
        ("sessionKey", "k" * 63, "message_shape"),
        ("sessionKey", "", "sessionkey"),
        ("sessionKey", "a b", "sessionkey"),
        ("sessionKey", "glance_keytype random", "sessionkey"),
        ("disambiguateId", None, "disambiguateid"),
        ("disambiguateId", True, "disambiguateid"),
        ("disambiguateId", -1, "disambiguateid"),
        ("disambiguateId", 2**31, "disambiguateid"),
        ("disambiguateId", 4711.0, "disambiguateid"),
        ("disambiguateId", "4711", "disambiguateid"),
        ("name", "n" * 64, "message_shape"),
        ("name", 7, "message_shape"),
        ("email", "e" * 128, "message_shape"),
        ("phone", "1" * 32, "message_shape"),
        ("platform", "p" * 17, "message_shape"),
    ],
)
def test_beyond_the_limits(name: str, value: JsonValue, code: str) -> None:
    with pytest.raises(MessageError) as caught:
        parse_start_request(BODY | {name: value})
    assert caught.value.code == code
