"""Widgets that a notebook cell made, and what becomes of them when it runs again."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping
from typing import Final, NamedTuple

from glance_widget.hosts.host import Closable

_SUBSHELLS: Final = "kernel subshells"
"""How a kernel says that it takes messages on other threads, too, for hosts that ask it to."""


class CellRun(NamedTuple):
    """One run of a notebook cell.

    Attributes:
        cell: The cell's id in the notebook.
        run: The id of the request that runs it.
    """

    cell: str
    run: str


def current_cell_run() -> CellRun | None:
    """The cell that is running now; None outside a notebook, and where the host does not name its cells."""
    get_parent = getattr(_kernel(), "get_parent", None)
    parent = get_parent("shell") if callable(get_parent) else None
    if not isinstance(parent, Mapping):
        return None
    cell = parent.get("metadata", {}).get("cellId")
    run = parent.get("header", {}).get("msg_id")
    return CellRun(cell, run) if isinstance(cell, str) and isinstance(run, str) else None


def is_deaf_while_waiting(heard_on: int | None) -> bool:
    """Whether nothing comes from a browser while this thread waits: a notebook's kernel takes messages between cells.

    Args:
        heard_on: The thread on which the last message came; None when none has come yet. Then a kernel that knows
            subshells may still hear on another thread, and counts as one that does.
    """
    kernel = _kernel()
    if kernel is None:
        return False
    if heard_on is not None:
        return heard_on == threading.get_ident()
    info = getattr(kernel, "kernel_info", None)
    features = info.get("supported_features") if isinstance(info, Mapping) else None
    return threading.current_thread() is threading.main_thread() and _SUBSHELLS not in (features or ())


def _kernel() -> object | None:
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return getattr(get_ipython(), "kernel", None)


class CellWidgets:
    """Which widgets a cell made, so that running it again closes those of its last run.

    ipywidgets keeps every widget alive until it is closed; without this, a cell that is run fifty times follows its
    visitor fifty times.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_cell: dict[str, tuple[str, weakref.WeakSet[Closable]]] = {}

    def add(self, widget: Closable) -> None:
        """Takes a new widget in, and closes the ones that an earlier run of the same cell made."""
        where = current_cell_run()
        if where is None:
            return
        with self._lock:
            run, widgets = self._by_cell.get(where.cell, (where.run, weakref.WeakSet()))
            old = list(widgets) if run != where.run else []
            kept: weakref.WeakSet[Closable] = weakref.WeakSet() if old or run != where.run else widgets
            kept.add(widget)
            self._by_cell[where.cell] = (where.run, kept)
        for each in old:
            each.close()


CELL_WIDGETS: Final = CellWidgets()
"""The widgets of this kernel's notebook. Empty in a process that serves many users, where cells have no ids."""
