"""What of the join flow is published as traits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from glance_widget.agent.flow_state import Flow
from glance_widget.agent.status_text import SOMEBODY, status_of, visitor_name
from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.session_report import SessionReport, iso_ms


def published(flow: Flow, reports: Sequence[SessionReport]) -> dict[str, object]:
    """The state traits' values.

    Args:
        flow: Where the join flow stands.
        reports: The reports published so far.

    Returns:
        Values by trait name; ``state`` comes last, so that whoever observes it finds the others in place.
    """
    report = flow.report
    known = report is None or (bool(reports) and reports[-1] == report)
    return {
        "visitor": {"visitorid": flow.subject.visitorid, **(flow.visitor or {})} if flow.visitor_online else None,
        "session": _session_of(flow),
        "camerashare": CAMERA_SHARE in (flow.privileges or ()),
        "invitation": flow.invitation.as_record() if flow.invitation is not None else None,
        "error": flow.error.as_record() if flow.error is not None else None,
        "reporting": report,
        "reports": list(reports) if known else [*reports, report],
        "status": status_of(flow),
        "state": flow.state,
    }


def without_session_key(session: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What of the trait ``session`` leaves Python: a notebook may be saved while the key is good."""
    return {name: value for name, value in session.items() if name != "key"}


def _session_of(flow: Flow) -> dict[str, JsonValue] | None:
    session = flow.session
    if session is None:
        return None
    name = visitor_name(flow)
    # A visitor who is followed need not be the one who read out a key.
    page = flow.visitor.get("url") if flow.visitor and flow.started is not None else None
    return {
        "sessionId": session.found.id,
        "key": session.found.passcode,
        "startedAt": iso_ms(session.started),
        "viewer": session.viewer,
        "visitor": None if name == SOMEBODY else name,
        "page": page if isinstance(page, str) else None,
    }
