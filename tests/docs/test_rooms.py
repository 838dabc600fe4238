"""The arrows between the rooms run one way, as docs/architecture.md draws them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import glance_widget

PACKAGE = Path(glance_widget.__file__).parent
FORBIDDEN = {
    "protocol": ("agent", "sandbox", "widget", "testing", "demo"),
    "agent": ("sandbox", "widget", "testing", "demo"),
    "sandbox": ("agent", "widget", "testing", "demo"),
    "testing": ("widget", "demo"),
}
JUPYTER = ("anywidget", "ipywidgets", "traitlets", "IPython", "ipykernel")


def imports(room: str) -> Iterator[tuple[str, str]]:
    for source in (PACKAGE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield source.name, node.module
            elif isinstance(node, ast.Import):
                yield from ((source.name, alias.name) for alias in node.names)


@pytest.mark.parametrize("room", FORBIDDEN)
def test_room_imports_nothing_that_it_must_not_know(room: str) -> None:
    barred = tuple(f"glance_widget.{name}" for name in FORBIDDEN[room])
    found = list(imports(room))
    assert found
    assert [each for each in found if each[1].startswith(barred)] == []


@pytest.mark.parametrize("room", ["protocol", "agent", "sandbox"])
def test_room_knows_nothing_of_jupyter(room: str) -> None:
    assert [each for each in imports(room) if each[1].split(".")[0] in JUPYTER] == []


def test_files_keep_their_size() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 300
    }
    assert long == {}
    assert len((PACKAGE / "widget.py").read_text().splitlines()) <= 250
