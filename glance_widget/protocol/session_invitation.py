"""Inviting a customer to show the camera of a mobile phone (wire sheet, section 8.4).

Documented are the path, the authorization, and of the body ``sessiontype``, ``smsPhone`` and ``sessionParams``. Ours is
an invitation without ``smsPhone``: then no message is sent, and the customer types the key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypedDict
from urllib.parse import quote, unquote

from glance_widget.errors import MessageError
from glance_widget.protocol.identifiers import is_session_key
from glance_widget.protocol.json_values import JsonObject, JsonValue, object_field, optional_text, text_field

CAMERA_SESSION: Final = 1
"""``sessiontype`` of an invitation to a camera session."""

Camera = Literal["back", "front"]
CAMERAS: Final[tuple[Camera, ...]] = ("back", "front")
DEFAULT_RESOLUTION: Final = "640x480"
"""Ours; the documented example is ``352x288``."""
MAX_SIDE: Final = 1280
"""Pixels that either side of a picture may have (ours)."""
MAX_AGENT_NAME: Final = 127
MAX_INVITATION_TEXT: Final = 1000

_PHONE: Final = re.compile(r"\+?[0-9](?: ?[0-9]){5,19}", re.ASCII)
_LONGEST_PHONE: Final = 20
_RESOLUTION: Final = re.compile(r"([1-9][0-9]{1,3})x([1-9][0-9]{1,3})", re.ASCII)
_SCHEME: Final = "Bearer GKEY "


def phone_number(value: object) -> str | None:
    """The phone number that a value stands for, without its spaces; None when it is none.

    A number has 6 to 20 characters: digits, single spaces, and a ``+`` before them.
    """
    if not isinstance(value, str):
        return None
    text = value.strip()
    digits = text.replace(" ", "")
    return digits if len(text) <= _LONGEST_PHONE and _PHONE.fullmatch(text) else None


def resolution_sides(value: object) -> tuple[int, int] | None:
    """Width and height of ``<width>x<height>``, each of 10 to 1280 pixels; None when it is none."""
    match = _RESOLUTION.fullmatch(value) if isinstance(value, str) else None
    sides = (int(match[1]), int(match[2])) if match else None
    return sides if sides and max(sides) <= MAX_SIDE else None


class InvitationRecord(TypedDict):
    """An invitation as the trait ``invitation`` publishes it.

    Attributes:
        key: The session key.
        text: What the customer is told, with the link.
        sent: Whether it went out as a text message.
    """

    key: str
    text: str
    sent: bool


@dataclass(frozen=True, slots=True)
class InvitationRequest:
    """What an agent asks for.

    Attributes:
        phone: Where to send the text message, as ``phone_number`` gives it; None sends none. Not shown by ``repr``.
        agent_name: What the customer is told of who asks.
        camera: Which camera is wanted first.
        resolution: Width and height that are wanted.
    """

    phone: str | None = None
    agent_name: str = ""
    camera: Camera = "back"
    resolution: str = DEFAULT_RESOLUTION

    def __repr__(self) -> str:
        """Without the number: it is a person's."""
        return f"InvitationRequest(camera={self.camera!r}, sent={self.phone is not None})"

    def as_body(self) -> dict[str, JsonValue]:
        """The JSON body."""
        body: dict[str, JsonValue] = {
            "sessiontype": CAMERA_SESSION,
            "agentName": self.agent_name,
            "sessionParams": {"camera": self.camera, "resolution": self.resolution},
        }
        return body if self.phone is None else body | {"smsPhone": self.phone}


def parse_invitation_request(body: JsonObject) -> InvitationRequest:
    """Reads the body of an invitation; what is not given has its default.

    Raises:
        MessageError: A field has a wrong value.
    """
    kind = body.get("sessiontype")
    if isinstance(kind, bool) or kind != CAMERA_SESSION:
        raise MessageError("sessiontype", "The session type must be 1, for the camera of a phone.")
    given = optional_text(body, "smsPhone", limit=64)
    phone = phone_number(given)
    if given and phone is None:
        raise MessageError("smsphone", "The phone number must have 6 to 20 digits and spaces, and may begin with +.")
    params = object_field(body, "sessionParams")
    camera = next((known for known in CAMERAS if known == params.get("camera", "back")), None)
    resolution = params.get("resolution", DEFAULT_RESOLUTION)
    if camera is None or not isinstance(resolution, str) or resolution_sides(resolution) is None:
        raise MessageError("sessionparams", "The camera must be back or front, and the resolution like 640x480.")
    name = optional_text(body, "agentName", limit=MAX_AGENT_NAME) or ""
    return InvitationRequest(phone, name if name.isprintable() else "", camera, resolution)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What came of the request.

    Attributes:
        text: What the customer is told: the text message, with its link.
        key: The session key with which the agent joins.
        sent: Whether it went out as a text message.
    """

    text: str
    key: str
    sent: bool

    def as_answer(self) -> dict[str, JsonValue]:
        """The JSON answer."""
        return {"invitationText": self.text, "sessionKey": self.key}

    def as_record(self) -> InvitationRecord:
        """The invitation as it is published."""
        return {"key": self.key, "text": self.text, "sent": self.sent}


def parse_invitation(answer: JsonObject, request: InvitationRequest) -> Invitation:
    """Reads the answer to an invitation.

    Raises:
        MessageError: A field is missing or malformed.
    """
    key = text_field(answer, "sessionKey", limit=62)
    if not is_session_key(key):
        raise MessageError("invitation_answer", "The platform's answer holds no usable session key.")
    text = text_field(answer, "invitationText", limit=MAX_INVITATION_TEXT)
    return Invitation(text, key, sent=request.phone is not None)


def gkey_authorization(groupid: int, puid: str, loginkey: str) -> str:
    """The ``Authorization`` header that carries a login key."""
    return f"{_SCHEME}{groupid}&{quote(puid, safe='')}&{loginkey}"


def parse_gkey_authorization(header: str) -> tuple[str, str, str] | None:
    """Group id, PUID and login key of an ``Authorization`` header; None when it carries no login key."""
    if header[: len(_SCHEME)].lower() != _SCHEME.lower():
        return None
    parts = header[len(_SCHEME) :].strip().split("&")
    return (parts[0], unquote(parts[1]), parts[2]) if len(parts) == 3 else None  # noqa: PLR2004
