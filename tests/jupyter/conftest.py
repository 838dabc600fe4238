from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.witness import LOCAL_ONLY
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from tests import our_threads
from tests.chromium import RESULTS, chromium
from tests.jupyter.desk import Desk, write_notebook


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    with our_threads.none_left():
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium(LOCAL_ONLY) as browser:
        yield browser


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
