"""Presence: service discovery, REST answers, and the messages of the two sockets (wire sheet, section 5)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import (
    JsonObject,
    JsonValue,
    object_field,
    text_field,
)

CLIENT_VERSION: Final = "6.33.0"
"""The client version that this package's messages name; it decides what a server sends (wire sheet, section 10)."""

VISITOR_GONE_AFTER: Final = 5.0
"""Seconds that a visitor may be away before agents are told: the 5 second rule (wire sheet, section 5.3)."""
RECONNECT_DELAYS: Final = (5.0, 5.0, 5.0, 60.0)
"""Seconds before each attempt to reconnect; the last is repeated (wire sheet, section 5.3)."""
MAX_RECORD: Final = 16 * 1024
"""Characters of JSON that a visitor's presence record may have. Ours."""
TOKEN_MINUTES: Final = 120
"""Minutes for which a presence token is asked (wire sheet, section 4.1)."""
SHOW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.showTerms"
WITHDRAW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.withdrawTerms"
"""Ours: takes an invitation back, with ``{sessionKey}``; a script that does not know it changes nothing."""

_LONGEST_KEEPALIVE: Final = 3600
_LONGEST_WORD: Final = 64
_RECORD_DEPTH: Final = 8

TermsStatus = Literal["displayed", "accepted", "declined"]


@dataclass(frozen=True, slots=True)
class PresenceSettings:
    """Where presence is (GetVisitorSettings3; wire sheet, section 5.1).

    Attributes:
        host: Host and port of the presence service; empty when the group has no presence.
        load_balanced: Whether that host is itself the direct server.
    """

    host: str
    load_balanced: bool

    @classmethod
    def parse(cls, answer: JsonObject) -> PresenceSettings:
        """Reads the answer of GetVisitorSettings3.

        Raises:
            MessageError: ``presenceUrl`` is no text.
        """
        host = answer.get("presenceUrl") or ""
        if not isinstance(host, str):
            raise MessageError("message_shape", "The platform's settings name no presence host.")
        return cls(host=host, load_balanced=answer.get("isPresenceLoadBalanced") is True)


@dataclass(frozen=True, slots=True)
class DirectServer:
    """The server that holds a visitor's socket.

    Attributes:
        host: Host name without port.
        port: Its https port.
    """

    host: str
    port: int

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, answer: Mapping[str, JsonValue]) -> DirectServer | None:
        """Reads the direct server out of any answer of the load balancer; None when it names none."""
        host = answer.get("directserver")
        port = answer.get("httpsport", 443)
        if isinstance(host, str) and host and isinstance(port, int) and not isinstance(port, bool) and _is_port(port):
            return cls(host, port)
        direct = answer.get("direct")
        if isinstance(direct, str) and direct:
            name, _, digits = direct.partition(":")
            given = int(digits) if digits.isascii() and digits.isdigit() else 443
            return cls(name, given if _is_port(given) else 443)
        return None

    def as_answer(self) -> dict[str, JsonValue]:
        """The fields by which REST answers name the server (wire sheet, section 5.2)."""
        return {
            "ds": f"{self.address}/0",
            "direct": self.address,
            "directserver": self.host,
            "tlsport": self.port,
            "httpsport": self.port,
        }


def rest_query(groupid: int, visitorid: str) -> str:
    """The query of every REST call, with the doubled ``&`` that real clients send (wire sheet, section 5.2)."""
    return f"groupid={groupid}&visitorid={quote(visitorid, safe='')}&&ver={CLIENT_VERSION}"


def connect_message(groupid: int, visitorid: str, authorization: str | None = None) -> dict[str, JsonValue]:
    """The first message on a socket; agents give their token. Keys in the order of real clients."""
    message: dict[str, JsonValue] = {"type": "connect"}
    if authorization is not None:
        message["authorization"] = authorization
    return message | {
        "groupid": str(groupid),
        "visitorid": visitorid,
        "version": CLIENT_VERSION,
    }


KEEP_ALIVE: Final[Mapping[str, JsonValue]] = {"type": "k"}


def signal(kind: Literal["invoke", "signal"], data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The body of POST signalvisitor; with ``type`` added also the socket message of load-balanced presence."""
    return {"mtype": kind, "data": dict(data)}


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a presence socket.

    Attributes:
        kind: ``mtype`` or else ``type``.
        data: Its data; empty when it has none.
    """

    kind: str
    data: JsonObject


def parse_message(message: JsonObject) -> Message:
    """Reads a message of a presence socket: ``mtype`` wins over ``type``.

    Raises:
        MessageError: It has neither, or data that is no object.
    """
    name = "mtype" if message.get("mtype") is not None else "type"
    return Message(kind=text_field(message, name, limit=64), data=object_field(message, "data"))


def keepalive_seconds(message: JsonObject) -> float:
    """The interval for ``k`` in a ``connected`` message; 30 when the server gives no sensible one."""
    value = message.get("keepalive")
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= _LONGEST_KEEPALIVE:
        return float(value)
    return 30.0


def terms_status(data: Mapping[str, JsonValue]) -> TermsStatus | None:
    """The status in a ``terms`` message, compared without case; None when it is none of the three."""
    value = data.get("status")
    word = value.lower() if isinstance(value, str) else ""
    if word == "displayed":
        return "displayed"
    if word == "accepted":
        return "accepted"
    return "declined" if word == "declined" else None


def plain_record(record: Mapping[str, JsonValue], depth: int = _RECORD_DEPTH) -> JsonObject:
    """A visitor's presence record as it can be shown and passed on anywhere.

    Strangers write it: half characters, numbers beyond all bounds and depths that no page needs are taken out, as any
    of them would keep the whole record from being shown.

    Args:
        record: What they wrote.
        depth: Objects and lists inside each other that each value may have.
    """
    return {_plain_text(name): _plain(value, depth) for name, value in record.items()}


def _plain(value: JsonValue, depth: int) -> JsonValue:
    if isinstance(value, str):
        return _plain_text(value)
    if isinstance(value, dict):
        return {_plain_text(name): _plain(each, depth - 1) for name, each in value.items()} if depth else None
    if isinstance(value, list):
        return [_plain(each, depth - 1) for each in value] if depth else None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain_text(text: str) -> str:
    return text.encode(errors="replace").decode()


def session_end_reason(data: Mapping[str, JsonValue]) -> str:
    """The reason in a ``visitorsessionend`` message; ``gone`` when it gives no word."""
    return _word(data.get("reason")) or "gone"


def error_code(data: Mapping[str, JsonValue]) -> str | None:
    """The code in a ``visitorerror`` message; None when it gives no word."""
    return _word(data.get("code"))


def _word(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and len(value) <= _LONGEST_WORD and value.isidentifier() else None


def _is_port(number: int) -> bool:
    return 0 < number < 65_536  # noqa: PLR2004
