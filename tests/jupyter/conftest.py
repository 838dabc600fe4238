from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.witness import LOCAL_ONLY
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from tests.jupyter.desk import PATIENCE, Desk, write_notebook

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
"""Pictures of failures; git ignores them."""
OURS = ("glance-agent", "glance-callback", "glance-visitor")


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """No thread of an agent or a visitor is left; the shared sandbox and browser have threads of their own."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith(OURS)]
    assert not left, f"threads were left behind: {left}"


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    options = launch_options()
    options["args"].append(LOCAL_ONLY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="package")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="package")
def lab(sandbox: Sandbox) -> Iterator[JupyterServer]:
    variables = {ATTACH_VARIABLE: sandbox.url, "ANYWIDGET_HMR": "0"}
    settings = {"@jupyter-widgets/jupyterlab-manager/plugin": {"saveState": True}}
    with JupyterServer(environment=variables, settings=settings) as lab:
        yield lab


@pytest.fixture(scope="package")
def shared_desk(browser: Browser, sandbox: Sandbox, lab: JupyterServer) -> Iterator[Desk]:
    desk = Desk(browser, sandbox, lab, write_notebook(lab, "desk.ipynb"))
    yield desk
    desk.close()


@pytest.fixture
def desk(request: pytest.FixtureRequest, shared_desk: Desk) -> Iterator[Desk]:
    """The shared notebook without cells; at the end nothing unexpected was seen in it."""
    failures = request.session.testsfailed
    yield shared_desk
    if request.session.testsfailed > failures:
        shared_desk.picture(RESULTS / request.node.name)
    shared_desk.clear()
    assert shared_desk.witness.complaints() == []
