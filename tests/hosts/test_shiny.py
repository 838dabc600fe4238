"""Shiny for Python: the agent desk for two agents in one process, and what code of a session may expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import play_the_story
from tests.hosts.host_server import NOTEBOOKS, HostServer

pytestmark = pytest.mark.host

CHECKS = Path(__file__).parent / "pages" / "shiny_checks.py"


@pytest.fixture(scope="module")
def shiny(start: Start) -> HostServer:
    return start(*command(NOTEBOOKS / "hosts" / "shiny_app.py"))


@pytest.fixture(scope="module")
def checks(start: Start) -> HostServer:
    return start(*command(CHECKS))


def command(app: Path) -> tuple[str, ...]:
    return ("-m", "shiny", "run", str(app), "--host", "127.0.0.1", "--port", "{port}", "--log-level", "warning")


def test_two_agents_at_the_desk(shiny: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(shiny.url), open_dashboard(shiny.url)
    bob.expect_state("absent")
    ann.expect_state("absent")
    ann.page.get_by_role("radio", name="Omar Haddad").check()
    expect(ann.button).to_contain_text("omar-7")

    play_the_story(ann, "omar-7")
    expect(ann.page.get_by_text("took")).to_have_count(1)
    expect(ann.page.get_by_text("State: ended")).to_be_visible()
    expect(ann.page.get_by_text("Omar Haddad was helped.")).to_be_visible()
    bob.expect_state("absent")
    expect(bob.page.get_by_text("No session yet.")).to_be_visible()
    expect(bob.page.get_by_text("was helped")).to_have_count(0)

    ann.close()
    with bob.visitor("maria-21") as visitor:
        visitor.open_shop()
        bob.expect_state("present")


def test_code_of_a_session(checks: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(f"{checks.url}/?ann"), open_dashboard(f"{checks.url}/?bob")
    for each in (ann, bob):
        each.expect_text("waiting: would_block")
        each.expect_text("until: absent")
        each.expect_text("open_buttons: 2")
    with ann.visitor("li-3") as visitor:
        visitor.open_shop()
        ann.expect_text("observer: present, in the session of ?ann")
        bob.expect_text("observer: present, in the session of ?bob")
        ann.close()
        bob.expect_text("open_buttons: 1")
    bob.expect_text("observer: absent, in the session of ?bob")
