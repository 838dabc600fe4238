"""Serves pages that are built as others build theirs, each with the visitor script in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar, Final
from urllib.parse import urlsplit

from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from tests.privacy.planting import tag_of

_FOLDER: Final = Path(__file__).parent
PAGES: Final = sorted(path.stem for path in _FOLDER.glob("*.html"))
"""Their names. Each has a function ``change()``, and some ``more()`` and ``last()``, that do what a visitor would."""
_STRICT: Final = (
    "default-src 'none'; script-src 'nonce-page' {0}; style-src 'self'; img-src 'self'; connect-src 'self' {0} {1}; "
    "require-trusted-types-for 'script'; trusted-types page"
)
_PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="#20639b"/>'
    '<circle cx="60" cy="40" r="25" fill="#fd8"/></svg>'
)
_FRAME: Final = "<!doctype html><style>body { margin: 0 } h2 { margin: 10px }</style><h2>Its own page</h2>"
_SHEET: Final = (
    "body { margin: 20px; font: 15px/1.4 sans-serif } .note { background: #eef; padding: 10px }"
    "canvas { border: 1px solid #999 }"
)
_FILES: Final = {
    "/picture.svg": ("image/svg+xml", _PICTURE),
    "/frame": ("text/html", _FRAME),
    "/strict.css": ("text/css", _SHEET),
}


@contextmanager
def website_of_others(sandbox: Sandbox, privacy: Privacy) -> Iterator[str]:
    """Serves the pages in a mode; gives the website's address."""
    policy = _STRICT.format(sandbox.url, sandbox.url.replace("http", "ws", 1))

    class Handler(BaseHTTPRequestHandler):
        # A browser opens connections that it may not need, and a thread waits for each.
        timeout: ClassVar[float | None] = 0.5

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            kind, text = _FILES.get(path, ("text/html; charset=utf-8", ""))
            if path[1:] in PAGES:
                text = _page(path[1:], tag_of(sandbox, privacy))
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.send_header("Cache-Control", "max-age=600")
            if path == "/strict":
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _page(name: str, tag: str) -> str:
    before, head, after = (_FOLDER / f"{name}.html").read_text("utf-8").partition("<head>")
    return before + head + tag.replace("<script ", '<script nonce="page" ', 1) + after
