"""The one place that knows about notebook and dashboard hosts. Each of them has a module of its own here."""

from __future__ import annotations

from glance_widget.hosts.cell_widgets import CELL_WIDGETS
from glance_widget.hosts.host import Closable, Host, KernelHost
from glance_widget.hosts.inlets import INLETS

__all__ = ["CELL_WIDGETS", "INLETS", "Closable", "Host", "current_host"]

_KERNEL = KernelHost()


def current_host() -> Host:
    """The host in which the calling code runs: to be asked when a widget is made."""
    return _KERNEL
