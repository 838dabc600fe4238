"""How much one page may send, and that reading a large frame makes nobody wait."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from glance_widget.errors import MessageError
from glance_widget.protocol.live_view import Events
from glance_widget.sandbox import Limits, Sandbox
from glance_widget.sandbox.page_frames import FrameReader, PageRate
from tests.sandbox.clients import CHANGE, META, SNAPSHOT, Wire, send_events, watched, wire_to


def sheet(size: int) -> dict[str, Any]:
    return {"type": 3, "data": {"source": 8, "styleId": 1, "replace": "x" * size}, "timestamp": 1}


def test_events_and_bytes_have_a_rate() -> None:
    now = [0.0]
    rate = PageRate(Limits(events_per_second=10, event_bytes_per_second=1000), lambda: now[0])
    for _ in range(8):
        rate.check_frame(Events(1, 10, "", None))
        rate.check_text("x" * 1000)
    rate.check_frame({"type": "page"})
    with pytest.raises(MessageError, match="more events"):
        rate.check_frame(Events(1, 1, "", None))
    with pytest.raises(MessageError, match="sends more"):
        rate.check_text("x")
    now[0] = 1.0
    rate.check_frame(Events(1, 10, "", None))
    rate.check_text("x" * 1000)


def test_a_page_that_floods_is_closed_and_no_other() -> None:
    with Sandbox(limits=Limits(events_per_second=5)) as sandbox, wire_to(sandbox) as wire:
        started, page, viewer = watched(wire, "flood")
        other = wire.page(wire.start("calm"), consent=True)
        with suppress(ConnectionClosed):
            for seq in range(1, 20):
                send_events(page, seq, *[CHANGE] * 5)
        code, reason = page.closed()
        assert (code, reason) == (1008, "A page sends more events than can be passed on.")
        viewer.wait_for("visitor", connected=False)
        other.send(type="page", href="x", title="x")
        other.send(type="end")
        other.wait_for("ended")
        assert wire.page(started).expect("ready")["consent"] is True


def test_frames_of_a_page_keep_their_order(wire: Wire) -> None:
    _, page, viewer = watched(wire, "in-order")
    for seq in range(1, 13):
        send_events(page, seq, sheet(400_000) if seq % 2 else CHANGE)
    page.send(type="page", href="http://shop.test/after", title="After")
    seen = [viewer.receive() for _ in range(13)]
    assert [message.get("seq") for message in seen] == [*range(1, 13), None]
    assert seen[-1]["type"] == "page"


def test_a_large_frame_with_something_bad_at_its_end_is_refused_as_a_whole(wire: Wire) -> None:
    _, page, viewer = watched(wire, "large-and-bad")
    send_events(page, 1, META, SNAPSHOT, sheet(200_000), {"type": 6, "data": {}, "timestamp": 1})
    assert page.closed() == (1008, "A recorded event was refused: an event of an unknown kind.")
    assert viewer.receive()["type"] == "visitor"


def test_large_frames_are_read_on_the_thread_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[str] = []

    def parse(text: str, *, pausing: bool = False) -> dict[str, Any]:
        threads.append(threading.current_thread().name)
        return {"size": len(text), "pausing": pausing}

    monkeypatch.setattr("glance_widget.sandbox.page_frames.parse_visitor_frame", parse)

    async def read() -> list[Any]:
        reader = FrameReader()
        try:
            return [await reader.read("x" * size) for size in (10, 64 * 1024, 64 * 1024 + 1)]
        finally:
            reader.close()

    frames = asyncio.run(read())
    assert [frame["pausing"] for frame in frames] == [False, False, True]
    assert [name.startswith("glance-sandbox-frames") for name in threads] == [False, False, True]


def test_others_run_while_a_large_frame_is_read() -> None:
    """The loop goes on: it gets its turn many times before one large frame is read."""
    text = '{"type":"events","seq":1,"events":[' + ",".join(
        ['{"type":3,"data":{"source":3,"id":1,"x":0,"y":0},"timestamp":1}'] * 60_000
    )

    async def turns() -> int:
        reader, count = FrameReader(), 0
        try:
            reading = asyncio.ensure_future(reader.read(text + "]}"))
            while not reading.done():
                await asyncio.sleep(0)
                count += 1
            assert isinstance(reading.result(), Events)
        finally:
            reader.close()
        return count

    assert asyncio.run(turns()) > 10
