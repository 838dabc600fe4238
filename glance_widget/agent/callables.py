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
    try:
        if inspect.iscoroutinefunction(function):
            return await function(*arguments)
        result = await asyncio.to_thread(function, *arguments)
        return await result if inspect.isawaitable(result) else result
    except (GlanceError, asyncio.CancelledError):
        raise
    except Exception as error:  # noqa: BLE001 - the user's code may raise anything
        kind = type(error).__name__
        said = kind if quiet or not str(error) else f"{kind}: {error}"
        failure = CallbackError("callback", f"{name} failed: {said}.", f"Look at the function given as {name}.")
        raise failure from (None if quiet else error)
