"""The lines of `docs/hosts/composition.md` run, one block after the other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from glance_widget import Glance
from glance_widget.sandbox import shared_sandbox
from glance_widget.testing import ScriptedVisitor
from tests.conftest import eventually

DOCUMENT = Path(__file__).parents[2] / "docs" / "hosts" / "composition.md"


def test_the_lines_run() -> None:
    names: dict[str, Any] = {}
    try:
        for block in re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL):
            exec(block, names)  # noqa: S102 (our own document)
        button, choice, online = names["button"], names["choice"], names["online"]
        choice.value = "otto-7"
        assert button.visitorid == "otto-7"
        with shared_sandbox.acquire() as lease, ScriptedVisitor(lease.address, "otto-7"):
            button.wait_for("present")
            eventually(lambda: online.value)
    finally:
        for widget in (*names.get("buttons", ()), names.get("button")):
            if isinstance(widget, Glance):
                widget.close()
