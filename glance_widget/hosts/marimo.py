"""marimo: each session has a thread and an event loop; in an application, all of them are in one process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import Context
from typing import Final

from marimo import running_in_notebook
from marimo._runtime.cell_lifecycle_item import CellLifecycleItem
from marimo._runtime.context import get_context
from marimo._runtime.context.types import RuntimeContext

from glance_widget.hosts.host import Closable, Host


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
        get_context().cell_lifecycle_registry.add(_WithItsCell(self._loop.create_task(_closed_at_the_end(widget))))


async def _closed_at_the_end(widget: Closable) -> None:
    try:
        await asyncio.Future()  # is cancelled with all that runs on the loop, when the session ends
    finally:
        widget.close()


class _WithItsCell(CellLifecycleItem):
    """Ends a task with the cell that started it."""

    def __init__(self, task: asyncio.Task[None]) -> None:
        self._task = task

    def create(self, context: RuntimeContext) -> None:
        """Nothing to do: it runs."""

    def dispose(self, context: RuntimeContext, deletion: bool) -> bool:  # noqa: ARG002, FBT001 (marimo's signature)
        """Cancels the task."""
        return self._task.cancel()
