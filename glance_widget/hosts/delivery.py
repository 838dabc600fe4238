"""Waiting until a host has done what was delivered to it, so that who waits for a state reads what is published."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_futures
from typing import Final

from glance_widget.hosts.host import Host

_WITHIN: Final = 5.0


def wait(host: Host) -> None:
    """Blocks until the tasks that were delivered so far have run; not for ever, as the user may be gone."""
    wait_for_futures([_delivered(host)], _WITHIN)


async def until(host: Host) -> None:
    """Like ``wait``, in async code."""
    await asyncio.wait([asyncio.wrap_future(_delivered(host))], timeout=_WITHIN)


def _delivered(host: Host) -> Future[None]:
    done: Future[None] = Future()
    host.deliver(lambda: done.set_result(None))
    return done
