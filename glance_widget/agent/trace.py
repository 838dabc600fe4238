"""What ``debugmode`` writes to ``logging``: one line for each thing that happens, for people who look for a fault.

The lines go to the logger ``glance_widget.trace`` at level DEBUG. They are made of words of our own, and of addresses
without query; what looks like a secret all the same is struck out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.flow_state import Flow
from glance_widget.secret import MASK

Trace: TypeAlias = Callable[[str], None]
"""Takes one line."""

_log = logging.getLogger("glance_widget.trace")
_log.setLevel(logging.DEBUG)  # who switches debugmode on wants the lines, whatever the level of the rest

_SECRET: Final = re.compile(
    r"\$\d\$\d+\$[\w+/-]+"  # a login key
    r"|\beyJ[\w-]+(?:\.[\w-]+)*"  # a token
    r"|(?<=bearer )\S+|(?<=loginkey=)[^&\s]+|(?<=ticket=)[^&\s]+",
    re.IGNORECASE,
)


def write_trace(whose: str, line: str) -> None:
    """Writes one line.

    Args:
        whose: Which widget it is about.
        line: What happened.
    """
    _log.debug("%s: %s", whose, strike_out(line))


def strike_out(text: str) -> str:
    """The text without what looks like a login key, a token or a ticket."""
    return _SECRET.sub(MASK, text)


def step_line(event: on.Event, before: Flow, after: Flow, effects: Sequence[do.Effect]) -> str:
    """What an event made of the join flow."""
    moved = after.state if after.state == before.state else f"{before.state} -> {after.state}"
    said = f"{type(event).__name__}: {moved} ({after.reason})"
    if after.error is not None and after.error is not before.error:
        said += f", error {after.error.code}"
    to_do = ", ".join(type(effect).__name__ for effect in effects)
    return f"{said}; to do: {to_do}" if to_do else said


def request_line(method: str, url: str, outcome: object) -> str:
    """What came of a request. Query, hash and user of the address are left out."""
    parts = urlsplit(url)
    return f"{method} {parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}: {outcome}"
