"""Who an agent is: login keys checked, and presence tokens issued and found again (wire sheet, sections 3 and 4)."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from glance_widget.errors import LoginKeyError
from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.protocol.login_key import verify_login_key
from glance_widget.sandbox.settings import Settings

_MAX_TOKENS: Final = 10_000
_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent who proved who they are.

    Attributes:
        groupid: The group.
        puid: The partner user id. The sandbox knows every PUID that the group's API key vouches for.
    """

    groupid: int
    puid: str


def agent_with_loginkey(settings: Settings, groupid: object, puid: object, loginkey: object) -> Agent:
    """The agent who holds a login key.

    Raises:
        LoginKeyError: The key is not good, or is for another group or agent.
    """
    group = groupid_from(groupid)
    if group != settings.groupid:
        raise LoginKeyError("signature", "The login key is for another group.", "Check the group id.")
    if not isinstance(puid, str) or not is_puid(puid):
        raise LoginKeyError("signature", "There is no partner user id.", "Give the PUID for which the key was signed.")
    if not isinstance(loginkey, str) or not loginkey:
        raise LoginKeyError("malformed", "There is no login key.", "Fetch one from the service that signs them.")
    verify_login_key(loginkey, group, puid, settings.apikey, settings.clock())
    return Agent(group, puid)


class Tokens:
    """The presence tokens in circulation. They say nothing by themselves, and only their digests are kept.

    Args:
        clock: Gives the present in Unix seconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._agents: dict[bytes, tuple[Agent, float]] = {}

    def issue(self, agent: Agent, seconds: float) -> str:
        """A new token, good for the given seconds. The oldest are forgotten when there are too many."""
        now = self._clock()
        if len(self._agents) >= _MAX_TOKENS:
            self._agents = {digest: entry for digest, entry in self._agents.items() if entry[1] > now}
        while len(self._agents) >= _MAX_TOKENS:
            del self._agents[next(iter(self._agents))]
        token = secrets.token_urlsafe(32)
        self._agents[_digest(token)] = (agent, now + seconds)
        return token

    def find(self, token: str) -> Agent | None:
        """The agent to whom a token was issued; None when it is unknown or has expired.

        ``Bearer`` may stand before it.
        """
        if token[: len(_BEARER)].lower() == _BEARER:
            token = token[len(_BEARER) :]
        agent, expires = self._agents.get(_digest(token.strip()), (None, 0.0))
        return agent if self._clock() < expires else None


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
