"""The live view's own messages (ours; wire sheet, section 12: the viewer's are not published).

Drawn in ``docs/architecture.md``, "Live view". Page content is passed on as it came and is never taken apart here
beyond what ``parse_events`` checks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import (
    JsonObject,
    JsonValue,
    optional_text,
    text_field,
)

MAX_FRAME: Final = 8 * 1024 * 1024
"""Bytes that one frame with page content may have."""
HELLO_WITHIN: Final = 10.0
"""Seconds within which the first frame must come."""
MAX_HREF_LENGTH: Final = 2048
MAX_TITLE_LENGTH: Final = 512
CONSENT_VERSION: Final = "1"
"""The version of the terms text that this package's visitor script shows."""

EndReason = Literal["agent", "visitor", "conndrop", "timedout"]

_META: Final = 4
_LAST_EVENT_TYPE: Final = 6


@dataclass(frozen=True, slots=True)
class Page:
    """The page on which a visitor is.

    Attributes:
        href: Its address without query and hash.
        title: Its title.
    """

    href: str
    title: str

    def as_record(self) -> dict[str, JsonValue]:
        """As it stands in messages."""
        return {"href": self.href, "title": self.title}


@dataclass(frozen=True, slots=True)
class VisitorHello:
    """The first frame of a visitor's page.

    Attributes:
        ssnid: The session's id.
        token: Made by the script; binds the session to this visitor. Not shown by ``repr``.
        page: The page that is speaking.
    """

    ssnid: str
    token: str
    page: Page

    def __repr__(self) -> str:
        """Without the token."""
        return f"VisitorHello(ssnid={self.ssnid!r})"


def parse_page(message: JsonObject) -> Page:
    """Reads ``href`` and ``title``; a query or hash that should not be there is dropped.

    Raises:
        MessageError: A field is missing or too long.
    """
    href = text_field(message, "href", limit=MAX_HREF_LENGTH)
    return Page(
        href.partition("#")[0].partition("?")[0],
        text_field(message, "title", limit=MAX_TITLE_LENGTH),
    )


def parse_visitor_hello(message: JsonObject) -> VisitorHello:
    """Reads the first frame of ``/live/visitor``.

    Raises:
        MessageError: It is no hello, or a field is missing or too long.
    """
    if message.get("type") != "hello":
        raise MessageError("hello_expected", "The first message must be a hello.")
    token = text_field(message, "token", limit=128)
    if len(token) < 16:  # noqa: PLR2004
        raise MessageError("message_shape", "The field 'token' of a message is too short.")
    return VisitorHello(
        ssnid=text_field(message, "ssnid", limit=128),
        token=token,
        page=parse_page(message),
    )


@dataclass(frozen=True, slots=True)
class Events:
    """A batch of recorded events.

    Attributes:
        seq: Counts up by one with each batch of a page.
        events: rrweb's events as they came.
        begins_page: Whether a fresh start (rrweb's Meta event) is among them.
    """

    seq: int
    events: list[JsonValue]
    begins_page: bool

    def from_page_start(self) -> list[JsonValue]:
        """The events from the first fresh start on; none when there is no fresh start among them."""
        kinds = [event.get("type") if isinstance(event, dict) else None for event in self.events]
        return self.events[kinds.index(_META) :] if _META in kinds else []


def parse_events(message: JsonObject) -> Events:
    """Reads a batch of recorded events.

    Raises:
        MessageError: The batch or one of its events has the wrong shape.
    """
    seq, events = message.get("seq"), message.get("events")
    if isinstance(seq, bool) or not isinstance(seq, int) or seq < 0 or not isinstance(events, list):
        raise MessageError("message_shape", "A batch of events has the wrong shape.")
    begins = False
    for event in events:
        kind = event.get("type") if isinstance(event, dict) else None
        if isinstance(kind, bool) or not isinstance(kind, int) or not 0 <= kind <= _LAST_EVENT_TYPE:
            raise MessageError("message_shape", "A recorded event has the wrong shape.")
        begins = begins or kind == _META
    return Events(seq=seq, events=events, begins_page=begins)


@dataclass(frozen=True, slots=True)
class Consent:
    """A visitor's answer to the terms.

    Attributes:
        version: Version of the text that was shown.
        language: Language in which it was shown.
    """

    version: str
    language: str


def parse_consent(message: JsonObject) -> Consent:
    """Reads a ``consent`` message.

    Raises:
        MessageError: It says anything but accepted.
    """
    if message.get("status") != "accepted":
        raise MessageError("consent", "Only an accepted consent opens the live view.")
    return Consent(
        version=optional_text(message, "version", limit=32) or "",
        language=optional_text(message, "language", limit=35) or "",
    )
