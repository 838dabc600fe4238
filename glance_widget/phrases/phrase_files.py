"""Reads the phrase files, one JSON file per language beside this module.

``widget`` and ``viewer`` hold what these say by themselves, by name. ``kernel`` holds what Python says (states,
errors, hints), by its English sentence: Python speaks English, and the front end says the same in the language of its
reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypedDict

Direction = Literal["ltr", "rtl"]

ENGLISH: Final = "en"
"""The language that is complete in the front end and in Python without any file."""
MAX_TAG: Final = 35
"""The longest language tag that is taken, in characters (RFC 5646, section 4.4.1)."""

_FOLDER: Final = Path(__file__).parent
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}", re.ASCII)


class Phrases(TypedDict):
    """The phrases of one language, or some of them.

    Attributes:
        direction: Where lines begin.
        widget: What the front end says by itself, by name.
        kernel: What Python says, by its English sentence.
    """

    direction: Direction
    widget: dict[str, str]
    kernel: dict[str, str]


class PhraseFile(Phrases):
    """A phrase file.

    Attributes:
        name: The language's name in itself.
        viewer: What the viewer says, by name.
    """

    name: str
    viewer: dict[str, str]


@cache
def languages() -> tuple[str, ...]:
    """The tags of the languages that there are files for, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


@cache
def phrase_file(language: str) -> PhraseFile:
    """The phrases of a language that ``languages`` names."""
    read: PhraseFile = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return read


def is_language_tag(value: object) -> bool:
    """Whether a value has the form of a language tag, such as ``de`` or ``de-AT``."""
    return isinstance(value, str) and len(value) <= MAX_TAG and _TAG.fullmatch(value) is not None


class Choice(NamedTuple):
    """A language that is wanted, and what there is for it.

    Attributes:
        wanted: The tag that is wanted, such as ``de-AT``: numbers and times follow it.
        found: The language that there is, such as ``de``.
    """

    wanted: str
    found: str


def choose_language(wanted: Iterable[str], available: Iterable[str]) -> Choice:
    """The first wanted language that there is, each also without what narrows it (RFC 4647, 3.4); else English."""
    by_lower = {tag.lower(): tag for tag in available}
    for tag in wanted:
        parts = tag.lower().split("-")
        for length in range(len(parts), 0, -1):
            found = by_lower.get("-".join(parts[:length]))
            if found is not None:
                return Choice(tag, found)
    return Choice(ENGLISH, ENGLISH)


def placeholders(text: str) -> frozenset[str]:
    """The names in braces that are replaced by values."""
    return frozenset(_PLACEHOLDER.findall(text))


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its placeholders replaced; one without a value stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
