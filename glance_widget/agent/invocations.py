"""Invoking functions of the visitor's page, and hearing what came of it (wire sheet, section 5.5; answers are ours)."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, TypeAlias

from glance_widget.agent import join_events as on
from glance_widget.errors import InvokeError, WaitTimeoutError
from glance_widget.protocol.invocation import InvokeResult, invocation
from glance_widget.protocol.json_values import JsonObject, JsonValue

USUAL_PATIENCE: Final = 2.0
"""Seconds to wait for the answer of a page that need not answer: Glance's own script never does."""
_REMEMBERED: Final = 100
_REFUSAL: Final = re.compile(r"ERR_(BAD|UNDEF)INVOKE:\S*")
_HINT: Final = "The function must be in GLANCE_COBROWSE.Custom on the page where the visitor is now."

Answer: TypeAlias = "asyncio.Future[JsonValue]"


class Invocations:
    """The invocations that may still be answered. All methods are for the background loop's thread.

    Args:
        send: Has the service pass an invocation to the visitor's page.
        post: Takes the event of a failure that nobody waits for any more.
    """

    def __init__(self, send: Callable[[JsonObject], Awaitable[None]], post: Callable[[on.Event], None]) -> None:
        self._send = send
        self._post = post
        self._waiting: dict[str, tuple[str, Answer]] = {}

    async def call(self, func: str, args: Mapping[str, JsonValue], patience: float | None) -> JsonValue:
        """Has a function called and gives what it returned.

        Args:
            func: The function's full path.
            args: Its one argument.
            patience: Seconds within which an answer must come. None: two seconds, and no answer is None. 0: no waiting.

        Raises:
            InvokeError: The page has no such function, does not let agents invoke it, or the function failed.
            InviteError: The visitor is not present.
            WaitTimeoutError: No answer came in time.
            GlanceError: The service cannot be used.
        """
        req = secrets.token_hex(8)
        answer: Answer = asyncio.get_running_loop().create_future()
        self._waiting[req] = func, answer
        if len(self._waiting) > _REMEMBERED:
            del self._waiting[next(iter(self._waiting))]
        await self._send(invocation(func, args, req))
        await asyncio.wait({answer}, timeout=USUAL_PATIENCE if patience is None else patience)
        if answer.done() and patience != 0:
            return answer.result()
        answer.add_done_callback(self._came_late)
        if patience:
            message = f"The visitor's page did not answer within {patience:g} seconds."
            raise WaitTimeoutError("invoke_timeout", message, "Glance's own visitor script never answers.")
        return None

    def answered(self, data: JsonObject) -> None:
        """The visitor's page answered; what answers none of the invocations is dropped."""
        given = InvokeResult.parse(data)
        func, answer = self._waiting.pop(given.req, ("", None)) if given is not None else ("", None)
        if given is None or answer is None or answer.done():
            return
        if given.error is None:
            answer.set_result(given.result)
        else:
            answer.set_exception(_failure(func, given.error))

    def _came_late(self, answer: Answer) -> None:
        error = None if answer.cancelled() else answer.exception()
        if isinstance(error, InvokeError):
            self._post(on.CallbackFailed(error))


def _failure(func: str, said: str) -> InvokeError:
    refusal = _REFUSAL.search(said)
    if refusal is None:
        return InvokeError(
            "invoke_failed", f"{func} failed on the visitor's page: {said}", "Look at the page's console."
        )
    if refusal[1] == "BAD":
        return InvokeError("badinvoke", f"The visitor's page does not let agents invoke {func} ({refusal[0]}).", _HINT)
    return InvokeError("undefinvoke", f"The visitor's page has no function {func} ({refusal[0]}).", _HINT)
