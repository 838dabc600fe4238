"""What can happen to the join flow, each as a frozen dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from glance_widget.agent.saml import Wait
from glance_widget.errors import GlanceError
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.presence import TermsStatus
from glance_widget.protocol.session_invitation import Invitation, InvitationRequest
from glance_widget.protocol.session_lookup import FoundSession

ViewerState = Literal["closed", "opening", "open", "blocked"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the flow is about.

    Attributes:
        visitorid: The visitor; None when none is chosen.
        presence: Whether presence is on.
        autojoin: Whether to join when the visitor starts a session.
    """

    visitorid: str | None = None
    presence: bool = False
    autojoin: bool = False

    @property
    def followed(self) -> bool:
        """Whether there is a visitor whose presence is to be followed."""
        return self.presence and self.visitorid is not None

    def same_visitor(self, other: Subject) -> bool:
        """Whether the same presence connection serves both."""
        return self.followed == other.followed and self.visitorid == other.visitorid


@dataclass(frozen=True, slots=True)
class Started:
    """The agent is there, or its account or platform changed: sign in."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The platform accepted a login key."""

    attempt: int


@dataclass(frozen=True, slots=True)
class PrivilegesKnown:
    """The platform said what the agent may do."""

    attempt: int
    privileges: frozenset[str]


@dataclass(frozen=True, slots=True)
class SignInFailed:
    """No login key was to be had, or the platform refused it."""

    attempt: int
    error: GlanceError


@dataclass(frozen=True, slots=True)
class SignInWaits:
    """Signing in, or staying signed in, waits for the agent's browser; or no longer."""

    wait: Wait


@dataclass(frozen=True, slots=True)
class PresenceOpened:
    """The presence service answered."""


@dataclass(frozen=True, slots=True)
class PresenceLost:
    """The presence connection broke; it is being tried again."""

    error: GlanceError


@dataclass(frozen=True, slots=True)
class PresenceFailed:
    """Presence cannot be used and is not tried again."""

    error: GlanceError


@dataclass(frozen=True, slots=True)
class VisitorConnection:
    """The visitor came online or went away (after the 5 second rule)."""

    online: bool


@dataclass(frozen=True, slots=True)
class VisitorRecord:
    """News of the visitor, merged over what is known."""

    record: JsonObject


@dataclass(frozen=True, slots=True)
class TermsAnswered:
    """What the visitor did with the terms."""

    status: TermsStatus


@dataclass(frozen=True, slots=True)
class VisitorStarted:
    """The visitor's page started a session."""


@dataclass(frozen=True, slots=True)
class VisitorFailed:
    """The visitor's page could not start a session."""

    error: GlanceError


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """The agent wants to join the session with this key."""

    key: str


@dataclass(frozen=True, slots=True)
class InviteAsked:
    """The agent wants the visitor to start a session with this new key."""

    key: str


@dataclass(frozen=True, slots=True)
class Invited:
    """The invitation is being sent."""

    key: str


@dataclass(frozen=True, slots=True)
class CameraAsked:
    """The agent wants a customer invited to show a phone's camera; the key names this wish."""

    key: str
    request: InvitationRequest


@dataclass(frozen=True, slots=True)
class CameraInvited:
    """The platform invited the customer; the key is that of the wish."""

    key: str
    invitation: Invitation


@dataclass(frozen=True, slots=True)
class InviteFailed:
    """The invitation could not be sent."""

    key: str
    error: GlanceError


@dataclass(frozen=True, slots=True)
class InviteLimitReached:
    """The visitor took too long to answer; or ``accepted``, and their page took too long to start the session."""

    key: str
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class LookupMissed:
    """There is no session with the key yet."""

    key: str


@dataclass(frozen=True, slots=True)
class SessionFound:
    """There is a session with the key."""

    key: str
    found: FoundSession


@dataclass(frozen=True, slots=True)
class LookupFailed:
    """The lookup was given up."""

    key: str
    error: GlanceError


@dataclass(frozen=True, slots=True)
class SessionOver:
    """A session ended.

    Attributes:
        reason: ``agent``, ``visitor``, ``conndrop``, ``timedout``, ``norecord`` or ``gone``.
        session_id: Which one; None when the source, the visitor's page, does not say.
    """

    reason: str
    session_id: str | None = None


@dataclass(frozen=True, slots=True)
class SessionDoubted:
    """The viewer, in a browser, says that the session ended, and may be wrong. Reasons are as in ``SessionOver``."""

    reason: str = "gone"


@dataclass(frozen=True, slots=True)
class EndedShown:
    """``ended`` was shown long enough."""


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """The agent wants to stop inviting or joining."""


@dataclass(frozen=True, slots=True)
class EndAsked:
    """The agent wants to end the session."""


@dataclass(frozen=True, slots=True)
class EndFailed:
    """The session could not be ended."""

    error: GlanceError


@dataclass(frozen=True, slots=True)
class PlatformTrouble:
    """Something did not work and is being tried again; None: it works again."""

    error: GlanceError | None


@dataclass(frozen=True, slots=True)
class CallbackFailed:
    """A callable given by the user, or an invoked function of the visitor's page, failed without harm to the flow."""

    error: GlanceError


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """The agent wants to sign in again."""


@dataclass(frozen=True, slots=True)
class SubjectChanged:
    """The visitor, or what is to be done about them, changed."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class ViewerChanged:
    """The viewer's window opened, closed or was blocked; ``counted``: by the platform's word, and no page saw it."""

    viewer: ViewerState
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """The widget was closed."""


SignInEvent: TypeAlias = (
    Started | SignedIn | SignInFailed | SignInWaits | PrivilegesKnown | RetryAsked | SubjectChanged | Closed
)
PresenceEvent: TypeAlias = PresenceOpened | PresenceLost | PresenceFailed | VisitorConnection | VisitorRecord
InviteEvent: TypeAlias = InviteAsked | Invited | InviteFailed | InviteLimitReached | CameraAsked | CameraInvited
VisitorEvent: TypeAlias = TermsAnswered | VisitorStarted | VisitorFailed
SessionEvent: TypeAlias = (
    JoinAsked | LookupMissed | SessionFound | LookupFailed | SessionOver | SessionDoubted | EndedShown | ViewerChanged
)
AnyTimeEvent: TypeAlias = CancelAsked | EndAsked | EndFailed | PlatformTrouble | CallbackFailed
Event: TypeAlias = SignInEvent | PresenceEvent | InviteEvent | VisitorEvent | SessionEvent | AnyTimeEvent
