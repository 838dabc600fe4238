"""How soon each host shows the button and a visitor who comes online, against a bare anywidget counter in the same run.

Each round opens a fresh page. First the time from asking for the page (in Jupyter: from running the cell) until the
widget can be pressed. Then, for the button, from a visitor's coming until it says so; for the counter, from a press
until the page shows what Python counted. Hosts come one after the other, rounds of button and counter take turns.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.demo.jupyter import Application, JupyterServer
from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.witness import LOCAL_ONLY
from glance_widget.sandbox import Sandbox
from glance_widget.sandbox.shared import ATTACH_VARIABLE
from glance_widget.testing import ScriptedVisitor
from tests.hosts.host_server import HostServer
from tests.jupyter.desk import new_notebook

ROUNDS = 5
PAGES = Path(__file__).parent / "host_pages"
SOLARA_ASSETS = Path(__file__).parents[1] / "scripts" / "solara_assets.py"
READY = {"glance": "[data-glance-ready=true]", "counter": "button[data-count]"}
VISITORID = "maria-21"
CELL = "from shown import shown\nshown()"

Show = Callable[[Page], float]
"""Opens the page and gives the moment from which the first rendering counts."""
Start = Callable[[str, dict[str, str]], AbstractContextManager[Show]]
"""Starts a host that shows the button or the counter, with these variables."""


@contextmanager
def application(command: list[str], kind: str, environment: dict[str, str]) -> Iterator[Show]:
    """A host that shows one page."""

    def show(page: Page) -> float:
        begun = time.perf_counter()
        page.goto(server.url)
        return begun

    with tempfile.TemporaryDirectory() as folder:
        variables = environment | {"SHOWN": kind, "PYTHONPATH": str(PAGES)}
        with HostServer(Path(folder), command, path="/favicon.ico", environment=variables) as server:
            yield show


@contextmanager
def jupyter(name: Application, kind: str, environment: dict[str, str]) -> Iterator[Show]:
    """JupyterLab or Notebook; every page has a notebook, and so a kernel, of its own."""
    variables = environment | {"SHOWN": kind, "PYTHONPATH": str(PAGES), "ANYWIDGET_HMR": "0"}
    with JupyterServer(application=name, environment=variables) as server:
        count = 0

        def show(page: Page) -> float:
            nonlocal count
            count += 1
            notebook = f"page-{count}.ipynb"
            (server.folder / notebook).write_text(json.dumps(new_notebook()))
            page.goto(server.address(notebook))
            lab = LabPage(page, server)
            lab.wait_until_ready(notebook)
            lab.execute("import shown")  # importing is no rendering
            cell = lab.add(CELL)
            begun = time.perf_counter()
            lab.begin(cell)
            return begun

        yield show


def hosts(folder: Path) -> dict[str, Start]:
    """How each host is started, by its name."""
    notebook = folder / "page.ipynb"
    notebook.write_text(json.dumps(new_notebook(CELL)))
    port, here = "{port}", "127.0.0.1"
    commands = {
        "Voila": ["-m", "voila", str(notebook), "--no-browser", f"--port={port}", f"--Voila.ip={here}"],
        "Shiny": ["-m", "shiny", "run", str(PAGES / "shiny_page.py"), "--host", here, "--port", port],
        "marimo": [
            *("-m", "marimo", "-y", "run", str(PAGES / "marimo_page.py")),
            *("--headless", "--no-token", "--host", here, "--port", port),
        ],
        "Panel": [
            *("-m", "panel", "serve", str(PAGES / "panel_page.py"), "--address", here, "--port", port),
            *("--allow-websocket-origin", f"{here}:{port}"),
        ],
        "Solara": [
            *("-m", "solara", "run", str(PAGES / "solara_page.py"), "--host", here, "--port", port),
            *("--no-open", "--production"),
        ],
    }
    found: dict[str, Start] = {
        "JupyterLab": partial(jupyter, "jupyterlab"),
        "Notebook": partial(jupyter, "notebook"),
    }
    for name, command in commands.items():
        found[name] = partial(application, command)
    return found


def one_round(browser: Browser, sandbox: Sandbox, kind: str, show: Show) -> tuple[float, float]:
    """The seconds until the widget can be pressed, and until something new is shown."""
    context = browser.new_context()
    try:
        page = context.new_page()
        begun = show(page)
        widget = page.locator(READY[kind]).first
        widget.wait_for()
        rendered = time.perf_counter() - begun
        if kind == "counter":
            begun = time.perf_counter()
            widget.click()
            page.locator("button[data-count='1']").first.wait_for()
            return rendered, time.perf_counter() - begun
        page.locator("[data-glance-state=absent]").first.wait_for()
        begun = time.perf_counter()
        with ScriptedVisitor(sandbox, VISITORID):
            page.locator("[data-glance-state=present]").first.wait_for()
            seen = time.perf_counter() - begun
        return rendered, seen
    finally:
        context.close()


def measure(browser: Browser, start: Start) -> dict[str, list[tuple[float, float]]]:
    """All rounds of one host, by what was shown."""
    results: dict[str, list[tuple[float, float]]] = {"glance": [], "counter": []}
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox())
        variables = {ATTACH_VARIABLE: sandbox.url}
        shows = {kind: stack.enter_context(start(kind, variables)) for kind in results}
        for round_number in range(ROUNDS + 1):
            for kind, show in shows.items():
                seconds = one_round(browser, sandbox, kind, show)
                if round_number:  # the first warms up
                    results[kind].append(seconds)
    return results


def spread(values: list[float]) -> str:
    """Median and range, in milliseconds."""
    low, middle, high = (round(1000 * value) for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})"


def main() -> None:
    """Prints one line for each host; names of hosts as arguments measure only these."""
    options = launch_options()
    options["args"].append(LOCAL_ONLY)
    print("milliseconds, medians with range; ratio of the medians")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        for name, start in hosts(Path(folder)).items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            if name == "Solara":  # its pages stay blank without
                subprocess.run([sys.executable, str(SOLARA_ASSETS)], check=True)  # noqa: S603 (our own)
            results = measure(browser, start)
            for place, what in enumerate(("first rendering", "something new")):
                ours, bare = ([each[place] for each in results[kind]] for kind in ("glance", "counter"))
                ratio = statistics.median(ours) / statistics.median(bare)
                print(f"{name:<12}{what:<18}button {spread(ours):<24}counter {spread(bare):<24}{ratio:.2f}")
        browser.close()


if __name__ == "__main__":
    main()
