from __future__ import annotations

from typing import Final

import pytest

from glance_widget.errors import MessageError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.saml import WAYS, identity_text, login_key_page, parse_identity

KEY: Final = "$1$1593908430$Wf7vDWWv1Ci5VrcUvtWuJh_jLgZIfectGUPkg6DbZws"
PAGE: Final = "https://www.glance.net/account/getloginkey.aspx?sso=1&mode=embedded&fmt=html"


def test_the_page_that_the_browser_agent_opens() -> None:
    base = BaseUrl.parse("production")
    assert login_key_page(base, 12345) == f"{PAGE}&idpid=12345"
    assert login_key_page(base, None) == PAGE
    assert login_key_page(base, 1, embedded=False) == "https://www.glance.net/account/getloginkey.aspx?sso=1&idpid=1"


@pytest.mark.parametrize("puid", ["ann", "ann+b@x.example", "a&b", "a~b", "ä ü", "partnerid=9", "x&partnerid=9~y"])
def test_who_the_agent_is_in_either_order(puid: str) -> None:
    for text in (identity_text(12345, puid, KEY), f"partneruserid={puid}&partnerid=12345~{KEY}"):
        identity = parse_identity(text)
        assert (identity.groupid, identity.puid, identity.expires) == (12345, puid, 1593908430)
        assert identity.loginkey.reveal() == KEY
        assert KEY not in repr(identity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        KEY,
        f"partnerid=12345~{KEY}",
        f"partneruserid=ann~{KEY}",
        f"partnerid=&partneruserid=ann~{KEY}",
        f"partnerid=x&partneruserid=ann~{KEY}",
        f"partnerid=1234567&partneruserid=ann~{KEY}",
        f"partnerid=12345&partneruserid=~{KEY}",
        f"partnerid=12345&partneruserid={'a' * 256}~{KEY}",
        f"partnerid=12345&partneruserid={'a' * 2000}~{KEY}",
        "partnerid=12345&partneruserid=ann~",
        "partnerid=12345&partneruserid=ann",
        "partnerid=12345&partneruserid=ann~canary",
        f"partnerid=12345&partneruserid=ann~{KEY} ",
        f" partnerid=12345&partneruserid=ann~{KEY}",
        f"PARTNERID=12345&partneruserid=ann~{KEY}",
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MessageError) as caught:
        parse_identity(text)
    assert caught.value.code == "saml_answer"
    assert not text or text not in str(caught.value)


def test_every_method_has_its_way() -> None:
    assert WAYS == {"samlloginkey": "frame", "saml": "frame", "samlpopup": "popup"}
