from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Iterator
from contextvars import ContextVar

import pytest

from glance_widget.agent.background_loop import BackgroundLoop, soon, submit
from tests.conftest import eventually


def agent_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("glance-")]


@pytest.fixture
def background() -> Iterator[BackgroundLoop]:
    background = BackgroundLoop()
    yield background
    assert agent_threads() == []


def test_the_first_user_starts_the_thread_and_the_last_one_ends_it(background: BackgroundLoop) -> None:
    assert agent_threads() == []
    loops = [background.acquire() for _ in range(3)]
    assert len(set(map(id, loops))) == 1
    (thread,) = agent_threads()
    assert (thread.name, thread.daemon) == ("glance-agent", True)
    background.release()
    background.release()
    assert submit(loops[0], asyncio.sleep(0, "alive")).result(10) == "alive"
    background.release()
    assert not thread.is_alive()
    assert loops[0].is_closed()


def test_it_can_be_used_again(background: BackgroundLoop) -> None:
    first = background.acquire()
    background.release()
    second = background.acquire()
    assert second is not first
    assert submit(second, asyncio.sleep(0, "alive")).result(10) == "alive"
    background.release()


def test_what_is_still_running_is_cancelled(background: BackgroundLoop) -> None:
    loop = background.acquire()
    said: list[str] = []

    async def work() -> None:
        try:
            said.append("begun")
            await asyncio.sleep(3600)
        finally:
            said.append("cancelled")

    submit(loop, work())
    eventually(lambda: said)
    background.release()
    assert said == ["begun", "cancelled"]


def test_the_threads_of_callbacks_end_too(background: BackgroundLoop) -> None:
    loop = background.acquire()
    name = submit(loop, asyncio.to_thread(lambda: threading.current_thread().name)).result(10)
    assert name.startswith("glance-callback")
    background.release()


def test_the_last_release_may_happen_on_the_loop_itself(background: BackgroundLoop) -> None:
    loop = background.acquire()
    (thread,) = agent_threads()
    seen: list[bool] = []

    def last() -> None:
        seen.append(background.runs_here())
        background.release()

    loop.call_soon_threadsafe(last)
    thread.join(10)
    assert seen == [True]
    assert not background.runs_here()


def test_users_that_come_and_go_on_many_threads(background: BackgroundLoop, rng: random.Random) -> None:
    plans = [[rng.random() < 0.5 for _ in range(60)] for _ in range(8)]
    failures: list[BaseException] = []

    def use(plan: list[bool]) -> None:
        held = 0
        try:
            for take in plan:
                if take or not held:
                    loop = background.acquire()
                    held += 1
                    assert submit(loop, asyncio.sleep(0, "alive")).result(10) == "alive"
                else:
                    background.release()
                    held -= 1
        except BaseException as error:  # noqa: BLE001 (told by the test's own thread)
            failures.append(error)
        for _ in range(held):
            background.release()

    threads = [threading.Thread(target=use, args=(plan,)) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []


def test_nothing_runs_in_the_callers_context(background: BackgroundLoop) -> None:
    user: ContextVar[str] = ContextVar("user", default="nobody")
    seen: list[str] = []

    async def look() -> None:
        seen.append(user.get())

    loop = background.acquire()
    user.set("ann")
    soon(loop, lambda: seen.append(user.get()))
    soon(loop, lambda: asyncio.ensure_future(look()))
    submit(loop, look()).result()
    eventually(lambda: len(seen) == 3)
    background.release()
    assert seen == ["nobody"] * 3
