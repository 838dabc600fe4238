"""The notebooks as files: what they keep, and that what they keep never changes by itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted([*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "tests" / "dashboards").glob("*.ipynb")])
WORDS = re.compile(r"[a-z][a-z-]*[a-z]")
CHANGING = re.compile(r"0x[0-9a-f]{6,}|127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT|/(?:home|root|tmp|work)/")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(request.param.read_text(encoding="utf-8"))
    return content


def test_there_are_notebooks() -> None:
    assert "quickstart" in [path.stem for path in NOTEBOOKS]


def test_no_state_of_widgets_is_kept(notebook: dict[str, Any]) -> None:
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    kinds = {kind for output in outputs(notebook) for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "text/html", "image/png"}


def test_cells_have_names_that_stay(notebook: dict[str, Any]) -> None:
    assert (notebook["nbformat"], notebook["nbformat_minor"]) >= (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert [name for name in ids if not WORDS.fullmatch(name)] == []


def test_outputs_are_there_and_the_same_every_time(notebook: dict[str, Any]) -> None:
    runs = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert runs == list(range(1, len(runs) + 1))
    assert [output for output in outputs(notebook) if CHANGING.search(json.dumps(output))] == []
    assert {output["output_type"] for output in outputs(notebook)} <= {"execute_result", "display_data", "stream"}


def outputs(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
