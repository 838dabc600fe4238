from __future__ import annotations

import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from glance_widget.errors import SandboxError
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.records import database_url
from tests.conftest import eventually
from tests.sandbox.clients import META, Message, Wire, wire_to

MESSAGE = "/agent/message"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "records.sqlite"


@pytest.fixture
def kept(database: Path) -> Iterator[Wire]:
    with Sandbox(database=database, grace=1.5) as sandbox, wire_to(sandbox) as wire:
        yield wire


def rows(database: Path, table: str = "glance_sessions") -> list[Message]:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608


def record(database: Path, **expected: object) -> Message:
    """The only record, as soon as it holds what is expected."""

    def found() -> Message | None:
        (row,) = rows(database)
        return row if expected.items() <= row.items() else None

    return eventually(found, str(expected)) or {}


def test_a_session_is_recorded_from_start_to_end(kept: Wire, database: Path) -> None:
    agent = kept.agent("maria")
    kept.visitor("maria")
    agent.wait_for("visitorconn")
    kept.signal("maria", "invoke", {"func": "showTerms", "args": {"sessionKey": "k1"}})
    started = kept.start("k1", name="Maria Ünal", email="maria@shop.test")
    row = record(database, status="W")
    assert row["id"] == str(started["callId"])
    assert (row["key"], row["groupid"], row["visitorid"]) == ("k1", kept.group, "maria")
    assert (row["name"], row["email"]) == ("Maria Ünal", "maria@shop.test")
    assert (row["joined_at"], row["ended_at"], row["consent_at"], row["end_reason"]) == (None, None, None, None)

    page = kept.page(started, consent=True)
    page.expect("agents")
    row = record(database, consent_version="1", consent_language="en")
    assert row["consent_at"] >= row["started_at"]

    viewer = kept.viewer("k1", NAME="Ann", ORIGIN="crm", XID="case-7")
    viewer.expect("session")
    row = record(database, status="A", origin="crm", xid="case-7")
    assert row["joined_at"] >= row["started_at"]

    viewer.send(type="end")
    message = viewer.wait_for("ended")
    row = record(database, status="C", end_reason="agent")
    assert row["ended_at"] == message["sessionEnd"]
    (stay,) = rows(database, "glance_session_agents")
    assert (stay["puid"], stay["name"], stay["num"]) == (kept.sandbox.puid, "Ann", 1)
    assert stay["joined_at"] == row["joined_at"]
    assert stay["left_at"] == row["ended_at"]


def test_nothing_of_the_page_is_recorded(kept: Wire, database: Path) -> None:
    page = kept.page(kept.start("k1"), consent=True)
    page.send(type="page", href="http://shop.test/canary-address", title="canary-title")
    page.send(type="events", seq=0, events=[META | {"data": META["data"] | {"href": "canary-event"}}])
    page.send(type="end")
    record(database, status="Q")
    kept.sandbox.stop()
    assert all(b"canary" not in file.read_bytes() for file in database.parent.iterdir())


def test_agents_come_and_go(kept: Wire, database: Path) -> None:
    page = kept.page(kept.start("k1"), consent=True)
    first, second = kept.viewer("k1", "ann@x"), kept.viewer("k1", "bob@x")
    first.expect("session")
    page.wait_for("agents", count=2)
    first.close()

    def stays() -> dict[str, bool]:
        return {row["puid"]: row["left_at"] is None for row in rows(database, "glance_session_agents")}

    eventually(lambda: stays() == {"ann@x": False, "bob@x": True})
    kept.viewer("k1", "ann@x").expect("session")
    eventually(lambda: stays() == {"ann@x": True, "bob@x": True})
    second.send(type="end")
    eventually(lambda: stays() == {"ann@x": False, "bob@x": False})


@pytest.mark.parametrize(
    ("how", "status", "reason"),
    [("agent", "C", "agent"), ("visitor", "C", "visitor"), ("drop", "X", "conndrop"), ("stop", "X", "conndrop"),
     ("no viewer, visitor", "Q", "visitor"), ("no viewer, agent", "Q", "agent"), ("no viewer, drop", "Q", "conndrop")],
)  # fmt: skip
def test_each_end_has_its_status(kept: Wire, database: Path, how: str, status: str, reason: str) -> None:
    started = kept.start("k1")
    page = kept.page(started, consent=True)
    page.expect("agents")
    if not how.startswith("no viewer"):
        viewer = kept.viewer("k1")
        viewer.expect("session")
    if how.endswith("visitor"):
        page.send(type="end")
    elif how.endswith("drop"):
        page.close()
    elif how == "stop":
        kept.sandbox.stop()
    else:
        body = {"mtype": "EjectAgent", "ssnid": started["sessionId"]}
        kept.http.post(MESSAGE, json=body, headers=kept.bearer())
    assert record(database, status=status)["end_reason"] == reason


def test_records_survive_a_restart(database: Path) -> None:
    with Sandbox(database=database) as sandbox, wire_to(sandbox) as wire:
        page = wire.page(wire.start("k1"))
        page.send(type="end")
        page.wait_for("ended")
    with Sandbox(database=database):
        assert record(database)["status"] == "Q"


def test_sessions_that_a_crash_left_open_are_marked_at_the_next_start(database: Path) -> None:
    with Sandbox(database=database) as sandbox, wire_to(sandbox) as wire:
        wire.start("open-1")
        page = wire.page(wire.start("closed"))
        page.send(type="end")
        page.wait_for("ended")
    with closing(sqlite3.connect(database)) as connection, connection:
        # What a process that was killed leaves behind.
        connection.execute("UPDATE glance_sessions SET status='A', ended_at=NULL, end_reason=NULL WHERE key='open-1'")
    with Sandbox(database=database):
        found = {row["key"]: (row["status"], row["end_reason"]) for row in rows(database)}
    assert found == {"open-1": ("X", "conndrop"), "closed": ("Q", "visitor")}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no file modes")
def test_the_file_is_for_its_owner_only(kept: Wire, database: Path) -> None:
    kept.start("k1")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in database.parent.iterdir()}
    assert modes[database.name] == 0o600
    assert set(modes.values()) == {0o600}


def test_a_database_may_be_a_path_a_url_or_memory(tmp_path: Path) -> None:
    odd = tmp_path / "a b?c#d%20.sqlite"
    with Sandbox(database=odd) as sandbox, wire_to(sandbox) as wire:
        assert "callId" in wire.start()
    assert odd.exists()
    assert str(database_url(None)) == "sqlite://"
    assert database_url("postgresql+psycopg://u:secret@db/x").password == "secret"
    with Sandbox(database=f"sqlite:///{tmp_path / 'by-url.sqlite'}"):
        assert (tmp_path / "by-url.sqlite").exists()


@pytest.mark.parametrize(
    ("version", "which", "hint"), [(99, "a newer", "Upgrade"), (1, "an older", "another database")]
)
def test_a_database_of_another_version_is_refused(database: Path, version: int, which: str, hint: str) -> None:
    with Sandbox(database=database):
        pass
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE glance_schema SET version = ?", (version,))
    with pytest.raises(SandboxError, match=f"{which} version") as caught:
        Sandbox(database=database).start()
    assert caught.value.code == "sandbox_database"
    assert hint in caught.value.hint


@pytest.mark.parametrize("url", ["nonsense://u:canary@host/db", "://", "postgresql+nodriver://u:canary@h/d"])
def test_an_unusable_database_is_a_named_error_without_its_password(url: str) -> None:
    with pytest.raises(SandboxError) as caught:
        Sandbox(database=url).start()
    assert caught.value.code == "sandbox_database"
    assert "canary" not in str(caught.value)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="cannot be used"):
        Sandbox(database=tmp_path).start()


def test_a_start_that_cannot_be_recorded_is_refused(kept: Wire, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TABLE glance_sessions")
    answer = kept.start("k1")
    assert "callId" not in answer
    assert "cannot be used" in answer["message"]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE glance_sessions AS SELECT 1")
    assert "status" in kept.start("k1")  # and the key is free again: not status 13
    assert kept.start("k1")["status"] != 13
