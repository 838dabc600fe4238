"""What may be given for privacy: the mode, selectors and addresses; and the named errors when it is something else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from glance_widget.errors import PropertyError
from glance_widget.protocol.visitor_settings import PRIVACY_MODES, VisitorSettings

_MAX_ENTRIES: Final = 500
_MAX_SELECTOR: Final = 1024
_MAX_URL: Final = 2048
_QUOTED: Final = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'", re.DOTALL)
_PAIRS: Final = {"]": "[", ")": "("}
_NO_SELECTOR: Final = frozenset("{};\"'")


def checked_privacy(
    privacy: object, masking_selectors: object, unmasking_selectors: object, masked_urls: object
) -> VisitorSettings:
    """What a site shows and hides.

    Raises:
        PropertyError: One of the values is not usable.
    """
    mode = next((known for known in PRIVACY_MODES if known == privacy), None)
    if mode is None and privacy is not None:
        raise PropertyError(
            "privacy", 'must be "private", "standard" or "open"', "Without it the pages decide themselves."
        )
    return VisitorSettings(
        mode,
        _checked_selectors("masking_selectors", masking_selectors),
        _checked_selectors("unmasking_selectors", unmasking_selectors),
        _checked_urls(masked_urls),
    )


def _checked_selectors(name: str, given: object) -> tuple[str, ...]:
    hint = 'For example ["#card", ".private"].'
    texts = _texts(name, given, _MAX_SELECTOR, hint)
    for text in texts:
        if not _is_selector(text.partition("@@")[0]):
            raise PropertyError(name, f"has an entry that is no CSS selector: {text[:80]!r}", hint)
    return texts


def _checked_urls(given: object) -> tuple[str, ...]:
    hint = 'For example ["https://shop.example/account/*"]; * stands for any characters.'
    texts = _texts("masked_urls", given, _MAX_URL, hint)
    for text in texts:
        if any(sign.isspace() for sign in text) or "?" in text or "#" in text:
            raise PropertyError("masked_urls", f"has an entry with a space, query or hash: {text[:80]!r}", hint)
    return texts


def _texts(name: str, given: object, longest: int, hint: str) -> tuple[str, ...]:
    # A text is iterable too: its letters would be taken for selectors.
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise PropertyError(name, "must be a list of texts", hint)
    texts = tuple(text.strip() if isinstance(text, str) else text for text in given)
    if len(texts) > _MAX_ENTRIES:
        raise PropertyError(name, f"must have at most {_MAX_ENTRIES} entries")
    for text in texts:
        if not isinstance(text, str) or not 0 < len(text) <= longest or not text.isprintable():
            raise PropertyError(name, f"must hold texts of 1 to {longest} printable characters", hint)
    return texts


def _is_selector(text: str) -> bool:
    """Whether a text can be a CSS selector; only a browser knows for sure."""
    plain = _QUOTED.sub("", text)
    waiting: list[str] = []
    for sign in plain:
        if sign in "[(":
            waiting.append(sign)
        elif sign in _PAIRS and (not waiting or waiting.pop() != _PAIRS[sign]):
            return False
    return bool(text.strip()) and not waiting and not _NO_SELECTOR.intersection(plain) and plain.strip()[-1:] != ","
