"""The report of a finished session (wire sheet, section 1.7)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TypedDict


class SessionReport(TypedDict):
    """What is reported once for each session that started, however it ended.

    Attributes:
        sessionId: The platform's id of the session, as in the customer records.
        sessionStart: ISO 8601 in UTC with milliseconds, such as ``2023-08-14T17:36:02.000Z``.
        sessionEnd: The same for the end.
        duration: Whole seconds between the two.
    """

    sessionId: str
    sessionStart: str
    sessionEnd: str
    duration: int


def iso_ms(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC with milliseconds and ``Z``.

    Raises:
        ValueError: The moment has no time zone.
    """
    if moment.tzinfo is None:
        reason = "A moment on the wire needs a time zone."
        raise ValueError(reason)
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def session_report(session_id: str, start: datetime, end: datetime) -> SessionReport:
    """The report of a session; an end before the start (clocks were set) counts as no time at all."""
    finish = max(start, end)
    return {
        "sessionId": session_id,
        "sessionStart": iso_ms(start),
        "sessionEnd": iso_ms(finish),
        "duration": int((finish - start).total_seconds()),
    }
