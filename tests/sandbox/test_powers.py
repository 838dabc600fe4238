"""Pause and remote assist, over real sockets."""

from __future__ import annotations

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from glance_widget.sandbox import Sandbox, Timings
from tests.sandbox.clients import CHANGE, CONSENT, META, SNAPSHOT, Message, Socket, Wire, send_events, watched, wire_to

ANN = {"partneruserid": "ann@x", "name": "Ann"}
OFF: Message = {"type": "assist", "state": "off"}


def shared(wire: Wire, key: str) -> tuple[Message, Socket, Socket]:
    """A session with consent, and Ann's viewer."""
    started = wire.start(key)
    page = wire.page(started, consent=True)
    viewer = wire.viewer(key, "ann@x", NAME="Ann")
    viewer.expect("session")
    page.wait_for("snapshot")
    return started, page, viewer


def answer(page: Socket, req: str, status: str = "accepted") -> None:
    page.send(type="consent", power="assist", status=status, req=req, version="1", language="de")


def assisted(wire: Wire, key: str) -> tuple[Message, Socket, Socket]:
    """A session in which Ann has remote assist."""
    started, page, viewer = shared(wire, key)
    viewer.send(type="assist_request")
    answer(page, page.wait_for("assist_request")["req"])
    viewer.wait_for("assist", state="on")
    page.wait_for("assist", agent=ANN)
    return started, page, viewer


def click(number: int) -> Message:
    return {"kind": "click", "id": number, "x": 5, "y": 6}


class TestPause:
    def test_nothing_of_the_page_comes_until_it_is_resumed(self, wire: Wire) -> None:
        started, page, viewer = watched(wire, "pause")
        other = wire.page(started, path="/other")
        other.wait_for("snapshot")
        send_events(other, 0, META, SNAPSHOT)
        viewer.wait_for("events")
        other.send(type="pause", paused=True)
        assert viewer.receive() == {"type": "paused", "paused": True}
        assert page.wait_for("paused") == {"type": "paused", "paused": True}
        send_events(other, 1, CHANGE)
        send_events(other, 2, META, SNAPSHOT)
        other.send(type="page", href="http://shop.test/in-the-pause", title="Secret")
        late = wire.viewer("pause", "bob@x")
        session = late.expect("session")
        assert (session["paused"], session["page"]) == (True, {"href": "", "title": ""})
        third = wire.page(started, path="/third")
        assert third.receive() == {"type": "ready", "consent": True, "paused": True, "assist": None}
        third.close()
        other.send(type="pause", paused=False)
        for one in (viewer, late):
            assert one.receive() == {"type": "paused", "paused": False}
            assert one.receive() == {"type": "page", "href": "http://shop.test/in-the-pause", "title": "Secret"}
        other.wait_for("snapshot")
        send_events(other, 3, CHANGE)  # without a fresh start nobody is in the stream
        send_events(other, 4, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 4
        assert late.receive()["seq"] == 4

    def test_a_session_may_be_paused_before_consent(self, wire: Wire) -> None:
        page = wire.page(wire.start("early-pause"))
        viewer = wire.viewer("early-pause")
        viewer.expect("session")
        page.send(type="pause", paused=True)
        assert viewer.receive()["paused"] is True
        page.send(**CONSENT)
        page.send(type="pause", paused=False)
        assert viewer.receive()["paused"] is False
        assert viewer.receive()["type"] == "page"

    @pytest.mark.parametrize(
        "message", [{"type": "pause"}, {"type": "pause", "paused": 1}, {"type": "assist_hold", "held": None}]
    )
    def test_a_pause_says_whether(self, wire: Wire, message: Message) -> None:
        page = wire.page(wire.start(), consent=True)
        page.send(**message)
        assert page.closed()[0] == 1008


class TestAssist:
    def test_an_agent_asks_gets_it_uses_it_and_gives_it_back(self, wire: Wire) -> None:
        started, page, viewer = shared(wire, "assist")
        bob = wire.viewer("assist", "bob@x")
        bob.expect("session")
        second = wire.page(started, path="/second")
        for one in (viewer, bob):
            one.wait_for("page")
        viewer.send(type="assist_request")
        asked = second.wait_for("assist_request")
        assert asked["agent"] == ANN
        assert asked["within"] == 30
        assert page.wait_for("assist_request") == asked
        assert viewer.wait_for("assist") == {"type": "assist", "state": "asked", "reason": "none", "within": 30}
        assert bob.wait_for("assist") == {"type": "assist", "state": "other", "reason": "none", "agent": ANN}
        bob.send(type="assist_request")  # one at a time
        answer(second, "forged")
        answer(page, asked["req"])
        assert second.receive() == {"type": "assist_withdrawn", "req": asked["req"], "reason": "answered"}
        assert second.receive() == {"type": "assist", "agent": ANN}
        assert viewer.receive() == {"type": "assist", "state": "on", "reason": "none"}
        assert bob.receive()["state"] == "other"
        bob.send(type="control", action=click(1))
        viewer.send(type="control", action=click(2) | {"more": "x"})
        assert second.receive() == {"type": "control", "action": click(2)}  # the page that is shown, and Ann only
        second.send(type="assist_hold", held=True)
        assert viewer.receive() == {"type": "assist", "state": "held", "reason": "none"}
        viewer.send(type="control", action=click(3))
        bob.receive()
        second.send(type="assist_hold", held=False)
        assert viewer.receive()["state"] == "on"
        viewer.send(type="control", action=click(4))
        assert second.receive()["action"] == click(4)
        viewer.send(type="assist_end")
        assert viewer.receive() == OFF | {"reason": "ended_by_agent"}
        assert second.receive() == {"type": "assist", "agent": None}
        assert page.wait_for("assist", agent=None)

    def test_a_page_change_keeps_it_and_the_next_page_learns_of_it(self, wire: Wire) -> None:
        started, page, viewer = assisted(wire, "assist-next-page")
        page.send(type="assist_hold", held=True)
        viewer.wait_for("assist", state="held")
        page.close()
        viewer.wait_for("visitor", connected=False)
        viewer.send(type="control", action=click(1))
        after = wire.page(started, path="/after")
        assert after.receive() == {"type": "ready", "consent": True, "paused": False, "assist": ANN}
        viewer.wait_for("assist", state="on")  # the hand was on the page before
        viewer.send(type="control", action=click(2))
        assert after.wait_for("control")["action"] == click(2)

    def test_an_open_question_is_put_to_the_next_page_too(self, wire: Wire) -> None:
        started, page, viewer = shared(wire, "assist-question")
        viewer.send(type="assist_request")
        asked = page.wait_for("assist_request")
        page.close()
        again = wire.page(started).wait_for("assist_request")
        assert (again["req"], again["agent"]) == (asked["req"], ANN)
        assert 1 <= again["within"] <= 30

    @pytest.mark.parametrize(
        ("how", "reason"),
        [("stop", "ended_by_visitor"), ("pause", "paused"), ("decline", "declined"), ("cancel", "cancelled")],
    )
    def test_each_end_says_why(self, wire: Wire, how: str, reason: str) -> None:
        if how in {"stop", "pause"}:
            _, page, viewer = assisted(wire, f"assist-{how}")
            page.send(**({"type": "assist_end"} if how == "stop" else {"type": "pause", "paused": True}))
        else:
            _, page, viewer = shared(wire, f"assist-{how}")
            viewer.send(type="assist_request")
            asked = page.wait_for("assist_request")
            if how == "decline":
                answer(page, asked["req"], "declined")
            else:
                viewer.send(type="assist_end")
                withdrawn = page.wait_for("assist_withdrawn")
                assert withdrawn == {"type": "assist_withdrawn", "req": asked["req"], "reason": "cancelled"}
        assert viewer.wait_for("assist", state="off")["reason"] == reason
        # Refusing one power leaves the other.
        if how != "pause":
            send_events(page, 1, META, SNAPSHOT)
            assert viewer.wait_for("events")["seq"] == 1

    def test_it_ends_with_the_agents_last_viewer(self, wire: Wire) -> None:
        _, page, viewer = assisted(wire, "assist-agent-gone")
        second = wire.viewer("assist-agent-gone", "ann@x", NAME="Ann")
        assert second.wait_for("assist")["state"] == "on"
        viewer.close()
        page.wait_for("agents")
        second.send(type="control", action=click(7))
        assert page.wait_for("control")
        bob = wire.viewer("assist-agent-gone", "bob@x")
        assert bob.wait_for("assist")["state"] == "other"
        second.close()
        assert page.wait_for("assist")["agent"] is None
        assert bob.wait_for("assist", state="off")["reason"] == "agent_gone"

    def test_a_question_dies_and_a_page_that_stays_away_ends_it(self) -> None:
        timings = Timings(assist_question=0.3, assist_away=0.3)
        with Sandbox(timings=timings) as sandbox, wire_to(sandbox) as wire:
            started, page, viewer = shared(wire, "dies")
            viewer.send(type="assist_request")
            asked = page.wait_for("assist_request")
            assert asked["within"] == 1
            assert page.wait_for("assist_withdrawn")["reason"] == "expired"
            assert viewer.wait_for("assist", state="off")["reason"] == "expired"
            answer(page, asked["req"])  # too late
            viewer.send(type="control", action=click(1))
            viewer.send(type="assist_request")
            page.wait_for("assist_request")
            page.close()
            assert viewer.wait_for("assist", state="off")["reason"] in {"page_gone", "expired"}
            found = [(r.power, r.answer, r.agent) for r in sandbox.consent_receipts(str(started["callId"]))]
            assert found[:2] == [("view", "accepted", None), ("assist", "expired", "ann@x")]

    @pytest.mark.parametrize(("when", "reason"), [("unasked", "none"), ("paused", "paused"), ("away", "page_gone")])
    def test_it_cannot_be_asked_for_at_all_times(self, wire: Wire, when: str, reason: str) -> None:
        started = wire.start(f"assist-not-{when}")
        page = wire.page(started, consent=when != "unasked")
        page.wait_for("agents")
        viewer = wire.viewer(f"assist-not-{when}")
        viewer.expect("session")
        if when == "paused":
            page.send(type="pause", paused=True)
            viewer.wait_for("paused")
        elif when == "away":
            page.close()
            viewer.wait_for("visitor", connected=False)
        viewer.send(type="assist_request")
        assert viewer.wait_for("assist") == OFF | {"reason": reason}

    def test_who_asks_again_and_again_is_closed(self, wire: Wire) -> None:
        _, page, viewer = shared(wire, "assist-nagging")
        with suppress(ConnectionClosed):
            for _ in range(6):
                viewer.send(type="assist_request")
                viewer.send(type="assist_end")
        assert viewer.closed() == (1008, "Remote assist is asked for too often.")
        page.wait_for("agents", count=0)

    def test_actions_have_a_shape_and_a_rate(self, wire: Wire) -> None:
        _, page, viewer = assisted(wire, "assist-rate")
        for number in range(300):
            viewer.send(type="control", action={"kind": "point", "x": number, "y": 0})
        page.wait_for("control")
        with suppress(ConnectionClosed):
            for number in range(300):
                viewer.send(type="control", action=click(number))
        assert viewer.closed() == (1008, "Actions of remote assist come too fast.")
        _, _, other = assisted(wire, "assist-shape")
        other.send(type="control", action={"kind": "paste"})
        assert other.closed()[0] == 1008
