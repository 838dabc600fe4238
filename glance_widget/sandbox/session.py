"""One session: what is known about it, from StartSession2 to its end (wire sheet, sections 6.3 and 7.3)."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Literal

from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.live_view import Consent, EndReason, Page
from glance_widget.protocol.session_lookup import CallType
from glance_widget.protocol.session_report import session_report
from glance_widget.protocol.session_start import ssnid_of
from glance_widget.sandbox.records import moment

Status = Literal["W", "A", "C", "T", "X", "Q"]
"""Waiting, active, completed, timed out waiting, ended without a clean close, quit before an agent came."""


@dataclass(eq=False, slots=True)
class Session:
    """One session.

    Attributes:
        id: The platform's id, also that of its record ("call id").
        groupid: The group.
        key: The session key; no other open session of the group has it.
        disambiguate_id: The visitor script's own number.
        address: The client address that started it.
        started_at: Unix seconds.
        visitorid: The visitor, where the service knows: invited with this key, or the key is the visitor id.
        name, email: The visitor's, where the page gave them.
        status: Where the session is in its life.
        ended_at, end_reason: Set at its end.
        invited_by: PUID of the agent who invited the visitor into it; None when nobody did.
        random_key: Whether the service chose the key: then it is a code for one agent.
        code_agent: PUID of the agent who came with that code, or who invited a phone with it.
        code_dead: Whether nobody came with it in time.
        calltype: ``C`` for a page, ``V`` for the camera of a phone.
        consent: The visitor's recorded answer to the terms.
        paused: Whether the visitor paused it.
        agents: The agents who came so far, by PUID, with their numbers in the session.
    """

    id: str
    groupid: int
    key: str
    disambiguate_id: int
    address: str
    started_at: float
    visitorid: str | None = None
    name: str | None = None
    email: str | None = None
    invited_by: str | None = None
    random_key: bool = False
    code_agent: str | None = None
    code_dead: bool = False
    calltype: CallType = "C"
    status: Status = "W"
    ended_at: float | None = None
    end_reason: EndReason | None = None
    consent: Consent | None = None
    paused: bool = False
    agents: dict[str, int] = field(default_factory=dict)
    _token: bytes | None = None

    @property
    def ssnid(self) -> str:
        """The session id that sockets use."""
        return ssnid_of(self.groupid, self.key, self.disambiguate_id)

    def is_visitor(self, token: str) -> bool:
        """Whether a page is of this session's visitor. The first page's token is the right one from then on."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        if self._token is None:
            self._token = digest
        return hmac.compare_digest(digest, self._token)

    def claim_code(self, puid: str) -> bool:
        """Whether an agent may come in with the session's random code. The first who comes with it has it."""
        if self.code_agent is None and not self.code_dead:
            self.code_agent = puid
        return self.code_agent == puid

    def let_code_die(self) -> None:
        """Nobody came with the random code in time; who has it keeps it."""
        self.code_dead = True

    def close(self, reason: EndReason, at: float) -> None:
        """Ends the session's life."""
        if self.status == "A":
            self.status = "C" if reason in {"agent", "visitor"} else "X"
        else:
            self.status = "T" if reason == "timedout" else "Q"
        self.ended_at, self.end_reason = at, reason

    def as_message(self, page: Page, *, connected: bool) -> dict[str, JsonValue]:
        """The ``session`` message for viewers. Before consent and in a pause it says nothing about the page."""
        shown = page if self.consent is not None and not self.paused else Page("", "")
        return {
            "type": "session",
            "key": self.key,
            "sessionId": self.id,
            "startedAt": moment(self.started_at),
            "calltype": self.calltype,
            "visitor": {"visitorid": self.visitorid or "", "name": self.name or ""},
            "page": shown.as_record(),
            "connected": connected,
            "paused": self.paused,
        }

    def as_ended(self) -> dict[str, JsonValue]:
        """The ``ended`` message for viewers of a session that ended."""
        start, end = (
            datetime.fromtimestamp(at, timezone.utc) for at in (self.started_at, self.ended_at or self.started_at)
        )
        report = session_report(self.id, start, end)
        return {
            "type": "ended",
            "reason": self.end_reason,
            "sessionEnd": report["sessionEnd"],
            "duration": report["duration"],
        }
