"""Voila: the agent desk as a page for a team, with a kernel for each page that is open."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.conftest import eventually
from tests.hosts.conftest import Open, Start
from tests.hosts.dashboard import play_the_story
from tests.hosts.host_server import NOTEBOOKS, HostServer

pytestmark = pytest.mark.host

# Other extensions of JupyterLab that are installed fail in Voila, and say so in the console.
EXTENSIONS = ("anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")


@pytest.fixture(scope="module")
def voila(start: Start) -> HostServer:
    return start(
        *("-m", "voila", str(NOTEBOOKS / "agent_desk.ipynb"), "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1"),
        *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
        # Without it Voila refuses what its own page says when it is left.
        *("--template=without_cdn", "--Voila.tornado_settings=disable_check_xsrf=True"),
        path="/favicon.ico",
        environment={"JUPYTER_PATH": str(NOTEBOOKS / "hosts")},
    )


def test_two_agents_at_the_desk(voila: HostServer, open_dashboard: Open) -> None:
    ann, bob = open_dashboard(voila.url), open_dashboard(voila.url)
    bob.expect_state("absent")
    ann.expect_state("absent")
    assert voila.said().count("Kernel started: ") == 2
    ann.page.get_by_role("listbox", name="Customer").select_option("Omar Haddad")
    expect(ann.button).to_contain_text("omar-7 is not online")
    play_the_story(ann, "omar-7")
    sessions = ann.page.get_by_text("Duration").locator("xpath=../..")
    expect(sessions).to_contain_text("Omar Haddad")
    expect(bob.page.get_by_text("No session yet.")).to_be_visible()
    bob.expect_state("absent")

    with bob.visitor("maria-21") as visitor:
        visitor.open_shop()
        bob.expect_state("present")
        ann.page.goto("about:blank")  # the page tells Voila that it is left
        eventually(lambda: "Kernel shutdown: " in voila.said())
        bob.expect_state("present")
