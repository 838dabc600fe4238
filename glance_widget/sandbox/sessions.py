"""All sessions of one sandbox, and each one's life: W, then A, then C, T, X or Q (see docs/architecture.md)."""

from __future__ import annotations

import logging
import secrets
from typing import Final

from glance_widget.errors import GlanceError, SandboxError
from glance_widget.protocol.live_view import EndReason
from glance_widget.protocol.session_start import StartRequest
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.answers import Answers, Then
from glance_widget.sandbox.audience import Viewer
from glance_widget.sandbox.live_view import LiveView
from glance_widget.sandbox.presence import PresenceHub
from glance_widget.sandbox.receipts import Outcome
from glance_widget.sandbox.records import Records, moment
from glance_widget.sandbox.session import Session
from glance_widget.sandbox.session_codes import CodesCutOffError
from glance_widget.sandbox.session_keys import SessionKeys
from glance_widget.sandbox.session_starts import REFUSED, StartLimits, StartRefusedError
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.tickets import Tickets
from glance_widget.sandbox.timer import Handle, Timer

_KEPT_ENDED: Final = 500

_log = logging.getLogger("glance_widget.sandbox")


class Sessions:
    """The sessions of one sandbox. All methods belong to the sandbox's own thread.

    Args:
        settings: For timings and limits.
        hub: Hears of starts and ends.
        records: Where they are written down.
        tickets: Forgotten with their sessions.
        timer: The running event loop.
    """

    def __init__(self, settings: Settings, hub: PresenceHub, records: Records, tickets: Tickets, timer: Timer) -> None:
        self._settings = settings
        self._hub = hub
        self._records = records
        self._answers = Answers(records, settings.timings.recording, timer)
        self._tickets = tickets
        self._timer = timer
        self._open: dict[tuple[int, str], LiveView] = {}
        self._reserved: set[tuple[int, str]] = set()
        self._ended: dict[str, Session] = {}
        self._waiting: dict[Viewer, Handle] = {}
        self._limits: dict[Session, Handle] = {}
        self._starts = StartLimits(settings.limits, timer.time)
        self.keys: Final = SessionKeys(settings, hub, timer, is_open=self._is_open, is_awaited=self._is_awaited)

    def __len__(self) -> int:
        """How many sessions are open."""
        return len(self._open)

    async def start(self, request: StartRequest, address: str) -> Session:
        """Starts a session that waits for its first agent.

        Raises:
            StartRefusedError: The group is unknown, the key is in use, there are too many, or no record can be
                written.
        """
        if request.groupid != self._settings.groupid:
            raise StartRefusedError(REFUSED, "groupid", "The group is unknown to this sandbox.")
        self._starts.check(address, sum(live.session.address == address for live in self._open.values()))
        key = request.groupid, self.keys.for_start(request, address)
        self._reserved.add(key)
        try:
            session = self._new_session(request, key[1], address)
            await self._records.add(
                session.calltype,
                id=session.id, key=session.key, groupid=session.groupid, visitorid=session.visitorid,
                name=session.name, email=session.email, status=session.status, started_at=moment(session.started_at),
            )  # fmt: skip
        except SandboxError as error:
            raise StartRefusedError(REFUSED, error.code, error.message) from None
        finally:
            self._reserved.discard(key)
        self._begin(session)
        return session

    def found_by(self, agent: Agent, session_key: str, address: str) -> Session | None:
        """The open session into which an agent may come with a key. A random code is for the first who comes with it.

        Raises:
            CodesCutOffError: Too many wrong codes came lately, and this may be one more.
        """
        live = self._open.get((agent.groupid, session_key))
        session = live.session if live is not None else None
        return session if self.keys.may_enter(agent, session_key, session, address) else None

    def by_ssnid(self, ssnid: str) -> LiveView | None:
        """The live view of an open session, by its session id."""
        _, _, rest = ssnid.partition(".")
        live = self._open.get((self._settings.groupid, rest.rpartition(".")[0]))
        return live if live is not None and live.session.ssnid == ssnid else None

    def ended_by_ssnid(self, ssnid: str) -> Session | None:
        """A session that ended not long ago, by its session id."""
        return next((session for session in self._ended.values() if session.ssnid == ssnid), None)

    def of_agent(self, puid: str) -> list[Session]:
        """The open sessions in which an agent has a viewer."""
        return [live.session for live in self._open.values() if puid in live.present_agents()]

    def viewer_came(self, viewer: Viewer, address: str) -> LiveView | None:
        """Lets a viewer into its session, or lets it wait for it.

        Args:
            viewer: The viewer.
            address: Where its socket comes from.

        Returns:
            The live view it is in; None while it waits, and when its socket was closed.
        """
        ticket = viewer.ticket
        if ticket.session_id is not None:
            return self._returned(viewer, ticket.session_id)
        try:
            session = self.found_by(ticket.agent, ticket.session_key, address)
        except CodesCutOffError as error:
            _turn_away(viewer, error.code, error.message, error.hint)
            return None
        if session is not None:
            live = self._open[session.groupid, session.key]
            self._admit(viewer, live)
            return live
        if not ticket.wait:
            _turn_away(viewer, "notfound", "There is no session with this key.", "Ask the visitor for the key.")
            return None
        viewer.socket.send({"type": "waiting"})
        expire = self._settings.timings.waiting
        self._waiting[viewer] = self._timer.call_later(expire, lambda: self._stop_waiting(viewer))
        return None

    def viewer_left(self, viewer: Viewer) -> None:
        """The socket of a viewer closed."""
        handle = self._waiting.pop(viewer, None)
        if handle is not None:
            handle.cancel()
        live = self.live_of(viewer)
        if live is not None:
            live.viewer_left(viewer)

    def live_of(self, viewer: Viewer) -> LiveView | None:
        """The live view in which a viewer is; None while it waits."""
        live = self._open.get((viewer.ticket.agent.groupid, viewer.ticket.session_key))
        return live if live is not None and live.session.id == viewer.ticket.session_id else None

    def end(self, session: Session, reason: EndReason) -> None:
        """Ends a session: tells all who take part, and completes the record. Later calls change nothing."""
        live = self._open.get((session.groupid, session.key))
        if live is None or live.session is not session:
            return
        del self._open[session.groupid, session.key]
        self._limits.pop(session).cancel()
        session.close(reason, self._now())
        at = moment(session.ended_at or 0.0)
        for puid in live.present_agents():
            self._records.agent_stay(session.id, session.agents[puid], at)
        self._records.change(session.id, status=session.status, ended_at=at, end_reason=reason)
        self.keys.ended(session)
        live.finish()
        if session.visitorid is not None:
            self._hub.session_ended((session.groupid, session.visitorid), session.id, reason)
        self._keep_ended(session)
        _log.info("Session %s ended: %s.", session.id, reason)

    def end_all(self) -> None:
        """Ends all sessions, because the service stops."""
        for live in tuple(self._open.values()):
            self.end(live.session, "conndrop")

    def answered(self, session: Session, outcome: Outcome, then: Then) -> None:
        """Records what the visitor was asked and answered; ``then`` is told whether that is kept."""
        receipt = outcome.receipt(session.id, session.key, session.visitorid, moment(self._now()))
        self._answers.write(receipt, then)

    def agent_joined(self, session: Session, viewer: Viewer) -> None:
        """An agent's first viewer is there: with the first agent the session becomes active."""
        ticket, now = viewer.ticket, moment(self._now())
        if session.status == "W":
            session.status = "A"
            self._limits[session].cancel()
            self._records.change(session.id, status="A", joined_at=now)
        if ticket.origin or ticket.xid:
            self._records.change(session.id, origin=ticket.origin or None, xid=ticket.xid or None)
        num = session.agents.get(viewer.puid)
        if num is not None:
            self._records.agent_stay(session.id, num, None)
            return
        num = session.agents[viewer.puid] = len(session.agents) + 1
        self._records.agent_joined(
            session.id, num, {"puid": viewer.puid, "name": ticket.name or None, "joined_at": now}
        )

    def agent_left(self, session: Session, puid: str) -> None:
        """An agent's last viewer is gone."""
        self._records.agent_stay(session.id, session.agents[puid], moment(self._now()))

    def _is_open(self, key: str) -> bool:
        name = (self._settings.groupid, key)
        return name in self._open or name in self._reserved

    def _is_awaited(self, key: str) -> bool:
        return any(viewer.ticket.session_key == key for viewer in self._waiting)

    def _new_session(self, request: StartRequest, key: str, address: str) -> Session:
        visitorid, invited_by = self._hub.visitor_of_session(request.groupid, key)
        if request.camera:
            invited_by = self.keys.accepted(key)
        return Session(
            id=str(secrets.randbelow(900_000_000) + 100_000_000),
            groupid=request.groupid,
            key=key,
            disambiguate_id=request.disambiguate_id,
            address=address,
            started_at=self._now(),
            visitorid=visitorid,
            invited_by=invited_by,
            random_key=request.camera or request.session_key is None,
            # The code of an invitation is for whoever invited.
            code_agent=invited_by if request.camera else None,
            calltype="V" if request.camera else "C",
            name=request.name,
            email=request.email,
        )

    def _begin(self, session: Session) -> None:
        timings = self._settings.timings
        live = LiveView(session, self, timings=timings, timer=self._timer)
        self._open[session.groupid, session.key] = live
        self._limits[session] = self._timer.call_later(timings.waiting, lambda: self.end(session, "timedout"))
        if session.visitorid is not None:
            self._hub.session_started((session.groupid, session.visitorid), session.id)
        _log.info("Session %s started.", session.id)
        self.keys.started(session)
        if session.random_key:
            return  # Whoever waits for a code that was not given out yet has guessed it.
        group, key = session.groupid, session.key
        for viewer in [v for v in self._waiting if (v.ticket.agent.groupid, v.ticket.session_key) == (group, key)]:
            self._waiting.pop(viewer).cancel()
            self._admit(viewer, live)

    def _admit(self, viewer: Viewer, live: LiveView) -> None:
        viewer.ticket.session_id = live.session.id
        live.viewer_came(viewer)

    def _returned(self, viewer: Viewer, session_id: str) -> LiveView | None:
        live = self.live_of(viewer)
        if live is not None:
            live.viewer_came(viewer)
        elif session_id in self._ended:
            viewer.socket.send(self._ended[session_id].as_ended())
            viewer.socket.close(1000, "The session ended.")
        else:
            _turn_away(viewer, "notfound", "The session ended some time ago.", "Join again when the visitor is ready.")
        return live

    def _stop_waiting(self, viewer: Viewer) -> None:
        del self._waiting[viewer]
        _turn_away(viewer, "timedout", "No session with this key was started.", "Join again when the visitor is ready.")

    def _keep_ended(self, session: Session) -> None:
        self._ended[session.id] = session
        if len(self._ended) > _KEPT_ENDED:
            oldest = next(iter(self._ended))
            del self._ended[oldest]
            self._tickets.forget_session(oldest)

    def _now(self) -> float:
        return round(self._settings.clock(), 3)


def _turn_away(viewer: Viewer, code: str, message: str, hint: str) -> None:
    viewer.socket.send({"type": "refused"} | GlanceError(code, message, hint).as_record())
    viewer.socket.close(1000, message)
