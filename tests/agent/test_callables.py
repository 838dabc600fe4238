from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError

import pytest

from glance_widget.agent.callables import call
from glance_widget.errors import CallbackError, GlanceError, StateError


def called(function: Callable[..., object], *arguments: object, quiet: bool = False) -> object:
    async def run() -> object:
        return await asyncio.wait_for(call("authbody", function, *arguments, quiet=quiet), 10)

    return asyncio.run(run())


class Doubler:
    def __call__(self, value: int) -> int:
        return 2 * value


async def double(value: int) -> int:
    await asyncio.sleep(0)
    return 2 * value


def double_later(value: int) -> Awaitable[int]:
    return double(value)


@pytest.mark.parametrize("function", [lambda value: 2 * value, double, double_later, Doubler()], ids=range(4))
def test_functions_of_every_kind(function: Callable[..., object]) -> None:
    assert called(function, 21) == 42


def test_a_plain_function_does_not_block_the_loop() -> None:
    assert called(threading.current_thread) is not threading.current_thread()


def raising(error: BaseException) -> Callable[[], object]:
    def function() -> object:
        raise error

    return function


def raising_later(error: BaseException) -> Callable[[], object]:
    async def function() -> object:
        await asyncio.sleep(0)
        raise error

    return function


@pytest.mark.parametrize("make", [raising, raising_later])
@pytest.mark.parametrize(
    "error",
    [ValueError("canary"), KeyError("canary"), SystemExit("canary"), KeyboardInterrupt("canary")],
    ids=lambda error: type(error).__name__,
)
def test_whatever_it_raises_becomes_an_error(
    make: Callable[[BaseException], Callable[[], object]], error: BaseException
) -> None:
    with pytest.raises(CallbackError) as caught:
        called(make(error))
    assert "authbody" in caught.value.message
    assert "canary" in caught.value.message
    with pytest.raises(CallbackError) as caught:
        called(make(error), quiet=True)
    assert "canary" not in repr((caught.value.args, caught.value.__cause__))
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("make", [raising, raising_later])
@pytest.mark.parametrize("error", [StopIteration(), CancelledError(), asyncio.CancelledError("its own")], ids=repr)
def test_what_futures_cannot_carry_becomes_an_error_too(
    make: Callable[[BaseException], Callable[[], object]], error: BaseException
) -> None:
    with pytest.raises(CallbackError):
        called(make(error))


def test_who_stops_waiting_stops_the_coroutine_too() -> None:
    ended: list[str] = []

    async def function() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise

    async def run() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(call("authbody", function), 0.01)

    asyncio.run(run())
    assert ended == ["cancelled"]


class OddError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_an_error_without_a_text_is_named_by_its_kind() -> None:
    with pytest.raises(CallbackError, match=r"authbody failed: OddError\."):
        called(raising(OddError()))


@pytest.mark.parametrize("make", [raising, raising_later])
def test_errors_of_ours_come_through(make: Callable[[BaseException], Callable[[], object]]) -> None:
    with pytest.raises(StateError) as caught:
        called(make(StateError("already_joining", "A session is being joined already.")))
    assert isinstance(caught.value, GlanceError)


def test_a_wrong_number_of_arguments() -> None:
    with pytest.raises(CallbackError, match="TypeError"):
        called(double)
