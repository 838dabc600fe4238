"""What the presence socket's messages about the visitor mean for the join flow (wire sheet, section 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from glance_widget.agent import join_events as on
from glance_widget.agent.session_steps import page_failed
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.presence import Message, error_code, plain_record, session_end_reason, terms_status


def event_of(message: Message) -> on.Event | None:
    """The event that a message stands for; None when it is none of the visitor's, or cannot be read."""
    read = _READERS.get(message.kind)
    return None if read is None else read(message.data)


def _record(data: JsonObject) -> on.Event:
    # A page tells its record when it is opened and when it gets the focus: in front of the visitor, unless it goes on
    # to say that it is hidden.
    return on.VisitorRecord(plain_record({"visibility": "visible", **data}))


def _visibility(data: JsonObject) -> on.Event:
    return on.VisitorRecord(plain_record({"visibility": data.get("visibility")}))


def _terms(data: JsonObject) -> on.Event | None:
    status = terms_status(data)
    return None if status is None else on.TermsAnswered(status)


def _failure(data: JsonObject) -> on.Event:
    return on.VisitorFailed(page_failed(error_code(data)))


_READERS: Final[Mapping[str, Callable[[JsonObject], on.Event | None]]] = {
    "presence": _record,
    "visibility": _visibility,
    "terms": _terms,
    "visitorsessionstart": lambda _data: on.VisitorStarted(),
    "visitorsessionend": lambda data: on.SessionOver(session_end_reason(data)),
    "visitorerror": _failure,
}
