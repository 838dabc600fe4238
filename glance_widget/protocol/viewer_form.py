"""The form that opens the viewer (wire sheet, section 2.4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from glance_widget.errors import MessageError, PropertyError
from glance_widget.protocol.identifiers import groupid_from, is_puid, is_session_key

ORIGIN_FIELD: Final = "ORIGIN"
"""Ours: how ``reportingOrigin`` reaches the service (wire sheet, sections 7.2 and 12.9)."""
XID_FIELD: Final = "XID"
"""Ours: how ``reportingExternalId`` reaches the service (wire sheet, sections 7.2 and 12.9)."""

TICKET_FIELD: Final = "TICKET"
"""Ours: stands for all other fields, in an address that opens the viewer once and soon (wire sheet, section 2.4)."""

_TICKET: Final = re.compile(r"[A-Za-z0-9_-]{20,200}", re.ASCII)
_SECRET_FIELDS: Final = frozenset({"LOGINKEY", TICKET_FIELD})


def viewer_fields(
    *,
    groupid: int,
    puid: str,
    loginkey: str,
    agentjoinurl: str,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The fields of the form posted to AgentView.aspx, upper-cased and in the order of real clients.

    Args:
        groupid: The agent's group.
        puid: The agent's partner user id.
        loginkey: A login key; the answer holds it, so it must be treated as one.
        agentjoinurl: From the session lookup; only its query is used.
        extra: Further fields, such as ``ORIGIN`` and ``XID``; empty values are left out.
    """
    fields = {
        "WAIT": "1",
        "LOGINKEY": loginkey,
        "PARTNERID": str(groupid),
        "PARTNERUSERID": puid,
    }
    fields |= {name.upper(): value for name, value in parse_qsl(urlsplit(agentjoinurl).query)}
    return fields | {name.upper(): value for name, value in (extra or {}).items() if value}


def ticket_query(answer: Mapping[str, object]) -> str:
    """The query that opens the viewer with a ticket, out of the platform's answer ``{"ticket": …}``.

    Raises:
        MessageError: It holds no ticket.
    """
    ticket = answer.get("ticket")
    if not isinstance(ticket, str) or not _TICKET.fullmatch(ticket):
        raise MessageError("message_shape", "The platform's answer holds no ticket for the viewer.")
    return urlencode({TICKET_FIELD: ticket})


def plain_query(agentjoinurl: str) -> str:
    """The query of a session's own address, with nothing secret in it: whoever opens it has to sign in."""
    fields = parse_qsl(urlsplit(agentjoinurl).query)
    return urlencode([(name, value) for name, value in fields if name.upper() not in _SECRET_FIELDS])


@dataclass(frozen=True, slots=True)
class ViewerRequest:
    """What a viewer was asked to show.

    Attributes:
        session_key: The session key.
        groupid: The agent's group.
        puid: The agent's partner user id; empty when the form gave none.
        loginkey: The agent's login key; empty when the form gave none.
        wait: Whether to wait for a session that has not started yet.
        name, email: The agent's, for the record.
        origin, xid: For the session record.
    """

    session_key: str
    groupid: int
    puid: str
    loginkey: str
    wait: bool
    name: str = ""
    email: str = ""
    origin: str = ""
    xid: str = ""

    def __repr__(self) -> str:
        """Without the login key."""
        return f"ViewerRequest(groupid={self.groupid}, puid={self.puid!r})"


def parse_viewer_request(fields: Mapping[str, str]) -> ViewerRequest:
    """Reads the fields of AgentView.aspx, whatever the case of their names.

    ``VisitorId`` is the old name of ``SessionKey`` (wire sheet, section 8.3).

    Raises:
        PropertyError: The session key, the group or the PUID is missing or malformed.
    """
    given = {name.upper(): value for name, value in fields.items()}
    key = given.get("SESSIONKEY") or given.get("VISITORID") or ""
    if not is_session_key(key):
        raise PropertyError(
            "SessionKey",
            "is missing or is no session key",
            "It has 1 to 62 letters, digits, - and _.",
        )
    group = groupid_from(given.get("PARTNERID") or given.get("GROUPID") or "")
    if group is None:
        raise PropertyError(
            "partnerid",
            "is missing or is no group id",
            "It is a number of 1 to 6 digits.",
        )
    puid = given.get("PARTNERUSERID", "")
    if puid and not is_puid(puid):
        raise PropertyError("partneruserid", "is no partner user id", "It has 1 to 255 characters.")
    short = {name: given.get(name, "")[:255] for name in ("NAME", "EMAIL", ORIGIN_FIELD, XID_FIELD)}
    return ViewerRequest(
        session_key=key,
        groupid=group,
        puid=puid,
        loginkey=given.get("LOGINKEY", ""),
        wait=given.get("WAIT", "1") != "0",
        name=short["NAME"],
        email=short["EMAIL"],
        origin=short[ORIGIN_FIELD],
        xid=short[XID_FIELD],
    )
