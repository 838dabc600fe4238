"""The one place that knows about notebook and dashboard hosts. Each of them has a module of its own here."""

from __future__ import annotations

import sys

from glance_widget.hosts.cell_widgets import is_deaf_while_waiting
from glance_widget.hosts.host import Closable, Host
from glance_widget.hosts.inlets import INLETS
from glance_widget.hosts.kernel import KernelHost

__all__ = ["INLETS", "Closable", "Host", "current_host", "is_deaf_while_waiting"]

_KERNEL = KernelHost()


def current_host() -> Host:
    """The host in which the calling code runs: to be asked when a widget is made.

    A host is looked for only where its own package is imported already: it is the host that runs the code.
    """
    if "shiny" in sys.modules:
        from glance_widget.hosts.shiny import shiny_host

        if host := shiny_host():
            return host
    if "marimo" in sys.modules:
        from glance_widget.hosts.marimo import marimo_host

        if host := marimo_host():
            return host
    return _KERNEL
