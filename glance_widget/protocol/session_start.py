"""Starting a session: StartSession2 and the three-part session id (wire sheet, section 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from glance_widget.errors import MessageError
from glance_widget.protocol.identifiers import (
    KEYTYPE_RANDOM,
    groupid_from,
    is_session_key,
)
from glance_widget.protocol.json_values import (
    JsonObject,
    JsonValue,
    optional_text,
    text_field,
)
from glance_widget.protocol.session_invitation import CAMERA_SESSION

COBROWSE_SESSION: Final = 4
DUPLICATE_KEY: Final = 13
"""The ``status`` that clients report as ``dupkey``."""
_MAX_DISAMBIGUATE_ID: Final = 2**31

MAX_NAME_LENGTH: Final = 63
MAX_EMAIL_LENGTH: Final = 127
MAX_PHONE_LENGTH: Final = 31


def ssnid_of(groupid: int, session_key: str, disambiguate_id: int) -> str:
    """The session id that sockets use."""
    return f"{groupid}.{session_key}.{disambiguate_id}"


@dataclass(frozen=True, slots=True)
class StartRequest:
    """What a visitor's script asks for when it starts a session.

    Attributes:
        groupid: The group.
        session_key: The key, or None when the service shall choose one.
        disambiguate_id: A random number of the script's own.
        name, email, phone: The visitor's, where the page gives them.
        platform: ``win``, ``ios``, ``mac`` or ``android``.
        camera: Whether a phone shows its camera, and not a page itself. That its ``sessionType`` is that of the
            invitation is ours.
    """

    groupid: int
    session_key: str | None
    disambiguate_id: int
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    platform: str = "win"
    camera: bool = False

    def as_body(self) -> dict[str, JsonValue]:
        """The JSON body as real scripts send it."""
        body: dict[str, JsonValue] = {
            "authToken": "",
            "sessionType": CAMERA_SESSION if self.camera else COBROWSE_SESSION,
            "groupid": str(self.groupid),
            "mainCallId": 0,
            "callflags": 0,
            "clientVersion": 6_033_000,
            "coloId": 1,
            "disambiguateId": self.disambiguate_id,
            "platform": self.platform,
            "sessionKey": self.session_key or KEYTYPE_RANDOM,
        }
        details = {"name": self.name, "email": self.email, "phone": self.phone}
        return body | {name: value for name, value in details.items() if value is not None}


def parse_start_request(body: JsonObject) -> StartRequest:
    """Reads the body of StartSession2.

    Raises:
        MessageError: A field is missing, too long or malformed.
    """
    group = groupid_from(body.get("groupid"))
    if group is None:
        raise MessageError("groupid", "The group id is missing or malformed.")
    key = text_field(body, "sessionKey", limit=62)
    if key != KEYTYPE_RANDOM and not is_session_key(key):
        raise MessageError("sessionkey", "The session key has characters that are not allowed.")
    number = body.get("disambiguateId")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < _MAX_DISAMBIGUATE_ID:
        raise MessageError("disambiguateid", "The field 'disambiguateId' must be a number below 2^31.")
    return StartRequest(
        groupid=group,
        session_key=None if key == KEYTYPE_RANDOM else key,
        disambiguate_id=number,
        name=optional_text(body, "name", limit=MAX_NAME_LENGTH),
        email=optional_text(body, "email", limit=MAX_EMAIL_LENGTH),
        phone=optional_text(body, "phone", limit=MAX_PHONE_LENGTH),
        platform=optional_text(body, "platform", limit=16) or "win",
        camera=body.get("sessionType") == CAMERA_SESSION,
    )
