"""The join flow as a pure state machine: ``step(flow, event, now) -> (flow, effects)``.

::

    signed_out -> connecting -> absent <-> present -> inviting -> joining -> in_session -> ended -> (absent | present)

Any state may go to ``failed``; a join, a retry or the visitor's coming and going lead back. Events may come late, twice
and in any order: one that is not legal in the present state changes nothing. A request of the agent that is not legal
raises ``StateError`` and changes nothing either.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from glance_widget.agent import camera_steps, presence_steps, session_steps
from glance_widget.agent import join_events as on
from glance_widget.agent.flow_state import Flow, Step


def step(flow: Flow, event: on.Event, now: datetime) -> Step:
    """What an event makes of the flow.

    Args:
        flow: Where it stands; not changed.
        event: What happened.
        now: The present moment, with time zone.

    Returns:
        Where it stands then, and what is to be done, in order. What runs for a state (invitation, lookup, watch, timer)
        ends by itself when the state is left.

    Raises:
        StateError: The event is a request of the agent that is not possible in the present state.
    """
    return _HANDLERS[type(event)](flow, event, now)


# The one place where the type of an event chooses its handler; each handler is typed by the event that it takes.
_HANDLERS: Final[dict[type[on.Event], Callable[[Flow, Any, datetime], Step]]] = {
    on.Started: presence_steps.started,
    on.SignedIn: presence_steps.signed_in,
    on.PrivilegesKnown: camera_steps.privileges_known,
    on.SignInFailed: presence_steps.sign_in_failed,
    on.SignInWaits: presence_steps.sign_in_waits,
    on.PresenceOpened: presence_steps.presence_opened,
    on.PresenceLost: presence_steps.presence_lost,
    on.PresenceFailed: presence_steps.presence_failed,
    on.VisitorConnection: presence_steps.visitor_connection,
    on.VisitorRecord: presence_steps.visitor_record,
    on.TermsAnswered: session_steps.terms_answered,
    on.VisitorStarted: session_steps.visitor_started,
    on.VisitorFailed: session_steps.visitor_failed,
    on.JoinAsked: session_steps.join_asked,
    on.InviteAsked: session_steps.invite_asked,
    on.Invited: session_steps.invited,
    on.CameraAsked: camera_steps.camera_asked,
    on.CameraInvited: camera_steps.camera_invited,
    on.InviteFailed: session_steps.invite_failed,
    on.InviteLimitReached: session_steps.invite_limit_reached,
    on.LookupMissed: session_steps.lookup_missed,
    on.SessionFound: session_steps.session_found,
    on.LookupFailed: session_steps.lookup_failed,
    on.SessionOver: session_steps.session_over,
    on.SessionDoubted: session_steps.session_doubted,
    on.EndedShown: session_steps.ended_shown,
    on.CancelAsked: session_steps.cancel_asked,
    on.EndAsked: session_steps.end_asked,
    on.EndFailed: session_steps.end_failed,
    on.PlatformTrouble: session_steps.platform_trouble,
    on.CallbackFailed: session_steps.callback_failed,
    on.RetryAsked: presence_steps.retry_asked,
    on.SubjectChanged: presence_steps.subject_changed,
    on.ViewerChanged: session_steps.viewer_changed,
    on.Closed: presence_steps.closed,
}
