from __future__ import annotations

import itertools

import pytest

from glance_widget.errors import PropertyError
from glance_widget.protocol.viewer_form import ViewerRequest, parse_viewer_request, viewer_fields

JOIN_URL = "https://www.glance.net/agentjoin/AgentView.aspx?SessionKey=maria-21&groupid=12345"
FIELDS = viewer_fields(groupid=12345, puid="ann+b@x.example", loginkey="$1$2$3", agentjoinurl=JOIN_URL)


def test_fields_are_upper_case_and_in_the_order_of_real_clients() -> None:
    assert list(FIELDS.items()) == [
        ("WAIT", "1"),
        ("LOGINKEY", "$1$2$3"),
        ("PARTNERID", "12345"),
        ("PARTNERUSERID", "ann+b@x.example"),
        ("SESSIONKEY", "maria-21"),
        ("GROUPID", "12345"),
    ]


def test_the_query_of_the_join_address_overrides_and_extra_fields_come_last() -> None:
    fields = viewer_fields(
        groupid=1,
        puid="p",
        loginkey="k",
        agentjoinurl="https://h/x?wait=0&sessionKey=a%2Bb&empty=&groupid=1#hash",
        extra={"origin": "crm", "XID": "case 17", "name": ""},
    )
    assert list(fields.items()) == [
        ("WAIT", "0"), ("LOGINKEY", "k"), ("PARTNERID", "1"), ("PARTNERUSERID", "p"), ("SESSIONKEY", "a+b"),
        ("GROUPID", "1"), ("ORIGIN", "crm"), ("XID", "case 17"),
    ]  # fmt: skip


def test_what_is_written_can_be_read_whatever_the_case() -> None:
    expected = ViewerRequest("maria-21", 12345, "ann+b@x.example", "$1$2$3", wait=True)
    for change in (str.upper, str.lower, str.title, str.swapcase):
        assert parse_viewer_request({change(name): value for name, value in FIELDS.items()}) == expected


def test_every_field() -> None:
    fields = FIELDS | {"WAIT": "0", "NAME": "Ann", "EMAIL": "a@b.c", "ORIGIN": "crm", "XID": "17", "IFRAME": "f"}
    request = parse_viewer_request(fields)
    assert request == ViewerRequest(
        "maria-21", 12345, "ann+b@x.example", "$1$2$3", wait=False, name="Ann", email="a@b.c", origin="crm", xid="17"
    )


def test_old_names_and_missing_fields() -> None:
    old = parse_viewer_request({"VisitorId": "maria-21", "groupid": "12345"})
    assert old == ViewerRequest("maria-21", 12345, "", "", wait=True)
    both = parse_viewer_request({"VisitorId": "old", "SessionKey": "new", "groupid": "7", "partnerid": "12345"})
    assert (both.session_key, both.groupid) == ("new", 12345)


def test_long_texts_are_cut() -> None:
    request = parse_viewer_request(FIELDS | {"NAME": "n" * 300, "XID": "x" * 300})
    assert (len(request.name), len(request.xid)) == (255, 255)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("SESSIONKEY", "", "SessionKey"),
        ("SESSIONKEY", "a b", "SessionKey"),
        ("SESSIONKEY", "k" * 63, "SessionKey"),
        ("PARTNERID", "1234567", "partnerid"),
        ("PARTNERID", "abc", "partnerid"),
        ("PARTNERUSERID", "p" * 256, "partneruserid"),
        ("PARTNERUSERID", "a\nb", "partneruserid"),
    ],
)
def test_malformed_fields(name: str, value: str, named: str) -> None:
    with pytest.raises(PropertyError) as caught:
        parse_viewer_request(FIELDS | {name: value})
    assert caught.value.name == named
    assert "$1$2$3" not in str(caught.value)


@pytest.mark.parametrize("missing", [("SESSIONKEY",), ("PARTNERID", "GROUPID"), tuple(FIELDS)])
def test_missing_fields(missing: tuple[str, ...]) -> None:
    with pytest.raises(PropertyError):
        parse_viewer_request({name: value for name, value in FIELDS.items() if name not in missing})


def test_the_login_key_is_never_shown() -> None:
    assert "$1$2$3" not in repr(parse_viewer_request(FIELDS))


def test_the_order_of_the_fields_does_not_matter() -> None:
    expected = parse_viewer_request(FIELDS)
    for order in itertools.permutations(FIELDS.items()):
        assert parse_viewer_request(dict(order)) == expected
