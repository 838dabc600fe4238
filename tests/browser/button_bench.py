"""A page in a real Chromium that plays host and kernel to the built front end: no Jupyter, no Python half."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    WebError,
    expect,
)

from tests.chromium import PATIENCE

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
BUNDLE: Final = ROOT / "glance_widget" / "static" / "widget.js"
PACKAGES: Final = ROOT / "js" / "node_modules"
FONTS: Final = PACKAGES / "@fontsource-variable"
INTER: Final = FONTS / "inter" / "files" / "inter-latin-wght-normal.woff2"
JAPANESE: Final = FONTS / "noto-sans-jp"
FIELDS: Final = {"WAIT": "1", "LOGINKEY": "$1$1700000000$ä&=+ secret", "PARTNERID": "15687", "SESSIONKEY": "k"}
FILES: Final = {
    "/button.html": (HERE / "button.html", "text/html; charset=utf-8"),
    "/button.js": (HERE / "button.js", "text/javascript; charset=utf-8"),
    "/widget.js": (BUNDLE, "text/javascript; charset=utf-8"),
    "/looks.html": (HERE / "looks.html", "text/html; charset=utf-8"),
    "/looks.js": (HERE / "looks.js", "text/javascript; charset=utf-8"),
    "/inter.woff2": (INTER, "font/woff2"),
    "/noto-sans-jp/index.css": (JAPANESE / "index.css", "text/css"),
    # In pieces, of which a browser fetches those whose characters it shows.
    **{f"/noto-sans-jp/files/{file.name}": (file, "font/woff2") for file in (JAPANESE / "files").glob("*.woff2")},
}
VIEWER_PAGE: Final = """<!doctype html><meta charset="utf-8"><title>Viewer</title><link rel="icon" href="data:,">
<h1>The viewer</h1><script>
  (opener ?? parent).postMessage({ glanceEvent: "agentJoined", data: { ssnkey: "k" } }, ORIGIN);
</script>"""


@dataclass
class Post:
    """The viewer's form, as it arrived."""

    path: str
    fields: dict[str, str]
    origin: str | None


@dataclass
class Site:
    """A web server on this machine that serves the page and takes the viewer's form."""

    url: str = ""
    posts: queue.Queue[Post] = field(default_factory=queue.Queue)
    reports: queue.Queue[object] = field(default_factory=queue.Queue)
    silent: bool = False
    """Whether the viewer says nothing to the page that opened it."""

    pages: dict[str, str] = field(default_factory=dict)
    """Pages of a test's own, by path."""

    def get(self, path: str) -> tuple[bytes, str] | None:
        if path in self.pages:
            return self.pages[path].encode(), "text/html; charset=utf-8"
        if path not in FILES:
            return None
        file, kind = FILES[path]
        return file.read_bytes(), kind

    def post(self, path: str, body: str, origin: str | None) -> bytes:
        if path.endswith("/report"):
            self.reports.put(json.loads(body))
            return b""
        self.posts.put(Post(path, dict(parse_qsl(body, keep_blank_values=True)), origin))
        return b"" if self.silent else VIEWER_PAGE.replace("ORIGIN", json.dumps(origin)).encode()


@contextmanager
def serve() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = site.get(urlsplit(self.path).path)
            if found is None:
                self.send_error(404)
            else:
                self.answer(*found)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(site.post(self.path, body, self.headers["Origin"]), "text/html; charset=utf-8")

        def answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Access-Control-Allow-Origin", "*")  # for the module scripts of a sandboxed frame
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Bench:
    """A page with the button, and what its model was sent."""

    page: Page
    context: BrowserContext
    site: Site

    def mount(self, **options: object) -> None:
        self.page.evaluate("(options) => { glance.mounted = glance.mount(options); }", options)
        expect(self.page.locator("[data-glance-ready]").first).to_be_visible()

    def write(self, traits: Mapping[str, object]) -> None:
        self.page.evaluate("(traits) => glance.mounted.model.write(traits)", traits)

    def goes(self, state: str, reason: str = "", message: str = "", **traits: object) -> None:
        status = {"since": "2026-11-22T10:00:00.000Z", "reason": reason, "message": message, "hint": ""}
        self.write({"state": state, "status": status, **traits})

    def fill(self, kind: str = "join") -> None:
        form = {"action": f"{self.site.url}/agentjoin/AgentView.aspx", "fields": FIELDS}
        self.page.evaluate("([kind, form]) => glance.mounted.model.fill(kind, form)", [kind, form])

    def refuse(self, message: str) -> None:
        self.page.evaluate("(message) => glance.mounted.model.refuse('join', message, '')", message)

    def sent(self) -> list[str]:
        script = "() => glance.mounted.model.sent.map(({ type, event }) => event ?? type)"
        words: list[str] = self.page.evaluate(script)
        return words

    def wait_for_sent(self, word: str) -> None:
        script = "(word) => glance.mounted.model.sent.some(({ type, event }) => (event ?? type) === word)"
        self.page.wait_for_function(script, arg=word)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)


@dataclass
class Benches:
    """Opens pages, and keeps what they complain of and their requests to anywhere else."""

    browser: Browser
    site: Site
    complaints: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        path: str = "/button.html",
        *,
        dark: bool = False,
        forced: bool = False,
        motion: bool = False,
        scale: float = 1,
        width: int = 1280,
        locale: str = "en-US",
    ) -> Bench:
        context = self.browser.new_context(
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
            # Without motion, colours are what they will be.
            reduced_motion="no-preference" if motion else "reduce",
            viewport={"width": width, "height": 800},
            device_scale_factor=scale,
            locale=locale,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.on("console", self._said)
        context.on("weberror", self._failed)
        context.on("request", self._asked)
        page = context.new_page()
        page.goto(self.site.url + path)
        return Bench(page, context, self.site)

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        unexpected = [each for each in self.complaints if not any(word in each for word in self.allowed)]
        assert unexpected == []

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _failed(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site.url, "data:")):
            self.complaints.append(request.url)
