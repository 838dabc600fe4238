"""One line for each request, in which nothing secret stands."""

from __future__ import annotations

import logging
import time
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("glance_widget.sandbox")

_SHOWN: Final = frozenset(
    {
        "duration",
        "group",
        "groupid",
        "partnerid",
        "partneruserid",
        "script",
        "service",
        "site",
        "ver",
        "visitorid",
        "wait",
    }
)
"""Query fields whose values are shown."""
_STRUCK_OUT: Final = frozenset(
    {
        "authorization",
        "authtoken",
        "email",
        "guesttoken",
        "loginkey",
        "name",
        "phone",
        "sessionkey",
        "ssnkey",
        "ticket",
        "token",
    }
)
"""Query fields of which only the name is shown. Of any other not even that: it may be a key in the wrong place."""

_MASK: Final = "***"
_LONGEST: Final = 400


class AccessLog:
    """Logs every request and socket to ``glance_widget.sandbox`` at level INFO."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] not in {"http", "websocket"} or not _log.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        start, outcome = time.monotonic(), "-"

        async def send_and_watch(message: Message) -> None:
            nonlocal outcome
            if message["type"] == "http.response.start":
                outcome = str(message["status"])
            elif message["type"] == "websocket.accept":
                outcome = "open"
                _log.info("%s", _line(scope, outcome, start))
            elif message["type"] == "websocket.close":
                outcome = "refused" if outcome == "-" else f"closed {message.get('code', 1000)}"
            await send(message)

        try:
            await self._app(scope, receive, send_and_watch)
        finally:
            _log.info("%s", _line(scope, "closed" if outcome == "open" else outcome, start))


def _line(scope: Scope, outcome: str, start: float) -> str:
    client = scope["client"][0] if scope.get("client") else "-"
    method = scope.get("method", "SOCKET")
    milliseconds = (time.monotonic() - start) * 1000
    return f"{client} {method} {shown_target(scope)} {outcome} {milliseconds:.0f} ms"


def shown_target(scope: Scope) -> str:
    """Path and query of a request as they may be shown: one line, and values only of fields known to be harmless."""
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    target = quote(scope["path"], safe="/{}@:~+,")
    if query:
        target += "?" + urlencode([_shown_field(*field) for field in query], safe="*@/:")
    return target[:_LONGEST]


def _shown_field(name: str, value: str) -> tuple[str, str]:
    if name.lower() in _SHOWN:
        return name, value
    return (name if name.lower() in _STRUCK_OUT else _MASK), _MASK
