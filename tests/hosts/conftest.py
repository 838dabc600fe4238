from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser

from glance_widget.demo.witness import LOCAL_ONLY
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from tests import our_threads
from tests.chromium import RESULTS, chromium
from tests.hosts.dashboard import Dashboard
from tests.hosts.host_server import HostServer

Start = Callable[..., HostServer]
Open = Callable[..., Dashboard]


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    with our_threads.none_left():
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium(LOCAL_ONLY) as browser:
        yield browser


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def start(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Starts a host for the tests of one file: ``start(command, path=…, environment=…)``."""
    with ExitStack() as hosts:

        def begin(*command: str, path: str = "/", environment: dict[str, str] | None = None) -> HostServer:
            variables = {ATTACH_VARIABLE: sandbox.url, **(environment or {})}
            home = tmp_path_factory.mktemp("host")
            return hosts.enter_context(HostServer(home, command, path=path, environment=variables))

        yield begin


@pytest.fixture
def open_dashboard(request: pytest.FixtureRequest, browser: Browser, sandbox: Sandbox) -> Iterator[Open]:
    """Opens a page of a host in a browser of somebody's own; at the end nothing unexpected was seen in it."""
    failures = request.session.testsfailed
    opened: list[Dashboard] = []

    def begin(url: str, entrance: str | None = None, tolerated: Iterable[re.Pattern[str]] = ()) -> Dashboard:
        opened.append(Dashboard(browser, sandbox, url, entrance, *tolerated))
        return opened[-1]

    yield begin
    failed = request.session.testsfailed > failures
    for number, dashboard in enumerate(opened):
        if failed:
            dashboard.picture(RESULTS / f"{request.node.name}-{number}")
        dashboard.close()
    for dashboard in opened:
        assert dashboard.witness.complaints() == []
