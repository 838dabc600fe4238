"""An event loop for tests that are not coroutines themselves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Final, TypeVar

T = TypeVar("T")

_PATIENCE: Final = 20.0


class LoopThread:
    """An event loop on a thread of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-loop", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], within: float = _PATIENCE) -> T:
        """Runs a coroutine there and waits for its result, at most so many seconds.

        Raises:
            TimeoutError: It took longer, and was cancelled.
        """
        task = self.begin(work)
        try:
            return task.result(within)
        except FutureTimeout:
            task.cancel()
            raise TimeoutError(f"nothing within {within} s") from None

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def stop(self) -> None:
        self.run(_end_all_others())
        self.run(self._loop.shutdown_asyncgens())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()


async def _end_all_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
