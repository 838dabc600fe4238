"""Solara: one process for all users, with a kernel and threads for each page that is open."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from solara.server.kernel_context import VirtualKernelContext, get_current_context, has_current_context

from glance_widget.hosts.host import Closable, Host

_log = logging.getLogger(__name__)


def solara_host() -> Host | None:
    """The kernel in which the calling code runs; None outside of one."""
    return SolaraHost(get_current_context()) if has_current_context() else None


class SolaraHost:
    """One page's kernel.

    Tasks run on a thread that is there only while there are some. It is not the agent's: a page is drawn on the thread
    that changes what it shows, under a lock of its own, and the drawing may change the widget in turn.

    Args:
        context: The kernel's context.
    """

    def __init__(self, context: VirtualKernelContext) -> None:
        self._context: Final = context
        self._lock: Final = threading.Lock()
        self._tasks: Final[deque[Callable[[], None]]] = deque()
        self._running = False

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs it in the kernel's context, on a thread of this page."""
        with self._lock:
            self._tasks.append(task)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="glance-page", daemon=True).start()

    def blocks_itself(self) -> bool:
        """On the page's event loop, and on any other: clicks would not be heard until the waiting is over."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return False
        return True

    def add(self, widget: Closable) -> None:
        """Nothing to do: Solara closes all widgets of a kernel with it."""

    def _run(self) -> None:
        while task := self._next():
            if self._context.closed_event.is_set():
                continue
            try:
                with self._context:
                    task()
            except Exception:  # noqa: BLE001 - the next one must run
                _log.exception("A change could not be shown")

    def _next(self) -> Callable[[], None] | None:
        with self._lock:
            if self._tasks:
                return self._tasks.popleft()
            self._running = False
            return None
