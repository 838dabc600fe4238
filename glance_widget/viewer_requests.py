"""The viewer windows that wait in browser tabs to be filled, or told why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glance_widget.errors import ErrorRecord, MessageError
from glance_widget.messages import FromBrowser, ToBrowser


class ViewerRequests:
    """Waiting viewer windows, each answered once. Used under the agent's lock.

    Args:
        send: Sends a custom message to all browser tabs.
        messages: Makes the messages.
    """

    def __init__(self, send: Callable[[dict[str, object]], None], messages: ToBrowser) -> None:
        self._send = send
        self._messages = messages
        self._waiting: list[FromBrowser] = []

    def __bool__(self) -> bool:
        """Whether any window waits."""
        return bool(self._waiting)

    def add(self, request: FromBrowser) -> None:
        """A window waits now."""
        self._waiting.append(request)

    def fill(self, action: str, fields: Mapping[str, str]) -> int:
        """Gives every waiting window its form; how many got one. A form that is too long for its pad is refused."""
        waiting, self._waiting = self._waiting, []
        filled = 0
        for request in waiting:
            try:
                message = self._messages.viewer(request, action, fields)
                filled += 1
            except MessageError as error:
                message = self._messages.refused(request, error.as_record())
            self._send(message)
        return filled

    def refuse(self, error: ErrorRecord) -> None:
        """Tells every waiting window that it will stay empty."""
        waiting, self._waiting = self._waiting, []
        for request in waiting:
            self._send(self._messages.refused(request, error))

    def drop(self, request: FromBrowser) -> None:
        """Forgets one window that is answered otherwise."""
        name = (request.client, request.req)
        self._waiting = [each for each in self._waiting if (each.client, each.req) != name]
