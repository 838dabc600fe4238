"""The agent: the join flow driven by the platform and by the user."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import CancelledError, Future
from concurrent.futures import wait as wait_for_futures
from datetime import datetime, timezone
from typing import Any, Final, Protocol, TypeVar

from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.background_loop import SHARED, soon, submit
from glance_widget.agent.effect_runner import EffectRunner
from glance_widget.agent.flow_state import AT_REST, BUSY, Flow, State
from glance_widget.agent.join_flow import step
from glance_widget.agent.saml import AskBrowser
from glance_widget.agent.trace import step_line
from glance_widget.agent.user_functions import Functions
from glance_widget.agent.viewer import viewer_address, viewer_form
from glance_widget.agent.waiting import Waiter, closed_error
from glance_widget.errors import SessionError, StateError, ViewerError, WaitTimeoutError
from glance_widget.protocol.identifiers import new_session_key
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.session_invitation import InvitationRequest
from glance_widget.protocol.session_lookup import FoundSession

T = TypeVar("T")

_log = logging.getLogger(__name__)

CALL_TIMEOUT: Final = 15.0
"""Seconds after which a blocking call to the platform is given up."""
_CLOSE_WITHIN: Final = 5.0


class Owner(Functions, Protocol):
    """Whoever shows the agent."""

    def flow_changed(self, flow: Flow) -> None:
        """The join flow moved on. Called under the agent's lock, on any thread."""


class Agent:
    """One agent following one visitor. Every method that is not a coroutine may be called on any thread.

    Args:
        owner: Who is told of every change.
        account: Who the agent is.
        subject: Whom to follow.
        ask_browser: Asks the agent's browser to sign in by SAML, on the background loop; None when there is none.
    """

    def __init__(
        self, owner: Owner, account: Account, subject: on.Subject, ask_browser: AskBrowser | None = None
    ) -> None:
        self.lock: Final = threading.RLock()
        self._owner = owner
        self._flow = Flow(state="signed_out", since=_now())
        self._waiters: list[Waiter] = []
        self._running: set[Future[Any]] = set()
        self._publishing: int | None = None
        self._closed = False
        self._next_account: Account | None = None
        self._loop = SHARED.acquire()
        self._runner = EffectRunner(self._loop, account, owner, self.post, ask_browser)
        self.post(on.Started(subject))

    @property
    def flow(self) -> Flow:
        """Where the join flow stands now."""
        return self._flow

    @property
    def busy(self) -> bool:
        """Whether another account would have to wait."""
        return self._flow.state in BUSY or self._flow.state == "ended"

    def post(self, event: on.Event) -> bool:
        """Steps the join flow, starts what follows from it, and tells the owner.

        Effects are started before the owner is told: an observer may post the next event from within.

        Returns:
            Whether the event changed anything.

        Raises:
            StateError: The event is a request that is not possible now.
        """
        with self.lock:
            if self._closed:
                return False
            before = self._flow
            flow, effects = step(before, event, _now())
            self._flow = flow
            self._owner.trace(step_line(event, before, flow, effects))
            if flow.state != before.state:
                soon(self._loop, self._runner.leave_state)
            for effect in effects:
                soon(self._loop, self._runner.perform, effect)
            if flow != before:
                self._publish(flow)
            if self._next_account is not None and self._flow.state in AT_REST:
                self.change_account(self._next_account, self._flow.subject)
            return flow != before

    def join(self, key: str | None = None) -> None:
        """Invites the visitor, or joins the session with a key.

        Raises:
            StateError: Not possible now.
            ClosedError: The agent was closed.
        """
        self._check_open()
        self.post(on.InviteAsked(new_session_key()) if key is None else on.JoinAsked(key))

    def invite_camera(self, request: InvitationRequest) -> None:
        """Invites a customer to show a phone's camera, and joins when they accept; raises like ``join``."""
        self._check_open()
        self.post(on.CameraAsked(new_session_key(), request))

    def change_account(self, account: Account, subject: on.Subject) -> None:
        """Signs in anew. While the agent is inviting, joining or in session, that waits until it is over.

        Other means of signing in the same agent are used at once: a login key may run out in mid-session.
        """
        with self.lock:
            if self._closed:
                return
            if self.busy:
                self._next_account = account
                if account.same_agent(self._runner.platform.account):
                    soon(self._loop, self._runner.change_means, account)
                self.post(on.SubjectChanged(subject))
                return
            self._next_account = None
            soon(self._loop, self._runner.change_platform, account)
            self.post(on.Started(subject))

    def waiter(self, state: State, *, deaf: bool = False) -> Waiter:
        """Starts waiting for a state; ``deaf``: the agent's browser cannot be heard meanwhile.

        Raises:
            ClosedError: The agent was closed.
        """
        waiter = Waiter(state, deaf)
        with self.lock:
            self._check_open()
            if not waiter.notice(self._flow):
                self._waiters = [each for each in self._waiters if not each.reached.done()]
                self._waiters.append(waiter)
        return waiter

    def check_may_block(self, *, forbidden: bool = False) -> None:
        """Refuses to wait where waiting would never end.

        Args:
            forbidden: Whether the owner knows of a further reason not to block this thread.

        Raises:
            StateError: Called on the background loop, or by an observer of a change.
        """
        if forbidden or SHARED.runs_here() or self._publishing == threading.get_ident():
            hint = "Use 'await widget.until(…)' in async code, or wait in the cell that follows."
            raise StateError("would_block", "Waiting here would never end: this thread is to bring the change.", hint)

    def run(self, work: Callable[[], Coroutine[Any, Any, T]], longer: float = 0.0) -> T:
        """Runs a coroutine on the background loop and waits for its result; ``longer`` are seconds beyond the usual.

        Raises:
            StateError: Called where waiting would never end.
            ClosedError: The agent was closed, before or meanwhile.
            WaitTimeoutError: There was no result in time.
            GlanceError: The work failed.
        """
        self.check_may_block()
        with self.lock:
            self._check_open()
            future = submit(self._loop, work())
            self._running.add(future)
        future.add_done_callback(self._running.discard)
        timeout = CALL_TIMEOUT + longer
        # Not result(timeout): that the work itself took too long is an error of the same kind.
        if not wait_for_futures([future], timeout).done:
            future.cancel()
            message = f"The platform did not answer within {timeout:.0f} seconds."
            raise WaitTimeoutError("call_timeout", message, "Try again.")
        try:
            return future.result()
        except CancelledError:
            raise closed_error() from None

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Starts a coroutine on the background loop; ``close`` ends it."""
        with self.lock:
            if not self._closed:
                soon(self._loop, lambda: self._runner.spawn(work()))

    async def viewer_form(self, found: FoundSession) -> tuple[str, dict[str, str]]:
        """A session's viewer: its address and the form fields that open it, login key included. On the background loop.

        Raises:
            GlanceError: No login key was to be had.
        """
        return await viewer_form(self._runner.platform, found, self._owner.record_fields())

    async def viewer_address(self) -> str:
        """An address that opens the viewer, without the login key. On the background loop.

        Raises:
            SessionError: There is no session.
            ViewerError: The platform gave none.
            GlanceError: No login key was to be had.
        """
        return await viewer_address(self._runner.platform, self._session, self._owner.record_fields())

    async def open_viewer(self) -> None:
        """Has the user's own function open the viewer. On the background loop.

        Raises:
            SessionError: There is no session.
            ViewerError: There is no such function.
        """
        if self._owner.openwindow_function() is None:
            raise ViewerError(
                "no_openwindow", "openwindow is not set, so the page opens the viewer.", "Reload the page."
            )
        await self._runner.open_viewer(self._session)

    async def invoke(self, func: str, args: Mapping[str, JsonValue], patience: float | None) -> JsonValue:
        """Has a function of the visitor's page called and gives its answer. On the background loop.

        Takes and raises what ``Invocations.call`` does.
        """
        return await self._runner.link.invocations.call(func, args, patience)

    async def signal(self, data: Mapping[str, JsonValue]) -> None:
        """Sends data to the visitor's page. On the background loop.

        Raises:
            InviteError: The visitor is not present.
        """
        await self._runner.link.signal(data)

    async def lookup(self) -> JsonObject:
        """Asks for the visitor's presence record. On the background loop. Raises like ``signal``."""
        return await self._runner.link.lookup()

    def close(self, *, wait: bool = True) -> None:
        """Ends everything; safe to call twice. A function of the user's that does not let go is left behind.

        Never waits on the loop's own thread, nor in an observer, which holds the lock that the loop may be waiting for.

        Args:
            wait: Whether to wait for connections to close.
        """
        with self.lock:
            if self._closed:
                return
            observed = self._publishing == threading.get_ident()
            self.post(on.Closed())
            self._closed = True
        for future in tuple(self._running):
            future.cancel()
        ended = submit(self._loop, self._runner.end())
        if observed or SHARED.runs_here() or not wait:
            ended.add_done_callback(lambda _future: SHARED.release())
            return
        in_time = bool(wait_for_futures([ended], _CLOSE_WITHIN).done)
        if not in_time:
            _log.warning("A function of the user's does not let go of the background loop; closing goes on without it")
        SHARED.release(wait=in_time)

    @property
    def _session(self) -> FoundSession:
        session = self._flow.session
        if session is None:
            raise SessionError("no_session", "There is no session to view.", "Join one first.")
        return session.found

    def _check_open(self) -> None:
        if self._closed:
            raise closed_error()

    def _publish(self, flow: Flow) -> None:
        outer, self._publishing = self._publishing, threading.get_ident()
        try:
            self._owner.flow_changed(flow)
            # Only now: who waits reads what the owner has published.
            self._waiters = [waiter for waiter in self._waiters if not waiter.notice(flow)]
        finally:
            self._publishing = outer


def _now() -> datetime:
    return datetime.now(timezone.utc)
