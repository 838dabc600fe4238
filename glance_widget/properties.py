"""What each property of ``Glance`` accepts.

Each check takes any value and gives the value to keep, or raises ``PropertyError`` with the property's name, what is
wrong, and what a good value looks like. Names are those of Glance's React component, letter for letter.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from glance_widget.agent.account import AuthBody, AuthHeaders, AuthMethod
from glance_widget.agent.flow_state import STATES, State
from glance_widget.agent.http import can_be_sent
from glance_widget.errors import PropertyError, UnknownPropertyError
from glance_widget.phrases.language_manager import LanguageManager
from glance_widget.phrases.phrase_files import is_language_tag
from glance_widget.protocol.base_urls import SANDBOX, BaseUrl, is_safe_address
from glance_widget.protocol.identifiers import groupid_from, is_puid, is_session_key, is_visitorid
from glance_widget.secret import Secret

OpenLocation = Literal["tab", "window", "iframe"]
UiVersion = Literal[1, 2]
Word = TypeVar("Word", bound=str)

ALIASES: Final[Mapping[str, str]] = {
    "errormessage": "errorMessage",
    "presession": "presessionfunc",
    "reportingcallback": "reportingCallback",
    "reportingexternalid": "reportingExternalId",
    "reportingorigin": "reportingOrigin",
    "uiversion": "uiVersion",
}
"""Newer spellings of the plugin's properties (wire sheet, section 1.2)."""

AUTO: Final = "auto"
"""The ``language`` that follows the browser."""
_MAX_TEXT: Final = 1024
_VISITORID_HINT: Final = "Use 1 to 62 letters, digits, '-' and '_', such as 'maria-21'."


def unknown_property(name: str, known: Iterable[str]) -> UnknownPropertyError:
    """The error for a keyword that is no property, with the nearest name that is."""
    names = sorted({*known, *ALIASES})
    by_lower = {each.lower(): each for each in names}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    hint = f"Did you mean {by_lower[near[0]]!r}?" if near else f"The properties are: {', '.join(names)}."
    return UnknownPropertyError(name, "is not a property of Glance", hint, code="unknown_property")


def groupid(value: object) -> int | None:
    """An integer of 1 to 6 digits, also as text."""
    if value is None:
        return None
    number = groupid_from(value)
    if number is None:
        raise PropertyError("groupid", f"must be a number of 1 to 6 digits, not {_shown(value)}", "For example 12345.")
    return number


def puid(value: object) -> str | None:
    """Text of 1 to 255 characters."""
    if value is None or is_puid(value):
        return value if isinstance(value, str) else None
    raise PropertyError(
        "puid", f"must be text of 1 to 255 characters, not {_shown(value)}", "For example 'ann@example.com'."
    )


def visitorid(value: object) -> str | None:
    """1 to 62 letters, digits, ``-`` and ``_``; empty text is None."""
    if value is None or value == "":
        return None
    if is_visitorid(value) and isinstance(value, str):
        return value
    if isinstance(value, str) and len(value) > 62:  # noqa: PLR2004
        raise PropertyError("visitorid", f"has {len(value)} characters, at most 62 are allowed", _VISITORID_HINT)
    if isinstance(value, str):
        wrong = sorted({c for c in value if not is_visitorid(c)})
        shown = " ".join(repr(c) for c in wrong[:5])
        raise PropertyError("visitorid", f"has characters that are not allowed: {shown}", _VISITORID_HINT)
    raise PropertyError("visitorid", f"must be text, not {_shown(value)}", _VISITORID_HINT)


def session_key(value: object) -> str:
    """1 to 62 letters, digits, ``-``, ``_``, ``~`` and ``.``; spaces around a typed key do not matter."""
    key = value.strip() if isinstance(value, str) else value
    if isinstance(key, str) and is_session_key(key):
        return key
    hint = "It is shown on the visitor's page: 1 to 62 letters, digits, '-', '_', '~' and '.'."
    raise PropertyError("key", "is not a session key", hint, code="sessionkey")


def openlocation(value: object) -> OpenLocation:
    """``tab``, ``window`` or ``iframe``."""
    return _one_of("openlocation", value, get_args(OpenLocation))


def uiVersion(value: object) -> UiVersion:
    """1 or 2."""
    if isinstance(value, int) and not isinstance(value, bool):
        if value == 1:
            return 1
        if value == 2:  # noqa: PLR2004
            return 2
    raise PropertyError("uiVersion", f"must be 1 or 2, not {_shown(value)}")


def authmethod(value: object) -> AuthMethod:
    """``loginkey``, ``samlloginkey``, ``saml`` or ``samlpopup``, whatever the case."""
    return _one_of("authmethod", value.lower() if isinstance(value, str) else value, get_args(AuthMethod))


def authurl(value: object) -> str | None:
    """An https address, or http on this machine."""
    if value is None:
        return None
    hint = "Use an https address, or http on this machine (127.0.0.1)."
    if not isinstance(value, str) or not is_safe_address(value) or urlsplit(value).fragment:
        raise PropertyError("authurl", "is not an address that a login key may come from", hint)
    return value


def glancebaseurl(value: object) -> str:
    """``production``, ``beta``, ``sandbox``, an https address, or http on this machine."""
    if value == SANDBOX:
        return SANDBOX
    if not isinstance(value, str):
        raise PropertyError("glancebaseurl", f"must be text, not {_shown(value)}", 'For example "production".')
    BaseUrl.parse(value)
    return value


def language(value: object) -> str:
    """``auto``, or a language tag such as ``de`` or ``de-AT``; None is ``auto``."""
    if value is None:
        return AUTO
    if isinstance(value, str) and (value == AUTO or is_language_tag(value)):
        return value
    hint = 'Use "auto", or a tag such as "de" or "de-AT".'
    raise PropertyError("language", f"must be a language tag, not {_shown(value)}", hint)


def languagemanager(value: object) -> LanguageManager | None:
    """A ``LanguageManager``, or a mapping of one's own phrases."""
    if value is None or isinstance(value, LanguageManager):
        return value
    return LanguageManager(value)  # type: ignore[arg-type]  # it checks what it is given


def state_word(value: object) -> State:
    """A state of the join flow."""
    return _one_of("state", value, STATES)


def text(name: str) -> Callable[[object], str | None]:
    """A check for optional text of at most 1,024 characters."""

    def check(value: object) -> str | None:
        if value is None or (isinstance(value, str) and len(value) <= _MAX_TEXT):
            return value
        raise PropertyError(name, f"must be text of at most {_MAX_TEXT} characters, not {_shown(value)}")

    return check


def flag(name: str) -> Callable[[object], bool]:
    """A check for True or False."""

    def check(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise PropertyError(name, f"must be True or False, not {_shown(value)}")

    return check


def function(name: str, value: object) -> Callable[..., object] | None:
    """Something that can be called, or None."""
    if value is None or callable(value):
        return value
    raise PropertyError(name, f"must be a function, not {type(value).__name__}")


def headers(value: object) -> AuthHeaders | None:
    """A mapping of text to text, or a function that gives one."""
    if value is None or callable(value):
        return value
    if isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        if can_be_sent(value):
            return dict(value)
        hint = "They are ASCII and have no line breaks; text read from a file often ends with one."
        raise PropertyError("authheaders", "has a name or a value that no header can have", hint)
    hint = 'For example {"Authorization": "Bearer …"}.'
    raise PropertyError("authheaders", "must be a mapping of text to text, or a function that gives one", hint)


def body(value: object) -> AuthBody | None:
    """A mapping of text to text, text, bytes, or a function that gives one of them."""
    if value is None or callable(value) or isinstance(value, str | bytes):
        return value
    if isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        return dict(value)
    raise PropertyError("authbody", "must be a mapping of text to text, text, bytes, or a function that gives one")


def secret(name: str, value: object) -> Secret | None:
    """Text that is kept out of sight; what was given is not repeated in the error."""
    if value is None or isinstance(value, Secret):
        return value or None
    if isinstance(value, str) and value:
        return Secret(value)
    raise PropertyError(name, "must be text that is not empty")


def _one_of(name: str, value: object, words: tuple[Word, ...]) -> Word:
    for word in words:
        if word == value:
            return word
    allowed = ", ".join(repr(word) for word in words)
    near = difflib.get_close_matches(value, words, n=1) if isinstance(value, str) else []
    hint = f"Did you mean {near[0]!r}?" if near else ""
    raise PropertyError(name, f"must be one of {allowed}, not {_shown(value)}", hint)


def _shown(value: object) -> str:
    """A short form of a value for an error; of objects only their type, as a value may be large or private."""
    if isinstance(value, bool | int | float) or value is None:
        return repr(value)
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:37] + "…")  # noqa: PLR2004
    return type(value).__name__
