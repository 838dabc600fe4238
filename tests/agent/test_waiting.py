from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent.background_loop import SHARED, submit
from glance_widget.agent.flow_state import Flow, State
from glance_widget.agent.saml import Wait
from glance_widget.errors import ClosedError, GlanceError, PresenceError, SignInError, StateError, WaitTimeoutError
from tests.agent.desk import FOLLOW, Desk, account
from tests.agent.fake_platform import LOGIN_KEY, FakePlatform
from tests.conftest import eventually

ERROR = SignInError("authorization", "The platform refused.", "Sign in again.")


@pytest.fixture
def desk(platform: FakePlatform) -> Iterator[Desk]:
    """An agent whose sign-in never ends, so that nothing happens but what a test posts."""
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    desk = Desk()
    desk.open(account(platform))
    yield desk
    desk.close()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def waiting(
    desk: Desk, threads: ThreadPoolExecutor, state: State, timeout: float | None = 10, *, deaf: bool = False
) -> Future[None]:
    """A thread that waits for a state, and does so already."""
    waiter = desk.agent.waiter(state, deaf=deaf)
    begun = threading.Event()

    def wait() -> None:
        begun.set()
        waiter.wait(timeout)

    future = threads.submit(wait)
    begun.wait(10)
    return future


def to_absent(desk: Desk) -> None:
    desk.agent.post(on.SignedIn(1))
    desk.agent.post(on.PresenceOpened())


def test_a_state_that_holds_already_is_not_waited_for(desk: Desk) -> None:
    desk.agent.waiter("connecting").wait(0)
    asyncio.run(desk.agent.waiter("connecting").until(0))


def test_a_state_that_is_reached(desk: Desk, threads: ThreadPoolExecutor) -> None:
    futures = [waiting(desk, threads, "absent", timeout) for timeout in (10, 10, None)]
    assert not any(future.done() for future in futures)
    to_absent(desk)
    for future in futures:
        assert future.result(10) is None


def test_a_state_that_lasts_no_time_is_not_missed(desk: Desk, threads: ThreadPoolExecutor) -> None:
    to_absent(desk)
    futures = [waiting(desk, threads, "present") for _ in range(4)]
    with desk.agent.lock:
        desk.agent.post(on.VisitorConnection(online=True))
        desk.agent.post(on.VisitorConnection(online=False))
    for future in futures:
        assert future.result(10) is None
    assert desk.agent.flow.state == "absent"


def test_who_waits_reads_what_was_published(desk: Desk, threads: ThreadPoolExecutor) -> None:
    waiter = desk.agent.waiter("absent")

    def read() -> str:
        waiter.wait(10)
        return desk.flows[-1].state

    future = threads.submit(read)
    to_absent(desk)
    assert future.result(10) == "absent"


def test_a_failure_ends_the_waiting(desk: Desk, threads: ThreadPoolExecutor) -> None:
    future = waiting(desk, threads, "present")
    failed = waiting(desk, threads, "failed")
    desk.agent.post(on.SignInFailed(1, ERROR))
    assert future.exception(10) is ERROR
    assert failed.result(10) is None
    with pytest.raises(SignInError):
        desk.agent.waiter("present").wait(10)


def test_closing_ends_the_waiting(desk: Desk, threads: ThreadPoolExecutor) -> None:
    future = waiting(desk, threads, "present", None)
    signed_out = waiting(desk, threads, "signed_out")
    desk.agent.close()
    assert isinstance(future.exception(10), ClosedError)
    assert signed_out.result(10) is None
    with pytest.raises(ClosedError):
        desk.agent.waiter("present")


@pytest.mark.parametrize("timeout", [0, 0.01])
def test_the_time_runs_out(desk: Desk, timeout: float) -> None:
    with pytest.raises(WaitTimeoutError, match="'in_session'") as caught:
        desk.agent.waiter("in_session").wait(timeout)
    assert isinstance(caught.value, TimeoutError)
    with pytest.raises(WaitTimeoutError):
        asyncio.run(desk.agent.waiter("in_session").until(timeout))


def test_those_who_gave_up_are_forgotten(desk: Desk) -> None:
    for _ in range(50):
        with pytest.raises(WaitTimeoutError):
            desk.agent.waiter("in_session").wait(0)
    assert len(desk.agent._waiters) <= 1


def test_waiting_in_async_code(desk: Desk) -> None:
    async def work() -> None:
        to_absent(desk)
        first = asyncio.create_task(desk.agent.waiter("present").until(10))
        second = asyncio.create_task(desk.agent.waiter("present").until(10))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.to_thread(desk.agent.post, on.VisitorConnection(online=True))
        await first
        with pytest.raises(asyncio.CancelledError):
            await second
        failing = asyncio.create_task(desk.agent.waiter("joining").until(10))
        await asyncio.sleep(0)
        desk.agent.post(on.PresenceFailed(PresenceError("serviceunavailable", "Away.")))
        with pytest.raises(PresenceError):
            await failing

    asyncio.run(work())


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(StateError) as caught:
        work()
    return caught.value.code


def test_waiting_is_refused_where_it_would_never_end(desk: Desk) -> None:
    codes: list[str] = []

    def observe(_flow: Flow) -> None:
        codes.append(refusal(desk.agent.check_may_block))
        codes.append(refusal(lambda: desk.agent.run(lambda: asyncio.sleep(0))))

    desk.agent.check_may_block()
    desk.observer = observe
    to_absent(desk)
    submit(SHARED.acquire(), asyncio.to_thread(desk.agent.post, on.VisitorConnection(online=True))).result(10)
    SHARED.release()
    eventually(lambda: len(codes) >= 4)
    assert set(codes) == {"would_block"}
    desk.agent.check_may_block()


def test_waiting_is_refused_on_the_background_loop(desk: Desk) -> None:
    async def work() -> str:
        return refusal(desk.agent.check_may_block)

    assert desk.agent.run(work) == "would_block"


def test_an_observer_does_not_keep_others_from_waiting(desk: Desk, threads: ThreadPoolExecutor) -> None:
    entered, leave = threading.Event(), threading.Event()

    def observe(flow: Flow) -> None:
        if flow.state == "absent":
            entered.set()
            leave.wait(10)

    desk.observer = observe
    waiter = desk.agent.waiter("present")
    posting = threads.submit(to_absent, desk)
    assert entered.wait(10)
    desk.agent.check_may_block()
    leave.set()
    posting.result(10)
    desk.agent.post(on.VisitorConnection(online=True))
    waiter.wait(10)


def test_a_new_subject_does_not_end_the_waiting(desk: Desk, threads: ThreadPoolExecutor) -> None:
    future = waiting(desk, threads, "present")
    to_absent(desk)
    desk.agent.post(on.SubjectChanged(on.Subject("otto", presence=True)))
    desk.agent.post(on.SubjectChanged(FOLLOW))
    assert not future.done()
    desk.agent.post(on.VisitorConnection(online=True))
    assert future.result(10) is None


def test_every_error_that_ends_the_waiting_is_one_of_ours(desk: Desk) -> None:
    desk.agent.post(on.SignInFailed(1, ERROR))
    with pytest.raises(GlanceError) as caught:
        asyncio.run(desk.agent.waiter("present").until(1))
    assert caught.value.as_record() == {
        "code": "authorization",
        "message": "The platform refused.",
        "hint": "Sign in again.",
    }


@pytest.mark.parametrize("wait", ["browser", "frame", "press"])
def test_where_the_browser_is_not_heard_nobody_waits_for_its_answer(
    desk: Desk, threads: ThreadPoolExecutor, wait: Wait
) -> None:
    deaf, hearing = waiting(desk, threads, "absent", deaf=True), waiting(desk, threads, "absent")
    desk.agent.post(on.SignInWaits(wait))
    with pytest.raises(StateError) as caught:
        deaf.result(10)
    assert caught.value.code == "browser_not_heard"
    desk.agent.waiter("connecting", deaf=True).wait(0)
    late = desk.agent.waiter("absent")
    with pytest.raises(WaitTimeoutError) as timed_out:
        late.wait(0)
    assert timed_out.value.hint == caught.value.hint
    desk.agent.post(on.SignInWaits("over"))
    with pytest.raises(WaitTimeoutError) as ordinary:
        desk.agent.waiter("absent", deaf=True).wait(0)
    assert "status" in ordinary.value.hint
    to_absent(desk)
    hearing.result(10)
