"""The two worlds in which orders of consent are played: the service's objects alone, and a sandbox over sockets."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosed

from glance_widget.errors import MessageError
from glance_widget.protocol.live_view import EndReason, Page, VisitorHello, parse_visitor_frame
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.answers import Then
from glance_widget.sandbox.audience import Viewer
from glance_widget.sandbox.live_view import LiveView
from glance_widget.sandbox.receipts import Outcome
from glance_widget.sandbox.session import Session
from glance_widget.sandbox.settings import Timings
from glance_widget.sandbox.tickets import Ticket
from tests.sandbox.clients import Socket, Wire
from tests.sandbox.consent_orders import PAGE_MAY_BE_GONE, QUESTION_LIVES, Message, Receipt

GENUINE, FORGED = "g" * 40, "f" * 40


class Call:
    """A call that comes later."""

    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeTimer:
    """An event loop's clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = itertools.count()
        self._calls: list[tuple[float, int, Call, Callable[[], object]]] = []

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Call:
        call = Call()
        heapq.heappush(self._calls, (self.now + delay, next(self._order), call, callback))
        return call

    def advance(self, seconds: float) -> None:
        then = self.now + seconds
        while self._calls and self._calls[0][0] <= then:
            self.now, _, call, callback = heapq.heappop(self._calls)
            if not call.cancelled:
                callback()
        self.now = then


class FakeSocket:
    """What the service sends to one page or viewer."""

    def __init__(self) -> None:
        self.queue: list[tuple[bool, Message]] = []
        self.stalled = False

    def send(self, message: Mapping[str, object]) -> None:
        self.queue.append((False, json.loads(json.dumps(message))))

    def offer(self, text: str) -> bool:
        self.queue.append((True, json.loads(text)))
        return True

    def drop_content(self) -> None:
        self.queue = [item for item in self.queue if not item[0]]

    def when_drained(self, callback: Callable[[], None]) -> None:
        raise NotImplementedError

    def close(self, code: int = 1000, reason: str = "") -> None:
        pass

    def take(self) -> list[Message]:
        if self.stalled:
            return []
        taken, self.queue = [message for _, message in self.queue], []
        return taken


class Life:
    """Writes receipts down, at once or, as a slow database, when it is told to; and ends nothing."""

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.slow = False
        self._waiting: list[tuple[Outcome, Then]] = []

    def end(self, session: Session, reason: EndReason) -> None:
        raise AssertionError((session, reason))

    def answered(self, session: Session, outcome: Outcome, then: Then) -> None:
        assert session.ended_at is None
        self._waiting.append((outcome, then))
        if not self.slow:
            self.write()

    def write(self, *, lose_assist: bool = False) -> None:
        """Writes what waits; consents to remote assist can be lost."""
        waiting, self._waiting = self._waiting, []
        for outcome, then in waiting:
            kept = not lose_assist or outcome.power == "view"
            if kept:
                self.receipts.append((outcome.power, outcome.answer, outcome.agent))
            then(kept)

    def agent_joined(self, session: Session, viewer: Viewer) -> None:
        pass

    def agent_left(self, session: Session, puid: str) -> None:
        pass


class ObjectWorld:
    """The real live view of one session, without sockets; clock and database go when they are told to."""

    is_ours = True

    def __init__(self) -> None:
        self.timer, self.life = FakeTimer(), Life()
        timings = Timings(grace=1e9, assist_question=QUESTION_LIVES, assist_away=PAGE_MAY_BE_GONE)
        self.session = Session("1", 1, "k", 1, "", 0.0)
        self.live = LiveView(self.session, self.life, timings=timings, timer=self.timer)
        self.pages: dict[int, FakeSocket] = {}
        self.viewers: dict[int, Viewer] = {}
        self.sockets: dict[int, FakeSocket] = {}

    def open_page(self, page: int, title: str) -> None:
        self.pages[page] = FakeSocket()
        assert self.session.is_visitor(GENUINE)
        self.live.page_came(self.pages[page], VisitorHello("1.k.1", GENUINE, Page(f"https://shop/{title}", title)))

    def close_page(self, page: int) -> None:
        self.live.page_left(self.pages.pop(page))

    def page_sends(self, page: int, message: Message) -> None:
        try:
            self.live.page_said(self.pages[page], parse_visitor_frame(json.dumps(message)))
        except MessageError:
            self.close_page(page)

    def open_viewer(self, viewer: int, puid: str) -> None:
        socket = self.sockets[viewer] = FakeSocket()
        self.viewers[viewer] = Viewer(socket, Ticket(Agent(1, puid), "k"))
        self.live.viewer_came(self.viewers[viewer])

    def close_viewer(self, viewer: int) -> None:
        self.live.viewer_left(self.viewers.pop(viewer))

    def viewer_sends(self, viewer: int, message: Message) -> None:
        self.live.viewer_said(self.viewers[viewer], message)

    def stranger_sends(self, messages: list[Message]) -> None:
        assert not self.session.is_visitor(FORGED)
        stranger = FakeSocket()
        for message in messages:
            self.live.page_said(stranger, parse_visitor_frame(json.dumps(message)))
        self.live.page_left(stranger)
        assert stranger.take() == []

    def stall(self, viewer: int, *, stalled: bool) -> None:
        self.sockets[viewer].stalled = stalled

    def wait(self, seconds: float) -> None:
        self.timer.advance(seconds)

    def records(self, *, slow: bool, lose_assist: bool = False) -> None:
        self.life.slow = slow
        if not slow:
            self.life.write(lose_assist=lose_assist)

    def to_viewers(self) -> list[tuple[int, Message]]:
        return [(viewer, message) for viewer in self.viewers for message in self.sockets[viewer].take()]

    def to_pages(self) -> list[tuple[int, Message]]:
        return [(page, message) for page, socket in self.pages.items() for message in socket.take()]

    def receipts(self) -> list[Receipt]:
        return list(self.life.receipts)


class SocketWorld:
    """One session of a running sandbox. After each step it waits until everything sent has been worked off."""

    is_ours = False

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.started = wire.start(f"order-{next(_NAMES)}")
        self.key = self.started["sessionKey"]
        self.pages: dict[int, Socket] = {}
        self.viewers: dict[int, Socket] = {}

    def open_page(self, page: int, title: str) -> None:
        socket = self.pages[page] = self.wire.open("/live/visitor")
        hello = {"ssnid": self.started["sessionId"], "href": f"https://shop/{title}", "title": title}
        socket.send(type="hello", token=GENUINE, **hello)

    def close_page(self, page: int) -> None:
        self.pages.pop(page).close()

    def page_sends(self, page: int, message: Message) -> None:
        self.pages[page].send(**message)

    def open_viewer(self, viewer: int, puid: str) -> None:
        self.viewers[viewer] = self.wire.viewer(self.key, puid)

    def close_viewer(self, viewer: int) -> None:
        self.viewers.pop(viewer).close()

    def viewer_sends(self, viewer: int, message: Message) -> None:
        self.viewers[viewer].send(**message)

    def stranger_sends(self, messages: list[Message]) -> None:
        socket = self.wire.open("/live/visitor")
        hello = {"ssnid": self.started["sessionId"], "href": "https://x/", "title": "TITLE-FORGED."}
        with suppress(ConnectionClosed):
            socket.send(type="hello", token=FORGED, **hello)
            for message in messages:
                socket.send(**message)
        assert socket.expect("refused")["code"] == "authorization"
        assert socket.closed()[0] == 1008
        viewer = self.wire.open("/live/agent")
        viewer.send(type="hello", ticket="forged")
        assert viewer.expect("refused")["code"] == "ticket"

    def stall(self, viewer: int, *, stalled: bool) -> None:
        pass

    def wait(self, seconds: float) -> None:
        raise NotImplementedError

    def records(self, *, slow: bool, lose_assist: bool = False) -> None:
        raise NotImplementedError

    def to_viewers(self) -> list[tuple[int, Message]]:
        self._settle()
        return [(viewer, message) for viewer, socket in self.viewers.items() for message in socket.arrived()]

    def to_pages(self) -> list[tuple[int, Message]]:
        return [(page, message) for page, socket in self.pages.items() for message in socket.arrived()]

    def receipts(self) -> list[Receipt]:
        found = self.wire.sandbox.consent_receipts(str(self.started["callId"]))
        return [(receipt.power, receipt.answer, receipt.agent) for receipt in found]

    def _settle(self) -> None:
        """Everything sent has arrived, was worked off, and what it led to has arrived here."""
        everybody: list[Any] = [*self.pages.values(), *self.viewers.values()]
        for _ in range(2):
            for socket in everybody:
                socket.reach()
            self.receipts()  # behind all that is still to be written
            self.wire.let_turn()
        self.pages = {page: socket for page, socket in self.pages.items() if not socket.is_closed()}


_NAMES = itertools.count(1)
