"""The documents are true: links lead somewhere, tables name what is there, the README's lines run."""

from __future__ import annotations

import ast
import os
import re
import webbrowser
from pathlib import Path
from typing import Any

import pytest

from glance_widget import Glance, errors, properties
from glance_widget.agent.flow_state import STATES
from glance_widget.widget_traits import kept_names, property_names

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    targets = [link for link in LINK.findall(document.read_text()) if not link.startswith(("http", "mailto:"))]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_properties_are_all_described() -> None:
    text = (ROOT / "docs" / "properties.md").read_text()
    names = {*property_names(), *kept_names(), *properties.ALIASES, *STATES}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_examples_of_properties_are_good_and_wrong_values_get_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEY", "mySecretApiKey")
    text = (ROOT / "docs" / "properties.md").read_text()
    table = text.partition("| property | example |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \| `(.+?)` \| (.+) \|$", table, re.MULTILINE)
    assert {name for name, *_rest in rows} == {*property_names(), *kept_names()}

    def meant(code: str) -> Any:  # noqa: ANN401 (a value of any property)
        return eval(code, {"os": os, "webbrowser": webbrowser})  # noqa: S307 (our own document)

    for name, good, wrong, said in rows:
        with Glance(**{"glancebaseurl": "http://127.0.0.1:9", name: meant(good)}) as button:
            with pytest.raises(errors.PropertyError) as caught:
                setattr(button, name, meant(wrong))
            assert str(caught.value) == said


def test_error_codes_of_signing_in_and_joining_are_described() -> None:
    text = (ROOT / "docs" / "troubleshooting.md").read_text()
    sources = [*(ROOT / "glance_widget" / "agent").glob("*.py"), ROOT / "glance_widget" / "platform_choice.py"]
    named = {
        node.args[0].value
        for source in sources
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and issubclass(getattr(errors, node.func.id, int), errors.GlanceError)
        and node.func.id != "PropertyError"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    assert [code for code in sorted(named) if f"`{code}`" not in text and f"`loginkey_{code}`" not in text] == []


def test_readme_lines_are_python_and_few() -> None:
    code = "".join(re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL))
    ast.parse(code)
    assert len([line for line in code.splitlines() if line.strip()]) <= 12


def test_pictures_are_shown_and_small() -> None:
    shown = {Path(link).name for document in DOCUMENTS for link in LINK.findall(document.read_text())}
    pictures = {picture.name: picture.stat().st_size for picture in (ROOT / "docs" / "images").iterdir()}
    assert pictures.keys() - shown == set()
    assert {name for name, size in pictures.items() if size > 400_000} == set()
