"""The way into a kernel that runs a cell: a comm of its own for what the page says.

ipykernel 7 takes comm messages on a second thread, a subshell, while a cell runs. But what the kernel publishes on a
comm decides where the answers to it go: a widget that a cell has just made, or that a cell or a thread keeps up to
date, is heard only after the cell. On the comms here the kernel publishes nothing.
"""

from __future__ import annotations

import logging
import secrets
import sys
import weakref
from collections.abc import Mapping
from typing import Any, Final, Protocol

TARGET: Final = "glance_widget"
"""The comms' target name, by which a page opens one."""

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """A widget that a page speaks to."""

    def heard(self, content: object) -> None:
        """Takes a message of a page, on any thread."""


class Inlets:
    """The widgets of this kernel that pages can reach by a comm of their own."""

    def __init__(self) -> None:
        self._listeners: weakref.WeakValueDictionary[str, Listener] = weakref.WeakValueDictionary()

    def add(self, listener: Listener) -> str:
        """Takes a widget in.

        Returns:
            The name under which a page reaches it; empty where there is no Jupyter kernel.
        """
        if not _in_kernel():
            return ""
        import comm

        name = secrets.token_hex(8)
        self._listeners[name] = listener
        comm.get_comm_manager().register_target(TARGET, self._opened)
        return name

    def _opened(self, comm: Any, _message: object) -> None:  # noqa: ANN401 (ipykernel's, untyped)
        comm.on_msg(self._received)

    def _received(self, message: Mapping[str, Any]) -> None:
        data = message["content"]["data"]
        name = data.get("inlet") if isinstance(data, Mapping) else None
        listener = self._listeners.get(name) if isinstance(name, str) else None
        if listener is None:
            _log.debug("A message for a widget that is gone was dropped.")
            return
        listener.heard(data.get("content"))


def _in_kernel() -> bool:
    base = sys.modules.get("ipykernel.kernelbase")
    return base is not None and bool(base.Kernel.initialized())


INLETS: Final = Inlets()
"""Those of this process."""
