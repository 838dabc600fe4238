"""The messages between the front end and the kernel.

``docs/architecture.md`` says what each means; ``js/protocol/messages.ts`` is the other half, and
``tests/contract/frontend_messages.json`` holds examples with which both are tested.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from glance_widget.errors import ErrorRecord, MessageError
from glance_widget.phrases.phrase_files import is_language_tag
from glance_widget.protocol.identifiers import is_session_key
from glance_widget.protocol.saml import MAX_IDENTITY, Outcome, Way
from glance_widget.protocol.session_invitation import phone_number

PROTOCOL: Final = 1
"""Version of the messages and traits; the front end checks it."""
PAD_BYTES: Final = 4096
"""Length of a pad: the longest viewer form fits, and every sealed form has this length."""

EVERY_TAB: Final = "*"
"""In place of a tab's name, and none itself: the message is for all of them."""

ViewerReport = Literal["opened", "blocked", "closed", "agentJoined", "sessionStarted", "sessionEnded", "joinFailed"]
SamlEvent = Literal["started"] | Outcome
Command = Literal["hello", "join", "camera", "viewer", "link", "cancel", "end", "retry", "viewer_event", "saml_event"]

_COMMANDS: Final[Mapping[str, Command]] = {
    "hello": "hello",
    "join": "join",
    "camera": "camera",
    "viewer": "viewer",
    "link": "link",
    "cancel": "cancel",
    "end": "end",
    "retry": "retry",
    "viewer_event": "viewer_event",
    "saml_event": "saml_event",
}
_REPORTS: Final[Mapping[str, ViewerReport]] = {
    "opened": "opened",
    "blocked": "blocked",
    "closed": "closed",
    "agentJoined": "agentJoined",
    "sessionStarted": "sessionStarted",
    "sessionEnded": "sessionEnded",
    "joinFailed": "joinFailed",
}
_SAML_EVENTS: Final[Mapping[str, SamlEvent]] = {
    "started": "started",
    "done": "done",
    "timedout": "timedout",
    "refused": "refused",
    "malformed": "malformed",
}
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_MAX_SEQ: Final = 2**53 - 1
_MAX_REASON: Final = 100
_MAX_SENTENCE: Final = 1000
_MAX_LANGUAGES: Final = 16


@dataclass(frozen=True, slots=True)
class FromBrowser:
    """A message from one browser tab's model.

    Attributes:
        type: What it wants.
        client: The tab's model.
        req: The request's name; answers carry it.
        key: With ``join``: the session key that was typed.
        phone: With ``camera``: the number that was typed, without spaces. Not shown by ``repr``.
        pad: With ``join``, ``camera``, ``viewer`` and ``link``: the one-time pad for the answer. Not shown by ``repr``.
        event: With ``viewer_event``: what the viewer's window did or said.
        languages: With ``hello``: language tags that the reader prefers, the best first.
        visible: With ``hello``: whether the agent sees the tab.
        ask: With ``saml_event``: the request to sign in that it is about.
        saml: With ``saml_event``: what came of it.
        identity: With ``done``: what the identity provider said. Not shown by ``repr``.
    """

    type: Command
    client: str
    req: str
    key: str | None = None
    phone: str | None = field(default=None, repr=False)
    pad: bytes | None = field(default=None, repr=False)
    event: ViewerReport | None = None
    languages: tuple[str, ...] = ()
    visible: bool = False
    ask: str | None = None
    saml: SamlEvent | None = None
    identity: str | None = field(default=None, repr=False)


def parse_from_browser(content: object) -> FromBrowser:
    """Reads a custom message of the front end.

    Raises:
        MessageError: It has the wrong version, shape or size.
    """
    if not isinstance(content, dict) or content.get("v") != PROTOCOL or isinstance(content.get("v"), bool):
        raise MessageError("message_version", "A message of the front end has another version.")
    command = _COMMANDS.get(str(content.get("type")))
    seq = content.get("seq")
    if command is None or isinstance(seq, bool) or not isinstance(seq, int) or not 1 <= seq <= _MAX_SEQ:
        raise _wrong_shape()
    client, req = _name(content.get("client")), _name(content.get("req"))
    parse = _PARSERS.get(command)
    return FromBrowser(command, client, req) if parse is None else parse(content, client, req)


def _hello(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    languages, visible = _languages(content.get("languages")), content.get("visible") is True
    return FromBrowser("hello", client, req, languages=languages, visible=visible)


def _join(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    key, pad = _key(content.get("key")), content.get("pad")
    return FromBrowser("join", client, req, key=key, pad=None if pad is None else _pad(pad))


def _camera(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    phone, pad = _phone(content.get("phone")), content.get("pad")
    return FromBrowser("camera", client, req, phone=phone, pad=None if pad is None else _pad(pad))


def _viewer(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    pad = content.get("pad")
    return FromBrowser("viewer", client, req, pad=None if pad is None else _pad(pad))


def _link(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    return FromBrowser("link", client, req, pad=_pad(content.get("pad")))


def _viewer_event(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    event = content.get("event")
    report = _REPORTS.get(event) if isinstance(event, str) else None
    if report is None or not _is_reason(content.get("reason")):
        raise _wrong_shape()
    return FromBrowser("viewer_event", client, req, event=report)


def _saml_event(content: Mapping[str, object], client: str, req: str) -> FromBrowser:
    event, identity = content.get("event"), content.get("identity")
    saml = _SAML_EVENTS.get(event) if isinstance(event, str) else None
    ask = _name(content.get("ask"))
    if saml is None or (saml != "done" and identity is not None):
        raise _wrong_shape()
    if saml != "done":
        return FromBrowser("saml_event", client, req, ask=ask, saml=saml)
    if not isinstance(identity, str) or not 1 <= len(identity) <= MAX_IDENTITY:
        raise _wrong_shape()
    return FromBrowser("saml_event", client, req, ask=ask, saml=saml, identity=identity)


_PARSERS: Final[Mapping[Command, Callable[[Mapping[str, object], str, str], FromBrowser]]] = {
    "hello": _hello,
    "join": _join,
    "camera": _camera,
    "viewer": _viewer,
    "link": _link,
    "viewer_event": _viewer_event,
    "saml_event": _saml_event,
}


class ToBrowser:
    """Makes the messages to the front end, counting them."""

    def __init__(self) -> None:
        self._seq = 0

    def welcome(self, to: FromBrowser) -> dict[str, object]:
        """The answer to ``hello``."""
        return self._message("welcome", to)

    def taken(self, to: FromBrowser) -> dict[str, object]:
        """The request reached Python."""
        return self._message("taken", to)

    def viewer(self, to: FromBrowser, action: str, fields: Mapping[str, str]) -> dict[str, object]:
        """What to post into the waiting window, readable only with the pad of the request.

        Raises:
            MessageError: The request had no pad, or the form does not fit.
        """
        if to.pad is None:
            raise _wrong_shape()
        return self._message("viewer", to) | {"sealed": seal(action, fields, to.pad)}

    def saml(self, client: str, req: str, way: Way, url: str) -> dict[str, object]:
        """The tab is asked to sign in by SAML; ``req`` names this request of the kernel's own."""
        return self._envelope("saml", client, req) | {"way": way, "url": url}

    def saml_over(self, client: str, req: str) -> dict[str, object]:
        """That request needs no answer any more."""
        return self._envelope("saml_over", client, req)

    def invitation(self, key: str, text: str, to: FromBrowser | None = None) -> dict[str, object]:
        """The key that the agent reads to a customer, and what to say; to one tab that said hello, or to all."""
        client, req = (EVERY_TAB, f"invitation-{self._seq}") if to is None else (to.client, to.req)
        return self._envelope("invitation", client, req) | {"key": key, "text": text}

    def refused(self, to: FromBrowser, error: ErrorRecord) -> dict[str, object]:
        """The request came to nothing."""
        return self._message("refused", to) | {
            "code": error["code"],
            "message": error["message"][:_MAX_SENTENCE],
            "hint": error["hint"][:_MAX_SENTENCE],
        }

    def _message(self, kind: str, to: FromBrowser) -> dict[str, object]:
        return self._envelope(kind, to.client, to.req)

    def _envelope(self, kind: str, client: str, req: str) -> dict[str, object]:
        self._seq += 1
        return {"v": PROTOCOL, "seq": self._seq, "type": kind, "req": req, "to": client}


def seal(action: str, fields: Mapping[str, str], pad: bytes) -> str:
    """The viewer form as base64, XORed with a pad that is used this once.

    Raises:
        MessageError: The form is longer than the pad.
    """
    plain = json.dumps({"action": action, "fields": dict(fields)}).encode()
    if len(plain) > len(pad):
        raise MessageError(
            "message_size", "The viewer's form does not fit its pad.", "Shorten the reporting properties."
        )
    padded = plain.ljust(len(pad), b" ")
    return base64.b64encode(bytes(a ^ b for a, b in zip(padded, pad, strict=True))).decode("ascii")


def _key(value: object) -> str | None:
    if value is None or (isinstance(value, str) and is_session_key(value)):
        return value
    raise _wrong_shape()


def _phone(value: object) -> str | None:
    number = phone_number(value)
    if value is not None and number is None:
        raise _wrong_shape()
    return number


def _pad(value: object) -> bytes:
    try:
        pad = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error:
        pad = b""
    if len(pad) != PAD_BYTES:
        raise _wrong_shape()
    return pad


def _name(value: object) -> str:
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value
    raise _wrong_shape()


def _languages(value: object) -> tuple[str, ...]:
    given = [] if value is None else value
    if not isinstance(given, list) or len(given) > _MAX_LANGUAGES or not all(is_language_tag(tag) for tag in given):
        raise _wrong_shape()
    return tuple(given)


def _is_reason(value: object) -> bool:
    return value is None or (isinstance(value, str) and 1 <= len(value) <= _MAX_REASON)


def _wrong_shape() -> MessageError:
    return MessageError("message_shape", "A message of the front end has the wrong shape.")
