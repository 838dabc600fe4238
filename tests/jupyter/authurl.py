"""A login key service as a customer would run it: a POST with a bearer token gets a login key."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from glance_widget import sign_login_key


@dataclass
class AuthService:
    """What the service saw and gave."""

    url: str = ""
    seen: set[tuple[str, str]] = field(default_factory=set)
    loginkeys: list[str] = field(default_factory=list)


@contextmanager
def auth_service(groupid: int, apikey: str) -> Iterator[AuthService]:
    service = AuthService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            service.seen.add((self.headers["Authorization"], body))
            puid = parse_qs(urlsplit(self.path).query)["partneruserid"][0]
            loginkey = sign_login_key(groupid, puid, apikey, int(time.time()) + 3600)
            service.loginkeys.append(loginkey)
            answer = json.dumps({"loginKey": loginkey, "groupId": groupid}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.url = f"http://127.0.0.1:{server.server_port}/loginkey"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
