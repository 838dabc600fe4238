"""A presence link at work, for tests."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.background_loop import BackgroundLoop, submit
from glance_widget.agent.platform import Platform
from glance_widget.agent.presence_link import PresenceLink
from glance_widget.errors import GlanceError
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.secret import Secret
from tests.agent.fake_platform import API_KEY, GROUP, PUID, VISITOR, FakePlatform
from tests.conftest import eventually

T = TypeVar("T")

MOMENT: Final = 0.05
"""Stands for the five seconds of the wire sheet."""
LONGER: Final = 1.0
"""The same where something is to happen before they are over: more than that takes on a busy machine."""
ONLINE: Final = on.VisitorConnection(online=True)
OFFLINE: Final = on.VisitorConnection(online=False)


class Following:
    """A presence link at work on the real background loop."""

    def __init__(self, platform: FakePlatform) -> None:
        self.events: list[on.Event] = []
        self._background = BackgroundLoop()
        self._loop = self._background.acquire()
        account = Account(groupid=GROUP, puid=PUID, apikey=Secret(API_KEY), base=BaseUrl.parse(platform.url))
        self._platform = Platform.of(account)
        self.link = PresenceLink(
            account.base, VISITOR, self._platform.authorization, self._platform.http, self.events.append
        )
        self._task = self.run(self._begin())

    async def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(self.link.run())

    @property
    def done(self) -> bool:
        """Whether following has come to an end by itself."""
        return self._task.done()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return submit(self._loop, work)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.start(work).result(10)

    def leave(self) -> None:
        """Ends the following, and waits until its connections are closed."""
        self.run(self._end())

    async def _end(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def stop(self) -> None:
        self.leave()
        self.run(self._platform.http.close())
        self._background.release()

    def kinds(self, *leave_out: type[on.Event]) -> list[str]:
        return [type(event).__name__ for event in self.events if not isinstance(event, leave_out)]

    def saw(self, event: on.Event, times: int = 1) -> None:
        eventually(lambda: self.events.count(event) >= times, f"{event} among {self.events}")

    def saw_all(self, *kinds: str) -> None:
        eventually(lambda: self.kinds() == list(kinds), f"{kinds}, not {self.events}")

    def last_error(self, kind: type[on.PresenceLost | on.PresenceFailed]) -> GlanceError:
        return eventually(lambda: [event.error for event in self.events if isinstance(event, kind)])[-1]
