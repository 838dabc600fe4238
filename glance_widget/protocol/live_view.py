"""The live view's own messages (ours; wire sheet, section 12: the viewer's are not published).

Drawn in ``docs/architecture.md``, "Live view". Page content is checked (``recorded_events``) and passed on as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import (
    MAX_CONTROL_DEPTH,
    MAX_CONTROL_MESSAGE,
    JsonObject,
    JsonValue,
    check_depth,
    check_size,
    dump,
    optional_text,
    parse_object,
    text_field,
)
from glance_widget.protocol.pictures import Picture, parse_picture
from glance_widget.protocol.recorded_events import META, check_events

MAX_FRAME: Final = 8 * 1024 * 1024
"""Bytes that one frame with page content may have."""
HELLO_WITHIN: Final = 10.0
"""Seconds within which the first frame must come."""
MAX_HREF_LENGTH: Final = 2048
MAX_TITLE_LENGTH: Final = 512
CONSENT_VERSION: Final = "1"
"""The version of the terms text that this package's visitor script shows."""

EndReason = Literal["agent", "visitor", "conndrop", "timedout", "norecord"]
"""Who or what ended a session; ``norecord``: the visitor's consent could not be recorded, so nothing was shown."""

Power = Literal["view", "assist"]
"""What a visitor is asked for: that agents see the page, or that one agent also uses it."""

_ANSWERS: Final[dict[Power, tuple[str, ...]]] = {"view": ("accepted",), "assist": ("accepted", "declined")}
_EVENTS_FIELDS: Final = ("type", "seq", "events")
_MAX_SEQ: Final = 2**53
_MOST_PARTS: Final = {"{": 800_000, "[": 400_000, ",": 2_000_000}
"""Several times what the largest page needs, with what stands in its texts."""


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
    """A batch of recorded events that was checked.

    It is passed on as the text that arrived: nothing is lost, and nothing can be read in two ways.

    Attributes:
        seq: Counts up by one with each batch of a page.
        count: How many events there are.
        frame: The whole message as it came.
        fresh_frame: The message from its first fresh start (rrweb's Meta event) on; None when there is none in it.
    """

    seq: int
    count: int
    frame: str
    fresh_frame: str | None

    @property
    def begins_page(self) -> bool:
        """Whether a fresh start is among them."""
        return self.fresh_frame is not None


def parse_visitor_frame(text: str, *, pausing: bool = False) -> JsonObject | Events | Picture:
    """Reads a frame of ``/live/visitor``: a batch of recorded events, a picture, or any other message.

    Args:
        text: The frame.
        pausing: Whether to let other threads run while a large frame is read, which takes longer.

    Raises:
        MessageError: It is too large, no message, or holds an event or a picture that may not be passed on.
    """
    _check_parts(text)
    message = parse_object(text, limit=MAX_FRAME, pausing=pausing)
    if message.get("type") == "events":
        return _checked_events(message, text)
    if message.get("type") == "picture":
        return parse_picture(message, text)
    check_size(text, MAX_CONTROL_MESSAGE)
    check_depth(message, MAX_CONTROL_DEPTH)
    return message


def _check_parts(text: str) -> None:
    """Refuses a frame that is small as a text and huge as values, before it is taken apart."""
    if any(text.count(sign) > most for sign, most in _MOST_PARTS.items()):
        raise MessageError("message_size", "A message has too many parts.")


def _checked_events(message: JsonObject, text: str) -> Events:
    seq, events = message.get("seq"), message.get("events")
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < _MAX_SEQ or not isinstance(events, list):
        raise MessageError("message_shape", "A batch of events has the wrong shape.")
    if len(message) != len(_EVENTS_FIELDS):
        raise MessageError("message_shape", "A batch of events has fields that are unknown here.")
    check_events(events)
    kinds = [event["type"] for event in events if isinstance(event, dict)]
    if META not in kinds:
        return Events(seq, len(events), text, None)
    start = kinds.index(META)
    # The visitor script begins a new batch with a fresh start, so that there is nothing to write anew.
    fresh = text if start == 0 else dump({"type": "events", "seq": seq, "events": events[start:]})
    return Events(seq, len(events), text, fresh)


@dataclass(frozen=True, slots=True)
class Consent:
    """A visitor's answer to the terms, or to an agent who asks for remote assist.

    Attributes:
        power: What was asked for.
        accepted: The answer.
        version: Version of the text that was shown.
        language: Language in which it was shown.
        req: The request that is answered; empty for ``view``.
    """

    power: Power
    accepted: bool
    version: str
    language: str
    req: str = ""


def parse_consent(message: JsonObject) -> Consent:
    """Reads a ``consent`` message.

    Raises:
        MessageError: The power is unknown, or the answer is none: to the terms, only "accepted" is one.
    """
    status = message.get("status")
    power = next((known for known in _ANSWERS if known == message.get("power")), None)
    if power is None:
        raise MessageError("consent", "A consent names the power that it is for.")
    if status not in _ANSWERS[power]:
        raise MessageError("consent", "Only an accepted consent opens the live view.")
    return Consent(
        power=power,
        accepted=status == "accepted",
        version=optional_text(message, "version", limit=32) or "",
        language=optional_text(message, "language", limit=35) or "",
        req=text_field(message, "req", limit=64) if power == "assist" else "",
    )


def parse_flag(message: JsonObject, name: str) -> bool:
    """A field of a message that must be true or false.

    Raises:
        MessageError: It is something else.
    """
    value = message.get(name)
    if not isinstance(value, bool):
        raise MessageError("message_shape", f"The field {name!r} of a message must be true or false.")
    return value
