from __future__ import annotations

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.privileges import CAMERA_SHARE, parse_privileges, privilege_string
from glance_widget.protocol.session_invitation import (
    InvitationRequest,
    gkey_authorization,
    parse_gkey_authorization,
    parse_invitation,
    parse_invitation_request,
    phone_number,
    resolution_sides,
)

DOCUMENTED: JsonObject = {
    "sessiontype": 1,
    "smsPhone": "+1 617 555 0100",
    "sessionParams": {"camera": "back", "resolution": "352x288"},
}


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+1 617 555 0100", "+16175550100"),
        ("  6175550100 ", "6175550100"),
        ("123456", "123456"),
        ("12345", None),
        ("1" * 20, "1" * 20),
        ("1" * 21, None),
        ("+1  617", None),
        ("1 2 3", None),
        ("617-555-0100", None),
        ("+", None),
        ("1+234567", None),
        ("١٢٣٤٥٦٧", None),
        ("123456\n7", None),
        (6175550100, None),
        (None, None),
    ],
)
def test_what_a_phone_number_is(typed: object, number: str | None) -> None:
    assert phone_number(typed) == number


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("352x288", (352, 288)),
        ("1280x1280", (1280, 1280)),
        ("1281x10", None),
        ("9x10", None),
        ("640X480", None),
        (640, None),
    ],
)
def test_what_a_resolution_is(text: object, sides: tuple[int, int] | None) -> None:
    assert resolution_sides(text) == sides


def test_the_documented_body_is_read_and_written() -> None:
    request = parse_invitation_request(DOCUMENTED)
    assert request == InvitationRequest("+16175550100", "", "back", "352x288")
    assert request.as_body() == {**DOCUMENTED, "smsPhone": "+16175550100", "agentName": ""}
    assert "617" not in repr(request)


def test_without_a_number_no_message_is_wanted() -> None:
    request = InvitationRequest(agent_name="Ann")
    assert "smsPhone" not in request.as_body()
    assert parse_invitation_request(request.as_body()) == request
    assert not parse_invitation({"invitationText": "t", "sessionKey": "482913"}, request).sent


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"sessiontype": 4}, "sessiontype"),
        ({"sessiontype": True}, "sessiontype"),
        ({"sessiontype": None}, "sessiontype"),
        ({"smsPhone": "call me"}, "smsphone"),
        ({"smsPhone": 6175550100}, "message_shape"),
        ({"sessionParams": {"camera": "side"}}, "sessionparams"),
        ({"sessionParams": {"resolution": "4000x3000"}}, "sessionparams"),
        ({"sessionParams": {"resolution": 640}}, "sessionparams"),
        ({"sessionParams": []}, "message_shape"),
        ({"agentName": "n" * 128}, "message_shape"),
    ],
)
def test_a_wrong_body_is_refused_by_name(changed: JsonObject, code: str) -> None:
    with pytest.raises(MessageError) as caught:
        parse_invitation_request({**DOCUMENTED, **changed})
    assert caught.value.code == code


@pytest.mark.parametrize("answer", [{}, {"sessionKey": "a b", "invitationText": ""}, {"sessionKey": "482913"}])
def test_an_answer_without_key_or_text_is_none(answer: JsonObject) -> None:
    with pytest.raises(MessageError):
        parse_invitation(answer, InvitationRequest())


def test_the_authorization_encodes_the_puid_and_nothing_else() -> None:
    header = gkey_authorization(12345, "ann+b&c@x.example", "$1$1700000000$a-b_c")
    assert header == "Bearer GKEY 12345&ann%2Bb%26c%40x.example&$1$1700000000$a-b_c"
    assert parse_gkey_authorization(header) == ("12345", "ann+b&c@x.example", "$1$1700000000$a-b_c")
    for wrong in ("", "Bearer token", "Bearer GKEY 12345&ann", "GKEY 1&2&3"):
        assert parse_gkey_authorization(wrong) is None


def test_privileges_are_those_that_are_on() -> None:
    text = privilege_string({CAMERA_SHARE, "viewVideo"})
    assert text == f"{CAMERA_SHARE}:on;viewVideo:on"
    assert parse_privileges({"privilegeString": f"gssnId:7; {text};groupowner:off"}) == {CAMERA_SHARE, "viewVideo"}
    for nothing in (None, 7, "", ";", "x" * 10_001, CAMERA_SHARE):
        assert parse_privileges({"privilegeString": nothing}) == frozenset()
