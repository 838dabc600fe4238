"""Login keys: signed, parsed and verified (wire sheet, section 3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from typing import Final

from glance_widget.errors import LoginKeyError, PropertyError
from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.secret import Secret

VERSION: Final = 1
MAX_LIFETIME: Final = 86_400
"""Seconds that a login key may reach into the future: one day."""

_SHAPE: Final = re.compile(
    r"\$(?P<version>[0-9]{1,4})\$(?P<expires>[0-9]{1,12})\$(?P<signature>[A-Za-z0-9_+/-]{43})",
    re.ASCII,
)
_LAST_EXPIRY: Final = 10**12 - 1
_URL_SAFE: Final = str.maketrans("+/", "-_")


@dataclass(frozen=True, slots=True)
class LoginKeyClaims:
    """What a verified login key says.

    Attributes:
        groupid: The group it was signed for.
        puid: The partner user it was signed for.
        expires: Unix seconds at which it stops being valid.
    """

    groupid: int
    puid: str
    expires: int


def sign_login_key(groupid: int | str, puid: str, apikey: str | Secret, expires: int) -> str:
    """Signs a login key.

    Args:
        groupid: The Glance group id.
        puid: The partner user id of the agent.
        apikey: The group's API key.
        expires: Unix seconds at which the key stops being valid, at most one day ahead when it is used.

    Returns:
        ``$1$<expires>$<signature>``. It opens the platform to whoever holds it: treat it as a password.

    Raises:
        PropertyError: An argument is not usable.
    """
    group = _checked_groupid(groupid)
    if not is_puid(puid):
        raise PropertyError("puid", "must be text of 1 to 255 characters")
    moment = _checked_expiry(expires)
    return f"${VERSION}${moment}${_signature(group, puid, moment, _checked_apikey(apikey))}"


def verify_login_key(
    key: str,
    groupid: int | str,
    puid: str,
    apikey: str | Secret,
    now: float | None = None,
) -> LoginKeyClaims:
    """Verifies a login key.

    Args:
        key: The login key.
        groupid: The group for which it should have been signed.
        puid: The partner user for whom it should have been signed.
        apikey: The group's API key.
        now: Unix seconds to compare with; the present when None.

    Returns:
        What the key says.

    Raises:
        LoginKeyError: The key is not good; ``reason`` says why. The signature is compared in constant time, and before
            the times, so that a forged key learns nothing from the reason.
        PropertyError: The group id or the API key is not usable.
    """
    group = _checked_groupid(groupid)
    match = _SHAPE.fullmatch(key)
    if match is None:
        raise LoginKeyError(
            "malformed",
            "The login key has the wrong form.",
            "It looks like $1$<Unix seconds>$<43 characters>.",
        )
    if int(match["version"]) != VERSION:
        raise LoginKeyError(
            "version",
            "The login key is of an unknown version.",
            f"Only version {VERSION} exists.",
        )
    expires = int(match["expires"])
    secret = _checked_apikey(apikey)
    given = match["signature"].translate(_URL_SAFE)
    if not hmac.compare_digest(given, _signature(group, puid, match["expires"], secret)):
        raise LoginKeyError(
            "signature",
            "The login key was not signed with this group's API key for this agent.",
            "Check the group id, the PUID and the API key of the service that signs.",
        )
    moment = time.time() if now is None else now
    if moment >= expires:
        raise LoginKeyError(
            "expired",
            "The login key has expired.",
            "Fetch a new one; check the clocks.",
        )
    if expires - moment > MAX_LIFETIME:
        raise LoginKeyError(
            "too_far_ahead",
            "The login key is valid for more than one day.",
            "Sign it for 86400 seconds at most.",
        )
    return LoginKeyClaims(groupid=group, puid=puid, expires=expires)


def expiry_of(key: str) -> int | None:
    """The Unix seconds at which a login key says it expires, unverified; None when the key has the wrong form."""
    match = _SHAPE.fullmatch(key)
    return int(match["expires"]) if match else None


def _checked_groupid(groupid: int | str) -> int:
    group = groupid_from(groupid)
    if group is None:
        raise PropertyError(
            "groupid",
            "must be a number of 1 to 6 digits",
            "It is shown in the Glance admin pages.",
        )
    return group


def _checked_expiry(expires: object) -> int:
    if isinstance(expires, int) and not isinstance(expires, bool) and 0 <= expires <= _LAST_EXPIRY:
        return expires
    raise PropertyError("expires", "must be a time in whole Unix seconds", "For example int(time.time()) + 3600.")


def _checked_apikey(apikey: str | Secret) -> Secret:
    secret = apikey if isinstance(apikey, Secret) else Secret(apikey)
    if not secret:
        raise PropertyError("apikey", "is empty", "The group's API key is in the Glance admin pages.")
    return secret


def _signature(groupid: int, puid: str, expires: int | str, apikey: Secret) -> str:
    message = f"{groupid}{puid}{VERSION}{expires}".encode()
    digest = hmac.new(apikey.reveal().encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
