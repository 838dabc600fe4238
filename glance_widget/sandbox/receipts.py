"""Consent receipts: what a visitor was asked, and what the answer was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from glance_widget.protocol.live_view import Power

Answer = Literal["accepted", "declined", "expired"]


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """One answer of a visitor, or that there was none in time.

    Attributes:
        session_id: The session.
        power: What was asked for: ``view`` or ``assist``.
        answer: ``accepted``, ``declined`` or ``expired``.
        agent: PUID of who asked; None where a visitor shares without being invited.
        at: When, ISO 8601 in UTC with milliseconds.
        version: Version of the text that was shown; empty where nobody answered.
        language: Language in which it was shown; empty where nobody answered.
        visitorid: The visitor, where the service knows.
    """

    session_id: str
    power: Power
    answer: Answer
    agent: str | None
    at: str
    version: str
    language: str
    visitorid: str | None
