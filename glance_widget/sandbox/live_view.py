"""The live view of one session: a visitor's pages on one side, viewers on the other (ours; docs/architecture.md).

Nothing of a page is passed on, or kept, before the visitor's consent is recorded. The last page that spoke up has the
focus: its content is shown, and the visitor's other pages are told that nobody watches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.live_view import (
    Consent,
    EndReason,
    Page,
    VisitorHello,
    parse_consent,
    parse_events,
    parse_page,
)
from glance_widget.sandbox.audience import Audience, Viewer
from glance_widget.sandbox.session import Session

_ASK_AGAIN_AFTER: Final = 2.0
"""Seconds after which a page that sent no fresh start is asked again; sooner, one answer serves all who wait."""


class PageSocket(Protocol):
    """What the live view needs of the socket of a visitor's page."""

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the socket after what is queued."""


class Handle(Protocol):
    """A call that can be called off."""

    def cancel(self) -> None:
        """Calls it off."""


class Timer(Protocol):
    """The part of an event loop that the live view needs."""

    def time(self) -> float:
        """Seconds of a clock that never goes back."""

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Handle:
        """Calls back after some seconds."""


class SessionLife(Protocol):
    """Who is told what happens in a live view, and keeps the session's life and record."""

    def end(self, session: Session, reason: EndReason) -> None:
        """Ends the session."""

    def consented(self, session: Session, consent: Consent) -> None:
        """Records the visitor's consent."""

    def agent_joined(self, session: Session, viewer: Viewer) -> None:
        """An agent's first viewer is there."""

    def agent_left(self, session: Session, puid: str) -> None:
        """An agent's last viewer is gone."""


class LiveView:
    """The live view of one session. All methods belong to the sandbox's own thread.

    Args:
        session: The session.
        life: Is told what happens.
        grace: Seconds that the visitor, or the last agent, may be away.
        timer: The running event loop.
    """

    def __init__(self, session: Session, life: SessionLife, *, grace: float, timer: Timer) -> None:
        self.session = session
        self._life = life
        self._grace = grace
        self._timer = timer
        self._pages: dict[PageSocket, Page] = {}
        self._shown = Page("", "")
        self._audience = Audience(self._ask_snapshot)
        self._asked_at: float | None = None
        self._visitor_away = self._give_up_later()
        self._agents_away: Handle | None = None

    def page_came(self, socket: PageSocket, hello: VisitorHello) -> None:
        """A page of the visitor is there, after its token was checked."""
        returned = not self._pages
        _call_off(self._visitor_away)
        self._pages[socket] = hello.page
        socket.send({"type": "ready", "consent": self.session.consent is not None})
        if returned:
            self._tell_visitor_connected(connected=True)
        self._focus(socket)

    def page_said(self, socket: PageSocket, message: JsonObject) -> None:
        """A page of the visitor sent a message.

        Raises:
            MessageError: It is malformed, or page content before consent.
        """
        kind = message.get("type")
        if kind == "events":
            self._events(socket, message)
        elif kind == "consent":
            self._consent(message)
        elif kind == "page":
            self._pages[socket] = parse_page(message)
            if socket is self._source:
                self._tell_page()
            else:
                self._focus(socket)
        elif kind == "end":
            self._life.end(self.session, "visitor")
        else:
            raise MessageError("message_type", "This message is unknown here.")

    def page_left(self, socket: PageSocket) -> None:
        """The socket of a page closed."""
        source = self._source
        if self._pages.pop(socket, None) is None or self.session.ended_at is not None:
            return
        if not self._pages:
            self._visitor_away = self._give_up_later()
            self._tell_visitor_connected(connected=False)
        elif socket is source and self._source is not None:
            self._focus(self._source)

    def viewer_came(self, viewer: Viewer) -> None:
        """A viewer is there, after its ticket was checked."""
        _call_off(self._agents_away)
        known = viewer.puid in self._audience.puids()
        self._audience.add(viewer)
        if not known:
            self._life.agent_joined(self.session, viewer)
        viewer.socket.send(self.session.as_message(self._shown, connected=bool(self._pages)))
        self._tell_agents()
        self._ask_snapshot()

    def viewer_said(self, viewer: Viewer, message: JsonObject) -> None:
        """A viewer sent a message.

        Raises:
            MessageError: It is unknown.
        """
        kind = message.get("type")
        if kind == "snapshot":
            viewer.in_stream = False
            self._ask_snapshot()
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
        self._tell_agents()
        if not self._audience:
            self._agents_away = self._give_up_later()

    def present_agents(self) -> list[str]:
        """The PUIDs of the agents who have a viewer here."""
        return self._audience.puids()

    def finish(self) -> None:
        """The session ended: tells everybody and closes all sockets."""
        _call_off(self._visitor_away)
        _call_off(self._agents_away)
        for page in self._pages:
            page.send({"type": "ended", "reason": self.session.end_reason})
            page.close(1000, "The session ended.")
        self._pages.clear()
        for viewer in self._audience.clear():
            viewer.socket.send(self.session.as_ended())
            viewer.socket.close(1000, "The session ended.")

    @property
    def _source(self) -> PageSocket | None:
        return next(reversed(self._pages), None)

    def _focus(self, socket: PageSocket) -> None:
        self._pages[socket] = self._pages.pop(socket)
        self._audience.restart()
        self._asked_at = None
        self._tell_agents()
        self._tell_page()
        self._ask_snapshot()

    def _events(self, socket: PageSocket, message: JsonObject) -> None:
        if self.session.consent is None:
            raise MessageError("consent", "Nothing of a page is taken before consent.")
        events = parse_events(message)
        if socket is self._source:
            if events.begins_page:
                self._asked_at = None
            self._audience.relay(events)

    def _consent(self, message: JsonObject) -> None:
        consent = parse_consent(message)
        if self.session.consent is None:
            self._life.consented(self.session, consent)
            self._tell_page()
            self._ask_snapshot()

    def _ask_snapshot(self) -> None:
        if self._source is None or not self._audience or self.session.consent is None:
            return
        now = self._timer.time()
        if self._asked_at is None or now - self._asked_at >= _ASK_AGAIN_AFTER:
            self._asked_at = now
            self._source.send({"type": "snapshot"})

    def _tell_agents(self) -> None:
        agents = self._audience.agents()
        for page in self._pages:
            watching = agents if page is self._source else []
            page.send({"type": "agents", "count": len(watching), "agentlist": watching})

    def _tell_page(self) -> None:
        if self._source is None:
            return
        if self.session.consent is not None:
            self._shown = self._pages[self._source]
            message: dict[str, JsonValue] = {"type": "page"}
            self._audience.tell(message | self._shown.as_record())

    def _tell_visitor_connected(self, *, connected: bool) -> None:
        self._audience.tell({"type": "visitor", "connected": connected, "grace": self._grace})

    def _give_up_later(self) -> Handle:
        return self._timer.call_later(self._grace, lambda: self._life.end(self.session, "conndrop"))


def _call_off(handle: Handle | None) -> None:
    if handle is not None:
        handle.cancel()
