"""Jupyter Notebook 7, and a Jupyter server on another machine than the browser."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator

import pytest

from glance_widget.demo.jupyter import JupyterServer
from glance_widget.demo.lab_page import LabPage
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.address import SandboxAddress
from glance_widget.sandbox.place import PUBLIC_URL_VARIABLE
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from tests.hosts.conftest import Open
from tests.hosts.dashboard import play_the_story
from tests.jupyter.desk import write_notebook

pytestmark = pytest.mark.jupyter

# Notebook 7.6 writes it into the console of every page, whatever is in the notebook.
OF_NOTEBOOK = re.compile(r"^Cannot read properties of undefined \(reading 'schema'\)")
SHOW = """
from glance_widget import Glance
w = Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21")
w
"""


@pytest.fixture(scope="module")
def notebook(sandbox: Sandbox) -> Iterator[JupyterServer]:
    variables = {ATTACH_VARIABLE: sandbox.url, "ANYWIDGET_HMR": "0"}
    with JupyterServer(application="notebook", environment=variables) as server:
        yield server


@pytest.fixture(scope="module")
def remote() -> Iterator[JupyterServer]:
    """A Jupyter server under a path, whose kernels' ports a browser reaches by jupyter-server-proxy only."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    public = f"http://127.0.0.1:{port}/user/ann/proxy/{{port}}"
    variables = {PUBLIC_URL_VARIABLE: public, "ANYWIDGET_HMR": "0"}
    with JupyterServer(port=port, base_url="/user/ann/", environment=variables) as server:
        assert server.url == f"http://127.0.0.1:{port}/user/ann/"
        yield server


def test_the_whole_story_in_notebook_7(notebook: JupyterServer, open_dashboard: Open) -> None:
    name = write_notebook(notebook, "desk.ipynb")
    desk = open_dashboard(notebook.address(name), tolerated=[OF_NOTEBOOK])
    page = LabPage(desk.page, notebook)
    page.wait_until_ready(name)
    page.run(page.add(SHOW))
    play_the_story(desk, "maria-21")
    assert page.execute("print(len(w.reports), w.reporting == w.reports[0])").strip() == "1 True"


def test_the_whole_story_with_a_sandbox_behind_a_proxy(remote: JupyterServer, open_dashboard: Open) -> None:
    name = write_notebook(remote, "desk.ipynb")
    desk = open_dashboard(remote.address(name), entrance=remote.address())
    page = LabPage(desk.page, remote)
    page.wait_until_ready(name)
    page.run(page.add(SHOW))
    desk.platform = address_in(page)
    play_the_story(desk, "maria-21")
    assert page.execute("print(len(w.reports), w.reporting == w.reports[0])").strip() == "1 True"
    elsewhere = [url for url in desk.witness.requests if not url.startswith((remote.url, "blob:", "data:", "about:"))]
    assert elsewhere == []


def address_in(page: LabPage) -> SandboxAddress:
    """Where the kernel's own sandbox is."""
    ask = "from glance_widget.sandbox import shared_sandbox\nimport json\n"
    text = page.execute(ask + "print(json.dumps(shared_sandbox.acquire().address.as_record()))")
    return SandboxAddress.parse(json.loads(text))
