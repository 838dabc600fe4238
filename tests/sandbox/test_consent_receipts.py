"""Receipts of consent, kept with the session's record."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glance_widget.errors import SandboxError
from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.sandbox.clients import CONSENT, Wire, wire_to
from tests.sandbox.test_powers import answer, shared


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "records.sqlite"


@pytest.fixture
def kept(database: Path) -> Iterator[Wire]:
    with Sandbox(database=database) as sandbox, wire_to(sandbox) as wire:
        yield wire


class TestReceipts:
    def test_each_answer_is_recorded_with_the_session(self, kept: Wire, database: Path) -> None:
        agent = kept.agent("maria")
        kept.visitor("maria")
        agent.wait_for("visitorconn")
        kept.signal("maria", "invoke", {"func": "showTerms", "args": {"sessionKey": "k1"}})
        started, page, viewer = shared(kept, "k1")
        for status in ("declined", "accepted"):
            viewer.send(type="assist_request")
            req = page.wait_for("assist_request")["req"]
            answer(page, "forged")
            answer(page, req, status)
            answer(page, req)
            viewer.wait_for("assist", state="off" if status == "declined" else "on")
        page.send(**CONSENT)  # once
        other = kept.page(kept.start(), consent=True)
        other.expect("agents")
        sandbox, session_id = kept.sandbox, str(started["callId"])
        found = sandbox.consent_receipts(session_id)
        assert [(r.power, r.answer, r.agent, r.language) for r in found] == [
            ("view", "accepted", sandbox.puid, "en"),
            ("assist", "declined", "ann@x", "de"),
            ("assist", "accepted", "ann@x", "de"),
        ]
        for receipt in found:
            assert (receipt.session_id, receipt.visitorid, receipt.version) == (session_id, "maria", "1")
            assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", receipt.at)
        assert [r.at for r in found] == sorted(r.at for r in found)
        everything = eventually(lambda: [all_ for all_ in [sandbox.consent_receipts()] if len(all_) > 3])[0]
        assert [r.session_id for r in everything[:3]] == [session_id] * 3
        assert (everything[3].agent, everything[3].visitorid) == (None, None)
        sandbox.stop()
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute("SELECT power, answer FROM glance_consent_receipts").fetchall()
        assert len(rows) == len(everything) == 4
        with pytest.raises(SandboxError, match="does not run"):
            sandbox.consent_receipts()

    def test_a_database_of_before_gets_the_table(self, database: Path) -> None:
        with Sandbox(database=database):
            pass
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("DROP TABLE glance_consent_receipts")
        with Sandbox(database=database) as sandbox:
            assert sandbox.consent_receipts() == []

    def test_nobody_has_receipts_of_a_sandbox_that_was_never_started(self) -> None:
        with pytest.raises(SandboxError) as caught:
            Sandbox().consent_receipts()
        assert caught.value.code == "sandbox_stopped"
