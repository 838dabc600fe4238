"""Solara: the agent desk for two agents in one process, and what code of a page may expect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import two_agents_at_one_desk
from tests.hosts.host_server import NOTEBOOKS, HostServer

pytestmark = pytest.mark.host

CHECKS = Path(__file__).parent / "pages" / "solara_checks.py"
SCRIPTS = NOTEBOOKS.parent / "scripts"


@pytest.fixture(scope="module")
def assets() -> None:
    """What Solara's pages load from a CDN, fetched once and kept in the environment."""
    subprocess.run([sys.executable, SCRIPTS / "solara_assets.py"], check=True)


@pytest.fixture(scope="module")
def desk(start: Start, assets: None) -> HostServer:  # noqa: ARG001 (an order, not a value)
    return begin(start, NOTEBOOKS / "hosts" / "solara_app.py")


@pytest.fixture(scope="module")
def checks(start: Start, assets: None) -> HostServer:  # noqa: ARG001 (an order, not a value)
    return begin(start, CHECKS)


def begin(start: Start, app: Path) -> HostServer:
    command = ("run", str(app), "--host", "127.0.0.1", "--port", "{port}", "--no-open", "--production")
    # A browser that is closed by a test says no goodbye: what it leaves behind is to be closed at once, not in a day.
    return start("-m", "solara", *command, path="/readyz", environment={"SOLARA_KERNEL_CULL_TIMEOUT": "0s"})


def test_two_agents_at_the_desk(desk: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(desk.url), open_dashboard(desk.url)
    two_agents_at_one_desk(ann, bob)


def test_code_of_a_page(checks: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{checks.url}/?ann"), open_dashboard(f"{checks.url}/?bob")
    for each in (ann, bob):
        each.expect_state("absent")
        each.expect_text("waiting: would_block")
        each.expect_text("until: absent")
        each.expect_text("in a thread: absent")
        each.expect_text("agent's thread: None")
        each.expect_text("open_buttons: 2")
    with ann.visitor("li-3") as visitor:
        visitor.open_shop()
        ann.expect_text("observer: present, in the kernel of ann")
        bob.expect_text("observer: present, in the kernel of bob")
        ann.close()
        bob.expect_text("open_buttons: 1")
    bob.expect_text("observer: absent, in the kernel of bob")
