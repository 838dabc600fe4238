"""The page of a visitor, for tests of the agent."""

from __future__ import annotations

from typing import Any, Final

from tests.agent.fake_platform import (
    AgentSocket,
    FakePlatform,
)
from tests.conftest import eventually

SHOW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.showTerms"
WITHDRAW_TERMS: Final = "GLANCE.Cobrowse.VisitorUI.withdrawTerms"


class Page:
    """The visitor's page: takes invitations and answers them."""

    def __init__(self, platform: FakePlatform) -> None:
        self._platform = platform

    def invocations(self, func: str) -> list[dict[str, Any]]:
        by_rest = [asked.json for asked in self._platform.requests("/signalvisitor")]
        by_socket = [message for socket in self._platform.sockets for message in socket.received[1:]]
        sent = [message["data"] for message in (*by_rest, *by_socket) if message.get("mtype") == "invoke"]
        return [data["args"] for data in sent if data["func"] == func]

    @property
    def key(self) -> str:
        """The session key of the newest invitation."""
        key: str = eventually(lambda: self.invocations(SHOW_TERMS), "an invitation")[-1]["sessionKey"]
        return key

    def withdrawn(self) -> list[str]:
        return [args["sessionKey"] for args in self.invocations(WITHDRAW_TERMS)]

    def accept(self) -> str:
        key = self.key
        socket: AgentSocket = self._platform.socket
        socket.push("terms", {"status": "displayed"})
        socket.push("terms", {"status": "accepted"})
        self._platform.start_session(key)
        socket.push("visitorsessionstart")
        return key
