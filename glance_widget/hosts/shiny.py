"""Shiny for Python: one process and one event loop for all users, and a session for each page that is open."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from typing import Final

from shiny import Session, reactive
from shiny.session import get_current_session, session_context

from glance_widget.hosts.host import Closable, Host
from glance_widget.hosts.kernel import KernelHost


def shiny_host() -> Host | None:
    """The session in which the calling code runs; None outside of one."""
    session = get_current_session()
    if session is None:
        return None
    return BeforeSessions() if session.is_stub_session() else ShinyHost(session)


class BeforeSessions(KernelHost):
    """The run of an Express app in which Shiny collects what the page shows: its widgets are nobody's."""

    def add(self, widget: Closable) -> None:
        """Closes it: each session runs the app again, and makes its own."""
        widget.close()


class ShinyHost:
    """One session. To be made on the event loop, where Shiny runs the server function.

    Args:
        session: The session.
    """

    def __init__(self, session: Session) -> None:
        self._session: Final = session
        self._loop: Final = asyncio.get_running_loop()
        self._thread: Final = threading.get_ident()
        self._flush: asyncio.Task[None] | None = None

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs it on the event loop, in the session; then what read the widget reactively runs again."""
        # The context is a new one: the caller's may be that of an effect, or of another user.
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(self._run, task, context=Context())

    def blocks_itself(self) -> bool:
        """On the event loop: it would stand still for all users."""
        return threading.get_ident() == self._thread

    def add(self, widget: Closable) -> None:
        """Closes it with the session."""
        kept = weakref.ref(widget)  # one that is drawn anew is another widget: the session must not keep all of them

        def close() -> None:
            left = kept()
            if left is not None:
                left.close()

        self._session.on_ended(close)

    def _run(self, task: Callable[[], None]) -> None:
        # Not under the lock, as an effect may hold it while it waits for what this task brings.
        with session_context(self._session), reactive.isolate():
            task()
        if self._flush is None:
            self._flush = asyncio.create_task(self._flushed())

    async def _flushed(self) -> None:
        async with reactive.lock():
            self._flush = None
            with session_context(self._session):
                await reactive.flush()
