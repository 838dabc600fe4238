"""Nothing is shown before the visitor's answer stands in the database: slow, broken or locked as that may be."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from glance_widget.sandbox import Sandbox, Timings
from tests.sandbox.clients import CHANGE, CONSENT, META, READY, SNAPSHOT, Message, Socket, Wire, send_events, wire_to
from tests.sandbox.test_powers import ANN, OFF, answer, click, shared


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite"


@pytest.fixture
def kept(database: Path) -> Iterator[Wire]:
    with Sandbox(database=database, grace=3600) as sandbox, wire_to(sandbox) as wire:
        yield wire


@contextmanager
def held_up(database: Path) -> Iterator[None]:
    """Somebody else writes into the database, and everybody waits for that."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


@contextmanager
def without_receipts(database: Path) -> Iterator[None]:
    """The database takes no receipts."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("ALTER TABLE glance_consent_receipts RENAME TO elsewhere")
        yield
        connection.execute("ALTER TABLE elsewhere RENAME TO glance_consent_receipts")


def waiting(wire: Wire, key: str) -> tuple[Message, Socket, Socket]:
    """A session whose visitor is still to answer, and Ann's viewer; all that is to be written of them was written."""
    started = wire.start(key)
    page = wire.page(started)
    page.expect("ready")
    viewer = wire.viewer(key, "ann@x", NAME="Ann")
    viewer.expect("session")
    page.wait_for("agents", count=1)
    wire.sandbox.consent_receipts()  # behind what is still to be written
    return started, page, viewer


def worked_off(wire: Wire, *sockets: Socket) -> list[Message]:
    """What has come on the first one, after the service has worked off what was sent on all."""
    for socket in sockets:
        socket.reach()
    wire.http.get("/sandbox.json")
    return sockets[0].arrived()


class TestView:
    def test_what_comes_before_the_record_reaches_nobody_and_is_no_fault(self, kept: Wire, database: Path) -> None:
        started, page, viewer = waiting(kept, "slow")
        with held_up(database):
            page.send(**CONSENT)
            send_events(page, 0, META, SNAPSHOT)
            page.send(type="page", href="http://shop.test/early", title="Early")
            second = kept.page(started, path="/second")
            assert second.receive() == READY  # not yet
            second.send(**CONSENT)
            send_events(second, 0, META, SNAPSHOT, CHANGE)
            viewer.send(type="snapshot")
            viewer.send(type="assist_request")
            late = kept.viewer("slow", "bob@x")
            assert late.expect("session")["page"] == {"href": "", "title": ""}
            assert worked_off(kept, viewer, page, second) == [OFF | {"reason": "none"}]
            assert not page.is_closed()
            assert not second.is_closed()
        assert viewer.receive() == {"type": "page", "href": "http://shop.test/second", "title": "Shop"}
        second.wait_for("snapshot")
        assert [r.answer for r in kept.sandbox.consent_receipts()] == ["accepted"]
        send_events(second, 1, CHANGE)  # without a fresh start
        send_events(second, 2, META, SNAPSHOT)
        assert viewer.receive() == {"type": "events", "seq": 2, "events": [META, SNAPSHOT]}

    def test_a_visitor_who_leaves_or_pauses_meanwhile_shows_nothing(self, kept: Wire, database: Path) -> None:
        _, page, viewer = waiting(kept, "pause-meanwhile")
        with held_up(database):
            page.send(**CONSENT)
            page.send(type="pause", paused=True)
            assert viewer.receive() == {"type": "paused", "paused": True}
        assert len(kept.sandbox.consent_receipts()) == 1
        send_events(page, 0, META, SNAPSHOT)
        assert worked_off(kept, viewer, page) == []
        _, page, viewer = waiting(kept, "end-meanwhile")
        with held_up(database):
            page.send(**CONSENT)
            page.send(type="end")
            assert viewer.receive()["reason"] == "visitor"
        assert len(kept.sandbox.consent_receipts()) == 2

    def test_an_answer_that_cannot_be_recorded_ends_the_session_and_says_so(
        self, kept: Wire, database: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        agent = kept.agent("maria")
        kept.visitor("maria")
        agent.wait_for("visitorconn")
        started, page, viewer = waiting(kept, "maria")
        with without_receipts(database):
            page.send(**CONSENT)
            with suppress(ConnectionClosed):
                send_events(page, 0, META, SNAPSHOT)
            ended = viewer.receive()
            assert (ended["type"], ended["reason"]) == ("ended", "norecord")
            assert page.receive() == {"type": "ended", "reason": "norecord"}
            assert agent.wait_for("visitorsessionend")["data"] == {"reason": "norecord"}
        assert [m["type"] for m in viewer.log] == ["session", "ended"]
        assert kept.sandbox.consent_receipts() == []
        with closing(sqlite3.connect(database)) as connection:
            row = connection.execute("SELECT status, end_reason, consent_at FROM glance_sessions").fetchone()
        assert row == ("X", "norecord", None)
        assert [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR] == [
            "A visitor's answer could not be recorded (OperationalError)."
        ]
        # A page that comes back learns it too.
        assert kept.page(started).receive() == {"type": "ended", "reason": "norecord"}

    def test_an_answer_that_takes_too_long_to_record_opens_nothing(self, database: Path) -> None:
        timings = Timings(recording=0.2)
        with Sandbox(database=database, timings=timings) as sandbox, wire_to(sandbox) as wire:
            _, page, viewer = waiting(wire, "late")
            with held_up(database):
                page.send(**CONSENT)
                assert viewer.receive()["reason"] == "norecord"
                assert page.receive() == {"type": "ended", "reason": "norecord"}
            # The visitor did say so, and that is kept; nothing comes of it any more.
            assert [r.answer for r in sandbox.consent_receipts()] == ["accepted"]
            wire.http.get("/sandbox.json")
            assert [m["type"] for m in viewer.log] == ["session", "ended"]


class TestAssist:
    def test_an_agent_has_it_when_the_answer_is_recorded(self, kept: Wire, database: Path) -> None:
        _, page, viewer = shared(kept, "slow-assist")
        viewer.send(type="assist_request")
        req = page.wait_for("assist_request")["req"]
        viewer.wait_for("assist", state="asked")
        assert len(kept.sandbox.consent_receipts()) == 1
        with held_up(database):
            answer(page, req)
            viewer.send(type="control", action=click(1))
            assert worked_off(kept, page, viewer) == []
        assert page.receive() == {"type": "assist_withdrawn", "req": req, "reason": "answered"}
        assert page.receive() == {"type": "assist", "agent": ANN}
        assert viewer.receive()["state"] == "on"
        viewer.send(type="control", action=click(2))
        assert page.receive()["action"] == click(2)

    def test_an_answer_that_cannot_be_recorded_gives_nothing_and_leaves_the_view(
        self, kept: Wire, database: Path
    ) -> None:
        _, page, viewer = shared(kept, "lost-assist")
        viewer.send(type="assist_request")
        req = page.wait_for("assist_request")["req"]
        viewer.wait_for("assist", state="asked")
        with without_receipts(database):
            answer(page, req)
            assert page.receive() == {"type": "assist_withdrawn", "req": req, "reason": "norecord"}
            assert viewer.receive() == OFF | {"reason": "norecord"}
            viewer.send(type="control", action=click(1))
            send_events(page, 0, META, SNAPSHOT)
            assert viewer.receive()["type"] == "events"
        viewer.send(type="assist_request")
        assert page.receive()["type"] == "assist_request"
