"""The one place that knows about notebook and dashboard hosts. Each of them has a module of its own here."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from glance_widget.hosts.cell_widgets import is_deaf_while_waiting
from glance_widget.hosts.host import Closable, Host
from glance_widget.hosts.inlets import INLETS
from glance_widget.hosts.kernel import KernelHost

__all__ = ["INLETS", "Closable", "Host", "current_host", "is_deaf_while_waiting", "of_no_user"]

_KERNEL: Final = KernelHost()
_SOLARA: Final = "solara.server.kernel_context"


def current_host() -> Host:
    """The host in which the calling code runs: to be asked when a widget is made.

    A host is looked for only where its own package is imported already: it is the host that runs the code.
    """
    if "shiny" in sys.modules:
        from glance_widget.hosts.shiny import shiny_host

        if host := shiny_host():
            return host
    if "bokeh.server.contexts" in sys.modules:
        from glance_widget.hosts.bokeh import bokeh_host

        if host := bokeh_host():
            return host
    if "marimo" in sys.modules:
        from glance_widget.hosts.marimo import marimo_host

        if host := marimo_host():
            return host
    if _SOLARA in sys.modules:
        from glance_widget.hosts.solara import solara_host

        if host := solara_host():
            return host
    return _KERNEL


def of_no_user() -> AbstractContextManager[None]:
    """A block in which the calling thread belongs to no user: threads that are started there are shared by all.

    Solara's threads belong to the user whose code starts them.
    """
    if _SOLARA in sys.modules:
        from solara.server.kernel_context import without_context

        return without_context()
    return nullcontext()
