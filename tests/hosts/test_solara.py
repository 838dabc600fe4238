"""Solara: the agent desk for two agents in one process, and what code of a page may expect."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import Dashboard, play_the_story
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
    bob.expect_state("absent")
    ann.expect_state("absent")
    ann.page.get_by_role("radio", name="Omar Haddad").check()
    expect(ann.button).to_contain_text("omar-7")

    play_the_story(ann, "omar-7")
    expect(ann.page.get_by_text("took")).to_have_count(1)
    expect(ann.page.get_by_text("State: ended")).to_be_visible()
    bob.expect_state("absent")
    expect(bob.page.get_by_text("No session yet.")).to_be_visible()

    ann.close()
    with bob.visitor("maria-21") as visitor:
        visitor.open_shop()
        bob.expect_state("present")
        expect(bob.page.get_by_text("State: present")).to_be_visible()


def test_code_of_a_page(checks: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{checks.url}/?ann"), open_dashboard(f"{checks.url}/?bob")
    for each in (ann, bob):
        each.expect_state("absent")
        said(each, "waiting: would_block")
        said(each, "until: absent")
        said(each, "in a thread: absent")
        said(each, "agent's thread: None")
        said(each, "open_buttons: 2")
    with ann.visitor("li-3") as visitor:
        visitor.open_shop()
        said(ann, "observer: present, in the kernel of ann")
        said(bob, "observer: present, in the kernel of bob")
        ann.close()
        said(bob, "open_buttons: 1")
    said(bob, "observer: absent, in the kernel of bob")


def said(dashboard: Dashboard, words: str) -> None:
    expect(dashboard.page.get_by_text(words, exact=True)).to_be_visible()
