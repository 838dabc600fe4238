"""``Glance``: the join button as a widget. Properties go in, state comes out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import closing, nullcontext
from typing import Final

import traitlets as t
from typing_extensions import Self

from glance_widget import properties as check
from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.agent import Agent
from glance_widget.agent.flow_state import Flow
from glance_widget.agent.flow_state import State as StateWord
from glance_widget.agent.waiting import Waiter, closed_error
from glance_widget.browser_sign_in import BrowserSignIn
from glance_widget.camera_share import CameraShare
from glance_widget.frontend_link import FrontendLink
from glance_widget.hosts import Closable, Host, current_host, delivery, is_deaf_while_waiting, of_no_user
from glance_widget.invocation_checks import checked_arguments, invocation_of, patience_of
from glance_widget.platform_choice import PlatformChoice
from glance_widget.protocol.base_urls import SANDBOX
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.published import published
from glance_widget.signature import GlanceSignature
from glance_widget.widget_traits import ACCOUNT_TRAITS

_log = logging.getLogger(__name__)


class Glance(CameraShare, GlanceSignature):
    """The Glance join button.

    Keyword arguments are the properties of Glance's React component; each is an attribute afterwards. ``state``,
    ``status``, ``visitor``, ``session``, ``invitation``, ``reports`` and others are traits that follow what happens;
    when ``state`` changes, the others are in place already. They change on any thread, so observers must be short and
    must not expect a certain one.

    Example:
        >>> button = Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21")  # doctest: +SKIP

    Raises:
        PropertyError: A property has a wrong value; also when one is assigned later, and the old value stays.
        UnknownPropertyError: There is no such property.
        SandboxError: ``glancebaseurl="sandbox"``, and it cannot be started.
    """

    _agent: Agent | None = None
    _frontend: FrontendLink | None = None
    _own_layout: Closable | None = None
    _shown: Flow | None = None
    _host: Host
    _platform = t.Instance(PlatformChoice, ())

    def _begin(self, layout: object) -> None:
        # ipywidgets makes one for every widget, and keeps it for ever; one that was given may be another widget's too.
        self._own_layout = None if layout is self.layout else self.layout
        self._host = current_host()
        sign_in = BrowserSignIn()
        try:
            with of_no_user():
                agent = Agent(self, self._account(), self._subject(), sign_in.ask)
        except BaseException:
            self.close()  # the front end knows of it already
            raise
        with agent.lock:
            send = lambda content: self._host.deliver(lambda: self.send(content))  # noqa: E731
            self._frontend = FrontendLink(agent, send, self.trace, self.languages_preferred, sign_in)
            self._agent = agent
            self._publish(agent.flow)
        self.on_msg(lambda _widget, content, _buffers: self.heard(content))
        self.observe(self._account_changed, names=list(ACCOUNT_TRAITS))
        self.observe(self._subject_changed, names=list(_SUBJECT_TRAITS))
        self._host.add(self)

    def __repr__(self) -> str:
        """The same text every time, as it is saved in notebooks."""
        return f"Glance(visitorid={self.visitorid!r})"

    def join(self, key: str | None = None) -> None:
        """Invites the visitor who is online, or joins the session with a key. Returns at once.

        Args:
            key: The session key that the visitor reads out; None to invite.

        Raises:
            PropertyError: The key is malformed.
            StateError: Not possible in the present state; the message says why.
            ClosedError: The widget was closed.
        """
        self._open_agent.join(None if key is None else check.session_key(key))

    def cancel(self) -> None:
        """Stops inviting or joining. Raises ``StateError`` when there is nothing to cancel."""
        self._open_agent.post(on.CancelAsked())

    def end(self) -> None:
        """Ends the session, for the visitor too. Raises ``StateError`` when there is none."""
        self._open_agent.post(on.EndAsked())

    def invoke(
        self, func: str | None = None, args: Mapping[str, JsonValue] | None = None, timeout: float | None = None
    ) -> JsonValue:
        """Has a function of the visitor's page called, and gives what it returned.

        Args:
            func: A bare name means ``GLANCE_COBROWSE.Custom.<name>``. None: the one in ``custominvoke``.
            args: The function's one argument.
            timeout: Seconds within which the page must answer. None: an answer is taken if it comes within two
                seconds, as Glance's own visitor script never answers. 0: does not wait.

        Returns:
            The function's result as JSON; None also when there was no answer. A failure told later becomes ``error``.

        Raises:
            PropertyError: The function may not be invoked.
            InvokeError: The page has no such function, or it failed.
            InviteError: The visitor is not online.
            WaitTimeoutError: The page did not answer within the ``timeout`` that was given.
        """
        path, argument = invocation_of(func, args, self.custominvoke)
        agent, patience = self._open_agent, patience_of(timeout)
        return agent.run(lambda: agent.invoke(path, argument, patience), patience or 0.0)

    def signal(self, data: Mapping[str, JsonValue]) -> None:
        """Sends data to the visitor's page (``onsignal``). Raises ``InviteError`` when the visitor is not online."""
        checked_arguments("data", data)
        agent = self._open_agent
        agent.run(lambda: agent.signal(data))

    def lookup(self) -> JsonObject | None:
        """Asks for the visitor's presence record now; None when the visitor is not online. Raises like ``signal``.

        A page that has just been opened has a second to say who is there.
        """
        agent = self._open_agent
        return agent.run(agent.lookup) or None

    def wait_for(self, state: StateWord, timeout: float | None = 60.0) -> None:
        """Blocks until a state is reached, however briefly.

        Args:
            state: The state.
            timeout: Seconds to wait; None waits for ever.

        Raises:
            WaitTimeoutError: It was not reached in time.
            GlanceError: Joining failed instead: the error that is shown.
            StateError: Called by an observer or on the thread of an application that serves many users, where waiting
                would never end; or a browser is to sign in, and is not heard while this cell runs.
        """
        self._open_agent.check_may_block(forbidden=self._host.blocks_itself())
        self._waiter(state).wait(timeout)
        delivery.wait(self._host)

    async def until(self, state: StateWord, timeout: float | None = 60.0) -> None:
        """Like ``wait_for``, in async code."""
        await self._waiter(state).until(timeout)
        await delivery.until(self._host)

    def close(self) -> None:
        """Ends the connection to the platform and removes the button. A running session goes on in its viewer."""
        agent, self._agent = self._agent, None
        if agent is not None:
            agent.close(wait=not self._host.blocks_itself())
        self._platform.release()
        with nullcontext() if self._own_layout is None else closing(self._own_layout):
            super().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def flow_changed(self, flow: Flow) -> None:
        """Takes in where the join flow stands. Called by the agent, under its lock, on any thread."""
        if self._frontend is None:
            return  # the widget is being made, and publishes where the flow stands when it is
        self._host.deliver(lambda: self._publish(flow))
        self._frontend.flow_changed(flow)

    def kept_changed(self, name: str) -> None:
        """A property that stays in Python was assigned."""
        super().kept_changed(name)
        if name in _ACCOUNT_KEPT:
            self._account_changed()

    def _publish(self, flow: Flow) -> None:
        self._shown = flow
        for name, value in published(flow, self.reports).items():
            if self._shown is not flow:
                return  # an observer has moved it on: what came of that is published already
            try:
                self.set_trait(name, value)
            except Exception:  # noqa: BLE001 - what an observer of the user's raises must not stop the others
                _log.exception("An observer of %r failed", name)

    @property
    def _open_agent(self) -> Agent:
        if self._agent is None:
            raise closed_error()
        return self._agent

    def _waiter(self, state: StateWord) -> Waiter:
        heard_on = None if self._frontend is None else self._frontend.heard_on
        return self._open_agent.waiter(check.state_word(state), deaf=is_deaf_while_waiting(heard_on))

    def _account(self) -> Account:
        wished = Account(
            groupid=self.groupid,
            puid=self.puid,
            method=self.authmethod,
            authurl=self.authurl,
            authheaders=self.authheaders,
            authbody=self.authbody,
            loginkey=self.loginkey,
            apikey=self.apikey,
        )
        in_use = self._agent is not None and self._agent.busy
        account = self._platform.account(self.glancebaseurl, wished, in_use=in_use)
        if self.glancebaseurl == SANDBOX:
            self.groupid, self.puid = account.groupid, account.puid
        return account

    def _subject(self) -> on.Subject:
        return on.Subject(visitorid=self.visitorid, presence=self.presence, autojoin=self.autojoin)

    def _account_changed(self, _change: t.Bunch | None = None) -> None:
        if self._agent is not None:
            self._agent.change_account(self._account(), self._subject())

    def _subject_changed(self, _change: t.Bunch) -> None:
        if (agent := self._agent) is not None:
            with agent.lock:  # of two threads, the one that comes later must not tell what it read earlier
                agent.post(on.SubjectChanged(self._subject()))

    def heard(self, content: object) -> None:
        """Takes a message of the front end, on any thread. What is malformed is logged and dropped."""
        if self._frontend is not None:
            self._frontend.received(content)


_ACCOUNT_KEPT: Final = frozenset({"loginkey", "apikey", "authheaders", "authbody"})
_SUBJECT_TRAITS: Final = frozenset({"visitorid", "presence", "autojoin"})
