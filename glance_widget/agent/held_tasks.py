"""Tasks that nobody waits for: held while they run, as the event loop itself does not, and logged when they fail."""

from __future__ import annotations

import asyncio
import logging

_log = logging.getLogger(__name__)


def hold(task: asyncio.Task[None], group: set[asyncio.Task[None]]) -> None:
    """Keeps a task in a group until it has ended."""
    group.add(task)
    task.add_done_callback(group.discard)
    task.add_done_callback(_log_failure)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("A background task failed", exc_info=task.exception())
