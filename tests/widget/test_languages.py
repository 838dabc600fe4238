"""The property ``language``, one's own phrases, and what the front end is told of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from glance_widget import Glance, LanguageManager
from glance_widget.errors import PropertyError
from tests.widget.fake_comm import BrowserTab

DECLINED = "The website visitor declined cobrowse session."


def told(widget: Glance) -> dict[str, Any]:
    phrases: dict[str, Any] = widget._phrases
    return phrases


def test_a_phrase_in_every_language() -> None:
    manager = LanguageManager()
    assert [manager.phrase("button.end", tag) for tag in ("en", "de-AT", "fr", "es", "ja", "ar", "tlh")] == [
        "End Session", "Sitzung beenden", "Terminer la session", "Finalizar sesión", "セッションを終了", "إنهاء الجلسة",
        "End Session",
    ]  # fmt: skip
    assert manager.phrase("state.online", "de", visitor="Maria") == "Maria ist online"
    assert manager.phrase("state.online", visitor="{visitor}") == "{visitor} is online"
    assert manager.phrase(DECLINED, "es").startswith("El visitante")
    assert "button.join" in manager.names


def test_own_phrases_for_every_language_or_for_one() -> None:
    every = LanguageManager({"button.join": "Go"})
    assert [every.phrase("button.join", tag) for tag in ("en", "de", "ja")] == ["Go", "Go", "Go"]
    some = LanguageManager({"de": {"button.join": "Los"}, "pt": {"button.join": "Entrar"}, "he": {"key.label": "מפתח"}})
    assert [some.phrase("button.join", tag) for tag in ("en", "de-CH", "pt-BR")] == ["Join", "Los", "Entrar"]
    assert some.phrase("button.cancel", "pt") == "Cancel"
    assert some.languages == ("ar", "de", "en", "es", "fr", "he", "ja", "pt")
    assert [some.for_front_end(tag)["direction"] for tag in ("he", "pt")] == ["rtl", "ltr"]


def test_own_phrases_for_a_narrower_language_stand_among_those_of_the_wider_one() -> None:
    own = LanguageManager(
        {"DE": {"button.end": "Schluss"}, "de-at": {"button.join": "Eini"}, "ar-EG": {"key.label": "م"}}
    )
    assert own.languages == ("ar", "ar-EG", "de", "de-at", "en", "es", "fr", "ja")
    names = ("button.join", "button.end", "button.cancel")
    assert [own.phrase(name, "de-AT") for name in names] == ["Eini", "Schluss", "Abbrechen"]
    assert [own.phrase(name, "de") for name in names] == ["Beitreten", "Schluss", "Abbrechen"]
    austrian = own.for_front_end(own.language(["de-AT"]))
    assert [austrian["widget"][name] for name in names] == ["Eini", "Schluss", "Abbrechen"]
    assert austrian["kernel"][DECLINED].startswith("Der Besucher")
    assert own.for_front_end("ar-EG")["direction"] == "rtl"


@pytest.mark.parametrize(
    ("phrases", "message", "hint"),
    [
        ({"button.jion": "x"}, "has no phrase 'button.jion'", "Did you mean 'button.join'?"),
        ({"de": {"zzzz": "x"}}, "has no phrase 'zzzz'", "LanguageManager().names"),
        ({7: "x"}, "has no phrase '7'", "names"),
        ({"state.online": "Hier!"}, "must give 'state.online' a text with {visitor}", "'{visitor} is online'"),
        ({"button.join": "{visitor}"}, "must give 'button.join' a text with no placeholder", "'Join'"),
        ({"button.join": ""}, "a text of 1 to 1024 characters", "For example"),
        ({"button.join": " \u00a0"}, "a text of 1 to 1024 characters", "For example"),
        ({"button.join": 7}, "a text of 1 to 1024 characters", "For example"),
        ({"de_AT": {"button.join": "x"}}, "has a language that is no language tag: 'de_AT'", "For example"),
        ([("button.join", "x")], "must be a LanguageManager, or a mapping", "For example"),
        ("de", "must be a LanguageManager, or a mapping", "For example"),
    ],
)
def test_own_phrases_that_cannot_be(phrases: Any, message: str, hint: str) -> None:  # noqa: ANN401 (wrong on purpose)
    with pytest.raises(PropertyError) as raised:
        LanguageManager(phrases)
    assert message in raised.value.message
    assert hint in raised.value.hint
    with pytest.raises(PropertyError, match="languagemanager"):
        Glance(languagemanager=phrases)


def test_a_language_without_phrases_is_refused_and_the_old_one_stays(button: Callable[..., Glance]) -> None:
    widget = button(language="de")
    with pytest.raises(PropertyError) as raised:
        widget.language = "pt-BR"
    assert raised.value.message == "language has no phrases for 'pt-BR'."
    assert raised.value.hint.startswith("There are ar, de, en, es, fr, ja;")
    assert widget.language == "de"
    widget.languagemanager = {"pt": {"button.join": "Entrar"}}
    widget.language = "pt-BR"
    assert told(widget)["pt"] == {"direction": "ltr", "widget": {"button.join": "Entrar"}, "kernel": {}}
    widget.language = None
    assert widget.language == "auto"


def test_a_fixed_language_is_told_with_the_widget_and_changes_with_it(
    button: Callable[..., Glance], tab_of: Callable[..., BrowserTab]
) -> None:
    widget = button(language="de-AT", languagemanager={DECLINED: "Lieber nicht."})
    seen = tab_of(widget).traits["_phrases"]
    assert sorted(seen) == ["de", "en"]
    assert seen["en"] == {"direction": "ltr", "widget": {}, "kernel": {DECLINED: "Lieber nicht."}}
    assert (seen["de"]["widget"]["button.cancel"], seen["de"]["kernel"][DECLINED]) == ("Abbrechen", "Lieber nicht.")
    tab_of(widget).write(language="ar")
    widget.languagemanager = None
    assert sorted(told(widget)) == ["ar"]
    assert told(widget)["ar"]["direction"] == "rtl"


def test_every_tab_gets_the_language_of_its_reader(
    button: Callable[..., Glance], tab_of: Callable[..., BrowserTab]
) -> None:
    widget = button()
    one, other = tab_of(widget, "one"), tab_of(widget, "other")
    assert told(widget) == {}
    one.say("hello", languages=["pt", "de-AT", "en"])
    assert sorted(one.traits["_phrases"]) == ["de"]
    other.say("hello", languages=["en-GB", "fr"])
    assert sorted(one.traits["_phrases"]) == ["de"]
    other.say("hello", languages=["ja"])
    assert sorted(one.traits["_phrases"]) == ["de", "ja"]
    widget.language = "fr"
    assert sorted(one.traits["_phrases"]) == ["fr"]
    widget.language = "auto"
    assert sorted(one.traits["_phrases"]) == ["de", "ja"]


def test_phrases_are_there_before_the_welcome(button: Callable[..., Glance], tab_of: Callable[..., BrowserTab]) -> None:
    tab = tab_of(button())
    tab.say("hello", languages=["es"])
    methods = [m["data"].get("method") for m in tab._wire.published]
    last_update = max(at for at, method in enumerate(methods) if method == "update")
    assert "custom" in methods[last_update:]


def test_a_page_writes_no_phrases(button: Callable[..., Glance], tab_of: Callable[..., BrowserTab]) -> None:
    widget = button(language="de")
    before = told(widget)
    tab_of(widget).write(_phrases={"de": {"direction": "rtl", "widget": {"button.join": "x"}, "kernel": {}}})
    assert told(widget) == before
    tab_of(widget).write(language="tlh")
    assert widget.language == "de"
    assert widget.error is not None
    assert "'tlh'" in widget.error["message"]
