"""``Sandbox``: a local Glance platform that is started, used and stopped from Python."""

from __future__ import annotations

import errno
import os
import re
import secrets
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from glance_widget.errors import PropertyError, SandboxError
from glance_widget.protocol.base_urls import is_loopback
from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.sandbox.address import SandboxAddress
from glance_widget.sandbox.settings import (
    DEFAULT_GROUPID,
    DEFAULT_PUID,
    Certificate,
    Limits,
    Settings,
    Timings,
)
from glance_widget.secret import Secret

if TYPE_CHECKING:
    from typing_extensions import Self

    # Needs the packages of the [sandbox] extra, which are imported when a sandbox is started.
    from glance_widget.sandbox.serving import ServingThread

_MAX_PORT: Final = 65_535
_APIKEY_BYTES: Final = 20
_ORIGIN_HOST: Final = re.compile(r"[a-z0-9.-]+(:[0-9]+)?", re.ASCII)


class Sandbox:
    """A local Glance platform: sign-in, presence, sessions with a real live view, and a demo shop to visit.

    Use it in a ``with`` block, or call ``start()`` and ``stop()``. It runs on a thread of its own; a sandbox that is
    forgotten without ``stop()`` stops by itself, at the latest with the process. Methods may be called on any thread.

    Args:
        host: Address to listen on. When other machines can reach it there, an ``apikey`` must be given.
        port: TCP port; 0 takes a free one.
        database: Where session records are kept: a SQLAlchemy URL, the path of an SQLite file, or None for memory.
        tls: Whether to speak https, with certificates for this machine's names; see ``ca_file``.
        groupid: The group, 1 to 6 digits; 21489 when None.
        apikey: The group's API key; a random one of 160 bits when None.
        puid: The agent for whom ``authurl`` gives login keys; ``agent@sandbox`` when None.
        load_balanced: Whether to play load-balanced presence (wire sheet, section 5.1).
        keepalive: Seconds between keep-alive messages of presence sockets, at least 1.
        grace: Seconds that a visitor, or the last agent, may be away before a session is given up.
        allowed_origins: Web origins beside those of this machine whose pages may use it, as ``https://shop.example``.
        allowed_hosts: Host names beside those of this machine under which it may be addressed.
        data_folder: Where certificates are kept; the user's data folder when None.
        timings: Further times, for tests; ``grace`` wins over its own.
        limits: What one sender may ask for, for tests.
        clock: Gives the present in Unix seconds.

    Raises:
        PropertyError: An argument is not usable.
        SandboxError: It would listen to other machines without an ``apikey``.
    """

    def __init__(  # noqa: PLR0913
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        database: str | os.PathLike[str] | None = None,
        tls: bool = False,
        groupid: int | str | None = None,
        apikey: str | None = None,
        puid: str | None = None,
        load_balanced: bool = False,
        keepalive: float = 30,
        grace: float = 30.0,
        allowed_origins: Iterable[str] = (),
        allowed_hosts: Iterable[str] = (),
        data_folder: str | os.PathLike[str] | None = None,
        timings: Timings | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._host = _checked_host(host, apikey, tls=tls)
        self._port = _checked_port(port)
        self._database = database
        self._data_folder = data_folder
        self._settings = Settings(
            groupid=_checked_groupid(groupid),
            puid=_checked_puid(puid),
            apikey=_checked_apikey(apikey),
            secure=tls,
            loopback=is_loopback(host),
            load_balanced=load_balanced,
            keepalive=_checked_seconds("keepalive", keepalive, least=1),
            allowed_origins=frozenset(map(_checked_origin, allowed_origins)),
            allowed_hosts=frozenset({name.lower() for name in allowed_hosts} | {host.lower()}),
            timings=replace(timings or Timings(), grace=_checked_seconds("grace", grace, least=0)),
            limits=limits or Limits(),
            clock=clock,
        )
        self._lock = threading.RLock()
        self._address: SandboxAddress | None = None
        self._certificate: Certificate | None = None
        self._thread: ServingThread | None = None
        self._finalizer: weakref.finalize[[], Sandbox] | None = None

    def start(self) -> Self:
        """Starts it and waits until it answers; does nothing when it runs.

        Returns:
            Itself.

        Raises:
            SandboxError: The port is in use, the ``[sandbox]`` extra is not installed, the database cannot be used, …
        """
        with self._lock:
            if self._thread is not None:
                return self
            try:
                from glance_widget.sandbox.records import database_url
                from glance_widget.sandbox.serving import ServingThread
            except ModuleNotFoundError as error:
                raise _missing_extra(error) from None
            settings = replace(self._settings, database=database_url(self._database))
            certificate = self._own_certificate() if settings.secure else None
            listener = _listener(self._host, self._port)
            port = listener.getsockname()[1]
            thread = ServingThread(settings, listener, certificate)
            thread.start()
            self._finalizer = weakref.finalize(self, thread.request_stop)
            self._finalizer.atexit = False
            self._thread, self._certificate = thread, certificate
            url = f"{settings.scheme}://{_shown_host(self._host)}:{port}"
            self._address = SandboxAddress.of(url, settings.groupid, settings.puid)
            return self

    def stop(self) -> None:
        """Ends all sessions, closes all sockets, releases the port and waits until that is done.

        Does nothing when it does not run. It can be started again; with ``port=0`` it then has another address.
        """
        with self._lock:
            thread, self._thread = self._thread, None
            if self._finalizer is not None:
                self._finalizer.detach()
            # Inside the lock: a start at the same time must find the port free.
            if thread is not None:
                thread.stop()

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._thread is not None

    @property
    def address(self) -> SandboxAddress:
        """Where it is, without the API key.

        Raises:
            SandboxError: It was never started.
        """
        if self._address is None:
            raise SandboxError(
                "sandbox_stopped", "The sandbox was not started.", "Call start(), or use it in a with block."
            )
        return self._address

    @property
    def url(self) -> str:
        """Scheme, host and port, to be used as ``glancebaseurl``; see ``address`` for errors."""
        return self.address.url

    @property
    def authurl(self) -> str:
        """Where login keys for ``puid`` are to be had; see ``address`` for errors."""
        return self.address.authurl

    @property
    def groupid(self) -> int:
        """The group id."""
        return self._settings.groupid

    @property
    def puid(self) -> str:
        """The partner user id of its agent."""
        return self._settings.puid

    @property
    def apikey(self) -> str:
        """The group's API key. Who has it can sign login keys for any agent of the group."""
        return self._settings.apikey.reveal()

    @property
    def ca_file(self) -> Path | None:
        """The certificate that clients must trust, PEM; None without TLS, and before the start."""
        return self._certificate.ca_file if self._certificate else None

    def visitor_url(self, visitorid: str) -> str:
        """The demo shop as one visitor sees it.

        Raises:
            PropertyError: The visitor id is malformed.
            SandboxError: The sandbox was never started.
        """
        return self.address.visitor_url(visitorid)

    def __enter__(self) -> Self:
        """Starts it."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops it."""
        self.stop()

    def __repr__(self) -> str:
        """Without the API key."""
        where = repr(self._address.url) if self._address is not None and self.running else "stopped"
        return f"<Sandbox {where} groupid={self.groupid} puid={self.puid!r}>"

    def _own_certificate(self) -> Certificate:
        try:
            import platformdirs

            from glance_widget.sandbox.tls import certificate_in
        except ModuleNotFoundError as error:
            raise _missing_extra(error) from None
        folder = self._data_folder or platformdirs.user_data_path("glance-widget", appauthor=False)
        return certificate_in(Path(folder).expanduser() / "tls")


def _missing_extra(error: ModuleNotFoundError) -> SandboxError:
    return SandboxError(
        "sandbox_extra",
        f"The sandbox needs packages that are not installed ({error.name}).",
        "Run: pip install 'glance-widget[sandbox]'",
    )


def _listener(host: str, port: int) -> socket.socket:
    """A listening socket, so that a port in use is known before anything is started."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.create_server(address[:2], family=family, backlog=512)
    except OSError as error:
        raise _listen_error(host, port, error) from None
    # Accepted sockets inherit it. asyncio sets it only on sockets that it made itself; without it, a small message
    # after another waits up to 40 ms for the other side's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _listen_error(host: str, port: int, error: OSError) -> SandboxError:
    if error.errno == errno.EADDRINUSE:
        return SandboxError(
            "sandbox_port", f"Port {port} of {host} is in use.", "Choose another port, or 0 for a free one."
        )
    if error.errno == errno.EACCES:
        return SandboxError(
            "sandbox_port",
            f"This user may not listen on port {port}.",
            "Choose a port above 1023, or 0 for a free one.",
        )
    reason = error.strerror or type(error).__name__
    return SandboxError(
        "sandbox_host",
        f"The sandbox cannot listen on {host!r} ({reason}).",
        "Use 127.0.0.1 unless other machines need it.",
    )


def _shown_host(host: str) -> str:
    if host in {"", "0.0.0.0"}:  # noqa: S104
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host


def _checked_host(host: object, apikey: object, *, tls: bool) -> str:
    if not isinstance(host, str):
        raise PropertyError("host", "must be text", "For example 127.0.0.1.")
    if is_loopback(host):
        return host
    if apikey is None:
        raise SandboxError(
            "sandbox_open",
            f"A sandbox on {host or 'all addresses'!r} can be reached from other machines: it needs a given API key.",
            "Give apikey, or listen on 127.0.0.1.",
        )
    if tls:
        raise SandboxError(
            "sandbox_tls",
            "The sandbox's certificates are good for this machine's own names only.",
            "Listen on 127.0.0.1, or put a web server with a certificate in front of it.",
        )
    return host


def _checked_port(port: object) -> int:
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= _MAX_PORT:
        raise PropertyError("port", "must be a number from 0 to 65535", "0 takes a free port.")
    return port


def _checked_groupid(groupid: object) -> int:
    number = groupid_from(DEFAULT_GROUPID if groupid is None else groupid)
    if number is None:
        raise PropertyError("groupid", "must be a number of 1 to 6 digits")
    return number


def _checked_puid(puid: object) -> str:
    if puid is None:
        return DEFAULT_PUID
    if not isinstance(puid, str) or not is_puid(puid):
        raise PropertyError("puid", "must be text of 1 to 255 characters")
    return puid


def _checked_apikey(apikey: object) -> Secret:
    if apikey is None:
        return Secret(secrets.token_urlsafe(_APIKEY_BYTES))
    if not isinstance(apikey, str) or not apikey:
        raise PropertyError("apikey", "must be text and not empty")
    return Secret(apikey)


def _checked_origin(origin: object) -> str:
    text = origin.lower().rstrip("/") if isinstance(origin, str) else ""
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or text != f"{parts.scheme}://{parts.netloc}"
        or not _ORIGIN_HOST.fullmatch(parts.netloc)
    ):
        raise PropertyError("allowed_origins", "must be web origins", "For example https://shop.example.")
    return text


def _checked_seconds(name: str, value: object, *, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
        raise PropertyError(name, f"must be a number of seconds, {least} at least")
    return value
