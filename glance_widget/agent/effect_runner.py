"""Doing what the join flow wants done, on the background loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.authorization import Authorization
from glance_widget.agent.callables import call
from glance_widget.agent.held_tasks import hold
from glance_widget.agent.platform import Platform
from glance_widget.agent.presence_link import PresenceLink
from glance_widget.agent.refresh import keep_fresh, renew_now
from glance_widget.agent.saml import AskBrowser, Browser
from glance_widget.agent.user_functions import Functions, added_to_invitation
from glance_widget.agent.viewer import open_with, viewer_address
from glance_widget.errors import GlanceError, InviteError
from glance_widget.protocol.presence import SHOW_TERMS, WITHDRAW_TERMS
from glance_widget.protocol.session_lookup import FoundSession
from glance_widget.protocol.session_report import SessionReport

_log = logging.getLogger(__name__)

_LAST_WORDS: Final = 2.0


class EffectRunner:
    """Runs effects and posts what comes of them. All methods are for the background loop's thread.

    Args:
        loop: The background loop.
        account: Who the agent is.
        functions: The user's functions.
        post: Takes the events, and says whether one changed anything.
        ask_browser: Asks the agent's browser to sign in; None when there is none.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        account: Account,
        functions: Functions,
        post: Callable[[on.Event], bool],
        ask_browser: AskBrowser | None = None,
    ) -> None:
        self._browser = ask_browser and Browser(ask_browser, lambda wait: post(on.SignInWaits(wait)))
        self.platform = Platform.of(account, functions.trace, self._browser)
        self._loop = loop
        self._functions = functions
        self._post = post
        self._link: PresenceLink | None = None
        self._link_task: asyncio.Task[None] | None = None
        self._link_tasks: set[asyncio.Task[None]] = set()
        self._withdrawals: set[asyncio.Task[None]] = set()
        self._state_tasks: set[asyncio.Task[None]] = set()
        self._state_timers: list[asyncio.TimerHandle] = []
        self._free_tasks: set[asyncio.Task[None]] = set()
        self._sign_in_tasks: set[asyncio.Task[None]] = set()
        self._watched: FoundSession | None = None

    @property
    def link(self) -> PresenceLink:
        """The presence connection.

        Raises:
            InviteError: There is none.
        """
        if self._link is None:
            hint = "Switch presence on and give a visitorid."
            raise InviteError("presence_off", "No visitor's presence is being followed.", hint)
        return self._link

    def leave_state(self) -> None:
        """Ends what was begun for the state that is left."""
        self._watched = None
        for timer in self._state_timers:
            timer.cancel()
        self._state_timers.clear()
        for task in self._state_tasks:
            task.cancel()

    def perform(self, effect: do.Effect) -> None:
        """Begins what an effect asks for."""
        if isinstance(effect, do.After):
            self._state_timers.append(self._loop.call_later(effect.seconds, self._post, effect.event))
        elif isinstance(effect, do.FollowVisitor):
            self._follow(effect.subject)
        elif isinstance(effect, do.Withdraw):
            self._keep(self._withdraw(effect, self._link), self._withdrawals)
        elif isinstance(effect, do.OpenViewer):
            self.spawn(self.open_viewer(effect.found))
        elif isinstance(effect, do.Report):
            self.spawn(self._report(effect.report))
        elif isinstance(effect, do.AskPrivileges):
            self._keep(self._ask_privileges(effect.attempt), self._sign_in_tasks)
        else:
            if isinstance(effect, do.SignIn):
                self.leave_state()  # one may be under way still, for another account
            elif isinstance(effect, do.WatchSession):
                self._watched = effect.found
            lasting = isinstance(effect, do.InviteCamera)  # a message may be on its way to the customer
            self._keep(self._state_work(effect), self._free_tasks if lasting else self._state_tasks)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Starts work that outlives the state; it is ended by ``end``."""
        self._keep(work, self._free_tasks)

    def change_platform(self, account: Account) -> None:
        """Uses another account from now on."""
        self._forget_sign_in()
        old, self.platform = self.platform, Platform.of(account, self._functions.trace, self._browser)
        self.spawn(old.http.close())

    def change_means(self, account: Account) -> None:
        """The same agent signs in by other means from now on, which are tried at once."""
        authorization = self.platform.authorization
        authorization.change_account(account)
        self._keep(renew_now(authorization, self._trouble), self._sign_in_tasks)

    async def end(self) -> None:
        """Ends everything: last words get two seconds, and what is cancelled then as long; connections are closed."""
        self.leave_state()
        self._forget_sign_in()
        self._follow(None)
        late = {*self._state_tasks, *self._free_tasks, *self._withdrawals}
        if late:
            _done, late = await asyncio.wait(late, timeout=_LAST_WORDS)
        late |= self._link_tasks | self._sign_in_tasks
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=_LAST_WORDS)
        await self.platform.http.close()

    def _keep(self, work: Coroutine[Any, Any, None], group: set[asyncio.Task[None]]) -> None:
        hold(self._loop.create_task(work), group)

    async def _state_work(self, effect: do.StateWork) -> None:
        try:
            await self._attempt(effect)
        except GlanceError as error:
            self._post(do.failure_of(effect, error))
        except Exception:  # noqa: BLE001 - whatever it is, the button must say that it failed
            _log.exception("Unexpected failure of %s", type(effect).__name__)
            message = f"{type(effect).__name__} failed unexpectedly."
            self._post(do.failure_of(effect, GlanceError("internal", message, "The log says more.")))

    async def _attempt(self, effect: do.StateWork) -> None:
        invitations, sessions = self.platform.invitations, self.platform.sessions
        if isinstance(effect, do.SignIn):
            await self._sign_in(effect.attempt)
        elif isinstance(effect, do.Invite):
            await self._invite(effect.key)
        elif isinstance(effect, do.InviteCamera):
            await invitations.offer(effect.request, lambda made: self._post(on.CameraInvited(effect.key, made)))
        elif isinstance(effect, do.Lookup):
            found = await sessions.find(effect.key, lambda: self._post(on.LookupMissed(effect.key)), effect.attempts)
            self._post(on.SessionFound(effect.key, found))
        elif isinstance(effect, do.WatchSession):
            await sessions.watch(effect.found, self._trouble, self._counted)
            self._post(on.SessionOver("gone", effect.found.id))
        elif isinstance(effect, do.CheckSession):
            with suppress(GlanceError):  # The watch over the session goes on, and tells of trouble.
                if await sessions.is_over(effect.found):
                    self._post(on.SessionOver(effect.reason, effect.found.id))
        else:
            await sessions.end(effect.found)
            self._post(on.SessionOver("agent", effect.found.id))

    async def _sign_in(self, attempt: int) -> None:
        self._forget_sign_in()
        authorization = self.platform.authorization
        await authorization.sign_in()
        self._keep(self._stay_signed_in(authorization), self._sign_in_tasks)
        self._post(on.SignedIn(attempt))

    async def _stay_signed_in(self, authorization: Authorization) -> None:
        try:
            await keep_fresh(authorization, self._trouble)
        except Exception:  # noqa: BLE001 - whatever it is, the agent must not believe that all is well
            _log.exception("Unexpected failure of staying signed in")
            self._trouble(GlanceError("internal", "Staying signed in failed unexpectedly.", "The log says more."))

    def _trouble(self, error: GlanceError | None) -> None:
        self._post(on.PlatformTrouble(error))

    def _counted(self, there: bool) -> None:  # noqa: FBT001
        self._post(on.ViewerChanged("open" if there else "closed", counted=True))

    def _forget_sign_in(self) -> None:
        for task in self._sign_in_tasks:
            task.cancel()

    async def _invite(self, key: str) -> None:
        added = await added_to_invitation(self._functions)
        link = self.link
        self._post(on.Invited(key))  # before: the page may answer sooner than the service
        await link.invoke(SHOW_TERMS, {**added, "sessionKey": key})

    async def _ask_privileges(self, attempt: int) -> None:
        try:
            privileges = await self.platform.authorization.privileges()
        except GlanceError as error:
            _log.info("What the agent may do is not known: %s", error.code)
            return
        if privileges is not None:
            self._post(on.PrivilegesKnown(attempt, privileges))

    async def _withdraw(self, effect: do.Withdraw, link: PresenceLink | None) -> None:
        if effect.camera:
            work = self.platform.invitations.cancel(effect.key)
        elif link is not None:
            work = link.invoke(WITHDRAW_TERMS, {"sessionKey": effect.key})
        else:
            return
        try:
            await asyncio.wait_for(work, _LAST_WORDS)
        except (GlanceError, asyncio.TimeoutError):
            _log.info("The invitation could not be taken back; it ends by itself.")

    async def open_viewer(self, found: FoundSession) -> None:
        """Has the user's own function open the viewer, if there is one; what goes wrong is shown.

        A session that is over by the time its address is known is not opened, and says nothing about the next one.
        """
        function = self._functions.openwindow_function()
        if function is None:
            return
        try:
            self._viewer_of(found, "opening")
            address = await viewer_address(self.platform, found, self._functions.record_fields())
            if self._watched is found:
                await open_with(function, address)
                self._viewer_of(found, "open")
        except GlanceError as error:
            self._viewer_of(found, "closed")
            self._post(on.CallbackFailed(error))

    def _viewer_of(self, found: FoundSession, viewer: on.ViewerState) -> None:
        if self._watched is found:
            self._post(on.ViewerChanged(viewer))

    async def _report(self, report: SessionReport) -> None:
        function = self._functions.reporting_function()
        try:
            if function is not None:
                await call("reportingCallback", function, report.copy())
        except GlanceError as error:
            _log.warning("reportingCallback failed", exc_info=error)
            self._post(on.CallbackFailed(error))

    def _follow(self, subject: on.Subject | None) -> None:
        if self._link_task is not None:
            self.spawn(_end_link(self._link_task, frozenset(self._withdrawals)))
        self._link = self._link_task = None
        if subject is None or subject.visitorid is None:
            return

        def post(event: on.Event) -> None:
            if self._link is link:
                self._post(event)

        platform = self.platform
        link = PresenceLink(platform.account.base, subject.visitorid, platform.authorization, platform.http, post)
        self._link = link
        self._link_task = self._loop.create_task(_run_link(link, post))
        hold(self._link_task, self._link_tasks)


async def _run_link(link: PresenceLink, post: Callable[[on.Event], None]) -> None:
    try:
        await link.run()
    except Exception:  # noqa: BLE001 - whatever it is, the button must not go on as if the visitor were followed
        _log.exception("Unexpected failure of the presence connection")
        message = "Following the visitor failed unexpectedly."
        post(on.PresenceFailed(GlanceError("internal", message, "The log says more.")))


async def _end_link(link_task: asyncio.Task[None], last_words: frozenset[asyncio.Task[None]]) -> None:
    try:
        if last_words:
            await asyncio.wait(last_words)
    finally:
        link_task.cancel()
    await asyncio.wait([link_task])
