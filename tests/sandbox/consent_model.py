"""Who takes part in a session, what each of them does, and what must come of it: without looking at the service."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.sandbox.consent_orders import PAGE_MAY_BE_GONE, PAGES, PUIDS, QUESTION_LIVES, Message
from tests.sandbox.consent_recorded import Recorded


@dataclass
class Actors(Recorded):
    """All who take part, what each of them does, and what must come of it."""

    paused: bool = False
    pages: list[int] = field(default_factory=list)
    titles: dict[int, str] = field(default_factory=dict)
    viewers: dict[int, str] = field(default_factory=dict)
    stalled: set[int] = field(default_factory=set)
    woken: set[int] = field(default_factory=set)
    accepted: bool = False
    asked: str | None = None
    old_req: str = "none"
    now: float = 0.0
    asked_at: float = 0.0
    away_since: float | None = None
    count: int = 0
    used: int = 0
    may_be_seen: set[str] = field(default_factory=set)
    expected: list[str] = field(default_factory=list)
    expected_control: list[tuple[int, int]] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.consent and not self.paused

    @property
    def shown(self) -> int | None:
        return self.pages[-1] if self.pages else None

    # --- the visitor

    def _some_page(self, who: int) -> int | None:
        return self.pages[who % len(self.pages)] if self.pages else None

    def _open(self, who: int, _how: int) -> None:
        page = PAGES[who % len(PAGES)]
        if page in self.pages:
            return
        self.count += 1
        self.titles[page] = f"TITLE{self.count}."
        self.pages.append(page)
        self.away_since, self.held = None, False
        self.world.open_page(page, self.titles[page])

    def _close(self, who: int, _how: int) -> None:
        page = self._some_page(who)
        if page is not None:
            self.world.close_page(page)
            self._gone(page)

    def _reload(self, who: int, how: int) -> None:
        page = self._some_page(who)
        if page is not None:
            self._close(self.pages.index(page), how)
            self._open(page, how)

    def _gone(self, page: int) -> None:
        if page == self.shown:
            self.held = False
        self.pages.remove(page)
        self._note_shown()
        if not self.pages:
            self.away_since = self.now

    def _note_shown(self) -> None:
        if self.open and self.shown is not None:
            self.may_be_seen.add(self.titles[self.shown])

    def _events(self, who: int, _how: int, *, fresh: bool = False) -> None:
        page = self._some_page(who)
        if page is None:
            return
        self.count += 1
        marker = f"EVENT{self.count}."
        shown = self.open and page == self.shown
        if shown:
            self.may_be_seen.add(marker)
            if fresh:
                self.expected.append(marker)
        data = {"source": 5, "id": 1, "text": marker, "isChecked": False}
        events: list[Message] = [{"type": 3, "data": data, "timestamp": 1}]
        if fresh:
            node = {"type": 0, "childNodes": [{"type": 3, "textContent": marker, "id": 2}], "id": 1}
            events = [
                {"type": 4, "data": {"href": marker, "width": 1, "height": 1}, "timestamp": 1},
                {"type": 2, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 1},
                *events,
            ]
        self.world.page_sends(page, {"type": "events", "seq": self.count, "events": events})
        if not self.accepted:
            self._gone(page)

    def _fresh(self, who: int, how: int) -> None:
        self._events(who, how, fresh=True)

    def _page(self, who: int, how: int) -> None:
        page = self._some_page(who)
        if page is None:
            return
        self.count += 1
        self.titles[page] = f"TITLE{self.count}."
        if page != self.shown:
            self.held = False
            self.pages.remove(page)
            self.pages.append(page)
        title, secret = self.titles[page], f"?QUERY{how}"
        self.world.page_sends(page, {"type": "page", "href": f"https://shop/{title}{secret}", "title": title})

    def _consent(self, who: int, _how: int) -> None:
        page = self._some_page(who)
        if page is None:
            return
        if not self.accepted:
            self.accepted = True
            self._record(("view", "accepted", None))
        terms = {"status": "accepted", "version": "1", "language": "en"}
        self.world.page_sends(page, {"type": "consent", "power": "view", **terms})

    def _pause(self, who: int, _how: int) -> None:
        page = self._some_page(who)
        if page is not None:
            if not self.paused:
                self._assist_over()
            self.paused = True
            self.world.page_sends(page, {"type": "pause", "paused": True})

    def _resume(self, who: int, _how: int) -> None:
        page = self._some_page(who)
        if page is not None:
            self.paused = False
            self.world.page_sends(page, {"type": "pause", "paused": False})

    def _answer(self, who: int, req: str, *, accepted: bool) -> None:
        page = self._some_page(who)
        if page is None:
            return
        if self.asked is not None and req == self.req:
            agent, self.asked, self.old_req = self.asked, None, self.req
            self.allowed = agent if accepted else None
            self._record(("assist", "accepted" if accepted else "declined", agent), req)
        status = "accepted" if accepted else "declined"
        answer = {"power": "assist", "status": status, "req": req, "version": "1", "language": "en"}
        self.world.page_sends(page, {"type": "consent", **answer})

    def _accept(self, who: int, _how: int) -> None:
        self._answer(who, self.req or "none", accepted=True)

    def _decline(self, who: int, _how: int) -> None:
        self._answer(who, self.req or "none", accepted=False)

    def _old_answer(self, who: int, _how: int) -> None:
        self._answer(who, self.old_req, accepted=True)

    def _forged_answer(self, who: int, _how: int) -> None:
        self._answer(who, "forged", accepted=True)

    def _stop(self, who: int, _how: int) -> None:
        page = self._some_page(who)
        if page is not None:
            self.granted = self.allowed = None
            self.world.page_sends(page, {"type": "assist_end"})

    def _hold(self, who: int, _how: int, *, held: bool = True) -> None:
        page = self._some_page(who)
        if page is not None:
            if page == self.shown and self.granted is not None:
                self.held = held
            self.world.page_sends(page, {"type": "assist_hold", "held": held})

    def _release(self, who: int, how: int) -> None:
        self._hold(who, how, held=False)

    # --- agents and others

    def _some_viewer(self, who: int) -> int | None:
        return sorted(self.viewers)[who % len(self.viewers)] if self.viewers else None

    def _viewer(self, who: int, _how: int) -> None:
        viewer = who % len(PUIDS)
        if viewer not in self.viewers:
            self.viewers[viewer] = PUIDS[viewer]
            self.world.open_viewer(viewer, PUIDS[viewer])

    def _leave(self, who: int, _how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is None:
            return
        puid = self.viewers.pop(viewer)
        self.stalled.discard(viewer)
        if puid not in self.viewers.values() and puid in {self.asked, self.allowed, self.granted}:
            self._assist_over()
        self.world.close_viewer(viewer)

    def _snapshot(self, who: int, _how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is not None:
            self.world.viewer_sends(viewer, {"type": "snapshot"})

    def _ask(self, who: int, _how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is None:
            return
        if self.open and self.pages and not {self.asked, self.allowed, self.granted} - {None}:
            self.asked, self.asked_at = self.viewers[viewer], self.now
            self.old_req, self.req = self.req or "none", ""
        self.world.viewer_sends(viewer, {"type": "assist_request"})

    def _give_back(self, who: int, _how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is not None:
            if self.viewers[viewer] in {self.asked, self.allowed, self.granted}:
                self._assist_over()
            self.world.viewer_sends(viewer, {"type": "assist_end"})

    def _control(self, who: int, _how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is None:
            return
        self.count += 1
        if self.shown is not None and self.granted == self.viewers[viewer] and not self.held and not self.paused:
            self.expected_control.append((self.shown, self.count))
            self.used += 1
        action = {"kind": "click", "id": self.count, "x": 1, "y": 1}
        self.world.viewer_sends(viewer, {"type": "control", "action": action})

    def _stranger(self, _who: int, how: int) -> None:
        node = {"type": 0, "childNodes": [], "id": 1}
        content = [
            {"type": 4, "data": {"href": "EVENT-FORGED.", "width": 1, "height": 1}, "timestamp": 1},
            {"type": 2, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}, "timestamp": 1},
        ]
        terms = {"status": "accepted", "version": "1", "language": "en"}
        forged: list[Message] = [
            {"type": "consent", "power": "view", **terms},
            {"type": "consent", "power": "assist", "req": self.req or "r", **terms},
            {"type": "events", "seq": 1, "events": content},
            {"type": "page", "href": "TITLE-FORGED.", "title": "TITLE-FORGED."},
            {"type": "pause", "paused": not self.paused},
            {"type": "assist_hold", "held": not self.held},
            {"type": "end"},
        ]
        first = how % len(forged)
        self.world.stranger_sends([*forged[first:], *forged[:first]])

    def _stall(self, who: int, how: int) -> None:
        viewer = self._some_viewer(who)
        if viewer is not None:
            stalled = how % 2 == 0
            if viewer in self.stalled and not stalled:
                self.woken.add(viewer)
            (self.stalled.add if stalled else self.stalled.discard)(viewer)
            self.world.stall(viewer, stalled=stalled)

    def _wait(self, _who: int, how: int) -> None:
        if not self.world.is_ours:
            return
        seconds = (0.1, 1.0, 4.0, 6.0, 31.0)[how % 5]
        then = self.now + seconds
        dies = self.asked_at + QUESTION_LIVES if {self.asked, self.allowed} - {None} else then + 1
        ends = self.away_since + PAGE_MAY_BE_GONE if self.away_since is not None else then + 1
        if ends <= then and ends < dies:
            self._assist_over()
        elif dies <= then:
            if self.asked is not None:
                self._record(("assist", "expired", self.asked))
            self._assist_over()
        if ends <= then:
            self._assist_over()
        self.now = then
        self.world.wait(seconds)

    def _assist_over(self) -> None:
        if self.asked is not None:
            self.old_req = self.req
        self.asked = self.allowed = self.granted = None
        self.held = False
