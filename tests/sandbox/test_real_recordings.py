"""What the real visitor script records of an odd but honest page passes the service's checks."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.sandbox import Sandbox
from tests.chromium import chromium
from tests.conftest import eventually
from tests.sandbox.clients import Wire, wire_to

pytestmark = pytest.mark.browser

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
PAGE = Path(__file__).with_name("odd_page.html").read_text(encoding="utf-8")
ANSWERS = {
    "/inner": ("text/html", b"<!doctype html><title>Inner</title><p onclick=1>inner <script>1</script></p>"),
    "/sheet.css": ("text/css", b"@import 'more.css'; .bg{background:url(picture.png)} .q{color:red}"),
    "/octets": ("application/octet-stream", base64.b64decode(PIXEL.partition(",")[2])),
}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082".replace(" ", "")
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(params=["private", "standard", "open"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    with Sandbox(privacy=request.param) as sandbox, wire_to(sandbox) as wire:
        yield wire


@pytest.fixture
def site(wire: Wire) -> Iterator[str]:
    """A web server with the odd page."""
    script = f"{wire.sandbox.url}/cobrowse/CobrowseJS.ashx?group={wire.group}&amp;site=production"
    page = PAGE.replace("SCRIPT", script).replace("PIXEL", PIXEL).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            kind, body = ANSWERS.get(path, ("image/png", PICTURE) if path == "/picture.png" else ("text/html", b""))
            self.send_response(200 if body or path == "/" else 404)
            self.send_header("Content-Type", "text/html" if path == "/" else kind)
            self.end_headers()
            self.wfile.write(page if path == "/" else body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_an_odd_page_is_recorded_without_a_refusal(
    wire: Wire, site: str, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="glance_widget.sandbox")
    context = browser.new_context()
    page = context.new_page()
    page.goto(site)
    page.get_by_role("button", name="Help").click()
    page.get_by_role("dialog").get_by_role("button", name="Accept").click()
    code = page.get_by_text(re.compile("^[0-9]{6}$")).inner_text()
    viewer = wire.viewer(code)
    viewer.expect("session")
    kinds = [event["type"] for event in viewer.wait_for("events")["events"]]
    assert 2 in kinds
    page.evaluate("change()")
    page.mouse.move(50, 60)
    page.mouse.click(400, 300)
    page.mouse.wheel(0, 200)
    page.set_viewport_size({"width": 700, "height": 500})
    page.evaluate("document.querySelector('textarea').focus()")
    page.keyboard.type("typed")
    viewer.send(type="snapshot")
    for _ in range(2):  # also after a fresh start, which has everything in it
        eventually(lambda: any(event["type"] == 2 for event in viewer.wait_for("events")["events"]))
        viewer.send(type="snapshot")
    page.get_by_role("button", name="End Session").click()
    assert viewer.wait_for("ended")["reason"] == "visitor"
    assert "1008" not in caplog.text
    context.close()
