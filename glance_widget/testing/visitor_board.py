"""What became of a scripted visitor so far: written on its thread, read and awaited on any."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from glance_widget.errors import GlanceError, WaitTimeoutError
from glance_widget.protocol.json_values import JsonValue

Milestone = Literal["online", "asked", "in_session", "watched", "ended"]


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function of the page that the agent invoked.

    Attributes:
        func: Its full path.
        args: Its argument.
    """

    func: str
    args: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known at one moment.

    Attributes:
        online: Whether the presence socket is connected.
        asked: Session key of the terms that were shown; None once they were withdrawn or a session ended.
        key: Key of the running session.
        session_id: The platform's id of the running session.
        agents: How many agents watch.
        ended: Why the last session ended; None while one runs, and before the first.
        invocations: What agents invoked, oldest first.
        signals: What agents signalled.
        paused: Whether the visitor paused the session.
        assisted_by: PUID of the agent who has remote assist.
        controls: What agents did on the page under remote assist, oldest first.
        failure: Why the visitor cannot go on.
    """

    online: bool = False
    asked: str | None = None
    key: str | None = None
    session_id: str | None = None
    agents: int = 0
    ended: str | None = None
    invocations: tuple[Invocation, ...] = ()
    signals: tuple[Mapping[str, JsonValue], ...] = ()
    paused: bool = False
    assisted_by: str | None = None
    controls: tuple[Mapping[str, JsonValue], ...] = ()
    failure: GlanceError | None = field(default=None, compare=False)

    def reached(self, milestone: Milestone) -> bool:
        """Whether a milestone holds."""
        return {
            "online": self.online,
            "asked": self.asked is not None,
            "in_session": self.key is not None,
            "watched": self.agents > 0,
            "ended": self.ended is not None,
        }[milestone]


class Board:
    """Holds the facts."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._facts = Facts()

    @property
    def facts(self) -> Facts:
        """What is known now."""
        return self._facts

    def note(self, **changes: object) -> None:
        """Changes some facts and wakes all who wait."""
        with self._changed:
            self._facts = replace(self._facts, **changes)  # type: ignore[arg-type]  # names are checked by replace
            self._changed.notify_all()

    def wait(self, true: Callable[[Facts], bool], timeout: float, what: str) -> Facts:
        """Blocks until something is true of the facts.

        Raises:
            WaitTimeoutError: It does not become true in time.
            GlanceError: The visitor fails first.
        """
        with self._changed:
            self._changed.wait_for(lambda: true(self._facts) or self._facts.failure is not None, timeout)
            facts = self._facts
        if true(facts):
            return facts
        if facts.failure is not None:
            raise facts.failure
        message = f"The scripted visitor was not {what} within {timeout:g} seconds."
        raise WaitTimeoutError("wait_timeout", message, f"It is: {_in_words(facts)}.")


def _in_words(facts: Facts) -> str:
    words = ["online" if facts.online else "offline"]
    words += ["asked to accept the terms"] if facts.asked is not None else []
    words += [f"in a session that {facts.agents} agents watch"] if facts.key is not None else []
    words += [f"after a session that ended by {facts.ended!r}"] if facts.ended is not None else []
    return ", ".join(words)
