"""The sandbox's pages in a real browser: visitor and agent side by side, and nobody else."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.sandbox import Sandbox
from tests.chromium import chromium
from tests.conftest import eventually
from tests.sandbox.clients import Wire, wire_to

pytestmark = pytest.mark.browser

STRANGER = "evil.example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--host-resolver-rules=MAP {STRANGER} 127.0.0.1") as browser:
        yield browser


class Window:
    """A page in a browser of its own, and everything it complained about."""

    def __init__(self, browser: Browser, *, ignore_https_errors: bool = False) -> None:
        self.context = browser.new_context(ignore_https_errors=ignore_https_errors)
        self.complaints: list[str] = []
        self.page = self.watched(self.context.new_page())

    def watched(self, page: Page) -> Page:
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(request.url))
        return page


@pytest.fixture
def windows(browser: Browser) -> Iterator[tuple[Window, Window]]:
    visitor, agent = Window(browser), Window(browser)
    yield visitor, agent
    visitor.context.close()
    agent.context.close()


def accept_terms(page: Page) -> None:
    page.get_by_role("button", name="Need help?").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="End Session").wait_for()


def test_visitor_and_agent_meet_by_session_code(wire: Wire, windows: tuple[Window, Window]) -> None:
    visitor, agent = windows
    visitor.page.goto(f"{wire.sandbox.url}/shop/")
    accept_terms(visitor.page)
    code = visitor.page.get_by_text(re.compile("^[0-9]{6}$")).inner_text()

    agent.page.goto(wire.sandbox.url)
    agent.page.get_by_role("link", name="join with a session code").click()
    agent.page.get_by_role("textbox", name="Session Code").fill(code)
    with agent.context.expect_page() as opened:
        agent.page.get_by_role("button", name="Join Session").click()
    viewer = agent.watched(opened.value)
    shown = viewer.get_by_role("region", name="Visitor's page").frame_locator("iframe")
    expect(shown.get_by_role("heading", name="Coffee at the pace of a heron")).to_be_visible()

    visitor.page.get_by_role("link", name="Brew guide").first.click()
    expect(shown.get_by_role("heading", name="Brew guide")).to_be_visible()
    viewer.reload()
    expect(shown.get_by_role("heading", name="Brew guide")).to_be_visible()

    viewer.get_by_role("button", name="End Session").first.click()
    expect(viewer.get_by_role("heading", name="Session ended")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="End Session")).to_be_hidden()
    assert visitor.complaints == []
    assert agent.complaints == []


def test_the_service_sees_a_visitor_of_the_shop(wire: Wire, windows: tuple[Window, Window]) -> None:
    visitor, _ = windows
    agent = wire.agent("maria-21")
    visitor.page.goto(wire.sandbox.visitor_url("maria-21"))
    assert agent.wait_for("visitorsock")["data"] == {"connected": True}
    assert agent.wait_for("presence")["data"]["url"].endswith("/shop/maria-21/")
    wire.signal(
        "maria-21", "invoke", {"func": "GLANCE.Cobrowse.VisitorUI.showTerms", "args": {"sessionKey": "invited"}}
    )
    assert agent.wait_for("terms")["data"] == {"status": "displayed"}
    visitor.page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    assert agent.wait_for("terms")["data"] == {"status": "accepted"}
    agent.wait_for("visitorsessionstart")
    viewer = wire.viewer("invited")
    assert viewer.expect("session")["visitor"] == {"visitorid": "maria-21", "name": "Maria"}
    assert [event["type"] for event in viewer.wait_for("events")["events"][:2]] == [4, 2]
    visitor.page.get_by_role("button", name="End Session").click()
    assert viewer.wait_for("ended")["reason"] == "visitor"
    assert agent.wait_for("visitorsessionend")["data"] == {"reason": "visitor"}
    assert visitor.complaints == []


@pytest.fixture
def framing_port(wire: Wire) -> Iterator[int]:
    """The port of a web server whose page has the viewer in a frame."""
    frame = f'<iframe src="{wire.sandbox.url}/agentjoin/AgentView.aspx?SessionKey=k"></iframe>'.encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(frame)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_pages_of_this_machine_may_frame_the_viewer(
    framing_port: int, windows: tuple[Window, Window], host: str
) -> None:
    page = windows[1].page
    page.goto(f"http://{host}:{framing_port}/")
    expect(page.frame_locator("iframe").get_by_text("You are not signed in.").first).to_be_visible()


def test_other_pages_may_not_frame_the_viewer(framing_port: int, windows: tuple[Window, Window]) -> None:
    page = windows[1].page
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(f"http://{STRANGER}:{framing_port}/")
    assert page.frame_locator("iframe").get_by_text("You are not signed in.").count() == 0


def test_the_shop_works_over_tls(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("data")
    with Sandbox(tls=True, data_folder=folder) as sandbox, wire_to(sandbox) as wire:
        visitor = Window(browser, ignore_https_errors=True)
        visitor.page.goto(sandbox.visitor_url("maria-21"))
        eventually(lambda: wire.presence("lookupvisitor", "maria-21").json().get("url"))
        accept_terms(visitor.page)
        viewer = wire.viewer("maria-21")
        assert viewer.wait_for("events")["events"]
        visitor.page.get_by_role("button", name="End Session").click()
        viewer.wait_for("ended")
        assert visitor.complaints == []
        visitor.context.close()
