"""Steps of the join flow that come from inviting a customer to show a phone's camera."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.flow_state import Flow, Step, fail, go, may_ask, stay
from glance_widget.errors import SessionLookupError, StateError
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.session_lookup import INVITATION_ATTEMPTS


def privileges_known(flow: Flow, event: on.PrivilegesKnown, _now: datetime) -> Step:
    """The platform said what the agent may do."""
    return stay(replace(flow, privileges=event.privileges) if event.attempt == flow.attempt else flow)


def camera_asked(flow: Flow, event: on.CameraAsked, now: datetime) -> Step:
    """The agent invites a customer. Unless it is known that they may not: the platform has the last word."""
    clear = may_ask(flow)
    if not flow.signed_in:
        raise StateError("not_signed_in", "The agent is not signed in.", "Sign in first: press Try Again.")
    if flow.privileges is not None and CAMERA_SHARE not in flow.privileges:
        message = "This agent may not invite customers to show a camera."
        hint = "It needs the privilege to join sessions started by customers to show their cameras on mobile devices."
        raise StateError("camera_privilege", message, hint)
    asked = replace(clear, key=event.key, camera=event.request)
    return go(asked, "inviting", "camera", now, do.InviteCamera(event.key, event.request))


def camera_invited(flow: Flow, event: on.CameraInvited, now: datetime) -> Step:
    """The customer is invited: a session with the invitation's key is waited for."""
    if flow.state != "inviting" or flow.key != event.key:
        return stay(flow)
    invitation = event.invitation
    invited = replace(flow, key=invitation.key, invitation=invitation)
    reason = "sent_to_phone" if invitation.sent else "key_to_read"
    return go(invited, "joining", reason, now, do.Lookup(invitation.key, INVITATION_ATTEMPTS))


def phone_not_found(flow: Flow, event: on.LookupFailed, now: datetime) -> Step:
    """The lookup was given up: who has not declined is no longer to accept, for nobody would come to look."""
    if event.error.code == "camera_declined":
        return fail(flow, event.error, "lookup", now)
    error = event.error
    if error.code == "lookup_timedout":
        hint = "You can invite them again when they are ready."
        error = SessionLookupError("camera_timedout", "The customer did not answer in time.", hint)
    return fail(flow, error, "lookup", now, *flow.to_withdraw)
