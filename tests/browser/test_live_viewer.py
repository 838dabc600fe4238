"""Where the viewer opens, with everything real but Jupyter: button, kernel, platform, viewer and the visitor's page."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from glance_widget.agent import session_lookup
from glance_widget.demo.people import Viewer
from glance_widget.sandbox import Sandbox
from tests.browser.live_bench import STRANGE_HOST, Show
from tests.conftest import eventually

pytestmark = pytest.mark.browser

HOME = "Coffee at the pace of a heron"
NO_POPUPS = "window.open = () => null;"


class Opener:
    """A function given as ``openwindow``."""

    def __init__(self, reaction: object = None) -> None:
        self.addresses: list[str] = []
        self.threads: set[str] = set()
        self._reaction = reaction

    def __call__(self, address: str) -> object:
        self.addresses.append(address)
        self.threads.add(threading.current_thread().name)
        if isinstance(self._reaction, Exception):
            raise self._reaction
        return self._reaction


def xid_of(database: Path, session_id: str) -> object:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT xid FROM glance_sessions WHERE id = ?", (session_id,)).fetchone()[0]


@pytest.fixture(autouse=True)
def looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A running session is looked at every half second."""
    monkeypatch.setattr(session_lookup, "WATCH_EVERY", 0.5)


def test_openwindow_is_called_with_an_address_that_opens_the_viewer_once(
    show: Show, context: BrowserContext, sandbox: Sandbox, database: Path
) -> None:
    opener = Opener()
    kernel, visitor = show(openwindow=opener, reportingExternalId="CASE-7")
    desk = kernel.open(context)
    desk.button("Join").click()
    (address,) = eventually(lambda: opener.addresses)
    eventually(lambda: (kernel.widget.session or {}).get("viewer") == "open")
    assert len(context.pages) == 1
    assert address.startswith(f"{sandbox.url}/agentjoin/AgentView.aspx?")
    ((name, ticket),) = parse_qsl(urlsplit(address).query)
    assert (name, len(ticket)) == ("TICKET", 43)
    assert ticket not in kernel.wire_text()
    opened = context.new_page()
    opened.goto(address)
    Viewer(opened).expect_heading(HOME)
    again = context.new_page()
    again.goto(address)
    expect(again.get_by_role("heading")).to_have_text("This address has opened the viewer before, or is too old.")
    again.close()
    opened.reload()
    Viewer(opened).expect_heading(HOME)
    opened.close()
    expect(desk.button("Open Viewer")).to_be_visible()
    assert (kernel.widget.session or {})["viewer"] == "closed"
    desk.button("Open Viewer").click()
    assert eventually(lambda: opener.addresses[1:])[0] != address
    assert all(thread.startswith("glance-callback") for thread in opener.threads)
    desk.button("End Session").click()
    visitor.wait_for("ended")
    kernel.widget.wait_for("ended")
    report = kernel.widget.reporting
    assert report is not None
    eventually(lambda: xid_of(database, report["sessionId"]) == "CASE-7")


@pytest.mark.parametrize(
    ("reaction", "code", "said"),
    [
        (RuntimeError("no desktop here"), "callback", "openwindow failed: RuntimeError: no desktop here."),
        (False, "viewer_not_opened", "openwindow said that it opened nothing."),
    ],
    ids=["raises", "returns False"],
)
def test_an_openwindow_that_opens_nothing_is_an_error_at_the_button(
    show: Show, context: BrowserContext, reaction: object, code: str, said: str
) -> None:
    kernel, _visitor = show(openwindow=Opener(reaction))
    desk = kernel.open(context)
    desk.button("Join").click()
    expect(desk.page.get_by_text(said)).to_be_visible()
    desk.expect_state("in_session")
    assert kernel.widget.error is not None
    assert kernel.widget.error["code"] == code
    expect(desk.button("Open Viewer")).to_be_visible()


def test_a_blocked_window_leaves_a_real_link(show: Show, context: BrowserContext) -> None:
    kernel, visitor = show()
    desk = kernel.open(context, script=NO_POPUPS)
    desk.button("Join").click()
    expect(desk.link("Open Viewer")).to_be_visible()
    address = desk.link("Open Viewer").get_attribute("href")
    assert address is not None
    assert [name for name, _value in parse_qsl(urlsplit(address).query)] == ["TICKET"]
    with context.expect_page() as opening:
        desk.link("Open Viewer").click()
    Viewer(opening.value).expect_heading(HOME)
    assert opening.value.evaluate("opener") is None
    visitor.wait_for("watched")
    expect(desk.button("Reopen Viewer")).to_be_visible()
    expect(desk.link("Open Viewer")).to_have_count(0)
    opening.value.close()
    desk.button("Open Viewer").click()
    expect(desk.link("Open Viewer")).to_be_visible()
    assert desk.link("Open Viewer").get_attribute("href") != address
    with context.expect_page() as second:
        desk.link("Open Viewer").click(modifiers=["Control"])
    Viewer(second.value).expect_heading(HOME)


def test_a_frame_that_the_platform_refuses_leaves_a_link(show: Show, context: BrowserContext) -> None:
    kernel, visitor = show(openlocation="iframe")
    desk = kernel.open(context, host=STRANGE_HOST)
    desk.button("Join").click()
    desk.expect_state("in_session")
    expect(desk.page.get_by_text("The viewer does not answer inside this page.")).to_be_visible(timeout=20_000)
    with context.expect_page() as opening:
        desk.link("Open Viewer").click()
    Viewer(opening.value).expect_heading(HOME)
    visitor.wait_for("watched")
    expect(desk.page.locator("iframe")).to_have_count(0)
