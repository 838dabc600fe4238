"""The live view of one session: a visitor's pages on one side, viewers on the other (ours; docs/architecture.md).

Nothing of a page is passed on, or kept, before the visitor's consent stands in the records, and nothing while the
visitor pauses.
The last page that spoke up has the focus: its content is shown, and the visitor's other pages are told that nobody
watches.
"""

from __future__ import annotations

from typing import Final, Protocol

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.live_view import (
    Consent,
    EndReason,
    Events,
    Page,
    VisitorHello,
    parse_consent,
    parse_flag,
    parse_page,
)
from glance_widget.protocol.pictures import Picture
from glance_widget.sandbox.answers import Then
from glance_widget.sandbox.audience import Audience, Viewer
from glance_widget.sandbox.receipts import Outcome
from glance_widget.sandbox.remote_assist import RemoteAssist
from glance_widget.sandbox.session import Session
from glance_widget.sandbox.settings import Timings
from glance_widget.sandbox.timer import Handle, Timer, call_off
from glance_widget.sandbox.visitor_pages import PageSocket, VisitorPages

_ASK_AGAIN_AFTER: Final = 2.0
"""Seconds after which a page that sent no fresh start is asked again; sooner, one answer serves all who wait."""


class SessionLife(Protocol):
    """Who is told what happens in a live view, and keeps the session's life and record."""

    def end(self, session: Session, reason: EndReason) -> None:
        """Ends the session."""

    def answered(self, session: Session, outcome: Outcome, then: Then) -> None:
        """Records what the visitor was asked and answered; ``then`` is told whether that is kept."""

    def agent_joined(self, session: Session, viewer: Viewer) -> None:
        """An agent's first viewer is there."""

    def agent_left(self, session: Session, puid: str) -> None:
        """An agent's last viewer is gone."""


class LiveView:
    """The live view of one session. All methods belong to the sandbox's own thread.

    Args:
        session: The session.
        life: Is told what happens.
        timings: For how long the visitor, or the last agent, may be away, and the like.
        timer: The running event loop.
    """

    def __init__(self, session: Session, life: SessionLife, *, timings: Timings, timer: Timer) -> None:
        self.session = session
        self._life = life
        self._grace = timings.grace
        self._timer = timer
        self._pages = VisitorPages()
        self._audience = Audience(self._ask_snapshot)
        self._assist = RemoteAssist(self._pages, self._audience, timings, timer, self._assist_answered)
        self._shown = Page("", "")
        self._asked_at: float | None = None
        self._accepted = False
        self._visitor_away = self._give_up_later()
        self._agents_away: Handle | None = None

    @property
    def _open(self) -> bool:
        """Whether anything of a page may be passed on."""
        return self.session.consent is not None and not self.session.paused

    def page_came(self, socket: PageSocket, hello: VisitorHello) -> None:
        """A page of the visitor is there, after its token was checked."""
        returned = not self._pages
        call_off(self._visitor_away)
        self._pages.put(socket, hello.page)
        session = self.session
        consent = session.consent is not None
        socket.send({"type": "ready", "consent": consent, "paused": session.paused, "assist": self._assist.agent()})
        if returned:
            self._tell_visitor_connected(connected=True)
        self._focus(socket)
        self._assist.page_came(socket)

    def page_said(self, socket: PageSocket, message: JsonObject | Events | Picture) -> None:
        """A page of the visitor sent a message.

        Raises:
            MessageError: It is malformed, content before consent, or of the other kind of session.
        """
        if socket not in self._pages:
            return
        if isinstance(message, Events | Picture):
            self._content(socket, message)
            return
        kind = message.get("type")
        if kind == "consent":
            self._consent(parse_consent(message))
        elif kind == "page":
            self._moved(socket, parse_page(message))
        elif kind == "pause":
            self._pause(socket, paused=parse_flag(message, "paused"))
        elif kind == "assist_hold":
            self._assist.held(socket, held=parse_flag(message, "held"))
        elif kind == "assist_end":
            self._assist.taken_back()
        elif kind == "end":
            self._life.end(self.session, "visitor")
        else:
            raise MessageError("message_type", "This message is unknown here.")

    def page_left(self, socket: PageSocket) -> None:
        """The socket of a page closed."""
        shown = self._pages.shown
        if not self._pages.remove(socket) or self.session.ended_at is not None:
            return
        next_page = self._pages.shown
        if next_page is None:
            self._visitor_away = self._give_up_later()
            self._tell_visitor_connected(connected=False)
            self._assist.no_page_left()
        elif socket is shown:
            self._focus(next_page)

    def viewer_came(self, viewer: Viewer) -> None:
        """A viewer is there, after its ticket was checked."""
        call_off(self._agents_away)
        known = viewer.puid in self._audience.puids()
        self._audience.add(viewer)
        if not known:
            self._life.agent_joined(self.session, viewer)
        viewer.socket.send(self.session.as_message(self._shown, connected=bool(self._pages)))
        self._assist.viewer_came(viewer)
        self._tell_agents()
        self._ask_snapshot()

    def viewer_said(self, viewer: Viewer, message: JsonObject) -> None:
        """A viewer sent a message.

        Raises:
            MessageError: It is unknown, malformed, or one of too many.
        """
        kind = message.get("type")
        if kind == "snapshot":
            viewer.in_stream = False
            self._ask_snapshot()
        elif kind == "assist_request":
            self._assist_request(viewer)
        elif kind == "assist_end":
            self._assist.given_back_by(viewer)
        elif kind == "control":
            self._assist.control(viewer, message)
        elif kind == "end":
            self._life.end(self.session, "agent")
        else:
            raise MessageError("message_type", "This message is unknown here.")

    def viewer_left(self, viewer: Viewer) -> None:
        """The socket of a viewer closed."""
        if viewer not in self._audience:
            return
        self._audience.remove(viewer)
        if viewer.puid not in self._audience.puids():
            self._life.agent_left(self.session, viewer.puid)
            self._assist.agent_left(viewer.puid)
        self._tell_agents()
        if not self._audience:
            self._agents_away = self._give_up_later()

    def present_agents(self) -> list[str]:
        """The PUIDs of the agents who have a viewer here."""
        return self._audience.puids()

    def finish(self) -> None:
        """The session ended: tells everybody and closes all sockets."""
        call_off(self._visitor_away)
        call_off(self._agents_away)
        self._assist.finish()
        for page in self._pages.clear():
            page.send({"type": "ended", "reason": self.session.end_reason})
            page.close(1000, "The session ended.")
        for viewer in self._audience.clear():
            viewer.socket.send(self.session.as_ended())
            viewer.socket.close(1000, "The session ended.")

    def _focus(self, socket: PageSocket) -> None:
        self._pages.show(socket)
        self._assist.another_page_is_shown()
        self._audience.restart()
        self._asked_at = None
        self._tell_agents()
        self._tell_page()
        self._ask_snapshot()

    def _moved(self, socket: PageSocket, page: Page) -> None:
        self._pages.put(socket, page)
        if socket is self._pages.shown:
            self._tell_page()
        else:
            self._focus(socket)

    def _content(self, socket: PageSocket, content: Events | Picture) -> None:
        if not self._accepted:
            raise MessageError("consent", "Nothing of a page is taken before consent.")
        if isinstance(content, Picture) != (self.session.calltype == "V"):
            raise MessageError("message_type", "This message belongs to another kind of session.")
        # What comes while the consent is written, or was on its way when the visitor paused, is no fault of the page.
        if not self._open or socket is not self._pages.shown:
            return
        if isinstance(content, Picture):
            self._audience.show(content)
            return
        if content.begins_page:
            self._asked_at = None
        self._audience.relay(content)

    def _consent(self, consent: Consent) -> None:
        if consent.power == "assist":
            self._assist.answered(consent)
        elif not self._accepted:
            self._accepted = True
            outcome = Outcome("view", "accepted", self.session.invited_by, consent)
            self._life.answered(self.session, outcome, lambda kept: self._recorded(consent, kept=kept))

    def _recorded(self, consent: Consent, *, kept: bool) -> None:
        """The visitor's consent stands in the records, and the view is open; or it could not be written."""
        if self.session.ended_at is not None:
            return
        if not kept:
            self._life.end(self.session, "norecord")
            return
        self.session.consent = consent
        self._tell_page()
        self._ask_snapshot()

    def _assist_answered(self, outcome: Outcome, then: Then) -> None:
        self._life.answered(self.session, outcome, then)

    def _assist_request(self, viewer: Viewer) -> None:
        if self.session.calltype == "V":
            raise MessageError("message_type", "A camera cannot be used from afar.")
        if self.session.paused:
            self._assist.refuse(viewer, "paused")
        elif self._pages and self._open:
            self._assist.asked_by(viewer)
        else:
            self._assist.refuse(viewer, "none" if self._pages else "page_gone")

    def _pause(self, socket: PageSocket, *, paused: bool) -> None:
        if paused == self.session.paused:
            return
        self.session.paused = paused
        self._audience.silence()
        message: JsonObject = {"type": "paused", "paused": paused}
        self._audience.tell(message)
        self._pages.tell(message, but=socket)
        if paused:
            self._assist.paused()
            return
        self._asked_at = None
        self._tell_page()
        self._ask_snapshot()

    def _ask_snapshot(self) -> None:
        shown = self._pages.shown
        if shown is None or not self._audience or not self._open:
            return
        now = self._timer.time()
        if self._asked_at is None or now - self._asked_at >= _ASK_AGAIN_AFTER:
            self._asked_at = now
            shown.send({"type": "snapshot"})

    def _tell_agents(self) -> None:
        self._pages.tell_watchers(self._audience.agents())

    def _tell_page(self) -> None:
        if self._pages and self._open:
            self._shown = self._pages.shown_page
            message: dict[str, JsonValue] = {"type": "page"}
            self._audience.tell(message | self._shown.as_record())

    def _tell_visitor_connected(self, *, connected: bool) -> None:
        self._audience.tell({"type": "visitor", "connected": connected, "grace": self._grace})

    def _give_up_later(self) -> Handle:
        return self._timer.call_later(self._grace, lambda: self._life.end(self.session, "conndrop"))
