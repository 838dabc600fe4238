"""What the agent calls of its user's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from glance_widget.agent.callables import call
from glance_widget.errors import CallbackError
from glance_widget.protocol.invocation import are_arguments
from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.session_report import SessionReport


class Functions(Protocol):
    """The user's functions that belong to the join flow."""

    def presession_function(self) -> Callable[..., object] | None:
        """What to call before the visitor is asked; a mapping that it gives is added to the invitation."""

    def reporting_function(self) -> Callable[[SessionReport], object] | None:
        """What to call with each report."""

    def openwindow_function(self) -> Callable[[str], object] | None:
        """What to call with the viewer's address; None when the viewer is opened otherwise."""

    def record_fields(self) -> Mapping[str, str]:
        """Fields of the viewer's form that are kept in the session's record."""

    def trace(self, line: str) -> None:
        """Takes a line about what happened. Called on any thread."""


async def added_to_invitation(functions: Functions) -> Mapping[str, JsonValue]:
    """Does the user's work before the visitor is asked; gives what it adds to the invitation.

    Raises:
        CallbackError: It failed, or gave what no invitation can carry.
    """
    function = functions.presession_function()
    added = await call("presessionfunc", function) if function is not None else None
    if added is None:
        return {}
    if not are_arguments(added):
        message = "presessionfunc must give None, or a mapping of JSON values of at most 16 KiB and 30 levels."
        raise CallbackError("callback", message, 'For example {"agent": "Ann"}.')
    return added
