"""The phrase files are complete, and hold what the code says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

import glance_widget
from glance_widget import errors
from glance_widget.agent.status_text import TEXTS, in_words
from glance_widget.phrases.phrase_files import (
    ENGLISH,
    PhraseFile,
    choose_language,
    is_language_tag,
    languages,
    phrase_file,
    placeholders,
)

PACKAGE = Path(glance_widget.__file__).parent
JS = PACKAGE.parent / "js"
OTHERS = [tag for tag in languages() if tag != ENGLISH]
SECTIONS = ("widget", "viewer", "kernel")

# Where the sentences come from that the button shows.
SPEAKERS = [
    *sorted((PACKAGE / "agent").glob("*.py")),
    *(PACKAGE / name for name in ("frontend_link.py", "messages.py")),
    *(
        PACKAGE / "protocol" / name
        for name in (
            "invocation.py",
            "json_values.py",
            "presence.py",
            "saml.py",
            "session_invitation.py",
            "session_lookup.py",
        )
    ),
]
# Its constants are said by the others.
COMPONENT = PACKAGE / "agent" / "error_texts.py"
# Functions that make an error out of what a service did, and the classes that carry it.
ABOUT_SERVICES = {
    "_bad_answer",
    "_failed",
    "_no_ticket",
    "_not_ended",
    "_platform_unreachable",
    "presence_unreachable",
    "Unreachable",
}
# Raised to the caller in Python, or logged: never shown by the button.
NOT_SHOWN = {
    "would_block",
    "browser_not_heard",
    "call_timeout",
    "wait_timeout",
    "invoke_timeout",
    "closed",
    "message_version",
    # What the sandbox answers; the button says only that the service refused.
    "sessiontype",
    "smsphone",
    "sessionparams",
}


def texts(file: PhraseFile) -> dict[str, str]:
    return {f"{section} {name}": text for section in SECTIONS for name, text in file[section].items()}  # type: ignore[literal-required]  # a loop over the names


def test_the_languages_are_there() -> None:
    assert languages() == ("ar", "de", "en", "es", "fr", "ja")
    assert [phrase_file(tag)["name"] for tag in languages()] == [
        "العربية", "Deutsch", "English", "Español", "Français", "日本語",
    ]  # fmt: skip
    assert [tag for tag in languages() if phrase_file(tag)["direction"] == "rtl"] == ["ar"]


@pytest.mark.parametrize("tag", OTHERS)
def test_no_phrase_is_missing_and_none_is_left_over(tag: str) -> None:
    assert list(texts(phrase_file(tag))) == list(texts(phrase_file(ENGLISH)))
    assert [name for name, text in texts(phrase_file(tag)).items() if not text.strip()] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_placeholders_are_those_of_english(tag: str) -> None:
    english = texts(phrase_file(ENGLISH))
    assert [
        name for name, text in texts(phrase_file(tag)).items() if placeholders(text) != placeholders(english[name])
    ] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_names_of_properties_and_codes_stay_as_they_are(tag: str) -> None:
    """What a developer has to type is in no language."""
    name = re.compile(
        r"\b(?:auth(?:body|headers|method|url)|glancebaseurl|groupid|loginkey|pre\w+func|puid|visitorid|"
        r"GLANCE_API_KEY|wait_for)\b"
    )
    file = phrase_file(tag)["kernel"]
    assert [english for english, text in file.items() if set(name.findall(english)) - set(name.findall(text))] == []


@pytest.mark.parametrize("tag", OTHERS)
def test_hints_name_buttons_as_they_are_called(tag: str) -> None:
    english, file = phrase_file(ENGLISH), phrase_file(tag)
    for name in ("button.join", "button.end", "button.openViewer", "button.retry", "signIn.button"):
        said = english["widget"][name]
        naming = [key for key, text in texts(english).items() if said in text]
        naming = [key for key in naming if name != "button.join" or key == "viewer refused.settingsHint"]
        assert naming
        assert [key for key in naming if file["widget"][name] not in texts(file)[key]] == []


def test_english_says_what_python_says() -> None:
    said = {*state_sentences(), *error_sentences()} - {""}
    known = phrase_file(ENGLISH)["kernel"]
    assert all(name == text for name, text in known.items())
    written = {without_names(name): name for name in known}
    assert sorted(said - written.keys()) == [], "add these to glance_widget/phrases/*.json"
    assert sorted(written[form] for form in written.keys() - said) == [], "nobody says these any more"


def test_every_phrase_of_the_front_end_is_used() -> None:
    def unused(names: Iterable[str], folder: str) -> list[str]:
        source = "".join(path.read_text() for path in (JS / folder).glob("*.ts") if ".test." not in path.name)
        return [name for name in names if f'"{name}"' not in source]

    english = phrase_file(ENGLISH)
    # These are put together: `${id}.label`, and what else a field says.
    fields = re.compile(r"(?:key|phone)\.(?:label|submit|cancel|empty|invalid)")
    widget = [name.removesuffix(".unnamed") for name in english["widget"] if not fields.fullmatch(name)]
    assert unused(widget, "widget") == []
    # These are put together: `quality.${quality}`, `${phase}.title`, `${phase}.text`.
    plain = [
        name
        for name in english["viewer"]
        if not name.startswith("quality.") and name.count(".") and name.split(".")[1] not in {"title", "text"}
    ]
    assert unused(plain, "viewer") == []


def test_the_best_language_is_chosen() -> None:
    there = ("de", "en", "zh-Hant")
    for wanted, found in (
        (["de-AT"], "de"), (["pt", "DE-ch"], "de"), (["zh-hant-TW"], "zh-Hant"), (["zh"], "en"), ([], "en"),
    ):  # fmt: skip
        assert choose_language(wanted, there).found == found
    assert [is_language_tag(tag) for tag in ("de", "sr-Latn-RS", "d", "de_AT", "de-", "", 7, "x" * 9)] == [
        True, True, False, False, False, False, False, False,
    ]  # fmt: skip


def state_sentences() -> Iterator[str]:
    for message, hint in TEXTS.values():
        for text in filter(None, (message, hint)):
            yield without_names(text)
            yield without_names(in_words(text, "the visitor"))


def error_sentences() -> Iterator[str]:
    component = values_of(ast.parse(COMPONENT.read_text()))
    for source in SPEAKERS:
        tree = ast.parse(source.read_text())
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
                yield from sentences_of(scope, component | values_of(tree) | values_of(scope), source.stem)


def sentences_of(scope: ast.AST, values: dict[str, list[ast.expr]], stem: str) -> Iterator[str]:
    for node in ast.walk(scope):
        if isinstance(node, ast.Return) and getattr(scope, "name", "") == "_kind":
            yield from (sentence for each in ast.walk(node) for sentence in forms_of(each, {}) if " " in sentence)
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        kind = getattr(errors, node.func.id, None)
        if node.func.id in ABOUT_SERVICES:
            parts = [form for each in node.args for form in forms_of(each, values)]
        elif isinstance(kind, type) and issubclass(kind, errors.GlanceError):
            code = next(iter(forms_of(node.args[0], values)), "")
            if code in NOT_SHOWN or (stem == "messages" and code == "message_shape"):
                continue
            parts = [form for each in node.args[1:] for form in forms_of(each, values)]
            if issubclass(kind, errors.PropertyError):
                parts[0] = f"{{}} {parts[0]}."
        else:
            continue
        yield from parts


def values_of(scope: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            found.setdefault(node.target.id, []).append(node.value)
    return found


def forms_of(node: ast.AST, values: dict[str, list[ast.expr]]) -> list[str]:
    """The sentences that an expression can be, with {} for what stands in them; none for what is no text."""
    if isinstance(node, ast.Name) and node.id in values:
        others = {name: texts for name, texts in values.items() if name != node.id}
        return [form for each in values[node.id] for form in forms_of(each, others)]
    if isinstance(node, ast.IfExp):
        return [*forms_of(node.body, values), *forms_of(node.orelse, values)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return [without_names(form) for form in forms_of(node.func.value, values)]
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)]
    return []


def without_names(text: str) -> str:
    return re.sub(r"\{\w+\}", "{}", text)
