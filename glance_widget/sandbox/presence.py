"""Presence: who is on the website, who looks at it, and what they tell each other (wire sheet, section 5.3).

Nothing here waits or touches a socket: the hub is told what happened, and puts messages into the sockets' queues.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import MAX_CONTROL_MESSAGE, JsonObject, JsonValue, dump, text_field
from glance_widget.protocol.presence import WITHDRAW_TERMS, Message
from glance_widget.sandbox.end_notices import EndNotices
from glance_widget.sandbox.invitations import Invitation, Invitations, Unanswered
from glance_widget.sandbox.settings import Timings
from glance_widget.sandbox.timer import Timer

VisitorKey = tuple[int, str]
"""Group id and visitor id."""

_KEPT_VISITORS: Final = 1000
_KEPT_SIGNALS: Final = 20

_SERVICE_ONLY: Final = frozenset(
    {"connect", "connected", "k", "redirect", "scaledown", "serverclose", "visitorconn", "visitorsock"}
)
"""Messages that only the service sends: relayed, they would let one side speak in its name to the other."""
_AGENT_ONLY: Final = frozenset({"invoke", "signal"})


class Socket(Protocol):
    """What the hub needs of a socket."""

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message."""


@dataclass(eq=False, slots=True)
class Visitor:
    """What is known about one visitor.

    Attributes:
        key: Group id and visitor id.
        record: What the visitor's pages have posted, merged.
        pages: Sockets of the visitor's pages; the last one has the focus and gets the signals.
        agents: Sockets of the agents who look at this visitor, with their PUIDs.
        seen: When a page's socket was last up, on the monotonic clock; None when never.
        present_since, active_at: Unix seconds for the record.
        kept: Signals for a visitor who was there a moment ago.
    """

    key: VisitorKey
    notices: EndNotices = field(init=False)
    record: JsonObject = field(default_factory=dict)
    pages: list[Socket] = field(default_factory=list)
    agents: dict[Socket, str] = field(default_factory=dict)
    seen: float | None = None
    present_since: float = 0.0
    active_at: float = 0.0
    kept: deque[Mapping[str, JsonValue]] = field(default_factory=lambda: deque(maxlen=_KEPT_SIGNALS))

    def __post_init__(self) -> None:
        """Connects the account of session ends."""
        self.notices = EndNotices(self._tell_end, self.agents.values)

    def tell_agents(self, message: Mapping[str, JsonValue]) -> None:
        """Sends a message to all agents who look at this visitor."""
        for agent in tuple(self.agents):
            agent.send(message)

    def _tell_end(self, data: JsonObject) -> None:
        self.tell_agents({"type": "visitorsessionend", "data": data})


def _connection_messages(*, connected: bool) -> list[dict[str, JsonValue]]:
    # Newer agents act on the first, older ones know only the second.
    return [{"type": kind, "data": {"connected": connected}} for kind in ("visitorsock", "visitorconn")]


def _signal(kind: str, data: JsonObject) -> dict[str, JsonValue]:
    return {"type": kind, "mtype": kind, "data": data}


class PresenceHub:
    """All visitors of one sandbox. All methods belong to the sandbox's own thread.

    Args:
        timings: When a visitor is absent, an invitation dies, and a session's end is reported.
        clock: Gives the present in Unix seconds.
        timer: The running event loop.
        unanswered: Is told of invitations from which no session comes.
    """

    def __init__(self, timings: Timings, clock: Callable[[], float], timer: Timer, unanswered: Unanswered) -> None:
        self._gone_after = timings.visitor_gone_after
        self._end_notice = timings.end_notice
        self._clock = clock
        self._timer = timer
        self._visitors: dict[VisitorKey, Visitor] = {}
        self._unanswered = unanswered
        self.invitations: Final = Invitations(timings.invitation, timer, self._invitation_over)

    def is_present(self, key: VisitorKey) -> bool:
        """Whether the visitor is there, or was a moment ago."""
        visitor = self._visitors.get(key)
        return visitor is not None and self._is_present(visitor)

    def record(self, key: VisitorKey) -> JsonObject:
        """The visitor's presence record with its times; empty when the visitor is absent."""
        visitor = self._visitors.get(key)
        if visitor is None or not self._is_present(visitor):
            return {}
        times: JsonObject = {
            "visitorpresent": f"{visitor.present_since:.1f}",
            "timestamp": f"{visitor.active_at:.1f}",
            "visitorid": key[1],
            "groupid": str(key[0]),
        }
        return visitor.record | times

    def page_came(self, key: VisitorKey, page: Socket) -> None:
        """A page of the visitor connected: it has the focus, and gets what was kept."""
        visitor = self._visitor(key)
        kept = tuple(visitor.kept) if self._is_present(visitor) else ()
        visitor.kept.clear()
        if not visitor.pages:
            visitor.present_since = self._clock()
            for message in _connection_messages(connected=True):
                visitor.tell_agents(message)
        visitor.pages.append(page)
        visitor.active_at = self._clock()
        for signal in kept:
            page.send(signal)

    def page_said(self, key: VisitorKey, page: Socket, message: Message) -> None:
        """A page of the visitor sent a message: agents get it.

        Raises:
            MessageError: Visitors may not send it, or the record becomes too large.
        """
        visitor = self._visitor(key)
        kind, data = message.kind, message.data
        if kind == "k":
            return
        if kind in _SERVICE_ONLY or kind in _AGENT_ONLY:
            raise MessageError("message_type", "A visitor may not send this message.")
        if kind == "presence":
            data = self._merge(visitor, page, data)
        elif kind == "terms":
            self.invitations.answered(*key, data)
        elif kind == "visibility":
            visitor.record["visibility"] = "hidden" if data.get("visibility") == "hidden" else "visible"
        elif kind == "visitorsessionstart":
            visitor.notices.script_started()
        elif kind == "visitorsessionend":
            visitor.notices.script_ended(data)
            return
        visitor.tell_agents({"type": kind, "data": data})

    def page_left(self, key: VisitorKey, page: Socket) -> None:
        """The socket of a page closed. Agents hear at once that no page is left; waiting 5 s is theirs."""
        visitor = self._visitor(key)
        visitor.pages.remove(page)
        visitor.seen = self._timer.time()
        if not visitor.pages:
            for message in _connection_messages(connected=False):
                visitor.tell_agents(message)
        self._forget_old()

    def agent_came(self, key: VisitorKey, agent: Socket, puid: str) -> None:
        """An agent connected: hears of a visitor who is there or was a moment ago, and of an end that was missed."""
        visitor = self._visitor(key)
        visitor.agents[agent] = puid
        if self._is_present(visitor):
            for message in _connection_messages(connected=True):
                agent.send(message)
        if visitor.seen is not None and self._is_present(visitor) and not visitor.pages:
            rest = visitor.seen + self._gone_after - self._timer.time()
            self._timer.call_later(max(0.0, rest), lambda: self._tell_if_gone(visitor, agent))
        missed = visitor.notices.agent_came(puid)
        if missed is not None:
            agent.send({"type": "visitorsessionend", "data": missed})

    def agent_said(self, key: VisitorKey, message: Message, puid: str) -> None:
        """An agent sent a message over the socket: the visitor gets it, as in load-balanced presence.

        Raises:
            MessageError: Agents may not send it.
        """
        if message.kind != "k":
            self.deliver(key, message.kind, message.data, puid)

    def agent_left(self, key: VisitorKey, agent: Socket) -> None:
        """The socket of an agent closed."""
        visitor = self._visitor(key)
        visitor.notices.agent_left(visitor.agents.pop(agent))
        self._forget_old()

    def deliver(self, key: VisitorKey, kind: str, data: JsonObject, puid: str) -> bool:
        """Sends a signal to the page that has the focus, or keeps it for a visitor who was there a moment ago.

        Returns:
            Whether the service could take it: False when the visitor is absent.

        Raises:
            MessageError: Agents may not send it, or it is malformed.
        """
        if kind in _SERVICE_ONLY:
            raise MessageError("message_type", "An agent may not send this message.")
        if kind == "invoke":
            text_field(data, "func", limit=256)
        visitor = self._visitors.get(key)
        if visitor is None or not self._is_present(visitor):
            return False
        if kind == "invoke":
            self.invitations.signalled(*key, data, puid)
        message = _signal(kind, data)
        if visitor.pages:
            visitor.pages[-1].send(message)
        else:
            visitor.kept.append(message)
        return True

    def visitor_of_session(self, groupid: int, session_key: str) -> tuple[str | None, str | None]:
        """Whose session this will be: the visitor invited with its key, or whose id is the key; and who invited."""
        invited = self.invitations.session_starts(groupid, session_key)
        if invited is not None:
            return invited.visitorid, invited.puid
        return (session_key if self.is_present((groupid, session_key)) else None), None

    def session_started(self, key: VisitorKey, session_id: str) -> None:
        """The service started a session with this visitor."""
        self._visitor(key).notices.session_started(session_id)

    def session_ended(self, key: VisitorKey, session_id: str, reason: str) -> None:
        """The service ended a session with this visitor; the visitor's script may report that itself."""
        visitor = self._visitor(key)
        if visitor.notices.session_ended(session_id, {"reason": reason}):
            if visitor.pages:
                self._timer.call_later(self._end_notice, visitor.notices.report_due)
            else:
                visitor.notices.report_due()

    def report_all_due(self) -> None:
        """Reports all ends that are still to be told, because the service stops."""
        for visitor in self._visitors.values():
            visitor.notices.report_due()

    def _merge(self, visitor: Visitor, page: Socket, data: JsonObject) -> JsonObject:
        merged = {name: value for name, value in visitor.record.items() if name != "visibility"} | data
        if len(dump(merged)) > MAX_CONTROL_MESSAGE:
            raise MessageError("message_size", "The presence record becomes too large.")
        visitor.record = merged
        visitor.active_at = self._clock()
        # A page posts its presence again when its window gets the focus.
        visitor.pages.remove(page)
        visitor.pages.append(page)
        return dict(merged)

    def _invitation_over(self, invitation: Invitation, answer: Literal["declined", "expired"]) -> None:
        self._unanswered(invitation, answer)
        visitor = self._visitors.get((invitation.groupid, invitation.visitorid))
        if visitor is None or answer != "expired":
            return
        # Whoever asked may be gone: the question goes away without them.
        data: JsonObject = {"func": WITHDRAW_TERMS, "args": {"sessionKey": invitation.session_key}}
        for page in tuple(visitor.pages):
            page.send(_signal("invoke", data))

    def _is_present(self, visitor: Visitor) -> bool:
        if visitor.pages:
            return True
        return visitor.seen is not None and self._timer.time() - visitor.seen <= self._gone_after

    def _tell_if_gone(self, visitor: Visitor, agent: Socket) -> None:
        if agent in visitor.agents and not visitor.pages:
            for message in _connection_messages(connected=False):
                agent.send(message)

    def _visitor(self, key: VisitorKey) -> Visitor:
        visitor = self._visitors.get(key)
        if visitor is None:
            visitor = self._visitors[key] = Visitor(key)
        return visitor

    def _forget_old(self) -> None:
        """Keeps the records of absent visitors, for their return, but not without end."""
        if len(self._visitors) <= _KEPT_VISITORS:
            return
        idle = [v for v in self._visitors.values() if not v.pages and not v.agents and v.notices.idle]
        for visitor in sorted(idle, key=lambda v: v.seen or 0.0)[: len(self._visitors) - _KEPT_VISITORS]:
            del self._visitors[visitor.key]
