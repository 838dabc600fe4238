from __future__ import annotations

import json
import threading
from datetime import datetime, timezone

import pytest

from glance_widget.sandbox import Limits, Sandbox, Timings
from tests.conftest import eventually
from tests.sandbox.clients import CHANGE, META, SNAPSHOT, Message, Socket, Wire, wire_to


def send_events(page: Socket, seq: int, *events: Message) -> None:
    page.send(type="events", seq=seq, events=list(events))


def watched(wire: Wire, key: str) -> tuple[Message, Socket, Socket]:
    """A session with consent, whose viewer has seen the page's fresh start."""
    started = wire.start(key)
    page = wire.page(started, consent=True)
    viewer = wire.viewer(key)
    page.wait_for("snapshot")
    send_events(page, 0, META, SNAPSHOT)
    viewer.wait_for("events")
    return started, page, viewer


def test_hello_is_answered_with_ready_and_who_watches(wire: Wire) -> None:
    page = wire.page(wire.start("hello"))
    assert page.receive() == {"type": "ready", "consent": False}
    assert page.receive() == {"type": "agents", "count": 0, "agentlist": []}


def test_a_viewer_gets_the_session(wire: Wire) -> None:
    started = wire.start("facts", name="Maria", email="maria@shop.test")
    page = wire.page(started, consent=True)
    page.expect("agents")
    viewer = wire.viewer("facts")
    session = viewer.expect("session")
    assert session["key"] == "facts"
    assert session["sessionId"] == str(started["callId"])
    assert session["visitor"] == {"visitorid": "", "name": "Maria"}
    assert session["connected"] is True
    moment = datetime.fromisoformat(session["startedAt"].replace("Z", "+00:00"))
    assert abs((datetime.now(timezone.utc) - moment).total_seconds()) < 60


def test_the_whole_way_of_an_event(wire: Wire) -> None:
    page = wire.page(wire.start("way"), consent=True)
    page.expect("agents")
    viewer = wire.viewer("way", NAME="Ann")
    assert viewer.expect("session")["page"] == {"href": "http://shop.test/", "title": "Shop"}
    agents = [{"partneruserid": wire.sandbox.puid, "name": "Ann"}]
    assert page.receive() == {"type": "agents", "count": 1, "agentlist": agents}
    assert page.receive() == {"type": "snapshot"}
    send_events(page, 0, META, SNAPSHOT)
    send_events(page, 1, CHANGE, CHANGE)
    assert viewer.receive() == {"type": "events", "seq": 0, "events": [META, SNAPSHOT]}
    assert viewer.receive() == {"type": "events", "seq": 1, "events": [CHANGE, CHANGE]}
    viewer.close()
    assert page.receive() == {"type": "agents", "count": 0, "agentlist": []}


def test_addresses_are_told_without_query_and_hash(wire: Wire) -> None:
    _, page, viewer = watched(wire, "address")
    page.send(type="page", href="http://shop.test/cart?token=1#x", title="Cart")
    assert viewer.receive() == {"type": "page", "href": "http://shop.test/cart", "title": "Cart"}


def test_a_viewer_that_comes_before_the_session_waits_for_it(wire: Wire) -> None:
    viewer = wire.viewer("early")
    assert viewer.receive() == {"type": "waiting"}
    started = wire.start("early")
    session = viewer.expect("session")
    assert (session["sessionId"], session["connected"]) == (str(started["callId"]), False)
    wire.page(started)
    assert viewer.receive() == {"type": "visitor", "connected": True, "grace": 3600}


def test_a_viewer_that_does_not_wait_is_told_that_there_is_no_session(wire: Wire) -> None:
    viewer = wire.viewer("not-there", WAIT="0")
    refused = viewer.expect("refused")
    assert refused["code"] == "notfound"
    assert refused["message"]
    assert refused["hint"]
    assert viewer.closed()[0] == 1000


def test_a_viewer_does_not_wait_forever(hasty: Wire) -> None:
    viewer = hasty.viewer("never")
    viewer.expect("waiting")
    assert viewer.expect("refused")["code"] == "timedout"


def test_a_waiting_viewer_may_give_up(wire: Wire) -> None:
    viewer = wire.viewer("given-up")
    viewer.expect("waiting")
    viewer.send(type="snapshot")
    viewer.send(type="end")
    assert viewer.closed()[0] == 1000


class TestConsent:
    def test_events_before_consent_close_the_page_and_reach_nobody(self, wire: Wire) -> None:
        started = wire.start("no-consent")
        page = wire.page(started)
        viewer = wire.viewer("no-consent")
        viewer.expect("session")
        page.wait_for("agents", count=1)
        send_events(page, 0, META, SNAPSHOT)
        assert page.closed() == (1008, "Nothing of a page is taken before consent.")
        assert viewer.receive() == {"type": "visitor", "connected": False, "grace": 3600}

    def test_before_consent_a_viewer_learns_nothing_of_the_page(self, wire: Wire) -> None:
        started = wire.start("blind")
        page = wire.page(started)
        viewer = wire.viewer("blind")
        assert viewer.expect("session")["page"] == {"href": "", "title": ""}
        page.send(type="page", href="http://shop.test/secret", title="Secret")
        page.send(type="page", href="http://shop.test/agreed", title="Agreed")
        page.send(type="consent", status="accepted", version="1", language="en")
        assert viewer.receive() == {"type": "page", "href": "http://shop.test/agreed", "title": "Agreed"}

    def test_a_page_is_asked_for_nothing_before_consent(self, wire: Wire) -> None:
        page = wire.page(wire.start("unasked"))
        wire.viewer("unasked").expect("session")
        page.wait_for("agents", count=1)
        wire.viewer("unasked", "second@x").expect("session")
        assert page.receive()["count"] == 2
        page.send(type="consent", status="accepted", version="1", language="en")
        assert page.receive() == {"type": "snapshot"}

    def test_consent_is_kept_for_the_visitors_next_pages(self, wire: Wire) -> None:
        started = wire.start("next-page")
        first = wire.page(started, consent=True)
        first.expect("agents")
        first.close()
        assert wire.page(started).receive() == {"type": "ready", "consent": True}

    def test_consent_is_not_kept_for_the_next_session(self, wire: Wire) -> None:
        first = wire.page(wire.start("again"), consent=True)
        first.send(type="end")
        first.wait_for("ended")
        assert wire.page(wire.start("again")).receive() == {"type": "ready", "consent": False}

    @pytest.mark.parametrize("status", ["declined", "displayed", "", None, True, "ACCEPTED"])
    def test_only_accepted_is_consent(self, wire: Wire, status: object) -> None:
        started = wire.start()
        page = wire.page(started)
        page.expect("ready")
        page.send(type="consent", status=status, version="1", language="en")
        assert page.closed()[0] == 1008
        assert wire.page(started).receive() == {"type": "ready", "consent": False}

    def test_a_second_page_of_the_visitor_cannot_send_before_consent_either(self, wire: Wire) -> None:
        started = wire.start("second-page")
        first, second = wire.page(started), wire.page(started)
        first.expect("ready")
        second.expect("ready")
        send_events(second, 0, META, SNAPSHOT)
        assert second.closed()[0] == 1008

    def test_a_stranger_can_neither_consent_nor_send(self, wire: Wire) -> None:
        started = wire.start("stranger")
        page = wire.page(started)
        page.expect("ready")
        stranger = wire.page(started, token="s" * 49)
        refused = stranger.expect("refused")
        assert (refused["code"], bool(refused["message"])) == ("authorization", True)
        assert stranger.closed()[0] == 1008
        eager = wire.open("/live/visitor")
        hello = {
            "type": "hello",
            "ssnid": started["sessionId"],
            "token": "e" * 49,
            "href": "http://x.test/",
            "title": "",
        }
        frames = [hello, {"type": "consent", "status": "accepted", "version": "1", "language": "en"},
                  {"type": "events", "seq": 0, "events": [META, SNAPSHOT]}]  # fmt: skip
        for frame in frames:
            eager.connection.send(json.dumps(frame))
        assert eager.closed()[0] == 1008
        assert wire.page(started).receive() == {"type": "ready", "consent": False}

    def test_consent_without_hello_is_nothing(self, wire: Wire) -> None:
        socket = wire.open("/live/visitor")
        socket.send(type="consent", status="accepted", version="1", language="en")
        assert socket.closed()[0] == 1008


class TestStream:
    def test_a_late_viewer_gets_a_fresh_start_and_nothing_before(self, wire: Wire) -> None:
        _, page, first = watched(wire, "late")
        send_events(page, 1, CHANGE)
        first.wait_for("events", seq=1)
        late = wire.viewer("late", "second@x")
        late.expect("session")
        page.wait_for("snapshot")
        send_events(page, 2, CHANGE)
        first.wait_for("events", seq=2)
        send_events(page, 3, CHANGE, META, SNAPSHOT, CHANGE)
        send_events(page, 4, CHANGE)
        assert first.receive() == {"type": "events", "seq": 3, "events": [CHANGE, META, SNAPSHOT, CHANGE]}
        assert late.receive() == {"type": "events", "seq": 3, "events": [META, SNAPSHOT, CHANGE]}
        assert late.receive() == {"type": "events", "seq": 4, "events": [CHANGE]}

    def test_one_fresh_start_serves_all_who_wait(self, wire: Wire) -> None:
        started = wire.start("together")
        page = wire.page(started, consent=True)
        viewers = [wire.viewer("together", f"agent-{n}") for n in range(3)]
        for viewer in viewers:
            viewer.expect("session")
        page.wait_for("agents", count=3)
        assert [message["type"] for message in page.log].count("snapshot") == 1
        send_events(page, 0, META, SNAPSHOT)
        assert [viewer.receive()["seq"] for viewer in viewers] == [0, 0, 0]

    def test_a_viewer_may_ask_for_a_fresh_start(self, wire: Wire) -> None:
        _, page, viewer = watched(wire, "broken-replica")
        viewer.send(type="snapshot")
        page.wait_for("snapshot")
        send_events(page, 1, CHANGE)
        send_events(page, 2, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 2

    def test_a_page_that_does_not_answer_is_asked_again(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("glance_widget.sandbox.live_view._ASK_AGAIN_AFTER", 0.0)
        _, page, viewer = watched(wire, "deaf")
        for _ in range(3):
            viewer.send(type="snapshot")
            page.wait_for("snapshot")

    def test_the_next_page_takes_the_stream_over(self, wire: Wire) -> None:
        started, first, viewer = watched(wire, "two-pages")
        second = wire.page(started, path="/second")
        assert second.receive() == {"type": "ready", "consent": True}
        assert second.receive()["count"] == 1
        assert second.receive() == {"type": "snapshot"}
        assert first.wait_for("agents")["count"] == 0
        assert viewer.wait_for("page")["href"] == "http://shop.test/second"
        send_events(first, 1, META, SNAPSHOT)  # the page in the background is not shown
        send_events(second, 0, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 0
        second.close()
        assert first.wait_for("agents")["count"] == 1
        first.wait_for("snapshot")
        assert viewer.wait_for("page")["href"] == "http://shop.test/"
        send_events(first, 2, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 2

    def test_a_page_in_the_background_that_moves_takes_the_stream_over(self, wire: Wire) -> None:
        started, first, viewer = watched(wire, "moves")
        wire.page(started, path="/second").wait_for("snapshot")
        first.send(type="page", href="http://shop.test/moved", title="Moved")
        assert viewer.wait_for("page", title="Moved")
        first.wait_for("snapshot")

    def test_a_visitor_who_changes_pages_stays_in_the_session(self, wire: Wire) -> None:
        started, first, viewer = watched(wire, "page-change")
        first.close()
        assert viewer.receive() == {"type": "visitor", "connected": False, "grace": 3600}
        second = wire.page(started, path="/second")
        assert second.receive() == {"type": "ready", "consent": True}
        second.wait_for("snapshot")
        assert viewer.receive() == {"type": "visitor", "connected": True, "grace": 3600}
        assert viewer.receive() == {"type": "page", "href": "http://shop.test/second", "title": "Shop"}
        send_events(second, 0, CHANGE)  # what follows the page before is nothing without a fresh start
        send_events(second, 1, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 1

    def test_a_slow_viewer_is_taken_out_and_put_back_with_a_fresh_start(self) -> None:
        picture = {"type": 3, "data": {"text": "x" * 1_000_000}, "timestamp": 4}
        last = 42
        with Sandbox(limits=Limits(viewer_queue=2_000_000)) as sandbox, wire_to(sandbox) as wire:
            _, page, quick = watched(wire, "slow")
            slow = wire.viewer_with(wire.ticket("slow", "slow@x"), max_queue=1)
            slow.expect("session")
            page.wait_for("snapshot")
            send_events(page, 1, META, SNAPSHOT)
            slow.wait_for("events")
            # More than the buffers of two sockets hold, and the slow one reads nothing of it.
            for seq in range(2, 40):
                send_events(page, seq, picture)
                quick.wait_for("events", seq=seq)
            reader = threading.Thread(target=lambda: slow.wait_for("events", within=30, seq=last))
            reader.start()
            page.wait_for("snapshot")  # it has read what was on its way
            send_events(page, last - 1, CHANGE)
            send_events(page, last, META, SNAPSHOT)
            reader.join()
            seen = [message["seq"] for message in slow.log if message["type"] == "events"]
            assert seen == [*range(1, len(seen)), last]
            assert len(seen) < 38
            assert quick.wait_for("events", seq=last)["events"] == [META, SNAPSHOT]

    def test_frames_may_have_eight_mebibytes(self, wire: Wire) -> None:
        _, page, viewer = watched(wire, "big")
        text = "x" * (8 * 1024 * 1024 - 200)
        send_events(page, 1, {"type": 3, "data": {"text": text}, "timestamp": 1})
        assert len(viewer.receive()["events"][0]["data"]["text"]) == len(text)
        send_events(page, 2, {"type": 3, "data": {"text": text + "x" * 300}, "timestamp": 1})
        code, reason = page.closed()
        assert code == 1008
        assert "larger than 8388608 bytes" in reason
        viewer.wait_for("visitor", connected=False)

    def test_content_arrives_as_it_was_sent(self, wire: Wire) -> None:
        _, page, viewer = watched(wire, "exact")
        data = {"text": "</script> \u2028 😀 \u0000 \ud800", "numbers": [1e300, -0.0, None, 2**70]}
        odd = {"type": 3, "timestamp": 1.5, "data": data}
        send_events(page, 1, odd)
        assert viewer.receive()["events"] == [odd]


class TestBadMessages:
    @pytest.mark.parametrize(
        "frame",
        ["", "x", "[]", "{}", '{"type":"hello"}', '{"type":"nonsense"}', '{"type":"events"}',
         '{"type":"events","seq":-1,"events":[]}', '{"type":"events","seq":0,"events":{}}',
         '{"type":"events","seq":0,"events":[{"type":9}]}', '{"type":"events","seq":0,"events":[5]}',
         '{"type":"events","seq":0,"events":[{"type":true}]}', '{"type":"page","href":5,"title":""}',
         '{"type":"events","seq":0,"events":[{"type":3,"data":NaN}]}', '{"type":"snapshot"}'],
    )  # fmt: skip
    def test_of_a_page_close_that_page_only(self, wire: Wire, frame: str) -> None:
        started = wire.start()
        page = wire.page(started, consent=True)
        page.expect("agents")
        page.connection.send(frame)
        code, reason = page.closed()
        assert (code, bool(reason)) == (1008, True)
        assert wire.page(started).receive() == {"type": "ready", "consent": True}

    @pytest.mark.parametrize("frame", ["", "[]", "{}", '{"type":"events","seq":0,"events":[]}', '{"type":"hello"}'])
    def test_of_a_viewer_close_that_viewer_only(self, wire: Wire, frame: str) -> None:
        key = wire.start()["sessionKey"]
        viewer = wire.viewer(key)
        viewer.expect("session")
        viewer.connection.send(frame)
        assert viewer.closed()[0] == 1008
        wire.viewer(key).expect("session")

    @pytest.mark.parametrize("ticket", ["", "nonsense", "x" * 128, None, 5, "x" * 129])
    def test_bad_tickets_open_nothing(self, wire: Wire, ticket: object) -> None:
        viewer = wire.open("/live/agent")
        viewer.send(type="hello", ticket=ticket)
        assert viewer.closed()[0] == 1008
        assert [message["type"] for message in viewer.log] in ([], ["refused"])

    @pytest.mark.parametrize("ssnid", ["", "x", "21489.nothing.1", "1.2.3"])
    def test_unknown_sessions_are_refused(self, wire: Wire, ssnid: str) -> None:
        page = wire.page({"sessionId": ssnid})
        assert page.expect("refused")["code"] == "notfound"
        assert page.closed()[0] == 1008

    @pytest.mark.parametrize("token", ["", "short", 5, None, "x" * 129])
    def test_visitors_need_a_real_token(self, wire: Wire, token: object) -> None:
        page = wire.open("/live/visitor")
        started = wire.start()
        page.send(type="hello", ssnid=started["sessionId"], token=token, href="http://x.test/", title="")
        assert page.closed()[0] == 1008


class TestTickets:
    def test_a_ticket_is_good_again_after_a_reload(self, wire: Wire) -> None:
        wire.start("reload")
        ticket = wire.ticket("reload")
        first = wire.viewer_with(ticket)
        first.expect("session")
        first.close()
        wire.viewer_with(ticket).expect("session")

    def test_a_ticket_is_good_for_one_session_only(self, wire: Wire) -> None:
        started = wire.start("same-key")
        ticket = wire.ticket("same-key")
        viewer = wire.viewer_with(ticket)
        viewer.expect("session")
        viewer.send(type="end")
        viewer.wait_for("ended")
        again = wire.start("same-key")
        assert again["callId"] != started["callId"]
        late = wire.viewer_with(ticket)
        assert late.expect("ended")["reason"] == "agent"
        assert late.closed()[0] == 1000

    def test_an_unused_ticket_expires(self) -> None:
        with Sandbox(timings=Timings(waiting=0.15)) as sandbox, wire_to(sandbox) as wire:
            ticket = wire.ticket("whenever")
            eventually(lambda: wire.viewer_with(ticket).receive()["type"] == "refused", "the ticket expires")

    def test_a_ticket_is_for_the_key_it_was_opened_with(self, wire: Wire) -> None:
        wire.start("mine")
        wire.start("other")
        viewer = wire.viewer_with(wire.ticket("mine"))
        assert viewer.expect("session")["key"] == "mine"
