"""Who sees what a hostile page does to an agent: a server that nobody should ask, and the agent's own browser."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Page, Request, expect
from playwright.sync_api import Error as BrowserError

from tests.privacy.hostile_page.in_page import SETUP
from tests.sandbox.clients import Message, Socket, Wire

RESPONDS_WITHIN: Final = 10.0
"""Seconds in which a click on a button of the viewer must have done what it is for, also right after an attack."""
_ZOOMS: Final = ("100 %", "Fit width")
_EXPLAINED: Final = re.compile(
    # The replayer's own words about a page that cannot be built, or a sheet that it cannot read.
    r"Failed to (?:adapt css for replay|rebuild)|Media playback error"
    # The browser's own about a number in a drawing that is none.
    r"|^Error: <[\w-]+> attribute [\w-]+:"
    # And about a font in whose place nothing was put.
    r"|^(?:Failed to decode downloaded font: data:,|OTS parsing error)"
)


AGENT: Final = "The agent's browser"


class Canary(ThreadingHTTPServer):
    """A web server on this machine. Whoever connects to it is noted, also without a request.

    Attributes:
        hits: What was asked for by the agent's browser.
        connections: How many connections there were.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.connections = 0
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket, object]:
        request = super().get_request()
        self.connections += 1
        return request

    def handle_error(self, *_: object) -> None:
        """A browser that hangs up is no fault of a test."""


class _Handler(BaseHTTPRequestHandler):
    server: Canary  # type: ignore[mutable-override]  # no other server has it

    def do_GET(self) -> None:
        if self.headers.get("User-Agent") == AGENT:
            self.server.hits.append(self.path)
        self.send_response(204)
        self.end_headers()

    do_POST = do_PUT = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 (the base class's names)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def canary() -> Iterator[Canary]:
    with Canary() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class Agent:
    """An agent's browser, and everything in it that is not as it should be."""

    def __init__(self, browser: Browser, service: str, server: Canary, *, alone: bool = True) -> None:
        """``alone``: nobody but the agent's browser has a reason to connect to the canary."""
        self._alone = alone
        self.context = browser.new_context(viewport={"width": 1100, "height": 760}, user_agent=AGENT)
        self._faults: list[str] = []
        self._service = service
        self._canary = server
        self._clicks = 0
        self.context.on("request", self._requested)
        self.context.add_init_script(SETUP)
        self.page: Page = self.context.new_page()
        self._watch(self.page)

    def open(self, wire: Wire, key: str) -> None:
        """Opens the viewer of a session as an agent's application does."""
        fields = {
            "WAIT": "1", "LOGINKEY": wire.loginkey(), "PARTNERID": str(wire.group), "PARTNERUSERID": wire.sandbox.puid,
            "SESSIONKEY": key,
        }  # fmt: skip
        inputs = "".join(f'<input name="{name}" value="{value}">' for name, value in fields.items())
        action = f"{wire.sandbox.url}/agentjoin/AgentView.aspx"
        self.page.set_content(f'<form method="post" action="{action}">{inputs}</form>')
        self.page.locator("form").evaluate("form => form.submit()")

    def open_forged(self, wire: Wire, key: str) -> tuple[Message, Socket]:
        """The same for a session whose visitor is a socket, with consent; gives the session and the visitor."""
        started = wire.start(key)
        visitor = wire.page(started, consent=True)
        self.open(wire, key)
        # The browser's own traffic goes on only while Playwright waits for something.
        expect(self.page.get_by_role("heading", name="Loading the visitor's page")).to_be_visible()
        visitor.wait_for("snapshot")
        return started, visitor

    def _watch(self, page: Page) -> None:
        page.on("dialog", self._asked)
        page.on("download", lambda download: self._faults.append(f"download {download.url}"))
        page.on("crash", lambda _: self._faults.append("the tab crashed"))
        page.on("pageerror", lambda error: self._faults.append(f"error {error}"))
        page.on("console", self._said)
        page.on("framenavigated", self._led)

    def _requested(self, request: Request) -> None:
        url = request.url
        own = {f"{self._service}/agentjoin/AgentView.aspx", f"{self._service}/static/viewer.js"}
        if not url.startswith("data:") and url not in own:
            self._faults.append(f"request {url[:120]}")

    def _asked(self, dialog: Dialog) -> None:
        self._faults.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _EXPLAINED.search(message.text):
            self._faults.append(f"console {message.text[:300]}")

    def _led(self, frame: Frame) -> None:
        if frame.url != "about:blank" and not frame.url.startswith(self._service):
            self._faults.append(f"frame {frame.url[:120]}")

    @property
    def canary(self) -> str:
        """The address of the server that nobody should ask."""
        return self._canary.url

    def width(self) -> str:
        """The width of the visitor's window, as the viewer has it."""
        found: str = self.page.evaluate("() => window.hostile.width()")
        return found

    def reaches(self, width: int, within: float) -> bool:
        """Whether the viewer shows a window of this width, at last."""
        try:
            self.page.wait_for_function(
                "(width) => window.hostile.width() === width", arg=f"{width}px", timeout=within * 1000, polling=20
            )
        except BrowserError:
            return False
        return True

    def problems(self) -> list[str]:
        """All that ran, was asked for, left its frame or does not work, since the last time."""
        found = [*self._unresponsive()]
        facts: dict[str, Any] = self.page.evaluate("() => window.hostile.look()")
        found += [f"{name}: {value}" for name, value in facts.items() if value]
        return found + self.problems_at_the_end()

    def problems_at_the_end(self) -> list[str]:
        """The same, without the buttons, which are gone when the session has ended."""
        found = self._faults[:8]
        if self.page.evaluate("() => Boolean(window.__pwned)"):
            found.append("a script ran")
        if self.context.pages != [self.page]:
            found.append(f"{len(self.context.pages)} windows")
        if self._canary.hits:
            found.append(f"asked for: {self._canary.hits[:8]}")
        if self._alone and self._canary.connections:
            found.append(f"{self._canary.connections} connections")
        self._faults.clear()
        self._canary.hits.clear()
        self._canary.connections = 0
        return found

    def _unresponsive(self) -> Iterator[str]:
        self._clicks += 1
        button = self.page.get_by_role("button", name=_ZOOMS[self._clicks % 2], exact=True)
        begun = time.monotonic()
        try:
            button.click(timeout=1000 * RESPONDS_WITHIN)
            expect(button).to_have_attribute("aria-pressed", "true", timeout=1000 * RESPONDS_WITHIN)
        except (BrowserError, AssertionError) as error:
            yield f"a click was not handled: {str(error)[:200]}"
        if (took := time.monotonic() - begun) > RESPONDS_WITHIN:
            yield f"a click was handled after {took:.1f} s"

    def end(self) -> None:
        """The agent ends the session with a real click, and the page of the visitor is gone."""
        self.page.get_by_role("button", name="End Session").first.click()
        expect(self.page.get_by_role("heading", name="Session ended")).to_be_visible()
        expect(self.page.locator("[role=region] iframe")).to_have_count(0)

    def close(self) -> None:
        self.context.close()
