"""A page in a real Chromium with the built front end, and a real widget in Python as its kernel: no Jupyter."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, expect

from glance_widget import Glance
from glance_widget.testing import ScriptedVisitor
from tests.browser.button_bench import BUNDLE
from tests.conftest import eventually
from tests.widget.fake_comm import BrowserTab, FakeComm

HERE: Final = Path(__file__).parent
STRANGE_HOST: Final = "desk.example"
"""A name of this machine that the sandbox does not know: pages under it may not frame the viewer."""
FILES: Final = {
    "/live.html": (HERE / "live.html", "text/html; charset=utf-8"),
    "/live.js": (HERE / "live.js", "text/javascript; charset=utf-8"),
    "/widget.js": (BUNDLE, "text/javascript; charset=utf-8"),
}
_HELD: Final = 1.0


@dataclass
class Kernel:
    """A widget, and the web server that stands for the wire to its pages."""

    widget: Glance
    port: int = 0

    @property
    def wire(self) -> FakeComm:
        wire = self.widget.comm
        assert isinstance(wire, FakeComm)
        return wire

    def wire_text(self) -> str:
        """Everything that any page could read."""
        return json.dumps(self.wire.published)

    def said(self, start: int) -> list[dict[str, Any]]:
        """What the kernel has said since; waits a little for something."""
        deadline = time.monotonic() + _HELD
        while len(self.wire.published) <= start and time.monotonic() < deadline:
            time.sleep(0.002)
        return [message["data"] for message in self.wire.published[start:]]

    def open(self, context: BrowserContext, *, views: int = 1, host: str = "127.0.0.1", script: str = "") -> Desk:
        """Opens a page that shows the widget."""
        page = context.new_page()
        if script:
            page.add_init_script(script)
        page.goto(f"http://{host}:{self.port}/live.html?views={views}")
        expect(page.locator("[data-glance-ready]").first).to_be_visible()
        return Desk(page)


Show: TypeAlias = Callable[..., tuple[Kernel, ScriptedVisitor]]
"""Makes a widget whose visitor is online, with properties of its own."""


@dataclass
class Desk:
    """A page that shows the widget."""

    page: Page

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def expect_state(self, state: str) -> None:
        expect(self.page.locator("[data-glance-state]").first).to_have_attribute("data-glance-state", state)

    def expect_closed(self, window: Page) -> None:
        eventually(lambda: self.page.evaluate("true") and window.is_closed())

    def opens_a_window(self, name: str) -> Page:
        button = self.button(name)
        with self.page.context.expect_page() as opening:
            button.click()
        return opening.value


@contextmanager
def serve_widget(widget: Glance) -> Iterator[Kernel]:
    """Serves pages that show a widget, whose comm is a ``FakeComm``."""
    kernel = Kernel(widget)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path)
            if path.path == "/said":
                news = kernel.said(int(parse_qs(path.query)["from"][0]))
                self.answer(json.dumps(news).encode(), "application/json")
            elif path.path in FILES:
                file, kind = FILES[path.path]
                self.answer(file.read_bytes(), kind)
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            BrowserTab(kernel.wire, "").send(content)
            self.answer(b"", "text/plain")

        def answer(self, body: bytes, kind: str) -> None:
            with suppress(ConnectionError):  # the page has gone meanwhile
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kernel.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield kernel
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
