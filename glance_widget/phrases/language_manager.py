"""``LanguageManager``: the phrases of the button, and the user's own in place of them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from glance_widget.errors import PropertyError
from glance_widget.phrases.phrase_files import (
    ENGLISH,
    Direction,
    Phrases,
    choose_language,
    filled,
    is_language_tag,
    languages,
    phrase_file,
    placeholders,
)

OwnPhrases: TypeAlias = Mapping[str, str] | Mapping[str, Mapping[str, str]]
"""Texts by the name of the phrase, for every language; or such mappings by language tag."""

_EVERY: Final = "*"
_MAX_TEXT: Final = 1024
_RIGHT_TO_LEFT: Final = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})
_HINT: Final = 'For example {"button.join": "Connect"}, or {"de": {"button.join": "Verbinden"}}.'


class LanguageManager:
    """The phrases of the button in every language, with one's own in place of some. It never changes.

    A phrase of the front end has a name, such as ``button.join``. What Python says (states, errors, hints) has its
    English sentence for a name. Placeholders stand in braces: ``{visitor}``.

    Args:
        phrases: One's own phrases by name, for every language; or by language tag, then by name. Where a language of
            one's own has no phrase, it shows that of the language that it narrows (``de-AT``: ``de``), else English.

    Example:
        >>> manager = LanguageManager({"button.join": "Connect"})
        >>> manager.phrase("button.join"), manager.phrase("button.end", "fr")
        ('Connect', 'Terminer la session')

    Raises:
        PropertyError: There is no phrase of a name, or a text does not have the placeholders of its phrase.
    """

    def __init__(self, phrases: OwnPhrases | None = None) -> None:
        self._own = _checked(phrases or {})
        self._languages = tuple(sorted({*languages(), *(tag for tag in self._own if tag != _EVERY)}))

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of all languages, one's own among them."""
        return self._languages

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all phrases."""
        return tuple(_file_texts(ENGLISH))

    def language(self, wanted: Iterable[str]) -> str:
        """The first of the wanted languages that there is (``de-AT`` finds ``de``); else ``en``."""
        return choose_language(wanted, self._languages).found

    def phrase(self, name: str, language: str = ENGLISH, **values: str) -> str:
        """A phrase.

        Args:
            name: Its name, or the English sentence of what Python says.
            language: A language tag; English where there is no such language.
            values: What stands in place of the placeholders.

        Raises:
            PropertyError: There is no phrase of this name.
        """
        _check_name(name)
        tag = self.language([language])
        known = {**_file_texts(ENGLISH), **_file_texts(tag), **self._own_texts(tag)}
        return filled(known[name], values)

    def for_front_end(self, language: str) -> Phrases:
        """What the front end is told of a language that ``languages`` names: of English, one's own phrases only."""
        told = choose_language([language], languages()).found
        texts = {**({} if told == ENGLISH else _file_texts(told)), **self._own_texts(language)}
        names = phrase_file(ENGLISH)["widget"]
        return {
            "direction": _direction(language),
            "widget": {name: text for name, text in texts.items() if name in names},
            "kernel": {name: text for name, text in texts.items() if name not in names},
        }

    def _own_texts(self, language: str) -> dict[str, str]:
        wider = [tag for tag in self._own if _narrows(language, tag)]
        texts = [self._own[tag] for tag in sorted(wider, key=len)]
        return {name: text for each in (self._own.get(_EVERY, {}), *texts) for name, text in each.items()}


def _narrows(language: str, wider: str) -> bool:
    return f"{language}-".lower().startswith(f"{wider}-".lower())


def _file_texts(language: str) -> dict[str, str]:
    file = phrase_file(choose_language([language], languages()).found)
    return {**file["widget"], **file["kernel"]}


def _direction(language: str) -> Direction:
    return "rtl" if language.split("-", maxsplit=1)[0].lower() in _RIGHT_TO_LEFT else "ltr"


def _checked(given: object) -> dict[str, dict[str, str]]:
    if not isinstance(given, Mapping):
        raise PropertyError(
            "languagemanager", "must be a LanguageManager, or a mapping of phrase names to texts", _HINT
        )
    checked: dict[str, dict[str, str]] = {}
    for key, value in given.items():
        if isinstance(value, Mapping):
            if not is_language_tag(key):
                raise PropertyError("languagemanager", f"has a language that is no language tag: {key!r}", _HINT)
            tag = next((known for known in languages() if known == key.lower()), key)
            checked.setdefault(tag, {}).update({name: _checked_text(name, text) for name, text in value.items()})
        else:
            checked.setdefault(_EVERY, {})[key] = _checked_text(key, value)
    return checked


def _check_name(name: object) -> str:
    known = _file_texts(ENGLISH)
    if isinstance(name, str) and name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1) if isinstance(name, str) else []
    hint = f"Did you mean {near[0]!r}?" if near else "LanguageManager().names has all of them."
    raise PropertyError("languagemanager", f"has no phrase {str(name)[:80]!r}", hint, code="unknown_phrase")


def _checked_text(name: object, text: object) -> str:
    english = _check_name(name)
    if not isinstance(text, str) or not text.strip() or len(text) > _MAX_TEXT:
        raise PropertyError("languagemanager", f"must give {name!r} a text of 1 to {_MAX_TEXT} characters", _HINT)
    wanted, has = placeholders(english), placeholders(text)
    if wanted != has:
        braced = ", ".join(f"{{{each}}}" for each in sorted(wanted)) or "no placeholder"
        raise PropertyError("languagemanager", f"must give {name!r} a text with {braced}", f"In English: {english!r}.")
    return text
