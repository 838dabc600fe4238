"""Steps of the join flow that come from inviting, joining and ending a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.camera_steps import phone_not_found
from glance_widget.agent.error_texts import PRESENCE_DECLINED_ERROR
from glance_widget.agent.flow_state import (
    BUSY,
    NO_EFFECTS,
    RESTING,
    Flow,
    Session,
    Step,
    asked,
    at_rest,
    fail,
    go,
    may_ask,
    sign_in,
    stay,
)
from glance_widget.errors import InviteError, PresenceError, StateError
from glance_widget.protocol.session_report import session_report

INVITE_LIMIT: Final = 30.0
"""Seconds that a visitor has to answer the terms, and then their page to start. Ours: the platform publishes none."""
AUTOJOIN_ATTEMPTS: Final = 6
"""How often the session of a visitor who started one is looked up; it is there already, if it can be joined. Ours."""
ENDED_SHOWN_FOR: Final = 5.0
"""Seconds for which ``ended`` is shown before the visitor's presence is shown again."""
_COUNTED: Final = frozenset({("closed", "open"), ("blocked", "open"), ("open", "closed")})
"""What counting an agent's viewers can change."""


def terms_answered(flow: Flow, event: on.TermsAnswered, now: datetime) -> Step:
    """The visitor saw, accepted or declined the terms."""
    if not asked(flow) or event.status == flow.terms:
        return stay(flow)
    if event.status == "declined":
        error = InviteError(
            "declined",
            PRESENCE_DECLINED_ERROR,
            "You can ask again when they are ready.",
        )
        return fail(flow, error, "declined", now)
    told = replace(flow, terms=event.status)
    limit = (_limit(flow, accepted=True),) if event.status == "accepted" else NO_EFFECTS
    return go(told, "inviting", f"terms_{event.status}", now, *limit)


def _limit(flow: Flow, *, accepted: bool) -> do.Effect:
    return do.After(INVITE_LIMIT, on.InviteLimitReached(flow.key or "", accepted))


def visitor_started(flow: Flow, _event: on.VisitorStarted, now: datetime) -> Step:
    """The visitor's page started a session: the invited one, or with autojoin any."""
    if asked(flow) and flow.key is not None:
        return go(
            replace(flow, started=now),
            "joining",
            "looking_up",
            now,
            do.Lookup(flow.key),
        )
    key = flow.subject.visitorid
    if flow.state in RESTING and flow.signed_in and flow.subject.autojoin and key:
        return go(
            replace(flow, key=key, started=now, error=None),
            "joining",
            "autojoin",
            now,
            do.Lookup(key, AUTOJOIN_ATTEMPTS),
        )
    return stay(flow)


def visitor_failed(flow: Flow, event: on.VisitorFailed, now: datetime) -> Step:
    """The visitor's page could not start the session: theirs, not one that is joined with a key."""
    if not asked(flow) and (flow.state != "joining" or flow.started is None):
        return stay(flow)
    return fail(flow, event.error, "invite", now)


def join_asked(flow: Flow, event: on.JoinAsked, now: datetime) -> Step:
    """Joining with a session key; after a failed sign-in that is tried again first."""
    clear = replace(may_ask(flow), key=event.key)
    if not flow.signed_in:
        return sign_in(clear, now)
    return go(clear, "joining", "looking_up", now, do.Lookup(event.key))


def invite_asked(flow: Flow, event: on.InviteAsked, now: datetime) -> Step:
    """Inviting the visitor who is online; after a failed sign-in that is tried again instead."""
    clear = replace(may_ask(flow), key=None)
    if not flow.signed_in:
        return sign_in(clear, now)
    if not flow.visitor_online:
        hint = "Join with a session key, or wait until the visitor is online: wait_for('present')."
        raise StateError("visitornotpresent", "The visitor is not online.", hint)
    return go(replace(clear, key=event.key), "inviting", "preparing", now, do.Invite(event.key))


def invited(flow: Flow, event: on.Invited, now: datetime) -> Step:
    """The invitation is on its way: until now the user's own function took the time, from now on the visitor does."""
    if flow.state != "inviting" or flow.key != event.key or flow.reason != "preparing":
        return stay(flow)
    return go(flow, "inviting", "invited", now, _limit(flow, accepted=False))


def invite_failed(flow: Flow, event: on.InviteFailed, now: datetime) -> Step:
    """The invitation could not be sent; or so it seems, and the visitor has it."""
    if flow.state != "inviting" or flow.key != event.key or flow.terms is not None:
        return stay(flow)
    # A service that does not answer may have passed it on all the same.
    back = flow.to_withdraw if isinstance(event.error, PresenceError) else NO_EFFECTS
    return fail(flow, event.error, "invite", now, *back)


def invite_limit_reached(flow: Flow, event: on.InviteLimitReached, now: datetime) -> Step:
    """The visitor did not answer in time, or their page did not start what they accepted."""
    if not asked(flow) or flow.key != event.key or event.accepted != (flow.terms == "accepted"):
        return stay(flow)
    late = InviteError("timedout", "The visitor did not answer in time.", "Speak with them, then ask again.")
    return fail(flow, page_failed() if event.accepted else late, "invite", now, *flow.to_withdraw)


def page_failed(code: str | None = None) -> InviteError:
    """The error for a visitor's page that does not start a session; ``code`` is the page's own word for why."""
    said = f" ({code})" if code else ""
    text = f"The visitor's page could not start the session{said}."
    return InviteError("visitorerror", text, "Ask the visitor to reload the page.")


def lookup_missed(flow: Flow, event: on.LookupMissed, now: datetime) -> Step:
    """No session with the key yet."""
    if flow.state != "joining" or flow.key != event.key:
        return stay(flow)
    return go(flow, "joining", flow.reason if flow.camera else "waiting_for_session", now)


def session_found(flow: Flow, event: on.SessionFound, now: datetime) -> Step:
    """The session is there: the agent is in it."""
    invited = flow.state == "inviting" and flow.camera is None
    if not (invited or flow.state == "joining") or flow.key != event.key:
        return stay(flow)
    started = flow.started or (now if invited else None)
    session = Session(found=event.found, started=started or now)
    joined = replace(flow, started=started, session=session, terms=None, camera=None, invitation=None, error=None)
    return go(joined, "in_session", "joined", now, do.WatchSession(event.found), do.OpenViewer(event.found))


def lookup_failed(flow: Flow, event: on.LookupFailed, now: datetime) -> Step:
    """The lookup was given up."""
    if flow.state != "joining" or flow.key != event.key:
        return stay(flow)
    if flow.started is not None and flow.key == flow.subject.visitorid and event.error.code == "lookup_timedout":
        # By autojoin: the session has another key, as those have to which another agent invites.
        return at_rest(flow, "not_joined", now)
    if flow.camera is not None:
        return phone_not_found(flow, event, now)
    return fail(flow, event.error, "lookup", now)


def session_over(flow: Flow, event: on.SessionOver, now: datetime) -> Step:
    """A session ended: once per session, a report."""
    if flow.state == "joining" and event.session_id is None and flow.started is not None:
        error = InviteError(
            "visitor_ended",
            "The visitor ended the session before it was joined.",
            "Ask again.",
        )
        return fail(flow, error, "invite", now)
    if flow.state != "in_session" or flow.session is None:
        return stay(flow)
    if event.session_id not in {None, flow.session.found.id}:
        return stay(flow)
    if event.session_id is None and flow.started is None:
        # The visitor who is followed ended a session. This one was joined with a key, or is
        # with another visitor, or with a phone.
        return flow, (do.CheckSession(flow.session.found, event.reason),)
    report = session_report(flow.session.found.id, flow.session.started, now)
    over = replace(flow, key=None, started=None, session=None, report=report, error=None)
    shown = do.After(ENDED_SHOWN_FOR, on.EndedShown())
    by_another = event.reason == "agent" and flow.reason != "ending"
    return go(over, "ended", "agents_side" if by_another else event.reason, now, do.Report(report), shown)


def session_doubted(flow: Flow, event: on.SessionDoubted, _now: datetime) -> Step:
    """The session may be over: that is looked up at once."""
    if flow.session is None:
        return stay(flow)
    return flow, (do.CheckSession(flow.session.found, event.reason),)


def ended_shown(flow: Flow, _event: on.EndedShown, now: datetime) -> Step:
    """The end was shown long enough."""
    return at_rest(flow, "session_over", now) if flow.state == "ended" else stay(flow)


def cancel_asked(flow: Flow, _event: on.CancelAsked, now: datetime) -> Step:
    """The agent stops inviting or joining, or no longer wants to join once signed in."""
    if flow.state == "connecting" and flow.key is not None:
        return stay(replace(flow, key=None))
    if flow.state not in {"inviting", "joining"}:
        raise StateError("nothing_to_cancel", "There is no invitation or lookup to cancel.")
    return at_rest(flow, "cancelled", now, *flow.to_withdraw)


def end_asked(flow: Flow, _event: on.EndAsked, now: datetime) -> Step:
    """The agent ends the session; it is over when the service says so."""
    if flow.state != "in_session" or flow.session is None:
        raise StateError("no_session", "There is no session to end.")
    if flow.reason == "ending":
        return stay(flow)
    return go(
        replace(flow, error=None),
        "in_session",
        "ending",
        now,
        do.EndSession(flow.session.found),
    )


def end_failed(flow: Flow, event: on.EndFailed, now: datetime) -> Step:
    """The session could not be ended and goes on."""
    if flow.state != "in_session":
        return stay(flow)
    return go(replace(flow, error=event.error), "in_session", "joined", now)


def platform_trouble(flow: Flow, event: on.PlatformTrouble, _now: datetime) -> Step:
    """The platform, or signing in, fails behind a state that goes on; or works again."""
    shown = flow.state in BUSY or flow.state in {"absent", "present", "ended"}
    return stay(replace(flow, error=event.error) if shown else flow)


def viewer_changed(flow: Flow, event: on.ViewerChanged, _now: datetime) -> Step:
    """What became of the viewer. That somebody opens or blocks it just now is not for the platform to know."""
    if flow.session is None or (event.counted and (flow.session.viewer, event.viewer) not in _COUNTED):
        return stay(flow)
    return stay(replace(flow, session=replace(flow.session, viewer=event.viewer)))


def callback_failed(flow: Flow, event: on.CallbackFailed, _now: datetime) -> Step:
    """A function of the user's, or one of the visitor's page, failed; the flow goes on."""
    return stay(replace(flow, error=event.error))
