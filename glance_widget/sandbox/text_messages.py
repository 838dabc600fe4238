"""The text messages that the sandbox would have sent: kept in memory, and shown on the page that plays the phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_MOST_NUMBERS: Final = 100
_MOST_MESSAGES: Final = 20


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One message.

    Attributes:
        at: When it was sent, Unix seconds.
        text: Its words.
        link: The address at its end.
    """

    at: float
    text: str
    link: str


class TextMessages:
    """The inboxes of the phones that were written to."""

    def __init__(self) -> None:
        self._inboxes: dict[str, list[TextMessage]] = {}

    def send(self, phone: str, message: TextMessage) -> None:
        """Puts a message into a phone's inbox; the oldest messages and phones make room."""
        inbox = self._inboxes.pop(phone, [])
        if len(self._inboxes) >= _MOST_NUMBERS:
            del self._inboxes[next(iter(self._inboxes))]
        self._inboxes[phone] = [*inbox, message][-_MOST_MESSAGES:]

    def inbox(self, phone: str) -> list[TextMessage]:
        """A phone's messages, newest first."""
        return self._inboxes.get(phone, [])[::-1]

    def phones(self) -> list[str]:
        """The phones that have messages, the one that was written to last first."""
        return list(self._inboxes)[::-1]
