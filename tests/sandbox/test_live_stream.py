from __future__ import annotations

import threading

import pytest

from glance_widget.sandbox import Limits, Sandbox
from tests.sandbox.clients import CHANGE, META, READY, SNAPSHOT, Message, Wire, send_events, watched, wire_to


def typed(text: str, **fields: object) -> Message:
    """A text in a form field."""
    return {"type": 3, "data": {"source": 5, "id": 1, "text": text, "isChecked": False}, "timestamp": 4} | fields


def sheet(text: str) -> Message:
    """A style sheet as large as a test needs it."""
    return {"type": 3, "data": {"source": 8, "styleId": 1, "replace": text}, "timestamp": 1}


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
        assert second.receive() == READY | {"consent": True}
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
        assert second.receive() == READY | {"consent": True}
        second.wait_for("snapshot")
        assert viewer.receive() == {"type": "visitor", "connected": True, "grace": 3600}
        assert viewer.receive() == {"type": "page", "href": "http://shop.test/second", "title": "Shop"}
        send_events(second, 0, CHANGE)  # what follows the page before is nothing without a fresh start
        send_events(second, 1, META, SNAPSHOT)
        assert viewer.receive()["seq"] == 1

    def test_a_slow_viewer_is_taken_out_and_put_back_with_a_fresh_start(self) -> None:
        picture = typed("x" * 1_000_000)
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
        send_events(page, 1, sheet(text))
        assert viewer.receive()["events"] == [sheet(text)]
        send_events(page, 2, sheet(text + "x" * 300))
        code, reason = page.closed()
        assert code == 1008
        assert "larger than 8388608 bytes" in reason
        viewer.wait_for("visitor", connected=False)

    def test_content_arrives_as_it_was_sent(self, wire: Wire) -> None:
        _, page, viewer = watched(wire, "exact")
        odd = typed("</script> \u2028 😀 \u0000 \ud800", timestamp=1.5)
        send_events(page, 1, odd)
        assert viewer.receive()["events"] == [odd]
