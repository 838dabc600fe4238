"""Invitations to show a phone's camera: who asked, with which key, and what became of it (ours, but for the call)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from glance_widget.errors import SessionError
from glance_widget.protocol.session_invitation import InvitationRequest
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.rate_limit import RateLimits
from glance_widget.sandbox.settings import Settings

_MOST: Final = 5_000
_MESSAGE_WINDOW: Final = 600.0


class InvitationRefusedError(SessionError):
    """An agent invites more than the sandbox lets out."""


@dataclass(slots=True)
class CameraInvitation:
    """One invitation. One phone may come with its key, and one agent join the session that follows.

    Attributes:
        key: The session key.
        agent: Who invites.
        request: What is asked for.
        expires: Seconds of the monotonic clock at which it ends.
        answer: What became of it.
    """

    key: str
    agent: Agent
    request: InvitationRequest
    expires: float
    answer: Literal["none", "accepted", "declined", "cancelled"] = "none"

    @property
    def agent_name(self) -> str:
        """How the customer is told who asks: by name, else by PUID."""
        return self.request.agent_name.strip() or self.agent.puid


class CameraInvitations:
    """The invitations of one sandbox.

    Args:
        settings: For limits, and how long an invitation is good.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, settings: Settings, now: Callable[[], float]) -> None:
        self._lifetime = settings.timings.code
        self._now = now
        self._by_key: dict[str, CameraInvitation] = {}
        limits = settings.limits
        self._agents = RateLimits(limits.invitations_per_minute / 60, limits.invitations_per_minute, now)
        self._phones = RateLimits(limits.messages_per_number / _MESSAGE_WINDOW, limits.messages_per_number, now)

    def check_rate(self, agent: Agent, request: InvitationRequest) -> None:
        """Counts an invitation.

        Raises:
            InvitationRefusedError: There are too many.
        """
        if not self._agents.allow(agent.puid):
            raise InvitationRefusedError("toomanyinvitations", "Too many invitations were made.", "Wait a minute.")
        if request.phone is not None and not self._phones.allow(request.phone):
            message = "Too many text messages were sent to this number."
            raise InvitationRefusedError("toomanymessages", message, "Wait some minutes, or invite by key.")

    def add(self, key: str, agent: Agent, request: InvitationRequest) -> CameraInvitation:
        """Makes an invitation under a key that no other has."""
        if len(self._by_key) >= _MOST:
            del self._by_key[next(iter(self._by_key))]
        invitation = CameraInvitation(key, agent, request, self._now() + self._lifetime)
        self._by_key[key] = invitation
        return invitation

    def known(self, key: str) -> CameraInvitation | None:
        """The invitation with a key while it has not expired, answered or not."""
        invitation = self._by_key.get(key)
        if invitation is not None and self._now() >= invitation.expires:
            del self._by_key[key]
            return None
        return invitation

    def open(self, key: str) -> CameraInvitation | None:
        """The invitation with a key that can still be answered."""
        invitation = self.known(key)
        return invitation if invitation is not None and invitation.answer == "none" else None
