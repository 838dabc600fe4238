"""Somebody who shows an agent, for tests: keeps every flow that was published."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.agent import Agent
from glance_widget.agent.flow_state import Flow
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.session_report import SessionReport
from tests.agent.fake_platform import GROUP, PUID, VISITOR, FakePlatform
from tests.conftest import eventually

FOLLOW = on.Subject(VISITOR, presence=True)
PRESENCE_OFF = on.Subject()


class Desk:
    """The owner of an agent."""

    def __init__(self) -> None:
        self.flows: list[Flow] = []
        self.threads: list[str] = []
        self.lines: list[str] = []
        self.presession: Callable[..., object] | None = None
        self.reporting: Callable[[SessionReport], object] | None = None
        self.openwindow: Callable[[str], object] | None = None
        self.fields = {"ORIGIN": "crm", "XID": ""}
        self.observer: Callable[[Flow], object] = lambda _flow: None
        self._agent: Agent | None = None

    @property
    def agent(self) -> Agent:
        assert self._agent is not None
        return self._agent

    def open(self, account: Account, subject: on.Subject = FOLLOW) -> Agent:
        self._agent = Agent(self, account, subject)
        return self._agent

    def close(self) -> None:
        if self._agent is not None:
            self._agent.close()

    @property
    def states(self) -> list[str]:
        """The states in their order, each once while it lasted."""
        words: list[str] = []
        for flow in self.flows:
            if not words or words[-1] != flow.state:
                words.append(flow.state)
        return words

    def reaches(self, state: str, reason: str | None = None) -> Flow:
        """Waits until the agent is in a state."""

        def there() -> bool:
            now = self.flows[-1]
            return now.state == state and reason in {None, now.reason}

        eventually(there, f"{state} {reason or ''}, but {self.states} {self.agent.flow}")
        return self.flows[-1]

    # What an owner must have.

    def flow_changed(self, flow: Flow) -> None:
        self.flows.append(flow)
        self.threads.append(threading.current_thread().name)
        self.observer(flow)

    def presession_function(self) -> Callable[..., object] | None:
        return self.presession

    def reporting_function(self) -> Callable[[SessionReport], object] | None:
        return self.reporting

    def openwindow_function(self) -> Callable[[str], object] | None:
        return self.openwindow

    def trace(self, line: str) -> None:
        self.lines.append(line)

    def record_fields(self) -> dict[str, str]:
        return self.fields


def account(platform: FakePlatform, **changed: Any) -> Account:  # noqa: ANN401 (fields of Account)
    """An account on a platform that signs in by its login key service."""
    fields: dict[str, Any] = {
        "groupid": GROUP,
        "puid": PUID,
        "authurl": platform.authurl,
        "base": BaseUrl.parse(platform.url),
    }
    return Account(**fields | changed)
