"""Tickets: what lets a viewer open, and what lets it at its live view, after the login key was checked (ours)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from glance_widget.sandbox.agents import Agent

_MAX_TICKETS: Final = 5_000


@dataclass(slots=True)
class Ticket:
    """The right to watch one session.

    Attributes:
        agent: Who may watch.
        session_key: The key that the viewer was opened with.
        wait: Whether the session may start later.
        name: The agent's name for the visitor; empty when unknown.
        origin, xid: For the session record.
        session_id: The session, once it is known. From then on the ticket is good for no other with the same key.
        expires: Seconds of the monotonic clock at which an unused ticket ends.
    """

    agent: Agent
    session_key: str
    wait: bool = True
    name: str = ""
    origin: str = ""
    xid: str = ""
    session_id: str | None = None
    expires: float = 0.0


class Tickets:
    """The tickets in circulation, by their digests.

    Args:
        lifetime: Seconds for which a ticket waits for its session.
        now: Gives seconds of a clock that never goes back.
    """

    def __init__(self, lifetime: float, now: Callable[[], float]) -> None:
        self._lifetime = lifetime
        self._now = now
        self._tickets: dict[bytes, Ticket] = {}

    def issue(self, ticket: Ticket) -> str:
        """Puts a ticket into circulation and gives the secret that stands for it."""
        if len(self._tickets) >= _MAX_TICKETS:
            del self._tickets[next(iter(self._tickets))]
        ticket.expires = self._now() + self._lifetime
        secret = secrets.token_urlsafe(32)
        self._tickets[_digest(secret)] = ticket
        return secret

    def find(self, secret: str) -> Ticket | None:
        """The ticket; None when it is unknown, or its session did not come in time."""
        ticket = self._tickets.get(_digest(secret))
        if ticket is not None and ticket.session_id is None and self._now() >= ticket.expires:
            del self._tickets[_digest(secret)]
            return None
        return ticket

    def take(self, secret: str) -> Ticket | None:
        """Like ``find``, and takes the ticket out of circulation: it was good this once."""
        ticket = self.find(secret)
        self._tickets.pop(_digest(secret), None)
        return ticket

    def forget_session(self, session_id: str) -> None:
        """Withdraws the tickets of a session."""
        self._tickets = {d: ticket for d, ticket in self._tickets.items() if ticket.session_id != session_id}


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
