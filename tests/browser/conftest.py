"""A Chromium for each module, and buttons in it: their kernel is played by a test, or all is real but Jupyter."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import comm
import pytest
from playwright.sync_api import Browser, BrowserContext

from glance_widget import Glance
from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.browser.button_bench import Benches, serve
from tests.browser.live_bench import STRANGE_HOST, Kernel, Show, serve_widget
from tests.chromium import PATIENCE, chromium
from tests.widget.fake_comm import Comms

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(f"--host-resolver-rules=MAP {STRANGE_HOST} 127.0.0.1") as browser:
        yield browser


@pytest.fixture
def benches(browser: Browser) -> Iterator[Benches]:
    with serve() as site:
        benches = Benches(browser, site)
        yield benches
        benches.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "records.sqlite"


@pytest.fixture(scope="module")
def sandbox(database: Path) -> Iterator[Sandbox]:
    with Sandbox(database=database) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def show(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, context: BrowserContext) -> Iterator[Show]:
    """Makes a widget whose visitor is online, and a server for its pages."""
    monkeypatch.setattr(comm, "create_comm", Comms().create)
    with ExitStack() as stack:

        def make(**properties: Any) -> tuple[Kernel, ScriptedVisitor]:  # noqa: ANN401 (properties of Glance)
            visitorid = f"visitor-{next(_numbers)}"
            visitor = stack.enter_context(ScriptedVisitor(sandbox, visitorid, name="Maria"))
            usual: dict[str, Any] = {
                "glancebaseurl": sandbox.url,
                "groupid": sandbox.groupid,
                "puid": sandbox.puid,
                "authurl": sandbox.authurl,
                "presence": True,
                "visitorid": visitorid,
            }
            widget = stack.enter_context(Glance(**usual | properties))
            widget.wait_for("present")
            return stack.enter_context(serve_widget(widget)), visitor

        yield make
        context.close()  # before its server
