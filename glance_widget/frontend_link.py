"""The kernel's end of the wire to the front end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import Final

from glance_widget.agent import join_events as on
from glance_widget.agent.agent import Agent
from glance_widget.agent.flow_state import Flow
from glance_widget.browser_sign_in import BrowserSignIn, SamlRequest
from glance_widget.errors import GlanceError, MessageError, StateError
from glance_widget.messages import FromBrowser, ToBrowser, ViewerReport, parse_from_browser
from glance_widget.protocol.session_invitation import Invitation, InvitationRequest
from glance_widget.protocol.session_lookup import FoundSession
from glance_widget.viewer_requests import ViewerRequests

_log = logging.getLogger(__name__)

_REMEMBERED: Final = 256
_VIEWER_STATES: Final[Mapping[ViewerReport, on.ViewerState]] = {
    "opened": "open",
    "agentJoined": "open",
    "blocked": "blocked",
    "closed": "closed",
}


class FrontendLink:
    """Takes the browser tabs' messages and answers them. Called on any thread.

    Args:
        agent: The agent.
        send: Sends a custom message to all browser tabs.
        trace: Takes a line about each message.
        languages: Is told which languages the reader of a tab prefers.
        sign_in: Asks the tabs to sign in.
    """

    def __init__(
        self,
        agent: Agent,
        send: Callable[[dict[str, object]], None],
        trace: Callable[[str], None],
        languages: Callable[[tuple[str, ...]], None],
        sign_in: BrowserSignIn,
    ) -> None:
        self._agent = agent
        self._sign_in = sign_in
        self._send = send
        self._trace = trace
        self._languages = languages
        self._messages = ToBrowser()
        self._viewers = ViewerRequests(send, self._messages)
        self._told: Invitation | None = None
        self.heard_on: int | None = None
        """The thread on which the last message came."""
        self._seen: dict[tuple[str, str], None] = {}
        sign_in.connect(self._ask_to_sign_in, self._end_sign_in)

    def received(self, content: object) -> None:
        """Takes a custom message. One that arrives twice counts once; a malformed one is logged and dropped."""
        self.heard_on = threading.get_ident()
        try:
            message = parse_from_browser(content)
        except MessageError as error:
            _log.warning("A message of the front end was ignored: %s", error.code)
            return
        said = f"{message.type} {message.event}" if message.event else message.type
        self._trace(f"page {message.client[:8]} says {said}")
        with self._agent.lock:
            if message.type == "hello":
                self._languages(message.languages)  # before the welcome, which says that all is there
                self._send(self._messages.welcome(message))
                self._tell_key(message)
                self._agent.start(lambda: self._sign_in.heard(message.client, visible=message.visible))
                return
            # Said again for a repeated message too: it is repeated because the first answer may have been lost.
            self._send(self._messages.taken(message))
            if self._is_repeated(message):
                return
            try:
                self._obey(message)
            except GlanceError as error:
                self._viewers.drop(message)
                self._send(self._messages.refused(message, error.as_record()))

    def flow_changed(self, flow: Flow) -> None:
        """Fills or refuses the waiting viewer windows, as the flow says; tells the tabs the key to be read out."""
        if flow.invitation is not self._told:
            self._told = flow.invitation
            self._tell_key()
        if not self._viewers:
            return
        if flow.session is not None:
            found = flow.session.found
            self._agent.start(lambda: self._fill_viewers(found))
        elif flow.state not in {"inviting", "joining"} and not (flow.state == "connecting" and flow.key):
            stopped = StateError("cancelled", "Joining was stopped.")
            self._viewers.refuse((flow.error or stopped).as_record())

    def _obey(self, message: FromBrowser) -> None:
        if message.type in {"join", "camera", "viewer"} and message.pad is not None:
            self._viewers.add(message)
        if message.type == "join":
            self._agent.join(message.key)
        elif message.type == "camera":
            self._agent.invite_camera(InvitationRequest(message.phone))
        elif message.type in {"viewer", "link"}:
            session = self._agent.flow.session
            if session is None:
                raise StateError("no_session", "There is no session to view.", "Join one first.")
            self._agent.start(lambda: self._show_viewer(message, session.found))
        elif message.type == "saml_event":
            self._agent.start(lambda: self._sign_in.said(message))
        elif message.type == "viewer_event":
            viewer = _VIEWER_STATES.get(message.event) if message.event else None
            if viewer is not None:
                self._agent.post(on.ViewerChanged(viewer))
            elif message.event == "sessionEnded":
                self._agent.post(on.SessionDoubted())
        else:
            self._agent.post(_REQUESTS[message.type])

    def _tell_key(self, to: FromBrowser | None = None) -> None:
        """No trait holds the key, as traits are saved in notebooks; pushed, because a running cell hears no request."""
        if self._told is not None and not self._told.sent:
            self._send(self._messages.invitation(self._told.key, self._told.text, to))

    async def _show_viewer(self, message: FromBrowser, found: FoundSession) -> None:
        try:
            if message.type == "link":
                address = await self._agent.viewer_address()
                with self._agent.lock:
                    self._send(self._messages.viewer(message, address, {}))
            elif message.pad is None:
                await self._agent.open_viewer()
            else:
                await self._fill_viewers(found)
        except GlanceError as error:
            with self._agent.lock:
                self._send(self._messages.refused(message, error.as_record()))

    def _ask_to_sign_in(self, request: SamlRequest) -> None:
        with self._agent.lock:
            self._send(self._messages.saml(*request))

    def _end_sign_in(self, request: SamlRequest) -> None:
        with self._agent.lock:
            self._send(self._messages.saml_over(request.client, request.req))

    async def _fill_viewers(self, found: FoundSession) -> None:
        form: tuple[str, dict[str, str]] | GlanceError
        try:
            form = await self._agent.viewer_form(found)
        except GlanceError as error:
            form = error
        with self._agent.lock:
            session = self._agent.flow.session
            if session is None or session.found is not found:
                return  # Who waits now waits for another session, or was told already.
            if isinstance(form, GlanceError):
                self._viewers.refuse(form.as_record())
            elif self._viewers.fill(*form):
                self._agent.post(on.ViewerChanged("open"))

    def _is_repeated(self, message: FromBrowser) -> bool:
        name = (message.client, message.req)
        if name in self._seen:
            return True
        self._seen[name] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return False


_REQUESTS: Final[Mapping[str, on.Event]] = {
    "cancel": on.CancelAsked(),
    "end": on.EndAsked(),
    "retry": on.RetryAsked(),
}
