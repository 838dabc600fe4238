"""Tasks of the background loop that nobody awaits."""

from __future__ import annotations

import asyncio
import logging

_log = logging.getLogger(__name__)


def hold(task: asyncio.Task[None], group: set[asyncio.Task[None]]) -> None:
    """Keeps a task in a group until it is done, as a loop itself forgets it; its failure is logged."""
    group.add(task)
    task.add_done_callback(group.discard)
    task.add_done_callback(_log_failure)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("A background task failed", exc_info=task.exception())
