"""The process's own sandbox: what ``glancebaseurl="sandbox"`` stands for."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx

from glance_widget.errors import MessageError, SandboxError
from glance_widget.protocol.base_urls import is_loopback, is_safe_address
from glance_widget.protocol.json_values import parse_object
from glance_widget.sandbox.address import ADDRESS_PATH, SandboxAddress
from glance_widget.sandbox.server import Sandbox

if TYPE_CHECKING:
    from typing_extensions import Self

ATTACH_VARIABLE: Final = "GLANCE_SANDBOX_URL"
"""Names a running sandbox of this machine that is used instead of an own one."""

_ATTACH_TIME: Final = 5.0
_HINT: Final = f"Start one with 'glance-widget serve', or unset {ATTACH_VARIABLE}."


class SandboxLease:
    """The right to use the process's sandbox until it is released.

    Attributes:
        address: Where the sandbox is.
    """

    def __init__(self, address: SandboxAddress, on_release: Callable[[], None]) -> None:
        self.address: Final = address
        self._on_release: Callable[[], None] | None = on_release
        self._lock = threading.Lock()

    def release(self) -> None:
        """Gives the sandbox back; the last release stops it. Later calls do nothing. May take a second."""
        with self._lock:
            on_release, self._on_release = self._on_release, None
        if on_release is not None:
            on_release()

    def __enter__(self) -> Self:
        """Gives itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Releases it."""
        self.release()


class SharedSandbox:
    """Starts a sandbox for its first user and stops it after its last. Methods may be called on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sandbox: Sandbox | None = None
        self._users = 0

    def acquire(self) -> SandboxLease:
        """A lease on the process's sandbox, which is started when it does not run. Blocks until it answers.

        With ``GLANCE_SANDBOX_URL`` set, the lease is on that running sandbox, which is looked up and never stopped.

        Raises:
            SandboxError: It cannot be started, or the one that is named cannot be used.
        """
        named = os.environ.get(ATTACH_VARIABLE)
        if named:
            return SandboxLease(_attached(named), lambda: None)
        with self._lock:
            if self._sandbox is None:
                self._sandbox = Sandbox().start()
            self._users += 1
            return SandboxLease(self._sandbox.address, self._release)

    def _release(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users > 0 or self._sandbox is None:
                return
            sandbox, self._sandbox = self._sandbox, None
            sandbox.stop()


shared_sandbox: Final = SharedSandbox()
"""The one of this process."""


def _attached(url: str) -> SandboxAddress:
    url = url.rstrip("/")
    if not is_safe_address(url) or not is_loopback(urlsplit(url).hostname or ""):
        raise SandboxError(
            "sandbox_attach",
            f"{ATTACH_VARIABLE} does not name a sandbox of this machine.",
            "It looks like http://127.0.0.1:8000.",
        )
    try:
        response = httpx.get(url + ADDRESS_PATH, timeout=_ATTACH_TIME)
        response.raise_for_status()
        address = SandboxAddress.parse(parse_object(response.content))
    except (httpx.HTTPError, MessageError):
        raise SandboxError("sandbox_attach", f"No sandbox answers at {url}.", _HINT) from None
    parts = (address.url, address.authurl)
    if not all(is_loopback(urlsplit(part).hostname or "") for part in parts):
        raise SandboxError("sandbox_attach", f"The sandbox at {url} is not of this machine.", _HINT)
    return address
