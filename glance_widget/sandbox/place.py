"""Under which addresses a sandbox is reached: its own, and a public one where browsers are on other machines.

On a remote kernel, the kernel's loopback is not the browser's. A proxy such as jupyter-server-proxy then shows the
sandbox under a path of its own; everything that a browser is to open must be said with that address.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from glance_widget.errors import PropertyError
from glance_widget.protocol.base_urls import is_safe_address

PUBLIC_URL_VARIABLE: Final = "GLANCE_SANDBOX_PUBLIC_URL"
"""Says under which address browsers reach the sandboxes that this process starts; ``{port}`` stands for the port."""

_HUB_VARIABLE: Final = "JUPYTERHUB_PUBLIC_URL"
"""The user's own server as browsers reach it, set by JupyterHub 5 and newer where the hub knows it."""

_HUB_PATH_VARIABLE: Final = "JUPYTERHUB_SERVICE_PREFIX"
"""The path of the user's own server, set by every JupyterHub."""

_PORT_PLACE: Final = "{port}"
_HINT: Final = "It looks like https://hub.example/user/ann/proxy/{port}."

_log = logging.getLogger("glance_widget.sandbox")


@dataclass(frozen=True, slots=True)
class Place:
    """One address under which the sandbox is reached.

    Attributes:
        secure: Whether clients speak https and wss there.
        host: Host name, with the port where one is given.
        prefix: What stands before all paths, such as ``/user/ann/proxy/43017``; empty without a proxy.
    """

    secure: bool
    host: str
    prefix: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self.secure else 'http'}://{self.host}"

    @property
    def url(self) -> str:
        """Before all paths of the sandbox, without a slash at the end."""
        return f"{self.origin}{self.prefix}"

    @property
    def server(self) -> str:
        """What clients put between the scheme and a path."""
        return f"{self.host}{self.prefix}"

    @property
    def sockets(self) -> str:
        """Before the paths of all sockets."""
        return f"{'wss' if self.secure else 'ws'}://{self.server}"


def checked_public_url(given: str | None) -> str | None:
    """Where browsers reach the sandbox: what was given, else what the environment says; None when it says nothing.

    Raises:
        PropertyError: It is no address that browsers can use.
    """
    name, template = "public_url", given
    if template is None:
        name, template = PUBLIC_URL_VARIABLE, os.environ.get(PUBLIC_URL_VARIABLE)
    if not template and (hub := os.environ.get(_HUB_VARIABLE)):
        name, template = _HUB_VARIABLE, f"{hub.rstrip('/')}/proxy/{_PORT_PLACE}"
    if not template:
        if path := os.environ.get(_HUB_PATH_VARIABLE):
            _log.warning(
                "This JupyterHub does not say its public address: browsers on other machines do not find the sandbox. "
                "Set %s to the hub's address and %.200sproxy/{port}.",
                PUBLIC_URL_VARIABLE,
                path,
            )
        return None
    address = template.replace(_PORT_PLACE, "1")
    # Another name in braces was meant for somebody who would have put something in its place.
    unfilled = "{" in address or "}" in address
    if unfilled or not is_safe_address(address) or urlsplit(address).query or urlsplit(address).fragment:
        raise PropertyError(name, "is no https address, or http address of this machine", _HINT)
    return template


def public_place(template: str | None, port: int) -> Place | None:
    """The place that a checked address with ``{port}`` stands for."""
    if template is None:
        return None
    parts = urlsplit(template.replace(_PORT_PLACE, str(port)))
    return Place(parts.scheme == "https", parts.netloc.lower(), parts.path.rstrip("/"))
