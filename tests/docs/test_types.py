"""What editors and type checkers make of ``Glance``: the signature is true, the documents' examples are accepted."""

from __future__ import annotations

import inspect
import json
import os
import re
import subprocess
import sys
import types
import typing
from collections.abc import Iterable
from pathlib import Path

import pytest

from glance_widget import Glance, properties
from glance_widget.phrases.phrase_files import languages
from glance_widget.protocol.base_urls import NAMED_BASE_URLS, SANDBOX
from glance_widget.secret import Secret
from glance_widget.signature import AuthMethodWord, BaseUrlWord, GlanceSignature, LanguageWord, NewerSpellings
from glance_widget.widget_traits import GlanceTraits, kept_names, property_names

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    path.stem: "\n".join(blocks)
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if (blocks := re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL))
}
WRONG = {
    'Glance(openlocation="tabs")': "openlocation",
    "Glance(uiVersion=3)": "uiVersion",
    'Glance(visitorID="maria-21")': "visitorID",
    'Glance(authmethod="password")': "authmethod",
    'Glance(presence="yes")': "presence",
    "Glance(reportingCallback=lambda: None)": "reportingCallback",
    'Glance().wait_for("presnet")': "presnet",
}


def test_the_signature_has_every_property_with_its_default() -> None:
    shown = inspect.signature(Glance).parameters
    spellings = shown["spellings"]
    named = {name: each.default for name, each in shown.items() if each is not spellings}
    assert named.keys() == {*property_names(), *kept_names(), "layout"}
    assert {each.kind for each in shown.values()} == {spellings.KEYWORD_ONLY, spellings.VAR_KEYWORD}
    traits = GlanceTraits.class_traits(property=True)
    assert {name: traits[name].default_value for name in property_names()} == {
        name: named[name] for name in property_names()
    }
    assert {named[name] for name in {*kept_names(), "layout"}} == {None}


def test_every_property_is_explained() -> None:
    told = re.findall(r"^ {4}(\w+): ", inspect.getdoc(GlanceSignature.__init__) or "", re.MULTILINE)
    assert told == list(inspect.signature(Glance).parameters)


def test_newer_spellings_have_the_types_of_the_older() -> None:
    hints = typing.get_type_hints(GlanceSignature.__init__)
    newer = typing.get_type_hints(NewerSpellings)
    assert newer == {alias: hints[name] for alias, name in properties.ALIASES.items()}


def test_enumerations_are_literals_of_what_is_accepted() -> None:
    assert set(words(LanguageWord)) == {properties.AUTO, *languages()}
    assert set(words(BaseUrlWord)) == {SANDBOX, *NAMED_BASE_URLS}
    for word in words(AuthMethodWord):
        assert properties.authmethod(word) == word.lower()
    hints = typing.get_type_hints(GlanceSignature.__init__)
    assert set(words(hints["openlocation"])) == {"tab", "window", "iframe"}
    assert words(hints["uiVersion"]) == (1, 2)
    assert Secret in typing.get_args(hints["apikey"])


class Checked(typing.NamedTuple):
    """What the two checkers found, as line and sentence by the name of the file."""

    mypy: dict[str, dict[int, str]]
    pyright: dict[str, dict[int, str]]


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """All examples, looked at once: most of the time goes into the packages that they import."""
    folder = tmp_path_factory.mktemp("examples")
    for name, text in {**EXAMPLES, "wrong": "\n".join(["from glance_widget import Glance", *WRONG])}.items():
        (folder / f"{name}_example.py").write_text(text)
    return Checked(mypy(folder), pyright(folder))


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_accepted(name: str, checked: Checked) -> None:
    assert [found.get(name, {}) for found in checked] == [{}, {}]


def test_wrong_values_are_refused(checked: Checked) -> None:
    for found in checked:
        lines = found["wrong"]
        assert sorted(lines) == list(range(2, 2 + len(WRONG)))
        assert all(word in lines[number] for number, word in enumerate(WRONG.values(), 2))


def words(literal: object) -> tuple[typing.Any, ...]:
    """The words of a literal type, or of a union of such."""
    arguments = typing.get_args(literal)
    if typing.get_origin(literal) in {typing.Union, types.UnionType}:
        return tuple(word for each in arguments for word in words(each))
    return arguments


def mypy(folder: Path) -> dict[str, dict[int, str]]:
    """As strict as for this project, with whose settings what it knows of packages can be used again."""
    command = [sys.executable, "-m", "mypy", "--no-pretty", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    lines = re.findall(r"(\w+)_example\.py:(\d+): error: (.*)", done.stdout)
    return by_file((name, int(line), text) for name, line, text in lines)


def pyright(folder: Path) -> dict[str, dict[int, str]]:
    """At its strictest, but for this: an example may end in the value that it shows."""
    settings = {"typeCheckingMode": "strict", "reportUnusedExpression": False}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "pyright", "--outputjson", "--project", str(folder)]
    quiet = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(
        [*command, "--pythonpath", sys.executable], capture_output=True, text=True, check=False, env=quiet
    )
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    found = json.loads(done.stdout)["generalDiagnostics"]
    return by_file(
        (Path(each["file"]).stem.removesuffix("_example"), each["range"]["start"]["line"] + 1, each["message"])
        for each in found
    )


def by_file(found: Iterable[tuple[str, int, str]]) -> dict[str, dict[int, str]]:
    """The findings by file, then by line."""
    files: dict[str, dict[int, str]] = {}
    for name, line, text in found:
        files.setdefault(name, {})[line] = text
    return files
