"""The notebook notices when the dashboard changes. That it agrees with the dashboard as it is, `scripts/test` shows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.kernel

HERE = Path(__file__).parent


def test_a_changed_dashboard_differs_from_its_notebook(tmp_path: Path) -> None:
    source = (HERE / "customer_desk.py").read_text(encoding="utf-8")
    (tmp_path / "customer_desk.py").write_text(source.replace("is shopping", "is here"), encoding="utf-8")
    shutil.copy(HERE / "customer_desk.ipynb", tmp_path)
    command = [sys.executable, "-m", "pytest", "--nbval", "-rf", "--color=no", "customer_desk.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.findall(r"^FAILED .*::Cell (\d+)", done.stdout, re.MULTILINE) == ["2"]
