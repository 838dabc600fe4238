"""``Sandbox``: a local Glance platform that is started, used and stopped from Python."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from glance_widget.errors import SandboxError
from glance_widget.protocol.base_urls import is_loopback
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox.address import SandboxAddress
from glance_widget.sandbox.arguments import (
    checked_apikey,
    checked_groupid,
    checked_host,
    checked_origin,
    checked_port,
    checked_puid,
    checked_seconds,
)
from glance_widget.sandbox.listening import listener_on, shown_host
from glance_widget.sandbox.place import Place, checked_public_url, public_place
from glance_widget.sandbox.privacy import checked_privacy
from glance_widget.sandbox.receipts import ConsentReceipt
from glance_widget.sandbox.settings import Certificate, Limits, Settings, Timings

if TYPE_CHECKING:
    from typing_extensions import Self

    # Needs the packages of the [sandbox] extra, which are imported when a sandbox is started.
    from glance_widget.sandbox.serving import ServingThread


@dataclass(slots=True)
class _Run:
    thread: ServingThread
    address: SandboxAddress
    certificate: Certificate | None
    finalizer: weakref.finalize[[], Sandbox]
    stopped: bool = False


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
        public_url: Where browsers reach it when a proxy stands between, as
            ``https://hub.example/user/ann/proxy/{port}``. None: what ``GLANCE_SANDBOX_PUBLIC_URL`` says, or JupyterHub;
            without these, where it is.
        privacy: How much of its pages the site shows to agents: ``private``, ``standard`` or ``open``. A page's script
            tag may be stricter; None leaves it to the tag, and without one it is ``standard``.
        masking_selectors: CSS selectors of what is masked in every mode.
        unmasking_selectors: CSS selectors of what is not masked although its mode would; masking wins.
        masked_urls: Addresses of pages that are masked as a whole; ``*`` stands for any characters.
        data_folder: Where certificates are kept; the user's data folder when None.
        camera_share: Whether agents may invite customers to show the cameras of their phones.
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
        public_url: str | None = None,
        privacy: Privacy | None = None,
        masking_selectors: Iterable[str] = (),
        unmasking_selectors: Iterable[str] = (),
        masked_urls: Iterable[str] = (),
        data_folder: str | os.PathLike[str] | None = None,
        camera_share: bool = True,
        timings: Timings | None = None,
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._host, self._port = checked_host(host, apikey, tls=tls), checked_port(port)
        self._public_url = checked_public_url(public_url)
        self._settings = Settings(
            groupid=checked_groupid(groupid),
            puid=checked_puid(puid),
            apikey=checked_apikey(apikey),
            database=database,
            data_folder=data_folder,
            secure=tls,
            loopback=is_loopback(host),
            load_balanced=load_balanced,
            keepalive=checked_seconds("keepalive", keepalive, least=1),
            allowed_origins=frozenset(map(checked_origin, allowed_origins)),
            allowed_hosts=frozenset({name.lower() for name in allowed_hosts} | {host.lower()}),
            visitor_settings=checked_privacy(privacy, masking_selectors, unmasking_selectors, masked_urls),
            privileges=frozenset({CAMERA_SHARE} if camera_share else ()),
            timings=replace(timings or Timings(), grace=checked_seconds("grace", grace, least=0)),
            limits=limits or Limits(),
            clock=clock,
        )
        self._lock = threading.RLock()
        self._run: _Run | None = None

    def start(self) -> Self:
        """Starts it and waits until it answers; does nothing when it runs.

        Returns:
            Itself.

        Raises:
            SandboxError: The port is in use, the ``[sandbox]`` extra is not installed, the database cannot be used, …
        """
        with self._lock:
            if not self.running:
                self._run = self._started()
            return self

    def stop(self) -> None:
        """Ends all sessions, closes all sockets, releases the port and waits until that is done.

        Does nothing when it does not run. It can be started again; with ``port=0`` it then has another address.
        """
        with self._lock:
            if self._run is not None and not self._run.stopped:
                self._run.stopped = True
                self._run.finalizer.detach()
                # Inside the lock: a start at the same time must find the port free.
                self._run.thread.stop()

    @property
    def running(self) -> bool:
        """Whether it was started and not stopped."""
        return self._run is not None and not self._run.stopped

    @property
    def address(self) -> SandboxAddress:
        """Where it is, without the API key.

        Raises:
            SandboxError: It was never started.
        """
        if self._run is None:
            raise SandboxError(
                "sandbox_stopped", "The sandbox was not started.", "Call start(), or use it in a with block."
            )
        return self._run.address

    @property
    def url(self) -> str:
        """Scheme, host and port, to be used as ``glancebaseurl``; see ``address`` for errors."""
        return self.address.url

    @property
    def public_url(self) -> str:
        """Where browsers reach it; ``url``, unless a proxy stands between. See ``address`` for errors."""
        return self.address.public_url

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
        return self._run.certificate.ca_file if self._run is not None and self._run.certificate else None

    def consent_receipts(self, session_id: str | None = None) -> list[ConsentReceipt]:
        """What visitors were asked, and their answers, oldest first.

        Args:
            session_id: Only those of one session, by the ``sessionId`` that reports and viewers name.

        Raises:
            SandboxError: The sandbox does not run, or its database cannot be read.
        """
        if self._run is None or self._run.stopped:
            raise SandboxError(
                "sandbox_stopped", "The sandbox does not run.", "Call start(), or use it in a with block."
            )
        return self._run.thread.consent_receipts(session_id)

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
        where = repr(self.url) if self.running else "stopped"
        return f"<Sandbox {where} groupid={self.groupid} puid={self.puid!r}>"

    def _started(self) -> _Run:
        try:
            from glance_widget.sandbox.serving import ServingThread
        except ModuleNotFoundError as error:
            raise _missing_extra(error) from None
        certificate = self._own_certificate() if self._settings.secure else None
        listener = listener_on(self._host, self._port)
        port = listener.getsockname()[1]
        settings = replace(self._settings, public=public_place(self._public_url, port))
        own = Place(settings.secure, f"{shown_host(self._host)}:{port}")
        thread = ServingThread(settings, listener, certificate)
        thread.start()
        # At the end of the process all threads are stopped anyway, and waited for.
        finalizer = weakref.finalize(self, thread.request_stop)
        finalizer.atexit = False
        address = SandboxAddress.of(own.url, settings.groupid, settings.puid, (settings.public or own).url)
        return _Run(thread, address, certificate, finalizer)

    def _own_certificate(self) -> Certificate:
        try:
            import platformdirs

            from glance_widget.sandbox.tls import certificate_in
        except ModuleNotFoundError as error:
            raise _missing_extra(error) from None
        folder = self._settings.data_folder or platformdirs.user_data_path("glance-widget", appauthor=False)
        return certificate_in(Path(folder).expanduser() / "tls")


def _missing_extra(error: ModuleNotFoundError) -> SandboxError:
    return SandboxError(
        "sandbox_extra",
        f"The sandbox needs packages that are not installed ({error.name}).",
        "Run: pip install 'glance-widget[sandbox]'",
    )
