"""Invitations: which agent asked which visitor into a session, and what became of it when none did (ours)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from glance_widget.protocol.identifiers import is_session_key
from glance_widget.protocol.json_values import JsonObject
from glance_widget.protocol.presence import WITHDRAW_TERMS, terms_status
from glance_widget.sandbox.timer import Handle, Timer, call_off

_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Invitation:
    """One question to a visitor.

    Attributes:
        groupid: The group.
        session_key: The key of the session that it is for.
        visitorid: Who was asked.
        puid: The agent who asked.
    """

    groupid: int
    session_key: str
    visitorid: str
    puid: str


class Unanswered(Protocol):
    """Is told of an invitation from which no session comes."""

    def __call__(self, invitation: Invitation, answer: Literal["declined", "expired"], /) -> None:
        """The visitor declined it; or it ended without an answer: its time is over, or the agent took it back."""


class Invitations:
    """The invitations of one sandbox. All methods belong to the sandbox's own thread.

    Args:
        lives: Seconds after which an invitation that was not answered dies.
        timer: The running event loop.
        over: Is told of those from which no session comes.
    """

    def __init__(self, lives: float, timer: Timer, over: Unanswered) -> None:
        self._lives = lives
        self._timer = timer
        self._over = over
        self._known: dict[tuple[int, str], Invitation] = {}
        self._open: dict[Invitation, Handle] = {}

    def signalled(self, groupid: int, visitorid: str, data: JsonObject, puid: str) -> None:
        """An agent had a visitor's page call a function: with a session key, that invites, or takes it back."""
        arguments = data.get("args")
        session_key = arguments.get("sessionKey") if isinstance(arguments, dict) else None
        key = str(session_key) if isinstance(session_key, int | str) else ""
        if not is_session_key(key):
            return
        if data.get("func") == WITHDRAW_TERMS:
            withdrawn = self._known.get((groupid, key))
            if withdrawn is not None and withdrawn.visitorid == visitorid:
                self._end(withdrawn, "expired")
            return
        self._invited(Invitation(groupid, key, visitorid, puid))

    def answered(self, groupid: int, visitorid: str, data: JsonObject) -> None:
        """A visitor's page says what the visitor did with the terms: those of the newest question, which it shows."""
        status = terms_status(data)
        asked = [i for i in self._open if (i.groupid, i.visitorid) == (groupid, visitorid)]
        if not asked or status in {None, "displayed"}:
            return
        if status == "declined":
            del self._known[groupid, asked[-1].session_key]
            self._end(asked[-1], "declined")
        else:
            call_off(self._open.pop(asked[-1]))

    def session_starts(self, groupid: int, session_key: str) -> Invitation | None:
        """The invitation of which a session comes, if any. It may have died: older scripts do not hear of that."""
        invitation = self._known.pop((groupid, session_key), None)
        if invitation is not None:
            call_off(self._open.pop(invitation, None))
        return invitation

    def is_known(self, groupid: int, session_key: str) -> bool:
        """Whether a visitor was invited into a session with this key."""
        return (groupid, session_key) in self._known

    def _invited(self, invitation: Invitation) -> None:
        key = invitation.groupid, invitation.session_key
        if len(self._known) >= _KEPT:
            call_off(self._open.pop(self._known.pop(next(iter(self._known))), None))
        before = self._known.pop(key, None)
        if before is not None:
            call_off(self._open.pop(before, None))
        self._known[key] = invitation
        self._open[invitation] = self._timer.call_later(self._lives, lambda: self._end(invitation, "expired"))

    def _end(self, invitation: Invitation, answer: Literal["declined", "expired"]) -> None:
        handle = self._open.pop(invitation, None)
        if handle is not None:
            handle.cancel()
            self._over(invitation, answer)
