"""SAML: the identity provider's page, and what it tells the page that asked (wire sheet, sections 2.2 and 3.4).

Glance publishes no difference between the three methods. Ours is ``WAYS``, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from glance_widget.errors import MessageError
from glance_widget.protocol.base_urls import GET_LOGIN_KEY_PATH, BaseUrl
from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.protocol.login_key import expiry_of
from glance_widget.secret import Secret

Way = Literal["frame", "popup"]
"""How the page is shown: in a frame that nobody sees, or in a window in which the agent can type."""

Outcome = Literal["done", "timedout", "refused", "malformed"]
"""What comes of showing the page."""

WAYS: Final[Mapping[str, Way]] = {"samlloginkey": "frame", "saml": "frame", "samlpopup": "popup"}
"""By ``authmethod`` (ours)."""

SUCCEEDED: Final = "authenticateSucceeded"
FAILED: Final = "authenticateFailed"
MAX_IDENTITY: Final = 1024
"""Characters of what an identity provider says at most."""

_IDENTITY: Final = re.compile(
    r"(?:partnerid=(?P<group>[^&~]*)&partneruserid=(?P<puid>.*)|partneruserid=(?P<puid2>.*)&partnerid=(?P<group2>[^&~]*))"
    r"~(?P<loginkey>[^~]*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class SamlIdentity:
    """Who the identity provider says the agent is.

    Attributes:
        groupid: The group.
        puid: The partner user.
        loginkey: A login key for both.
        expires: Unix seconds until which it is good.
    """

    groupid: int
    puid: str
    loginkey: Secret
    expires: int


def login_key_page(base: BaseUrl, groupid: int | None, *, embedded: bool = True) -> str:
    """The address of the page; without a group, the identity provider must know it by the agent's cookie.

    Args:
        base: The platform.
        groupid: The group.
        embedded: Whether it is shown to tell another page; otherwise for the agent to sign in.
    """
    query: dict[str, str | int] = {"sso": 1} | ({"mode": "embedded", "fmt": "html"} if embedded else {})
    return base.page(GET_LOGIN_KEY_PATH, **query if groupid is None else query | {"idpid": groupid})


def identity_text(groupid: int, puid: str, loginkey: str) -> str:
    """What the page says; it opens the platform to whoever holds it."""
    return f"partnerid={groupid}&partneruserid={puid}~{loginkey}"


def parse_identity(text: str) -> SamlIdentity:
    """Reads what the page said, its two fields in either order.

    Raises:
        MessageError: It has another form. What it says is not repeated.
    """
    match = _IDENTITY.fullmatch(text) if len(text) <= MAX_IDENTITY else None
    parts = match.groupdict() if match else {}
    group = groupid_from(parts.get("group") or parts.get("group2"))
    puid = parts.get("puid") or parts.get("puid2")
    loginkey = parts.get("loginkey") or ""
    expires = expiry_of(loginkey)
    if group is None or puid is None or not is_puid(puid) or expires is None:
        raise MessageError("saml_answer", "The identity provider's answer cannot be read.")
    return SamlIdentity(group, puid, Secret(loginkey), expires)
