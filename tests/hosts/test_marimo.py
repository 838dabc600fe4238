"""marimo: the agent desk for two agents in one process, and what code of a session may expect."""

from __future__ import annotations

import asyncio
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from glance_widget.hosts.marimo import MarimoHost
from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import two_agents_at_one_desk
from tests.hosts.host_server import NOTEBOOKS, HostServer

pytestmark = pytest.mark.host

CHECKS = Path(__file__).parent / "pages" / "marimo_checks.py"


@pytest.fixture(scope="module")
def marimo(start: Start) -> HostServer:
    return begin(start, NOTEBOOKS / "hosts" / "marimo_desk.py")


@pytest.fixture(scope="module")
def checks(start: Start) -> HostServer:
    return begin(start, CHECKS)


def begin(start: Start, notebook: Path) -> HostServer:
    run = ("run", str(notebook), "--headless", "--no-token", "--session-ttl", "0")
    return start("-m", "marimo", "-y", *run, "--host", "127.0.0.1", "--port", "{port}", path="/health")


def test_two_agents_at_the_desk(marimo: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(marimo.url), open_dashboard(marimo.url)
    two_agents_at_one_desk(ann, bob)


def test_code_of_a_session(checks: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{checks.url}/?who=ann"), open_dashboard(f"{checks.url}/?who=bob")
    for each in (ann, bob):
        each.expect_text("waiting: would_block")
        each.expect_text("until: absent")
        each.expect_text("open_buttons: 2 in run 0")
    with ann.visitor("li-3") as visitor:
        visitor.open_shop()
        ann.expect_text("observer: present, in the session of ann")
        bob.expect_text("observer: present, in the session of bob")
        ann.close()
        bob.expect_text("open_buttons: 1 in run 0")
    bob.expect_text("observer: absent, in the session of bob")

    bob.page.get_by_text("Run the cell again").click()
    bob.expect_text("open_buttons: 1 in run 1")


def test_a_marimo_of_another_make_still_ends_a_button_with_its_session(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "marimo._runtime.context", None)
    closed: list[str] = []

    async def session() -> None:
        host = MarimoHost(asyncio.get_running_loop())
        host.add(types.SimpleNamespace(close=lambda: closed.append("closed")))
        await asyncio.sleep(0)
        assert closed == []

    with ThreadPoolExecutor(1) as thread:  # Playwright's loop runs on this one
        thread.submit(lambda: asyncio.run(session())).result()
    assert closed == ["closed"]
    assert "does not say when a cell runs again" in caplog.text
