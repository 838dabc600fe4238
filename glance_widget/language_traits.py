"""The language of the button: which one it is, and the phrases that the front end is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import traitlets as t

from glance_widget import properties as check
from glance_widget.errors import PropertyError
from glance_widget.phrases.language_manager import LanguageManager
from glance_widget.phrases.phrase_files import ENGLISH, Phrases
from glance_widget.traits import Kept, KeptValues, Property, State

_PLAIN: Final = LanguageManager()


class Language(Property[str]):
    """The property ``language``: ``auto``, or a language that there are phrases for."""

    def validate(self, obj: object, value: object) -> str:
        """The checked value.

        Raises:
            PropertyError: It is no language tag, or there are no phrases for it.
        """
        tag = super().validate(obj, value)
        known = _manager_of(obj)
        if tag != check.AUTO and known.language([tag]) == ENGLISH and tag.split("-")[0].lower() != ENGLISH:
            hint = f"There are {', '.join(known.languages)}; your own come with languagemanager={{{tag!r}: {{…}}}}."
            raise PropertyError("language", f"has no phrases for {tag!r}", hint)
        return tag


class LanguageTraits(t.HasTraits):
    """What ``Glance`` holds of its language.

    The phrases stand in a trait, by language tag: they outlive a reload, and every tab takes those of its own reader.
    With ``language="auto"`` the tabs say what their readers prefer, and each language that is asked for is added.
    """

    language = Language(check.language, check.AUTO)
    _phrases = State[dict[str, Phrases]]({})
    languagemanager = Kept[LanguageManager](check.languagemanager)

    kept_values: KeptValues
    _asked: frozenset[str] = frozenset()

    def languages_preferred(self, wanted: Iterable[str]) -> None:
        """A browser tab says which languages its reader prefers, the best first."""
        self._asked |= {_manager_of(self).language(wanted)}
        self._show_phrases()

    def kept_changed(self, name: str) -> None:
        """A property that stays in Python was assigned."""
        if name == "languagemanager" and "_phrases" in self._trait_values:
            self._show_phrases()

    @t.default("_phrases")
    def _phrases_now(self) -> dict[str, Phrases]:
        manager = _manager_of(self)
        spoken = self._asked if self.language == check.AUTO else {manager.language([self.language])}
        told = {tag: manager.for_front_end(tag) for tag in sorted({ENGLISH, *spoken})}
        return {tag: phrases for tag, phrases in told.items() if phrases["widget"] or phrases["kernel"]}

    @t.observe("language")
    def _show_phrases(self, _change: t.Bunch | None = None) -> None:
        phrases = self._phrases_now()
        if phrases != self._phrases:
            self.set_trait("_phrases", phrases)


def _manager_of(holder: object) -> LanguageManager:
    own = getattr(holder, "languagemanager", None)
    return own if isinstance(own, LanguageManager) else _PLAIN
