"""marimo: each session has a thread and an event loop; in an application, all of them are in one process."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from typing import Final

from marimo import running_in_notebook

from glance_widget.hosts.host import Closable, Host

_log = logging.getLogger(__name__)


def marimo_host() -> Host | None:
    """The session whose cell is running; None outside of one, and in a thread that a cell has started."""
    try:
        return MarimoHost(asyncio.get_running_loop()) if running_in_notebook() else None
    except RuntimeError:
        return None


class MarimoHost:
    """One session. Cells run on its event loop, and what they read by ``mo.state`` is to be set there.

    Args:
        loop: The event loop, which runs on the calling thread.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop: Final = loop
        self._thread: Final = threading.get_ident()

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs it on the session's event loop, between cells or while one awaits."""
        with suppress(RuntimeError):  # the session has ended
            self._loop.call_soon_threadsafe(task, context=Context())

    def blocks_itself(self) -> bool:
        """On the event loop: the cells and messages of its session would stand still."""
        return threading.get_ident() == self._thread

    def add(self, widget: Closable) -> None:
        """Closes it with the session, or when its cell runs again."""
        life = self._loop.create_task(_closed_at_the_end(widget))
        try:
            from marimo._runtime.context import get_context

            cells = get_context().cell_lifecycle_registry
        except (ImportError, AttributeError):  # they are marimo's own, and another version may have them elsewhere
            _log.warning("This version of marimo does not say when a cell runs again: its old button stays connected.")
        else:
            cells.add(_WithItsCell(life))  # type: ignore[arg-type]  # not of marimo's class, for the same reason


async def _closed_at_the_end(widget: Closable) -> None:
    try:
        await asyncio.Future()  # is cancelled with all that runs on the loop, when the session ends
    finally:
        widget.close()


class _WithItsCell:
    """Ends a task with the cell that started it. What marimo calls a ``CellLifecycleItem``."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task

    def create(self, context: object) -> None:
        """Nothing to do: it runs."""

    def dispose(self, context: object, deletion: bool) -> bool:  # noqa: ARG002, FBT001 (marimo's signature)
        """Cancels the task."""
        return self._task.cancel()
