"""What the arguments of ``Sandbox`` may be, and the named errors when they are something else."""

from __future__ import annotations

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from glance_widget.errors import PropertyError, SandboxError
from glance_widget.protocol.base_urls import is_loopback
from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.sandbox.settings import DEFAULT_GROUPID, DEFAULT_PUID
from glance_widget.secret import Secret

_MAX_PORT: Final = 65_535
_APIKEY_BYTES: Final = 20
_ORIGIN_HOST: Final = re.compile(r"[a-z0-9.-]+(:[0-9]+)?", re.ASCII)


def checked_host(host: object, apikey: object, *, tls: bool) -> str:
    """The address to listen on; one that other machines reach needs an API key, and has no certificate.

    Raises:
        PropertyError, SandboxError: It is not usable.
    """
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


def checked_port(port: object) -> int:
    """A TCP port, or 0.

    Raises:
        PropertyError: It is not usable.
    """
    if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= _MAX_PORT:
        raise PropertyError("port", "must be a number from 0 to 65535", "0 takes a free port.")
    return port


def checked_groupid(groupid: object) -> int:
    """The group id; the usual one for None.

    Raises:
        PropertyError: It is not usable.
    """
    number = groupid_from(DEFAULT_GROUPID if groupid is None else groupid)
    if number is None:
        raise PropertyError("groupid", "must be a number of 1 to 6 digits")
    return number


def checked_puid(puid: object) -> str:
    """The agent's PUID; the usual one for None.

    Raises:
        PropertyError: It is not usable.
    """
    if puid is None:
        return DEFAULT_PUID
    if not isinstance(puid, str) or not is_puid(puid):
        raise PropertyError("puid", "must be text of 1 to 255 characters")
    return puid


def checked_apikey(apikey: object) -> Secret:
    """The API key; a random one for None.

    Raises:
        PropertyError: It is not usable.
    """
    if apikey is None:
        return Secret(secrets.token_urlsafe(_APIKEY_BYTES))
    if not isinstance(apikey, str) or not apikey:
        raise PropertyError("apikey", "must be text and not empty")
    return Secret(apikey)


def checked_origin(origin: object) -> str:
    """A web origin in its plain form.

    Raises:
        PropertyError: It is not usable.
    """
    text = origin.lower().rstrip("/") if isinstance(origin, str) else ""
    parts = urlsplit(text)
    if (
        parts.scheme not in {"http", "https"}
        or text != f"{parts.scheme}://{parts.netloc}"
        or not _ORIGIN_HOST.fullmatch(parts.netloc)
    ):
        raise PropertyError("allowed_origins", "must be web origins", "For example https://shop.example.")
    return text


def checked_seconds(name: str, value: object, *, least: float) -> float:
    """A number of seconds.

    Raises:
        PropertyError: It is not usable.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
        raise PropertyError(name, f"must be a number of seconds, {least} at least")
    return value
