"""Panel: the agent desk for two agents in one process, and what code of a session may expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import play_the_story
from tests.hosts.host_server import NOTEBOOKS, HostServer

pytestmark = pytest.mark.host

CHECKS = Path(__file__).parent / "pages" / "panel_checks.py"


@pytest.fixture(scope="module")
def panel(start: Start) -> HostServer:
    """Both pages. A session ends some seconds after its page: in less time a new one might not have connected yet."""
    return start(
        *("-m", "panel", "serve", str(NOTEBOOKS / "hosts" / "panel_app.py"), str(CHECKS)),
        *("--address", "127.0.0.1", "--port", "{port}", "--allow-websocket-origin", "127.0.0.1:{port}"),
        *("--check-unused-sessions", "200", "--unused-session-lifetime", "6000"),
        path="/favicon.ico",
    )


def test_two_agents_at_the_desk(panel: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{panel.url}/panel_app"), open_dashboard(f"{panel.url}/panel_app")
    bob.expect_state("absent")
    ann.expect_state("absent")
    customer = ann.page.get_by_role("combobox", name="Customer")
    assert left_of(ann.button) == left_of(customer)
    customer.select_option("Omar Haddad")
    expect(ann.button).to_contain_text("omar-7 is not online")

    play_the_story(ann, "omar-7")
    expect(ann.page.get_by_role("cell", name="Omar Haddad")).to_be_visible()
    bob.expect_state("absent")
    expect(bob.page.get_by_text("No session yet.")).to_be_visible()
    expect(bob.page.get_by_text("State: absent")).to_be_visible()


def left_of(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["x"]


def test_code_of_a_session(panel: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{panel.url}/panel_checks"), open_dashboard(f"{panel.url}/panel_checks")
    for each in (ann, bob):
        each.expect_text("waiting: would_block")
        each.expect_text("until: absent")
        each.expect_text("open_buttons: 2")
        each.page.get_by_role("button", name="Wait").click()
        each.expect_text("handler: would_block")
    with ann.visitor("li-3") as visitor:
        visitor.open_shop()
        ann.expect_text("observer: present, in the session's document")
        bob.expect_text("observer: present, in the session's document")
        ann.close()
        bob.expect_text("open_buttons: 1")
    bob.expect_text("observer: absent, in the session's document")
