"""The one event loop on which all agents of the process do their network work."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context
from typing import Any, Final, TypeVar

T = TypeVar("T")

_STOP_WITHIN: Final = 5.0


class BackgroundLoop:
    """An event loop on a daemon thread, running while somebody uses it.

    ``acquire()`` and ``release()`` count the users: the first starts the thread, the last ends it. Every method may be
    called on any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def acquire(self) -> asyncio.AbstractEventLoop:
        """Counts one more user and gives the running loop."""
        with self._lock:
            self._users += 1
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=_run, args=(self._loop,), name="glance-agent", daemon=True)
                self._thread.start()
            return self._loop

    def release(self, *, wait: bool = True) -> None:
        """Counts one user less; the last one ends the thread and, unless told otherwise, waits for its end.

        Called on the loop's own thread (by an observer that closes its widget), it does not wait.
        """
        with self._lock:
            self._users -= 1
            if self._users > 0 or self._loop is None or self._thread is None:
                return
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        loop.call_soon_threadsafe(loop.stop)
        if wait and thread is not threading.current_thread():
            thread.join(_STOP_WITHIN)

    def runs_here(self) -> bool:
        """Whether the calling thread is the loop's own, where waiting for the loop would never end."""
        return self._thread is threading.current_thread()


SHARED: Final = BackgroundLoop()
"""The loop of the process."""


def soon(loop: asyncio.AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """Calls a function on the loop, from any thread; not in the caller's context, which may be one user's of many."""
    loop.call_soon_threadsafe(function, *arguments, context=Context())


def submit(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> Future[T]:
    """Starts a coroutine on the loop, from any thread and outside of the caller's context."""
    return Context().run(asyncio.run_coroutine_threadsafe, work, loop)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="glance-callback"))
    try:
        loop.run_forever()
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:  # within limits: a coroutine of the user's may never let itself be cancelled
            loop.run_until_complete(asyncio.wait(left, timeout=_STOP_WITHIN))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        asyncio.set_event_loop(None)
        loop.close()
