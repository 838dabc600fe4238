from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timezone

import pytest
from websockets.exceptions import ConnectionClosed

from tests.sandbox.clients import CHANGE, CONSENT, META, READY, SNAPSHOT, Wire, send_events, watched


def test_hello_is_answered_with_ready_and_who_watches(wire: Wire) -> None:
    page = wire.page(wire.start("hello"))
    assert page.receive() == READY
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
        page.send(**CONSENT)
        assert viewer.receive() == {"type": "page", "href": "http://shop.test/agreed", "title": "Agreed"}

    def test_a_page_is_asked_for_nothing_before_consent(self, wire: Wire) -> None:
        page = wire.page(wire.start("unasked"))
        wire.viewer("unasked").expect("session")
        page.wait_for("agents", count=1)
        wire.viewer("unasked", "second@x").expect("session")
        assert page.receive()["count"] == 2
        page.send(**CONSENT)
        assert page.receive() == {"type": "snapshot"}

    def test_consent_is_kept_for_the_visitors_next_pages(self, wire: Wire) -> None:
        started = wire.start("next-page")
        first = wire.page(started, consent=True)
        first.expect("agents")
        first.close()
        assert wire.page(started).receive() == READY | {"consent": True}

    def test_consent_is_not_kept_for_the_next_session(self, wire: Wire) -> None:
        first = wire.page(wire.start("again"), consent=True)
        first.send(type="end")
        first.wait_for("ended")
        assert wire.page(wire.start("again")).receive() == READY

    @pytest.mark.parametrize("status", ["declined", "displayed", "", None, True, "ACCEPTED"])
    def test_only_accepted_is_consent(self, wire: Wire, status: object) -> None:
        started = wire.start()
        page = wire.page(started)
        page.expect("ready")
        page.send(**CONSENT | {"status": status})
        assert page.closed()[0] == 1008
        assert wire.page(started).receive() == READY

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
        frames = [hello, CONSENT,
                  {"type": "events", "seq": 0, "events": [META, SNAPSHOT]}]  # fmt: skip
        with suppress(ConnectionClosed):
            for frame in frames:
                eager.send_frame(json.dumps(frame))
        assert eager.closed()[0] == 1008
        assert wire.page(started).receive() == READY

    def test_consent_without_hello_is_nothing(self, wire: Wire) -> None:
        socket = wire.open("/live/visitor")
        socket.send(**CONSENT)
        assert socket.closed()[0] == 1008
