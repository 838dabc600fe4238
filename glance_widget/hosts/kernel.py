"""A Jupyter kernel, or plain Python."""

from __future__ import annotations

from collections.abc import Callable

from glance_widget.hosts.cell_widgets import CELL_WIDGETS
from glance_widget.hosts.host import Closable


class KernelHost:
    """A kernel, or plain Python: widgets may change on any thread, and end with the process."""

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs it now."""
        task()

    def blocks_itself(self) -> bool:
        """It does not: nothing is put off."""
        return False

    def add(self, widget: Closable) -> None:
        """Remembers which cell made it."""
        CELL_WIDGETS.add(widget)
