"""Finds secrets in what left a page, however they were written."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
import unicodedata
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote_plus

from glance_widget.errors import PropertyError
from glance_widget.testing.leak_report import Leak

SHORTEST_SECRET: Final = 6
"""Characters that a secret must have at least: a shorter one stands in every page by chance."""

_BEGINNING: Final = SHORTEST_SECRET
_MANY: Final = 200
_CONTEXT: Final = 32
_ROUNDS: Final = 3
_BINARY_SHARE: Final = 0.1
_WINDOW_BITS: Final = (zlib.MAX_WBITS, -zlib.MAX_WBITS)
_ESCAPED: Final = re.compile(r"\\u\{?([0-9a-fA-F]{4,6})\}?|\\x([0-9a-fA-F]{2})|\\([0-9a-fA-F]{2,6}) ?")
_BACKSLASH: Final = re.compile(r"\\(?=[^0-9a-zA-Z\s])")
_SPACES: Final = re.compile(r"\s+")
_TEXT_KEYS: Final = frozenset({"textContent", "value", "text", "rule"})


class _Text:
    """A text in which needles are searched. Of many, those whose beginning it has not are passed over at once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._asked = 0

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        text = self.text
        return frozenset([text[at : at + _BEGINNING] for at in range(len(text) - _BEGINNING + 1)])

    def holds(self, needle: str) -> bool:
        """Whether the needle stands in it."""
        self._asked += 1
        if self._asked > _MANY and needle[:_BEGINNING] not in self._beginnings:
            return False
        return needle in self.text


@dataclass(frozen=True)
class Departure:
    """One thing that left the page, or that the service passed on or keeps.

    Attributes:
        where: Named for people.
        content: As it was sent.
    """

    where: str
    content: str | bytes

    @cached_property
    def readings(self) -> tuple[tuple[str, _Text], ...]:
        """The content as text, by how it has to be read."""
        text = self.content if isinstance(self.content, str) else "\n".join(_texts_of(self.content))
        pieces = "".join(text for _, text, shown in self._strings if shown)
        coded = text.replace("\\/", "/").replace("-", "+").replace("_", "/")
        return (
            ("plain", _Text(normal(text))),
            ("escaped", _Text(normal(unescaped(text)))),
            ("in pieces", _Text(normal(pieces))),
            ("coded", _Text(coded)),
        )

    def place_of(self, needle: str) -> str:
        """The first place in a JSON content that holds a text, normalised or as it is; empty when there is none."""
        found = next((label for label, text in self._normal_strings if needle in text), "")
        return found or next((label for label, text, _ in self._strings if needle in text), "")

    @cached_property
    def _strings(self) -> tuple[tuple[str, str, bool], ...]:
        with suppress(ValueError, RecursionError):
            return tuple(_strings_in(json.loads(self.content)))
        return ()

    @cached_property
    def _normal_strings(self) -> tuple[tuple[str, str], ...]:
        return tuple((label, normal(unescaped(text))) for label, text, _ in self._strings)


def search(
    secrets: Mapping[str, str], departures: Iterable[Departure], *, visible: Collection[str] = ()
) -> tuple[tuple[Leak, ...], frozenset[str]]:
    """Searches every secret in everything that left.

    Args:
        secrets: The secrets by name.
        departures: What left.
        visible: Names of secrets that may leave.

    Returns:
        The leaks, and the names of all secrets that were found.

    Raises:
        PropertyError: A secret is too short, or ``visible`` names one that is not there.
    """
    needles = {name: _Needles.of(name, secret) for name, secret in secrets.items()}
    if unknown := sorted(set(visible) - set(secrets)):
        raise PropertyError("visible", f"names secrets that are not given: {', '.join(unknown)}")
    leaks: dict[tuple[str, str], Leak] = {}
    found: set[str] = set()
    for departure in departures:
        for name, needle in needles.items():
            find = needle.find(departure)
            if find is None:
                continue
            found.add(name)
            if name not in visible:
                leaks.setdefault((name, departure.where), _leak(name, departure, find, needles.values()))
    return tuple(leaks.values()), frozenset(found)


@dataclass(frozen=True, slots=True)
class _Find:
    encoding: str
    needle: str
    text: str


@dataclass(frozen=True, slots=True)
class _Needles:
    """The ways in which one secret may be written."""

    name: str
    plain: str
    coded: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, name: str, secret: str) -> _Needles:
        """All ways of a secret.

        Raises:
            PropertyError: The secret is too short to be told from chance.
        """
        plain = normal(secret)
        if len(plain) < SHORTEST_SECRET:
            raise PropertyError(f"The secret {name!r}", f"must have at least {SHORTEST_SECRET} characters")
        data = secret.encode()
        coded = [("base64", each) for each in _base64_of(data)] + [("hex", data.hex()), ("hex", data.hex().upper())]
        return cls(name, plain, tuple(coded))

    def find(self, departure: Departure) -> _Find | None:
        """The first way in which it stands there."""
        *readings, (_, coded) = departure.readings
        for encoding, text in readings:
            if text.holds(self.plain):
                return _Find(encoding, self.plain, text.text)
        for encoding, needle in self.coded:
            if coded.holds(needle):
                return _Find(encoding, needle, coded.text)
        return None


def normal(text: str) -> str:
    """Without what makes no difference to a reader: case, kinds of spaces, ways to write one letter."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).casefold()


def unescaped(text: str) -> str:
    """Without escapes of JSON, style sheets, addresses and markup, also when they are nested."""
    for _ in range(_ROUNDS):
        before = text
        text = _ESCAPED.sub(_character, text)
        text = _BACKSLASH.sub("", text)
        text = html.unescape(unquote_plus(text))
        if text == before:
            break
    return text


def _character(match: re.Match[str]) -> str:
    code = int(next(group for group in match.groups() if group), 16)
    return chr(code) if code <= 0x10FFFF else ""  # noqa: PLR2004 (the last character there is)


def _base64_of(data: bytes) -> Iterator[str]:
    """What stays the same of the data's base64, wherever it begins in the data around it."""
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + data).decode()
        yield coded[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]


def _texts_of(content: bytes) -> Iterator[str]:
    """The texts that bytes may be, compressed ones included."""
    for data in (content, *_unpacked(content)):
        yield data.decode("utf-8", "replace")
        if data.count(0) > len(data) * _BINARY_SHARE:
            yield data.decode("utf-16-le", "replace")
            yield data[1:].decode("utf-16-le", "replace")


def _unpacked(content: bytes) -> Iterator[bytes]:
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(content)
    for bits in _WINDOW_BITS:
        with suppress(zlib.error):
            yield zlib.decompress(content, bits)


def _strings_in(value: object, label: str = "", tag: str = "") -> Iterator[tuple[str, str, bool]]:
    """All strings of a JSON value: the place, the text, and whether the text is shown to somebody."""
    key = label.rpartition(" ")[2]
    if isinstance(value, str):
        yield label, value, key in _TEXT_KEYS
    elif isinstance(value, Sequence):
        for item in value:
            yield from _strings_in(item, label, tag)
    elif isinstance(value, Mapping):
        named = value.get("tagName")
        inside = f"<{named}>" if isinstance(named, str) else tag
        for name, item in value.items():
            yield f"{inside} name of {label or 'a field'}".strip(), str(name), False
            yield from _strings_in(item, f"{inside} {name}".strip(), inside)


def _leak(name: str, departure: Departure, find: _Find, known: Iterable[_Needles]) -> Leak:
    known = list(known)
    start = find.text.index(find.needle)
    before = find.text[max(0, start - _CONTEXT) : start]
    after = find.text[start + len(find.needle) :][:_CONTEXT]
    excerpt = _hidden(f"…{before}«{name}»{after}…", known)
    place = departure.place_of(find.needle)
    return Leak(name, _hidden(departure.where, known), _hidden(place, known), find.encoding, excerpt)


def _hidden(text: str, known: Iterable[_Needles]) -> str:
    """A text with every secret replaced by its name."""
    for secret in known:
        if secret.plain in normal(text):
            text = normal(text).replace(secret.plain, f"«{secret.name}»")
    return text
