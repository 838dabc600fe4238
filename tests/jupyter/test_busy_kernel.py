"""Clicks while a cell runs: they reach Python at once, whatever the cell does with the button."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.jupyter.desk import Button, Desk, write_notebook

pytestmark = pytest.mark.jupyter

OLDER = Path(__file__).resolve().parents[2] / "build" / "ipykernel-7.3"
"""Where `scripts/setup --browser` puts it."""
WORK = {
    "only waits": "time.sleep(0.01)",
    "computes": "sum(range(20_000))",
    "updates the button": "w.errorMessage = str(time.time()); time.sleep(0.01)",
}
"""What a cell does in its loop. What it publishes decides in ipykernel 7.4 where the widget's own comm is heard."""


@pytest.fixture(scope="module")
def older_desk(browser: Browser, sandbox: Sandbox, lab: JupyterServer) -> Iterator[Desk]:
    """A notebook whose kernel is ipykernel 7.3, which hears each comm on the thread that the page asks for."""
    add_kernel(lab, "older", OLDER)
    desk = Desk(browser, sandbox, lab, write_notebook(lab, "older.ipynb", "older"))
    yield desk
    desk.close()


def add_kernel(lab: JupyterServer, name: str, packages: Path) -> None:
    """Adds a kernel that finds these packages before all others."""
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": command, "display_name": name, "language": "python", "env": {"PYTHONPATH": str(packages)}}
    (lab.kernels / name).mkdir(parents=True)
    (lab.kernels / name / "kernel.json").write_text(json.dumps(specification))


@pytest.mark.parametrize("work", WORK)
def test_a_busy_kernel_hears_a_click_on_a_button_that_its_cell_has_just_made(desk: Desk, work: str) -> None:
    assert desk.value("__import__('ipykernel').version_info[:2] >= (7, 4)") == "True"
    press_while_busy(desk, work)


def test_an_older_busy_kernel_hears_it_too(older_desk: Desk) -> None:
    assert older_desk.value("__import__('ipykernel').version_info[:2]") == "(7, 3)"
    press_while_busy(older_desk, "updates the button")
    assert older_desk.witness.complaints() == []


def press_while_busy(desk: Desk, work: str) -> None:
    """Shows a button and presses it, all while its cell runs: the cell ends only after the session."""
    visitorid = desk.new_visitorid()
    flag = desk.server.folder / f"{visitorid}.flag"
    with ScriptedVisitor(desk.sandbox, visitorid):
        cell = desk.lab.add(
            f'w = Glance(glancebaseurl="sandbox", visitorid="{visitorid}", presence=True)\ndisplay(w)\n'
            f"import os\nwhile not os.path.exists({str(flag)!r}): {WORK[work]}"
        )
        desk.lab.begin(cell)
        button = Button(desk.lab.button(cell).first)
        button.expect_state("present")
        try:
            pressed = time.monotonic()
            button.opens_a_window("Join")
            button.expect_state("in_session")
            seconds = time.monotonic() - pressed
            button.press("End Session")
            button.expect_state("ended")
        finally:
            flag.touch()
    print(f"a kernel that {work}: in session after {seconds * 1000:.0f} ms")  # noqa: T201 (a measurement)
