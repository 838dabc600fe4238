"""What the join flow wants done, each as a frozen dataclass.

What is begun for a state (sign-in, invitation, lookup, watch, timer) ends by itself when that state is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from glance_widget.agent import join_events as on
from glance_widget.agent.join_events import Event, Subject
from glance_widget.errors import GlanceError
from glance_widget.protocol.session_invitation import InvitationRequest
from glance_widget.protocol.session_lookup import MAX_ATTEMPTS, FoundSession
from glance_widget.protocol.session_report import SessionReport


@dataclass(frozen=True, slots=True)
class SignIn:
    """Fetch a login key and have it accepted. The number tells this attempt from those that it replaces."""

    attempt: int


@dataclass(frozen=True, slots=True)
class FollowVisitor:
    """Hold a presence connection for this subject; close any other. None: hold none."""

    subject: Subject | None


@dataclass(frozen=True, slots=True)
class Invite:
    """Run the user's pre-session work, then have the visitor's page show the terms."""

    key: str


@dataclass(frozen=True, slots=True)
class AskPrivileges:
    """Learn what the agent may do. Outlives the state; what an earlier sign-in's comes to is not heard."""

    attempt: int


@dataclass(frozen=True, slots=True)
class InviteCamera:
    """Have a customer invited to show a phone's camera; the key names this wish.

    Outlives the state: an invitation that is made too late is taken back.
    """

    key: str
    request: InvitationRequest


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Stop inviting and take the invitation back: from the visitor's page, or from a customer's phone (``camera``)."""

    key: str
    camera: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """Poll for the session with this key, so many times at most."""

    key: str
    attempts: int = MAX_ATTEMPTS


@dataclass(frozen=True, slots=True)
class WatchSession:
    """Notice when this session is no longer there."""

    found: FoundSession


@dataclass(frozen=True, slots=True)
class CheckSession:
    """Look whether this session is over, as was said, and why."""

    found: FoundSession
    reason: str


@dataclass(frozen=True, slots=True)
class OpenViewer:
    """Have the user's own function open the viewer of this session, if there is one."""

    found: FoundSession


@dataclass(frozen=True, slots=True)
class EndSession:
    """End this session."""

    found: FoundSession


@dataclass(frozen=True, slots=True)
class Report:
    """Hand this report to the user: once per session."""

    report: SessionReport


@dataclass(frozen=True, slots=True)
class After:
    """Post an event in some seconds, unless the state has changed by then."""

    seconds: float
    event: Event


StateWork: TypeAlias = SignIn | Invite | InviteCamera | Lookup | WatchSession | CheckSession | EndSession
"""What is begun for a state, and may fail."""
Effect: TypeAlias = StateWork | AskPrivileges | FollowVisitor | Withdraw | OpenViewer | Report | After


def failure_of(work: StateWork, error: GlanceError) -> Event:
    """The event of work that failed."""
    if isinstance(work, Invite | InviteCamera):
        return on.InviteFailed(work.key, error)
    if isinstance(work, Lookup):
        return on.LookupFailed(work.key, error)
    if isinstance(work, EndSession):
        return on.EndFailed(error)
    return on.SignInFailed(work.attempt, error) if isinstance(work, SignIn) else on.PlatformTrouble(error)
