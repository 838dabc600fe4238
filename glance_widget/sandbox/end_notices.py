"""That a session ended: told to each agent of its visitor exactly once (ours).

A real visitor script reports the end of a session itself, over its presence socket. When its page was closed it cannot,
and an agent would wait forever. So the service reports the end when the script does not within a moment, keeps quiet
when it does, and tells agents whose socket was away at that time when they are back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from glance_widget.protocol.json_values import JsonObject


class EndNotices:
    """Keeps the account for one visitor.

    Args:
        tell: Sends a session's end to all connected agents of the visitor.
        agents: Gives the PUIDs of those agents.
    """

    def __init__(self, tell: Callable[[JsonObject], None], agents: Callable[[], Collection[str]]) -> None:
        self._tell = tell
        self._agents = agents
        self._session: str | None = None
        self._due: JsonObject | None = None
        self._told = False
        self._away: set[str] = set()
        self._owed: dict[str, JsonObject] = {}

    @property
    def idle(self) -> bool:
        """Whether nothing is left to tell anybody."""
        return self._session is None and self._due is None and not self._owed

    def session_started(self, session_id: str) -> None:
        """The service started a session with this visitor."""
        self.report_due()
        self._session, self._told = session_id, False
        self._away.clear()
        self._owed.clear()

    def script_started(self) -> None:
        """The visitor's script says that a session started; it may be one of which the service knows nothing."""
        if self._session is None and self._due is None:
            self._told = False

    def script_ended(self, data: JsonObject) -> None:
        """The visitor's script says that the session ended."""
        if not self._told:
            self._told = self._session is not None or self._due is not None
            self._due = None
            self._report(data)

    def session_ended(self, session_id: str, data: JsonObject) -> bool:
        """The service ended a session. Whether its end is still to be told, by the script or by ``report_due``."""
        if self._session != session_id:
            return False
        self._session = None
        if not self._told:
            self._due = data
        return self._due is not None

    def report_due(self) -> None:
        """The script had its moment: tells the end now, if nobody did."""
        if self._due is not None:
            data, self._due, self._told = self._due, None, True
            self._report(data)

    def agent_left(self, puid: str) -> None:
        """An agent's socket closed."""
        if self._session is not None or self._due is not None:
            self._away.add(puid)

    def agent_came(self, puid: str) -> JsonObject | None:
        """An agent's socket opened. Gives the end that this agent has missed, if any."""
        self._away.discard(puid)
        return self._owed.pop(puid, None)

    def _report(self, data: JsonObject) -> None:
        self._owed |= dict.fromkeys(self._away.difference(self._agents()), data)
        self._away.clear()
        self._tell(data)
