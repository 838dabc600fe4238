"""The rule of the room: what shapes the wire opens nothing and knows nothing of its users."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import glance_widget.protocol

ROOM = Path(glance_widget.protocol.__file__).parent
FORBIDDEN = {"asyncio", "httpx", "ipywidgets", "anywidget", "socket", "ssl", "starlette", "threading", "websockets"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", sorted(ROOM.glob("*.py")), ids=lambda path: path.stem)
def test_protocol_imports_only_itself_errors_and_secret(path: Path) -> None:
    for name in imported(path):
        assert name.partition(".")[0] not in FORBIDDEN, name
        if name.startswith("glance_widget"):
            assert name in {"glance_widget.errors", "glance_widget.secret"} or name.startswith(
                "glance_widget.protocol."
            ), name
