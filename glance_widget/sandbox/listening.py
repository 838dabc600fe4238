"""The socket on which a sandbox listens, and the named errors when it cannot."""

from __future__ import annotations

import errno
import socket

from glance_widget.errors import SandboxError


def listener_on(host: str, port: int) -> socket.socket:
    """A listening socket, so that a port in use is known before anything is started.

    Raises:
        SandboxError: The port is in use or not permitted, or the host is none of this machine.
    """
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


def shown_host(host: str) -> str:
    """The host as it stands in addresses for clients on this machine."""
    if host in {"", "0.0.0.0"}:  # noqa: S104
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
