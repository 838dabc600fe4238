"""Which key a new session gets, and who may come in with it (ours)."""

from __future__ import annotations

from collections.abc import Callable

from glance_widget.protocol.session_start import DUPLICATE_KEY, StartRequest
from glance_widget.sandbox.agents import Agent
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
    """

    def __init__(self, settings: Settings, hub: PresenceHub, timer: Timer) -> None:
        self._groupid = settings.groupid
        self._code_lives = settings.timings.code
        self._hub = hub
        self._timer = timer
        self._codes = SessionCodes(settings.timings.code_rest, timer.time)
        self._guesses = Guesses(settings.limits, timer.time)

    def for_start(self, request: StartRequest, address: str, *, is_open: IsKey, is_awaited: IsKey) -> str:
        """The key of a session that starts.

        Args:
            request: What the visitor's script asks for.
            address: Where it asks from.
            is_open: Whether a session has a key.
            is_awaited: Whether an agent waits for a session with a key.

        Raises:
            StartRefusedError: The key is in use, or no code is free.
        """
        wanted = request.session_key
        if wanted is None:
            code = self._codes.new(lambda code: is_open(code) or is_awaited(code) or self._is_invited(code))
            if code is None:
                raise StartRefusedError(REFUSED, "limit", "No session code is free.")
            return code
        if is_open(wanted):
            self._count_start(wanted, address)
            raise StartRefusedError(DUPLICATE_KEY, "dupkey", "A session with this key is open already.")
        return wanted

    def may_enter(self, agent: Agent, key: str, session: Session | None, address: str) -> bool:
        """Whether an agent may come into the session that has a key, if any has it.

        A key that was chosen is good for every agent. A random code is for the first who comes with it.

        Raises:
            CodesCutOffError: Too many wrong codes came lately, and this may be one more.
        """
        if session is not None and (not session.random_key or session.code_agent == agent.puid):
            return True
        if not looks_random(key) or self._is_invited(key):
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

    def _is_invited(self, key: str) -> bool:
        return self._hub.invitations.is_known(self._groupid, key)

    def _count_start(self, key: str, address: str) -> None:
        """That a key is in use would tell a code to whoever tries them all."""
        if looks_random(key):
            if self._guesses.cut_off(address):
                raise StartRefusedError(REFUSED, "limit", "Too many session keys were tried.")
            self._guesses.wrong(address, key)
