"""Steps of the join flow that come from signing in, from presence, and from a change of the visitor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.flow_state import (
    BUSY,
    NO_EFFECTS,
    Flow,
    Step,
    asked,
    at_rest,
    emptied,
    fail,
    go,
    sign_in,
    stay,
)
from glance_widget.agent.saml import STILL_WAITING, Wait, still_waiting
from glance_widget.agent.status_text import visitor_name
from glance_widget.errors import InviteError, StateError
from glance_widget.protocol.json_values import dump
from glance_widget.protocol.presence import MAX_RECORD


def started(flow: Flow, event: on.Started, now: datetime) -> Step:
    """Signing in begins, unless a session is running."""
    if flow.state in BUSY:
        return stay(flow)
    return sign_in(replace(_anew(flow), subject=event.subject), now, do.FollowVisitor(None))


def signed_in(flow: Flow, event: on.SignedIn, now: datetime) -> Step:
    """A login key was accepted: follow the visitor, or join with the key that was asked for meanwhile."""
    if flow.state != "connecting" or flow.signed_in or event.attempt != flow.attempt:
        return stay(flow)
    known = replace(flow, signed_in=True, error=None)
    asked: tuple[do.Effect, ...] = (do.AskPrivileges(flow.attempt),)
    follow = (*asked, do.FollowVisitor(flow.subject)) if flow.subject.followed else asked
    if flow.key is not None:
        return go(known, "joining", "looking_up", now, *follow, do.Lookup(flow.key))
    if flow.subject.followed:
        return go(known, "connecting", "reaching_presence", now, *follow)
    return at_rest(known, "signed_in", now, *follow)


def sign_in_failed(flow: Flow, event: on.SignInFailed, now: datetime) -> Step:
    """No login key was accepted."""
    if flow.state != "connecting" or event.attempt != flow.attempt:
        return stay(flow)
    return fail(replace(flow, signed_in=False), event.error, "sign_in", now)


_WAITS: Final[Mapping[Wait, str]] = {
    "browser": "no_browser",
    "frame": "signing_in_browser",
    "press": "press_sign_in",
    "over": "signing_in",
}


def sign_in_waits(flow: Flow, event: on.SignInWaits, now: datetime) -> Step:
    """The agent's browser is needed. What goes on meanwhile is not disturbed, but it is said."""
    if flow.state == "connecting" and not flow.signed_in:
        return go(flow, "connecting", _WAITS[event.wait], now)
    if event.wait in {"browser", "press"} and flow.signed_in and flow.state not in {"connecting", "failed"}:
        return stay(replace(flow, error=still_waiting(event.wait)))
    renewed = event.wait == "over" and flow.error is not None and flow.error.code == STILL_WAITING
    return stay(replace(flow, error=None) if renewed else flow)


def presence_opened(flow: Flow, _event: on.PresenceOpened, now: datetime) -> Step:
    """The presence service answered: the visitor counts as away until it says otherwise.

    While it was lost, a visitor who was asked may have accepted: that is looked up, as nobody tells it again.
    """
    opened = replace(flow, unfollowed=None)
    if (flow.state == "connecting" and flow.signed_in) or (flow.state == "failed" and flow.reason == "presence"):
        return at_rest(replace(opened, error=None), "presence_open", now)
    if flow.state not in BUSY:
        return stay(opened)
    missed = (do.Lookup(flow.key, 1),) if asked(flow) and flow.key and flow.error is not None else NO_EFFECTS
    return replace(opened, error=None), missed


def presence_lost(flow: Flow, event: on.PresenceLost, now: datetime) -> Step:
    """The connection broke and is tried again; what is running goes on."""
    lost = replace(flow, visitor_online=False, error=event.error)
    if flow.state in {"connecting", "absent", "present", "ended"} and flow.signed_in:
        return go(lost, "connecting", "presence_lost", now)
    return stay(lost) if flow.state in BUSY else stay(replace(flow, visitor_online=False))


def presence_failed(flow: Flow, event: on.PresenceFailed, now: datetime) -> Step:
    """Presence cannot be used; joining by key still can."""
    gone = replace(flow, visitor_online=False, visitor=None, unfollowed=event.error)
    if flow.state in {"connecting", "absent", "present", "inviting", "ended"} and flow.camera is None:
        return fail(gone, event.error, "presence", now)
    return stay(replace(gone, error=event.error))


def visitor_connection(flow: Flow, event: on.VisitorConnection, now: datetime) -> Step:
    """The visitor came or went."""
    if event.online == flow.visitor_online:
        return stay(flow)
    moved = replace(flow, visitor_online=event.online, unfollowed=None)
    if flow.state in {"absent", "present", "ended"} or (flow.state == "failed" and flow.signed_in):
        return at_rest(moved, "visitor_came" if event.online else "visitor_left", now)
    if flow.state == "connecting" and flow.signed_in:
        return at_rest(
            replace(moved, error=None),
            "visitor_came" if event.online else "visitor_left",
            now,
        )
    if flow.state == "inviting" and flow.camera is None and not event.online:
        error = InviteError(
            "visitornotpresent",
            "The visitor left before accepting.",
            "Wait until they are back online.",
        )
        return fail(moved, error, "invite", now)
    return stay(moved)


def visitor_record(flow: Flow, event: on.VisitorRecord, _now: datetime) -> Step:
    """News of the visitor are merged over what is known, up to a size: they come from a stranger."""
    merged = {**(flow.visitor or {}), **event.record}
    return stay(replace(flow, visitor=merged) if event.record and len(dump(merged)) <= MAX_RECORD else flow)


def retry_asked(flow: Flow, _event: on.RetryAsked, now: datetime) -> Step:
    """Signing in begins again after a failure."""
    if flow.state != "failed":
        raise StateError("nothing_to_retry", "Nothing has failed.")
    again = replace(flow, signed_in=False, visitor_online=False, error=None, key=None)
    return sign_in(again, now, do.FollowVisitor(None))


def subject_changed(flow: Flow, event: on.SubjectChanged, now: datetime) -> Step:
    """Another visitor: a running invitation is taken back, a running session goes on."""
    if event.subject == flow.subject:
        return stay(flow)
    if event.subject.same_visitor(flow.subject):
        return stay(replace(flow, subject=event.subject))
    changed = replace(flow, subject=event.subject, visitor_online=False, visitor=None, unfollowed=None)
    if not flow.signed_in:
        return stay(changed)
    follow = do.FollowVisitor(event.subject if event.subject.followed else None)
    if flow.state == "in_session":
        return replace(changed, started=None, who=visitor_name(flow)), (follow,)
    back = (*flow.to_withdraw, follow)
    idle = replace(emptied(changed), error=None)
    if event.subject.followed:
        return go(idle, "connecting", "reaching_presence", now, *back)
    return at_rest(idle, "visitor_changed", now, *back)


def closed(flow: Flow, _event: on.Closed, now: datetime) -> Step:
    """The end: a running invitation is taken back, a running session goes on in its viewer."""
    return go(_anew(flow), "signed_out", "closed", now, *flow.to_withdraw, do.FollowVisitor(None))


def _anew(flow: Flow) -> Flow:
    return Flow(state=flow.state, since=flow.since, subject=flow.subject, attempt=flow.attempt, report=flow.report)
