"""What a widget asks of its host."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class Closable(Protocol):
    """Something that ends with what it belongs to."""

    def close(self) -> None:
        """Ends it."""


class Shown(Closable, Protocol):
    """A widget."""

    @property
    def keys(self) -> Sequence[str]:
        """The names of the traits that its page knows."""

    def on_msg(self, callback: Callable[[Shown, object, object], None], remove: bool = False) -> None:  # noqa: FBT001, FBT002 (ipywidgets' signature)
        """Has a function called with every message of the page, or no longer."""

    def send_state(self, key: Sequence[str]) -> None:
        """Tells the page the values of these traits."""


class Host(Protocol):
    """One user's place in a host: a kernel, or one session of an application that serves many users."""

    def deliver(self, task: Callable[[], None]) -> None:
        """Runs a task that changes or sends something of a widget where the host wants that done.

        Called on any thread. Tasks run one after the other in the order of the calls: at once on the calling thread, or
        soon on the host's own. When the user is gone, a task may never run.
        """

    def blocks_itself(self) -> bool:
        """Whether the calling thread is the one on which delivered tasks run later: it must not wait for one."""

    def add(self, widget: Shown) -> None:
        """Takes in a new widget: it is closed when the user's session ends."""
