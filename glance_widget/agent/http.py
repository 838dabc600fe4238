"""HTTP as this package uses it: with limits, without surprises, and with errors in words."""

from __future__ import annotations

import asyncio
import re
import ssl
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import urlsplit

import certifi
import httpx

from glance_widget.protocol.base_urls import is_loopback

TIMEOUT: Final = httpx.Timeout(10.0)
MAX_ANSWER: Final = 256 * 1024
"""Bytes of an answer that are read."""
IDLE: Final = 2.0
"""Seconds that a connection may wait to be used again. Many servers, the sandbox and Node's among them, hang up after
five: a request that met with that would seem to have been refused."""


_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)


def can_be_sent(headers: Mapping[str, str]) -> bool:
    """Whether these may be HTTP headers: a line break, a control character or other than ASCII may not."""
    return all(
        _HEADER_NAME.fullmatch(name) and value.isascii() and value.isprintable() for name, value in headers.items()
    )


class Unreachable(Exception):  # noqa: N818
    """No answer came: the server is away, too slow, or says too much.

    Attributes:
        slow: Whether it was the time that ran out.
        what: The kind of failure, without addresses or content.
    """

    def __init__(self, what: str, *, slow: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.slow = slow


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, read to the end.

    Attributes:
        status: The status code.
        content_type: The media type in lower case, without parameters.
        text: The body. May hold secrets: not shown by ``repr``.
    """

    status: int
    content_type: str
    text: str

    def __repr__(self) -> str:
        """Without the body."""
        return f"Answer(status={self.status}, content_type={self.content_type!r})"

    @property
    def refused(self) -> bool:
        """Whether the server said 401 or 403."""
        return self.status in {401, 403}


@cache
def trust() -> ssl.SSLContext:
    """The certificates to trust: the system's, those of ``SSL_CERT_FILE``, and certifi's. Made once, as it is slow."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@dataclass(eq=False)
class _Connections:
    """What all clients of one event loop share, while there are any."""

    users: set[Http] = field(default_factory=set)
    direct: httpx.AsyncClient | None = None
    proxied: httpx.AsyncClient | None = None

    def client(self, url: str) -> httpx.AsyncClient:
        if is_loopback(urlsplit(url).hostname or ""):
            self.direct = self.direct or _new_client(trust_env=False)
            return self.direct
        self.proxied = self.proxied or _new_client(trust_env=True)
        return self.proxied

    async def leave(self, user: Http) -> None:
        self.users.discard(user)
        if not self.users:
            clients = [client for client in (self.direct, self.proxied) if client is not None]
            self.direct = self.proxied = None
            for client in clients:
                await client.aclose()


_connections: Final[weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Connections]] = weakref.WeakKeyDictionary()


def _new_client(*, trust_env: bool) -> httpx.AsyncClient:
    # No cookies: one agent's are nothing for another. As many connections as are needed, but few that wait.
    return httpx.AsyncClient(
        verify=trust(),
        trust_env=trust_env,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=IDLE),
    )


class Http:
    """A client for the servers of one platform. All clients of an event loop share their connections; none has cookies.

    A proxy of the environment is used for all servers but this machine's own. Redirects are not followed: a request
    may carry a secret that was meant for one server only.

    Args:
        trace: Takes a line for each request: its method, its address without the query, and the status or the failure.
    """

    def __init__(self, trace: Callable[[str, str, object], None] | None = None) -> None:
        self._trace = trace or (lambda _method, _url, _outcome: None)
        self._connections: _Connections | None = None

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET.

        Raises:
            Unreachable: No answer came.
        """
        return await self._request("GET", url, headers or {}, None)

    async def post(
        self, url: str, *, headers: Mapping[str, str], content: bytes, timeout: httpx.Timeout = TIMEOUT
    ) -> Answer:
        """POST of a body.

        Raises:
            Unreachable: No answer came.
        """
        return await self._request("POST", url, headers, content, timeout)

    async def close(self) -> None:
        """Needs no connection any more; the last one to say so closes them."""
        connections, self._connections = self._connections, None
        if connections is not None:
            await connections.leave(self)

    async def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> Answer:
        try:
            answer = await self._answer(method, url, headers, content, timeout)
        except Unreachable as error:
            self._trace(method, url, error.what)
            raise
        self._trace(method, url, answer.status)
        return answer

    async def _answer(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, timeout: httpx.Timeout
    ) -> Answer:
        try:
            async with self._client(url).stream(
                method, url, headers=dict(headers), content=content, timeout=timeout
            ) as response:
                body = bytearray()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_ANSWER:
                        reason = "answered too much"
                        raise Unreachable(reason)
        except httpx.TimeoutException:
            reason = "did not answer in time"
            raise Unreachable(reason, slow=True) from None
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            raise Unreachable(_kind(error)) from None
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Answer(response.status_code, media_type, bytes(body).decode("utf-8", errors="replace"))

    def _client(self, url: str) -> httpx.AsyncClient:
        if self._connections is None:
            self._connections = _connections.setdefault(asyncio.get_running_loop(), _Connections())
            self._connections.users.add(self)
        return self._connections.client(url)


def _kind(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError):
        return "has a certificate that is not trusted" if "CERTIFICATE" in str(error) else "cannot be reached"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "closed the connection without an answer"
    if isinstance(error, httpx.DecodingError):
        return "sent an answer that cannot be read"
    return "cannot be reached"
