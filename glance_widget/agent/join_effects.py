"""What the join flow wants done, each as a frozen dataclass.

What is begun for a state (sign-in, invitation, lookup, watch, timer) ends by itself when that state is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from glance_widget.agent.join_events import Event, Subject
from glance_widget.protocol.session_lookup import FoundSession
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
class Withdraw:
    """Stop inviting and take the invitation back."""

    key: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """Poll for the session with this key."""

    key: str


@dataclass(frozen=True, slots=True)
class WatchSession:
    """Notice when this session is no longer there."""

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


Effect: TypeAlias = SignIn | FollowVisitor | Invite | Withdraw | Lookup | WatchSession | EndSession | Report | After
