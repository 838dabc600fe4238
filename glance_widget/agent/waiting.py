"""Waiting for a state of the join flow, from any thread and from async code."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from glance_widget.agent.flow_state import Flow, State
from glance_widget.errors import ClosedError, GlanceError, StateError, WaitTimeoutError

_LET_THE_CELL_END: Final = "Let this cell end, sign in with the button, and wait in the next cell."


@dataclass(slots=True, eq=False)
class Waiter:
    """Somebody who waits for a state.

    Attributes:
        state: The state that is waited for.
        deaf: Whether the agent's browser cannot be heard meanwhile.
        reached: Done when it is reached, however briefly; failed when it cannot be any more.
    """

    state: State
    deaf: bool = False
    reached: Future[None] = field(default_factory=Future)
    _awaits_browser: bool = False

    def notice(self, flow: Flow) -> bool:
        """Looks at a new state; whether the waiting is over."""
        with suppress(InvalidStateError):
            if flow.state == self.state:
                self.reached.set_result(None)
            elif flow.state == "failed" and flow.error is not None:
                self.reached.set_exception(flow.error)
            elif flow.reason == "closed":
                self.reached.set_exception(closed_error())
            elif flow.awaits_browser and self.deaf:
                message = "The browser that is to sign in is not heard while this cell runs."
                self.reached.set_exception(StateError("browser_not_heard", message, _LET_THE_CELL_END))
        self._awaits_browser = flow.awaits_browser
        return self.reached.done()

    def wait(self, timeout: float | None) -> None:
        """Blocks until the state is reached.

        Raises:
            WaitTimeoutError: It was not reached in time.
            StateError: Signing in needs the agent's browser, which cannot be heard meanwhile.
            GlanceError: The flow failed instead.
        """
        try:
            self.reached.result(timeout)
        except FutureTimeoutError:
            raise self._too_late(timeout) from None
        finally:
            self.reached.cancel()

    async def until(self, timeout: float | None) -> None:
        """Like ``wait``, without blocking the running event loop."""
        if (
            self.reached.done()
        ):  # the wrapped one would be done a turn of the loop later: too late for no timeout at all
            self.reached.result()
            return
        try:
            await asyncio.wait_for(asyncio.wrap_future(self.reached), timeout)
        except asyncio.TimeoutError:
            raise self._too_late(timeout) from None

    def _too_late(self, timeout: float | None) -> GlanceError:
        message = f"The state {self.state!r} was not reached within {timeout} seconds."
        hint = _LET_THE_CELL_END if self._awaits_browser else "Look at state, status and error."
        return WaitTimeoutError("wait_timeout", message, hint)


def closed_error() -> ClosedError:
    """The error for using what was closed."""
    return ClosedError("closed", "This widget was closed.", "Make a new one: run the cell again.")
