"""Calling what the user gave: functions and coroutine functions alike."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from glance_widget.errors import CallbackError, GlanceError


async def call(name: str, function: Callable[..., object], *arguments: object, quiet: bool = False) -> object:
    """Calls a function of the user's, on a thread of its own when it is not a coroutine function.

    Args:
        name: The property that holds it, for the error.
        function: The function.
        arguments: What it is called with.
        quiet: Leave the text of an exception out of the error, as it may hold a secret.

    Returns:
        What it returned, awaited where that is needed.

    Raises:
        CallbackError: It raised an exception.
        GlanceError: It raised that itself.
    """
    if inspect.iscoroutinefunction(function):
        result, error = _outcome(function, arguments)
    else:
        result, error = await asyncio.to_thread(_outcome, function, arguments)
    if inspect.isawaitable(result):
        # In a task of its own: so a CancelledError of the user's own is told from one that is meant for the caller.
        ((result, error),) = await asyncio.gather(_outcome_of(result))
    if error is None:
        return result
    if isinstance(error, GlanceError):
        raise error
    kind = type(error).__name__
    text = "" if quiet else _text_of(error)
    said = f"{kind}: {text}" if text else kind
    failure = CallbackError("callback", f"{name} failed: {said}.", f"Look at the function given as {name}.")
    raise failure from (None if quiet else error)


async def _outcome_of(result: Awaitable[object]) -> tuple[object, BaseException | None]:
    try:
        return await result, None
    except BaseException as error:  # noqa: BLE001 - nothing that the user's code raises may end the loop
        return None, error


def _outcome(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[object, BaseException | None]:
    # Handed over as a value: a future cannot carry a StopIteration, and would take a CancelledError for its own.
    try:
        return function(*arguments), None
    except BaseException as error:  # noqa: BLE001 - a thread of the pool must end with whatever the user's code raises
        return None, error


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - that is the user's code too
        return ""
