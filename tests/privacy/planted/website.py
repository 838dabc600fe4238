"""The website that serves a planted page: its files hold the secret that their address names backwards."""

from __future__ import annotations

import base64
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import parse_qs, urlsplit

_PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_GIF: Final = base64.b64decode("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=")
_JPEG: Final = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////"
    "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA="
)


def _png(text: str, _shown: str) -> bytes:
    """A picture with a text chunk after its header."""
    chunk = b"tEXtComment\0" + text.encode()
    data = (len(chunk) - 4).to_bytes(4) + chunk + zlib.crc32(chunk).to_bytes(4)
    return _PNG[:33] + data + _PNG[33:]


def _jpeg(text: str, _shown: str) -> bytes:
    return _JPEG[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2) + text.encode() + _JPEG[2:]


def _gif(text: str, _shown: str) -> bytes:
    return _GIF[:-1] + b"\x21\xfe" + bytes([len(text)]) + text.encode() + b"\0\x3b"


def _svg(text: str, shown: str) -> bytes:
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="200" height="20"><!-- {text} --><desc>{text}</desc>'
    return f'{drawing}<text y="15">{shown}</text></svg>'.encode()


_FILES: Final[dict[str, tuple[str, Callable[[str, str], bytes]]]] = {
    "png": ("image/png", _png),
    "jpg": ("image/jpeg", _jpeg),
    "gif": ("image/gif", _gif),
    "svg": ("image/svg+xml", _svg),
    "html": ("text/html", lambda text, _: f"<!doctype html><title>frame</title><p>{text or 'frame'}</p>".encode()),
    "css": ("text/css", lambda text, _: f"/* {text} */ .from-a-file {{ top: 0 }}".encode()),
    "vtt": ("text/vtt", lambda text, _: f"WEBVTT\n\n00:00.000 --> 00:09.000\n{text}\n".encode()),
    "js": ("text/javascript", lambda _text, _: b""),
    "json": ("application/json", lambda _text, _: b"{}"),
}


def _answer(address: str, page: str) -> tuple[int, str, bytes]:
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    if parts.path in {"/", "/page"}:
        return 200, "text/html; charset=utf-8", page.encode()
    kind = _FILES.get(parts.path.rpartition(".")[2])
    if kind is None or parts.path.startswith("/missing/"):
        return 404, "text/plain", b""
    first = {name: query.get(name, [""])[0][::-1] for name in ("t", "text")}
    return 200, kind[0], kind[1](first["t"], first["text"])


@contextmanager
def website(page: Callable[[], str], cookie: str = "") -> Iterator[str]:
    """Serves a page; gives its address. The host is ``localhost``: cookies know no ports, and must not reach a service.

    Args:
        page: Gives the page's text.
        cookie: The value of a cookie that no script can read.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, content = _answer(self.path, page())
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "max-age=600")
            if cookie and self.path.startswith("/page"):
                self.send_header("Set-Cookie", f"customer={cookie}; HttpOnly; Path=/")
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(204)
            self.end_headers()

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
