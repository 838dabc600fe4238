from __future__ import annotations

import pytest

from glance_widget.sandbox import Sandbox, Timings
from tests.conftest import eventually
from tests.sandbox.clients import READY, Wire, wire_to


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
        page.send_frame(frame)
        code, reason = page.closed()
        assert (code, bool(reason)) == (1008, True)
        # The answer counts once it is recorded.
        eventually(lambda: wire.page(started).receive() == READY | {"consent": True})

    @pytest.mark.parametrize("frame", ["", "[]", "{}", '{"type":"events","seq":0,"events":[]}', '{"type":"hello"}'])
    def test_of_a_viewer_close_that_viewer_only(self, wire: Wire, frame: str) -> None:
        key = wire.start()["sessionKey"]
        viewer = wire.viewer(key)
        viewer.expect("session")
        viewer.send_frame(frame)
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
