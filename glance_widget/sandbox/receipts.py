"""Consent receipts: what a visitor was asked, and what the answer was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glance_widget.protocol.live_view import Consent, Power

Answer = Literal["accepted", "declined", "expired"]


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """One answer of a visitor, or that there was none in time.

    Attributes:
        session_id: The session; None where none came of an invitation, because it was declined or not answered.
        session_key: The session's key, or that of the invitation.
        power: What was asked for: ``view`` or ``assist``.
        answer: ``accepted``, ``declined``, or ``expired``: there was none when the question's time was over, or, of an
            invitation, when the agent took it back.
        agent: PUID of who asked; None where a visitor shares without being invited.
        at: When, ISO 8601 in UTC with milliseconds.
        version: Version of the text that was shown; empty where the answer came without it: nobody answered, or an
            invitation was declined (wire sheet, section 5.3: ``terms`` says the status and no more).
        language: Language in which it was shown; empty as ``version``.
        visitorid: The visitor, where the service knows.
    """

    session_id: str | None
    session_key: str
    power: Power
    answer: Answer
    agent: str | None
    at: str
    version: str
    language: str
    visitorid: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question in a session.

    Attributes:
        power: What was asked for.
        answer: ``accepted``, ``declined`` or ``expired``.
        agent: PUID of who asked; None where a visitor shares without being invited.
        consent: The visitor's own message, where there is one.
    """

    power: Power
    answer: Answer
    agent: str | None
    consent: Consent | None = None

    def receipt(self, session_id: str, session_key: str, visitorid: str | None, at: str) -> ConsentReceipt:
        """The receipt of it."""
        consent = self.consent
        version, language = (consent.version, consent.language) if consent is not None else ("", "")
        return ConsentReceipt(
            session_id, session_key, self.power, self.answer, self.agent, at, version, language, visitorid
        )
