"""Where the join flow stands, and the moves that all of its steps are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.errors import GlanceError, StateError
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.presence import TermsStatus
from glance_widget.protocol.session_invitation import Invitation, InvitationRequest
from glance_widget.protocol.session_lookup import FoundSession
from glance_widget.protocol.session_report import SessionReport

State = Literal[
    "signed_out",
    "connecting",
    "absent",
    "present",
    "inviting",
    "joining",
    "in_session",
    "ended",
    "failed",
]
STATES: Final[tuple[State, ...]] = get_args(State)

RESTING: Final = frozenset({"absent", "present", "ended", "failed"})
BUSY: Final = frozenset({"inviting", "joining", "in_session"})
AT_REST: Final = frozenset({"connecting", "absent", "present", "failed"})
"""States in which nothing is lost by signing in anew."""
AWAITING_BROWSER: Final = frozenset({"no_browser", "signing_in_browser", "press_sign_in"})
"""Reasons of ``connecting`` while a browser signs in."""


@dataclass(frozen=True, slots=True)
class Session:
    """The session in which the agent is.

    Attributes:
        found: What the lookup said of it.
        started: When it started, as far as the agent can know.
        viewer: What became of the viewer.
    """

    found: FoundSession
    started: datetime
    viewer: on.ViewerState = "closed"


@dataclass(frozen=True, slots=True)
class Flow:
    """Where the join flow stands. Made only by ``step``.

    Attributes:
        state: The state's word.
        since: Since when it holds.
        reason: Why, as a word.
        subject: Whom it is about.
        attempt: Counts the sign-ins: what an earlier one comes to is not heard.
        signed_in: Whether a login key was accepted.
        privileges: What the agent may do; None while it is not known.
        visitor_online: Whether the visitor is online, whatever the state.
        visitor: The visitor's presence record; None while none is known.
        terms: What the visitor last did with the terms of the running invitation.
        key: Session key of the running invitation, lookup or session.
        camera: The running invitation to show a phone's camera; such a one has nothing to do with the visitor's page.
        invitation: What the platform made of it, once it has.
        started: When the visitor's session started, once that is known.
        session: The session, in ``in_session`` only.
        who: How the one in the session was called, once another visitor is followed than was then.
        report: The last session's report.
        error: The last failure; None once something succeeded.
        unfollowed: Why the visitor is not followed any more, though one is to be; None while all is well.
    """

    state: State
    since: datetime
    reason: str = "created"
    subject: on.Subject = field(default_factory=on.Subject)
    attempt: int = 0
    signed_in: bool = False
    privileges: frozenset[str] | None = None
    visitor_online: bool = False
    visitor: JsonObject | None = None
    terms: TermsStatus | None = None
    key: str | None = None
    camera: InvitationRequest | None = None
    invitation: Invitation | None = None
    started: datetime | None = None
    session: Session | None = None
    who: str | None = None
    report: SessionReport | None = None
    error: GlanceError | None = None
    unfollowed: GlanceError | None = None

    @property
    def awaits_browser(self) -> bool:
        """Whether signing in goes on only when the agent's browser has answered."""
        return self.state == "connecting" and self.reason in AWAITING_BROWSER

    @property
    def to_withdraw(self) -> tuple[do.Effect, ...]:
        """What takes the running invitation back from the visitor's page or the customer's phone, if there is one."""
        if self.invitation is not None:
            return (do.Withdraw(self.invitation.key, camera=True),)
        asked = self.state == "inviting" or (self.state == "joining" and self.started is not None)
        return (do.Withdraw(self.key),) if asked and self.key is not None and self.camera is None else ()


def asked(flow: Flow) -> bool:
    """Whether the visitor is being asked. Before, what their page says is about an earlier invitation."""
    return flow.state == "inviting" and flow.camera is None and flow.reason != "preparing"


Step: TypeAlias = tuple[Flow, tuple[do.Effect, ...]]

NO_EFFECTS: Final[tuple[do.Effect, ...]] = ()


def stay(flow: Flow) -> Step:
    """The flow as it is, with nothing to do."""
    return flow, NO_EFFECTS


def go(flow: Flow, state: State, reason: str, now: datetime, *effects: do.Effect) -> Step:
    """Another state, or the same for another reason; ``since`` changes with the state only."""
    since = now if state != flow.state else flow.since
    return replace(flow, state=state, since=since, reason=reason), effects


def sign_in(flow: Flow, now: datetime, *effects: do.Effect) -> Step:
    """``connecting``, with a new attempt at signing in."""
    anew = replace(flow, attempt=flow.attempt + 1, unfollowed=None)
    return go(anew, "connecting", "signing_in", now, *effects, do.SignIn(anew.attempt))


def may_ask(flow: Flow) -> Flow:
    """The flow cleared for a new attempt.

    Raises:
        StateError: A join is running, or the agent is not signed in.
    """
    if flow.state in BUSY:
        raise StateError("already_joining", "A session is being joined already.", "Cancel or end it first.")
    if not flow.signed_in and flow.state != "failed":
        hint = "Wait until the visitor is shown: wait_for('present')."
        raise StateError("not_signed_in", "The agent is not signed in yet.", hint)
    return replace(flow, error=None, terms=None, started=None, session=None, who=None)


def emptied(flow: Flow) -> Flow:
    """The flow with no invitation, lookup or session running."""
    return replace(flow, terms=None, key=None, camera=None, invitation=None, started=None, session=None, who=None)


def at_rest(flow: Flow, reason: str, now: datetime, *effects: do.Effect) -> Step:
    """``present`` or ``absent``, by where the visitor is, with nothing running; ``failed`` when nobody knows where."""
    idle = emptied(flow)
    if flow.signed_in and flow.unfollowed is not None:
        return fail(idle, flow.unfollowed, "presence", now, *effects)
    if not flow.signed_in:
        return go(idle, "signed_out", reason, now, *effects)
    if flow.visitor_online:
        return go(idle, "present", reason, now, *effects)
    subject = flow.subject
    why = reason if subject.followed else ("presence_off" if not subject.presence else "no_visitor")
    return go(idle, "absent", why, now, *effects)


def fail(flow: Flow, error: GlanceError, reason: str, now: datetime, *effects: do.Effect) -> Step:
    """``failed`` with this error, and nothing running."""
    return replace(emptied(flow), state="failed", since=now, reason=reason, error=error), effects
