"""A notebook that was made a web page of: no kernel, no server, no network; it has the files beside it, and no more."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.demo.witness import Witness
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from tests.jupyter.desk import new_notebook

pytestmark = pytest.mark.host

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
from glance_widget import Glance
from glance_widget.sandbox import shared_sandbox
from glance_widget.testing import ScriptedVisitor
from IPython.display import display

common = dict(glancebaseurl="sandbox", presence=True)
away = Glance(**common, visitorid="away")
away.wait_for("absent")
visitor = ScriptedVisitor(shared_sandbox.acquire().address, "watched", name="Maria")
visitor.__enter__()
watched = Glance(**common, visitorid="watched", uiVersion=2)
german = Glance(**common, visitorid="watched", language="de")
german.wait_for("present")
watched.wait_for("present")
watched.join()
watched.wait_for("in_session")
open("key.txt", "w").write(watched.session["key"])
display(away, watched, german)
"""
SAYS = (ROOT / "docs" / "hosts" / "static_html.md").read_text()
EMBED = re.findall(r"```python\n(.*?)```", SAYS, re.DOTALL)
OPTIONS = re.findall(r"--HTMLExporter\.\S*", SAYS)
MOTIONS = """() => [...document.querySelectorAll("*")].filter(({ shadowRoot }) => shadowRoot)
  .flatMap(({ shadowRoot }) => shadowRoot.getAnimations()).length"""
LOGIN_KEY = re.compile(r"\$1\$\d{10}\$")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Path:
    """What docs/hosts/static_html.md says, done."""
    folder = tmp_path_factory.mktemp("export")
    for name in ("require.js", "embed-amd.js"):
        shutil.copy(ROOT / "build" / "html_manager" / name, folder)
    shutil.copy(Path(sys.prefix) / "share/jupyter/nbextensions/anywidget/index.js", folder / "anywidget.js")
    (folder / "shown.ipynb").write_text(json.dumps(new_notebook(SHOW, *EMBED)))
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "shown.ipynb"]
    done = subprocess.run(
        [*command, *OPTIONS],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, ATTACH_VARIABLE: sandbox.url, "ANYWIDGET_HMR": "0"},
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of somebody who was sent the files; at the end nothing was asked of anybody."""
    context = browser.new_context(locale="en-US", timezone_id="UTC")
    witness = Witness(context, "reader")
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()
    assert witness.complaints() == []
    assert {url.partition(":")[0] for url in witness.requests} <= {"file", "blob", "data"}


def test_an_exported_notebook_shows_the_last_states_and_nothing_to_press(folder: Path, page: Page) -> None:
    page.goto((folder / "shown.html").as_uri())
    buttons = page.locator("[data-glance-state]")
    expect(buttons).to_have_count(3)
    away, watched, german = buttons.all()
    expect(away).to_be_visible()
    expect(away).to_contain_text("away is not online")
    expect(watched).to_contain_text("In session with Maria")
    expect(watched).to_contain_text("on /shop/watched/")
    for button in (away, watched):
        expect(button).to_contain_text("No kernel is connected: this is what was saved.")
        expect(button).to_contain_text(re.compile(r"as of \w+ \d+, 20\d\d, \d+:\d\d"))
    expect(german).to_contain_text("Es ist kein Kernel verbunden")
    for control in ("button", "link", "textbox", "timer", "progressbar"):
        expect(buttons.get_by_role(control)).to_have_count(0)
    assert page.evaluate(MOTIONS) == 0


def test_an_exported_button_stays_as_it_is(folder: Path, page: Page) -> None:
    page.goto((folder / "shown.html").as_uri())
    buttons = page.locator("[data-glance-state]")
    expect(buttons).to_have_count(3)
    shown = buttons.all_inner_texts()
    page.clock.fast_forward("01:00:00")
    page.clock.run_for(60_000)
    assert buttons.all_inner_texts() == shown


def test_a_button_embedded_by_ipywidgets_does_the_same(folder: Path, page: Page) -> None:
    page.goto((folder / "button.html").as_uri())
    button = page.locator("[data-glance-state=absent]")
    expect(button).to_be_visible()
    expect(button).to_contain_text("No kernel is connected: this is what was saved.")


def test_no_secret_is_in_the_files(folder: Path, sandbox: Sandbox) -> None:
    for name in ("shown.html", "button.html"):
        text = (folder / name).read_text()
        assert "glance_widget.widget.Glance" in text
        assert sandbox.apikey not in text
        assert (folder / "key.txt").read_text() not in text
        assert not LOGIN_KEY.search(text)
