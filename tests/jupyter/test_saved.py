"""A notebook that was saved with its widgets' state and is opened again, when nothing of the old kernel is left."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.witness import Witness
from glance_widget.testing import ScriptedVisitor
from tests.conftest import eventually
from tests.jupyter.desk import Desk, new_context

pytestmark = pytest.mark.jupyter

IMPORTS = "from glance_widget import Glance\nfrom IPython.display import display"
SEEN = ".jp-NotebookPanel:not(.lm-mod-hidden)"
# ipywidgets waits two seconds for what it reads from the notebook, and never looks again.
NOT_FOUND = "Error displaying widget: model not found"
LATE = re.compile("widget model not found")
SHOW_AGAIN = """() => {
  for (const { outputArea } of window.jupyterapp.shell.currentWidget.content.widgets)
    outputArea?.model.fromJSON(outputArea.model.toJSON());
}"""
OPEN = "(path) => void window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' })"


@pytest.fixture
def reader(desk: Desk) -> Iterator[Page]:
    """A page of somebody else's, in which nothing is open."""
    context = new_context(desk.browser)
    witness = Witness(context, "reader", LATE)
    page = context.new_page()
    page.goto(f"{desk.server.url}lab/workspaces/{desk.new_visitorid()}?token={desk.server.token}")
    page.wait_for_function("window.jupyterapp?.restored")
    yield page
    context.close()
    assert witness.complaints() == []


def test_beside_a_fresh_kernel_it_shows_the_last_state_until_its_cell_is_run(desk: Desk, reader: Page) -> None:
    visitorid, saved = save(desk)
    copy = LabPage(reader, desk.server)
    copy.wait_until_ready(write(desk, visitorid, saved))
    expect_saved(reader)
    copy.execute(IMPORTS)
    copy.run(desk.cell)
    expect(button(reader).get_by_role("button", name="Join with Key")).to_be_visible()
    expect(button(reader)).not_to_contain_text("No kernel is connected")
    copy.close_notebook()


def test_where_nobody_trusts_it_its_text_stands_in_its_place(desk: Desk, reader: Page) -> None:
    visitorid, saved = save(desk)
    saved["metadata"] = {"widgets": saved["metadata"]["widgets"]}  # JupyterLab asks for a kernel
    reader.evaluate(OPEN, write(desk, "elsewhere", saved))
    reader.get_by_role("dialog").get_by_role("button", name="No Kernel").click()
    expect(reader.locator(f"{SEEN} .jp-OutputArea-output")).to_have_text(f"Glance(visitorid='{visitorid}')")
    expect(button(reader)).to_have_count(0)


def save(desk: Desk) -> tuple[str, dict[str, Any]]:
    """Shows a button whose visitor is online, and saves the notebook; the visitor, who has left, and the notebook."""
    visitorid = desk.new_visitorid()
    with ScriptedVisitor(desk.sandbox, visitorid, name="Maria"):
        desk.show(visitorid).expect_state("present")
        desk.lab.save()
    return visitorid, json.loads((desk.server.folder / desk.notebook).read_text())


def write(desk: Desk, name: str, notebook: dict[str, Any]) -> str:
    (desk.server.folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    return f"{name}.ipynb"


def expect_saved(page: Page) -> None:
    eventually(lambda: is_shown(page), within=20)
    expect(button(page)).to_have_attribute("data-glance-state", "present")
    expect(button(page)).to_contain_text("Maria is online")
    expect(button(page)).to_contain_text("No kernel is connected: this is what was saved.")
    expect(button(page).get_by_role("button")).to_have_count(0)


def is_shown(page: Page) -> bool:
    if page.get_by_text(NOT_FOUND).count():
        page.evaluate(SHOW_AGAIN)
    return button(page).count() > 0


def button(page: Page) -> Locator:
    return page.locator(f"{SEEN} [data-glance-state]")
