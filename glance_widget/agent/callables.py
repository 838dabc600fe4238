"""Calling what the user gave: functions and coroutine functions alike."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

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
    error: BaseException | None = None
    result: object = None
    try:
        if inspect.iscoroutinefunction(function):
            result = await function(*arguments)
        else:
            result, error = await asyncio.to_thread(_outcome, function, arguments)
            result = await result if inspect.isawaitable(result) else result
    except asyncio.CancelledError:
        raise
    except (Exception, SystemExit, KeyboardInterrupt) as raised:  # noqa: BLE001 - the user's code may raise anything
        error = raised
    if error is None:
        return result
    if isinstance(error, GlanceError):
        raise error
    kind = type(error).__name__
    said = kind if quiet or not str(error) else f"{kind}: {error}"
    failure = CallbackError("callback", f"{name} failed: {said}.", f"Look at the function given as {name}.")
    raise failure from (None if quiet else error)


def _outcome(function: Callable[..., object], arguments: tuple[object, ...]) -> tuple[object, BaseException | None]:
    # Handed over as a value: a future cannot carry a StopIteration, and would take a CancelledError for its own.
    try:
        return function(*arguments), None
    except BaseException as error:  # noqa: BLE001 - a thread of the pool must end with whatever the user's code raises
        return None, error
