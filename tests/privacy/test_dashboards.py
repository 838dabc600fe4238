"""Dashboards of Voila and Panel as visitors' pages: the agent's copy looks like them, and stays so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Route, expect

from glance_widget.demo.people import SCREEN
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.hosts.host_server import NOTEBOOKS, HostServer
from tests.privacy.planting import tag_of
from tests.privacy.watched import Watched

pytestmark = pytest.mark.host

PAGES: Final = Path(__file__).parent / "dashboards"
EXTENSIONS: Final = ("anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8")
MODES: Final[tuple[Privacy, ...]] = ("standard", "private")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(privacy="open") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def voila(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with HostServer(
        tmp_path_factory.mktemp("voila"),
        [
            *("-m", "voila", str(PAGES / "voila_page.ipynb"), "--no-browser", "--port={port}", "--Voila.ip=127.0.0.1"),
            *(f"--VoilaConfiguration.extension_allowlist={name}" for name in EXTENSIONS),
            "--template=without_cdn",
        ],
        path="/favicon.ico",
        environment={"JUPYTER_PATH": str(NOTEBOOKS / "hosts")},
    ) as host:
        yield host.url


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with HostServer(
        tmp_path_factory.mktemp("panel"),
        [
            *("-m", "panel", "serve", str(PAGES / "panel_page.py"), "--address", "127.0.0.1", "--port", "{port}"),
            *("--allow-websocket-origin", "127.0.0.1:{port}", "--allow-websocket-origin", "localhost:{port}"),
        ],
        path="/favicon.ico",
    ) as host:
        yield f"{host.url}/panel_page"


@contextmanager
def watched(browser: Browser, sandbox: Sandbox, address: str, privacy: Privacy, ready: str) -> Iterator[Watched]:
    """A session on a dashboard that carries the visitor script."""
    address = address.replace("127.0.0.1", "localhost")  # as a website, which does not share the sandbox's cookies
    context = browser.new_context(viewport=SCREEN)
    context.grant_permissions(["local-network-access"])  # the tag comes in on the way, so the page is of no network
    visitor = context.new_page()
    visitor.route(address, lambda route: with_tag(route, tag_of(sandbox, privacy)))
    # A kernel starts before its page comes.
    with LeakCheck(address, sandbox, page=visitor, timeout=60) as check:
        expect(visitor.get_by_text(ready).first).to_be_visible(timeout=20_000)
        yield Watched(visitor, check, privacy, address)
    context.close()


def with_tag(route: Route, tag: str) -> None:
    answer = route.fetch()
    before, head, after = answer.text().partition("<head>")
    route.fulfill(response=answer, body=before + head + tag + after)


@pytest.mark.parametrize("privacy", MODES)
def test_a_dashboard_of_voila(voila: str, browser: Browser, sandbox: Sandbox, privacy: Privacy) -> None:
    with watched(browser, sandbox, voila, privacy, "3 cups cost 42 pounds.") as dashboard:
        dashboard.expect_same("the first view")
        dashboard.visitor.get_by_role("tab", name="More").click()
        dashboard.expect_same("another tab")
        assert dashboard.complaints == []


@pytest.mark.parametrize("privacy", MODES)
def test_a_dashboard_of_panel(panel: str, browser: Browser, sandbox: Sandbox, privacy: Privacy) -> None:
    with watched(browser, sandbox, panel, privacy, "cost 42 pounds.") as dashboard:
        dashboard.expect_same("the first view")
        dashboard.visitor.get_by_text("Plain", exact=True).click()
        dashboard.expect_same("another tab")
        assert dashboard.complaints == []
