"""Session lookup: the form, its XML answers, and when to ask again (wire sheet, section 2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from glance_widget.errors import MessageError

NAMESPACE: Final = "http://www.glancenetworks.com/services"
"""Ours: the envelope of the XML is not published; clients ignore it (wire sheet, section 12.6)."""

DECLINED: Final = 410
"""Ours: the HTTP status of a lookup whose customer was invited with the key, and declined."""

MAX_ATTEMPTS: Final = 12
INVITATION_ATTEMPTS: Final = 122
"""Ours: about ten minutes, for a customer who must first receive a message and find the phone's camera."""
_QUICK_MISSES: Final = 6
_QUICK_DELAY: Final = 3.0
_SLOW_DELAY: Final = 5.0
_MAX_ANSWER: Final = 256 * 1024

_FIELDS: Final = (
    "id", "ssnid", "serverip", "servername", "personid", "groupid", "passcode",
    "agentjoinurl", "clientjoinurl", "calltype", "visitorversion", "viewertickets",
)  # fmt: skip


CallType = Literal["C", "G", "V"]
"""Cobrowse, screen share, video."""


def delay_after_miss(misses: int, attempts: int = MAX_ATTEMPTS) -> float | None:
    """Seconds to wait after the given number of lookups without a session; None when it is time to give up.

    Six waits of 3 s, then of 5 s; twelve lookups in all, about 48 s, unless another number of attempts is given.
    """
    if misses >= attempts:
        return None
    return _QUICK_DELAY if misses <= _QUICK_MISSES else _SLOW_DELAY


def lookup_form(groupid: int, puid: str, loginkey: str, session_key: str) -> dict[str, str]:
    """The form fields of LookupPartnerSession2 and AgentInSession."""
    return {
        "partnerid": str(groupid),
        "partneruserid": puid,
        "loginkey": loginkey,
        "ssnkey": session_key,
    }


@dataclass(frozen=True, slots=True)
class FoundSession:
    """A session that was found.

    Attributes:
        id: The platform's id of the session, which is also that of its record.
        ssnid: ``<groupid>.<session key>.<random number>``.
        servername: The session server, with a port where it has one.
        groupid: The group.
        passcode: The session key.
        agentjoinurl: Where the viewer is; only its query is used.
        calltype: ``C`` cobrowse, ``G`` screen share, ``V`` video.
        serverip, personid, clientjoinurl, visitorversion: As the platform gives them.
        viewertickets: ``1`` when the platform gives tickets for the viewer. Ours: Glance's own is not known to.
    """

    id: str
    ssnid: str
    servername: str
    groupid: str
    passcode: str
    agentjoinurl: str
    serverip: str = ""
    personid: str = "0"
    clientjoinurl: str = ""
    calltype: str = "C"
    visitorversion: str = ""
    viewertickets: str = ""

    def to_xml(self) -> str:
        """The answer of LookupPartnerSession2."""
        inner = "".join(f"<{name}>{escape(getattr(self, name))}</{name}>" for name in _FIELDS)
        return _envelope("session2", inner)


NOT_FOUND_XML: Final = f'<?xml version="1.0" encoding="utf-8"?>\n<session2 xmlns="{NAMESPACE}"><id>0</id></session2>'


def parse_lookup(text: str) -> FoundSession | None:
    """Reads the answer of LookupPartnerSession2.

    Returns:
        The session, or None when there is none (yet): ``<id>0</id>`` without ``agentjoinurl``.

    Raises:
        MessageError: It is anything else. The answer is not repeated in the error.
    """
    elements = _elements(text)
    values = {name: _first(elements, name) for name in _FIELDS}
    if values["agentjoinurl"] is None:
        if (values["id"] or "").strip() == "0":
            return None
        raise MessageError(
            "lookup_answer",
            "The platform's answer to the session lookup cannot be read.",
        )
    needed = ("id", "ssnid", "servername", "groupid", "passcode", "agentjoinurl")
    if any(values[name] is None for name in needed):
        raise MessageError(
            "lookup_answer",
            "The platform's answer to the session lookup is incomplete.",
        )
    return FoundSession(**{name: value for name, value in values.items() if value is not None})


@dataclass(frozen=True, slots=True)
class AgentSession:
    """One of the sessions in which an agent is.

    Attributes:
        id: The platform's id of the session.
        passcode: The session key.
        num: The agent's number in the session.
        disambiguate_id: The last part of the session's ``ssnid``.
        servername: The session server.
    """

    id: str
    passcode: str
    num: str
    disambiguate_id: str
    servername: str


def agent_sessions_xml(sessions: Iterable[AgentSession]) -> str:
    """The answer of AgentInSession: one ``session2`` element for each session."""
    items = "".join(
        f"<session2><id>{escape(s.id)}</id><passcode>{escape(s.passcode)}</passcode><num>{escape(s.num)}</num>"
        f"<disambiguateId>{escape(s.disambiguate_id)}</disambiguateId><servername>{escape(s.servername)}</servername></session2>"
        for s in sessions
    )
    return _envelope("ArrayOfSession2", items)


def parse_agent_sessions(text: str) -> list[AgentSession]:
    """Reads the answer of AgentInSession.

    Raises:
        MessageError: It is no XML, or an element lacks a field.
    """
    found = []
    for element in _elements(text):
        if _local(element.tag) != "session2" or _first(element, "id") in {None, "0"}:
            continue
        names = ("id", "passcode", "num", "disambiguateId", "servername")
        values = [_first(element, name) for name in names]
        if any(value is None for value in values):
            raise MessageError("lookup_answer", "The platform's list of sessions is incomplete.")
        found.append(AgentSession(*(value or "" for value in values)))
    return found


def _envelope(root: str, inner: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{NAMESPACE}">{inner}</{root}>'


def _elements(text: str) -> list[ET.Element]:
    # Entities are refused before parsing: an answer has no use for them, and they can be made to expand without end.
    if len(text) > _MAX_ANSWER or "<!" in text:
        raise MessageError(
            "lookup_answer",
            "The platform's answer to the session lookup cannot be read.",
        )
    try:
        root = ET.fromstring(text)  # noqa: S314
    except (ET.ParseError, ValueError):
        raise MessageError("lookup_answer", "The platform's answer to the session lookup is no XML.") from None
    return list(root.iter())


def _first(elements: Iterable[ET.Element], name: str) -> str | None:
    return next(
        (element.text or "" for element in elements if _local(element.tag) == name),
        None,
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
