"""Which key a new session or an invitation gets, and who may come in with it (ours)."""

from __future__ import annotations

from collections.abc import Callable

from glance_widget.protocol.session_invitation import InvitationRequest
from glance_widget.protocol.session_start import DUPLICATE_KEY, StartRequest
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.camera_invitations import CameraInvitation, CameraInvitations
from glance_widget.sandbox.presence import PresenceHub
from glance_widget.sandbox.session import Session
from glance_widget.sandbox.session_codes import CodesCutOffError, Guesses, SessionCodes, looks_random
from glance_widget.sandbox.session_starts import REFUSED, StartRefusedError
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.timer import Timer

IsKey = Callable[[str], bool]


class SessionKeys:
    """The session keys of one sandbox.

    Args:
        settings: For limits, and how long codes live and rest.
        hub: Knows who was invited with which key.
        timer: The running event loop.
        is_open: Whether a session has a key.
        is_awaited: Whether an agent's viewer waits for a session with a key.
    """

    def __init__(
        self, settings: Settings, hub: PresenceHub, timer: Timer, *, is_open: IsKey, is_awaited: IsKey
    ) -> None:
        self._groupid = settings.groupid
        self._code_lives = settings.timings.code
        self._hub = hub
        self._timer = timer
        self._is_open = is_open
        self._is_awaited = is_awaited
        self._codes = SessionCodes(settings.timings.code_rest, timer.time)
        self._guesses = Guesses(settings.limits, timer.time)
        self.invitations = CameraInvitations(settings, timer.time)

    def for_start(self, request: StartRequest, address: str) -> str:
        """The key of a session that starts.

        Args:
            request: What the visitor's script asks for.
            address: Where it asks from.

        Raises:
            StartRefusedError: The key is in use, no code is free, or a camera comes without an invitation.
        """
        wanted = request.session_key
        if request.camera:
            return self.invitation(wanted or "", address).key
        if wanted is None:
            return self._new_code()
        # A page must not come between an agent and the phone that was invited.
        if self._is_open(wanted) or self.invitations.known(wanted) is not None:
            self._count_start(wanted, address)
            raise StartRefusedError(DUPLICATE_KEY, "dupkey", "A session with this key is open already.")
        return wanted

    def for_camera(self, agent: Agent, request: InvitationRequest) -> CameraInvitation:
        """An invitation to show a phone's camera, under a new code.

        Raises:
            InvitationRefusedError: There are too many.
            StartRefusedError: No code is free.
        """
        self.invitations.check_rate(agent, request)
        return self.invitations.add(self._new_code(), agent, request)

    def invitation(self, key: str, address: str) -> CameraInvitation:
        """The invitation with which a phone comes.

        Raises:
            StartRefusedError: There is none that can still be answered (``noinvitation``), its agent took it back
                (``cancelled``), or too many wrong codes came lately (``toomanycodes``).
        """
        if self._guesses.cut_off(address):
            raise StartRefusedError(REFUSED, "toomanycodes", "Too many wrong keys were tried. Wait ten minutes.")
        invitation = self.invitations.open(key)
        known = self.invitations.known(key)
        if known is not None and known.answer == "cancelled":
            raise StartRefusedError(REFUSED, "cancelled", f"{known.agent_name} has taken the invitation back.")
        if invitation is None:
            self._guesses.wrong(address, key)
            raise StartRefusedError(REFUSED, "noinvitation", "This key is not good, or not good any more.")
        return invitation

    def accepted(self, key: str) -> str | None:
        """A phone starts a session with its key: nobody else can. The PUID of the agent who invited."""
        invitation = self.invitations.open(key)
        if invitation is None:
            return None
        invitation.answer = "accepted"
        return invitation.agent.puid

    def cancel(self, agent: Agent, key: str) -> bool:
        """An agent takes an invitation back; whether they had made it. One that was answered stays answered."""
        invitation = self.invitations.known(key)
        if invitation is None or invitation.agent != agent:
            return False
        if invitation.answer == "none":
            invitation.answer = "cancelled"
        return True

    def was_declined(self, agent: Agent, key: str) -> bool:
        """Whether the customer whom an agent invited with a key declined."""
        invitation = self.invitations.known(key)
        return invitation is not None and invitation.agent == agent and invitation.answer == "declined"

    def may_enter(self, agent: Agent, key: str, session: Session | None, address: str) -> bool:
        """Whether an agent may come into the session that has a key, if any has it.

        A key that was chosen is good for every agent. A random code is for the first who comes with it.

        Raises:
            CodesCutOffError: Too many wrong codes came lately, and this may be one more.
        """
        if session is not None and (not session.random_key or session.code_agent == agent.puid):
            return True
        invitation = self.invitations.known(key)
        awaited = session is None and invitation is not None and invitation.agent == agent
        if not looks_random(key) or awaited or self._is_invited(key):
            return False
        if self._guesses.cut_off(address):
            raise CodesCutOffError
        if session is not None and session.claim_code(agent.puid):
            return True
        self._guesses.wrong(address, key)
        return False

    def started(self, session: Session) -> None:
        """A session started: a random code waits so long for its agent and no longer."""
        if session.random_key:
            self._timer.call_later(self._code_lives, session.let_code_die)

    def ended(self, session: Session) -> None:
        """A session ended: its code rests."""
        if session.random_key:
            self._codes.used(session.key)

    def _new_code(self) -> str:
        code = self._codes.new(self._is_taken)
        if code is None:
            raise StartRefusedError(REFUSED, "limit", "No session code is free.")
        return code

    def _is_taken(self, code: str) -> bool:
        known = self.invitations.known(code) is not None
        return known or self._is_open(code) or self._is_awaited(code) or self._is_invited(code)

    def _is_invited(self, key: str) -> bool:
        return self._hub.invitations.is_known(self._groupid, key)

    def _count_start(self, key: str, address: str) -> None:
        """That a key is in use would tell a code to whoever tries them all."""
        if looks_random(key):
            if self._guesses.cut_off(address):
                raise StartRefusedError(REFUSED, "limit", "Too many session keys were tried.")
            self._guesses.wrong(address, key)
