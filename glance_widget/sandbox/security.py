"""Who may talk to the sandbox: the Host header, web origins, and the headers of answers.

A local service is reachable from every web page that its user opens. Three checks keep those pages out: the Host
header must name this machine (against DNS rebinding), the Origin of scripts and sockets must be one of this machine or
one that was allowed by name, and every answer says what a browser may do with it.
"""

from __future__ import annotations

import ipaddress
import logging
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from glance_widget.protocol.base_urls import is_loopback
from glance_widget.sandbox.place import Place
from glance_widget.sandbox.settings import Settings

_log = logging.getLogger("glance_widget.sandbox")

_LOOPBACK_SOURCES: Final = " ".join(
    f"{scheme}://{host}:*" for scheme in ("http", "https") for host in ("127.0.0.1", "localhost", "*.localhost")
)
"""This machine in a content security policy, which knows no IPv6 literals."""


_OF_PROXIES: Final = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-prefix",
    "x-forwarded-context",
)


def is_allowed_origin(origin: str, settings: Settings) -> bool:
    """Whether pages of a web origin may use the platform: this machine's, its public place's, and those allowed."""
    if origin.lower() in settings.allowed_origins or (settings.public and origin.lower() == settings.public.origin):
        return True
    try:
        parts = urlsplit(origin)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = origin == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    return plain and parts.scheme in {"http", "https"} and host is not None and is_loopback(host)


def is_allowed_host(header: str, settings: Settings) -> bool:
    """Whether a Host header names this sandbox.

    A name that is not of this machine may be a stranger's, pointed here by his own name server. Addresses cannot be
    pointed anywhere, so a sandbox that serves other machines takes any address.
    """
    try:
        parts = urlsplit(f"//{header}")
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.netloc != header or "@" in header:
        return False
    if is_loopback(host) or host in settings.allowed_hosts or _is_public(header, settings):
        return True
    if settings.loopback:
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def place_of(connection: HTTPConnection, settings: Settings) -> Place:
    """The place at which a client found the sandbox; the host was checked before."""
    host = connection.headers.get("host", "")
    if settings.public is not None and _is_public(host, settings):
        return settings.public
    return Place(settings.secure, host)


def _is_public(host: str, settings: Settings) -> bool:
    return settings.public is not None and host.lower() == settings.public.host


def is_own_machine(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether a client is on this machine, as far as can be seen.

    A proxy on this machine may speak for anybody, and says so in its headers or by the public place's name; what says
    neither is taken for one that the machine's user runs.
    """
    address = connection.client.host.removeprefix("::ffff:") if connection.client else ""
    proxied = _is_public(connection.headers.get("host", ""), settings)
    return is_loopback(address) and not proxied and not any(name in connection.headers for name in _OF_PROXIES)


def is_allowed_socket(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether a socket may be opened: programs send no Origin, and pages only an allowed one."""
    origin = connection.headers.get("origin")
    if origin is None or is_allowed_origin(origin, settings):
        return True
    _log.warning("A socket from the origin %.200r was refused; see allowed_origins.", origin)
    return False


def is_own_socket(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether a socket may be opened that only pages of the sandbox itself use."""
    origin = connection.headers.get("origin")
    return origin is None or origin == place_of(connection, settings).origin


def frame_ancestors(settings: Settings) -> str:
    """Who may frame a page, for its policy: the sandbox itself, pages of this machine, and allowed origins."""
    return " ".join(["'self'", _LOOPBACK_SOURCES, *sorted(settings.allowed_origins)])


class HostCheck:
    """Refuses requests whose Host header names another host (421)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] in {"http", "websocket"}:
            header = Headers(scope=scope).get("host", "")
            if not is_allowed_host(header, self._settings):
                _log.warning("The host %.200r was refused; see allowed_hosts.", header)
                await _refuse(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    text = "This sandbox is not known under that host name.\n"
    await PlainTextResponse(text, status_code=421)(scope, receive, send)


class _OriginCors(CORSMiddleware):
    """Starlette's answers to preflight requests, with this module's rule for origins."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        super().__init__(app, allow_methods=("GET", "POST"), allow_headers=("Authorization",), max_age=600)
        self._settings = settings

    def is_allowed_origin(self, origin: str) -> bool:
        return is_allowed_origin(origin, self._settings)


class SharedPaths:
    """Opens the documented calls to scripts of allowed origins, and everything to no page of another origin.

    Args:
        app: What to serve.
        settings: For the allowed origins.
        calls: The paths of the documented calls.
        forms: The paths of pages to which any site may send its own agents with a form. What the form holds is
            checked there, and the answer is the agent's to see and no script's.
    """

    def __init__(self, app: ASGIApp, settings: Settings, calls: frozenset[str], forms: frozenset[str]) -> None:
        self._app = app
        self._settings = settings
        self._calls = calls
        self._forms = forms
        self._cors = _OriginCors(app, settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, origin = scope["path"], Headers(scope=scope).get("origin")
        # Preflight requests are answered below, with a refusal. Without one, a browser sends a plain request first and
        # looks at the answer's headers afterwards: too late.
        strange = origin is not None and not is_allowed_origin(origin, self._settings)
        if strange and scope["method"] != "OPTIONS" and path not in self._forms:
            _log.warning("A request from the origin %.200r was refused; see allowed_origins.", origin)
            refusal = {"err": "authorization", "msg": "This web origin may not use the sandbox."}
            await JSONResponse(refusal, status_code=403)(scope, receive, send)
            return
        await (self._cors if path in self._calls else self._app)(scope, receive, send)


class AnswerHeaders:
    """Adds to every answer the headers that keep browsers from guessing, leaking and storing."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            await send(message)

        await self._app(scope, receive, send_with_headers)
