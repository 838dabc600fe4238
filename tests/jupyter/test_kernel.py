"""The kernel behind the button: busy, run again and again, ended; and a platform that goes away."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil  # type: ignore[import-untyped]
import pytest
from playwright.sync_api import expect

from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.conftest import eventually
from tests.jupyter.desk import Button, Desk

pytestmark = pytest.mark.jupyter

COMERS = 5
RUNS = 50
LEFT = """
import gc, json, os, threading, psutil
from ipywidgets.widgets.widget import _instances
gc.collect()
process = psutil.Process()
print(json.dumps({
    "threads": sorted(thread.name for thread in threading.enumerate()),
    "sockets": sorted(c.status for c in process.net_connections("tcp") if c.raddr and c.raddr.port == PORT),
    "widgets": len(_instances),
}))
"""
# Notes when each button shows that its visitor is there, by the clock that this test reads too.
NOTE_ARRIVALS = """(root) => {
  const note = () => {
    if (root.dataset.glanceState === "present") root.dataset.seenAt ??= String(Date.now());
  };
  new MutationObserver(note).observe(root, { attributes: true });
  note();
}"""


def arrivals(desk: Desk, buttons: list[Button], visitorids: list[str]) -> list[float]:
    """Lets visitors come one by one; the seconds until each button says so.

    They are counted from before the visitor's script does its first request, so they are a little too many.
    """
    for button in buttons:
        button.root.evaluate(NOTE_ARRIVALS)
    began = []
    with ExitStack() as stack:
        for visitorid in visitorids:
            began.append(time.time())
            stack.enter_context(ScriptedVisitor(desk.sandbox, visitorid))
        for button in buttons:
            button.expect_state("present")
    seen = [float(button.root.get_attribute("data-seen-at") or "nan") / 1000 for button in buttons]
    return [at - start for at, start in zip(seen, began, strict=True)]


def several(desk: Desk) -> tuple[list[Button], list[str]]:
    visitorids = [desk.new_visitorid() for _ in range(COMERS)]
    desk.show_source(
        f'for visitorid in {visitorids}: display(Glance(glancebaseurl="sandbox", visitorid=visitorid, presence=True))'
    )
    buttons = [Button(desk.lab.button(desk.cell).nth(number)) for number in range(COMERS)]
    for button in buttons:
        button.expect_state("absent")
    return buttons, visitorids


def test_an_idle_kernel_shows_a_visitor_within_a_fifth_of_a_second(desk: Desk) -> None:
    buttons, visitorids = several(desk)
    seconds = arrivals(desk, buttons, visitorids)
    print("idle kernel:", ", ".join(f"{each * 1000:.0f} ms" for each in seconds))  # noqa: T201 (a measurement)
    assert statistics.median(seconds) < 0.2


def test_a_busy_kernel_shows_a_visitor_within_a_second(desk: Desk) -> None:
    """The requirement is one second, while a cell runs for a long time."""
    buttons, visitorids = several(desk)
    with busy(desk):
        seconds = arrivals(desk, buttons, visitorids)
        print("busy kernel:", ", ".join(f"{each * 1000:.0f} ms" for each in seconds))  # noqa: T201 (a measurement)
    assert max(seconds) < 1.0


@contextmanager
def busy(desk: Desk) -> Iterator[None]:
    """A cell that runs until the block is left."""
    flag = desk.server.folder / f"{desk.new_visitorid()}.flag"
    cell = desk.lab.add(f"import os\nwhile not os.path.exists({str(flag)!r}): time.sleep(0.01)")
    desk.lab.begin(cell)
    expect(desk.lab.page.locator("[data-status=busy]").first).to_be_attached()
    try:
        yield
    finally:
        flag.touch()


def test_a_cell_that_is_run_again_leaves_nothing_of_its_last_run(desk: Desk) -> None:
    port = int(desk.sandbox.url.rpartition(":")[2])
    button = desk.show(desk.new_visitorid())
    counters = desk.context.new_cdp_session(desk.lab.page)

    def left() -> dict[str, object]:
        kernel: dict[str, object] = json.loads(desk.lab.execute(LEFT.replace("PORT", str(port))))
        counters.send("HeapProfiler.collectGarbage")
        listeners = counters.send("Memory.getDOMCounters")["jsEventListeners"]
        styles = desk.lab.page.evaluate("document.querySelectorAll('style, link').length")
        return kernel | {"listeners": listeners, "styles": styles}

    def run(times: int) -> dict[str, object]:
        desk.lab.run(*[desk.cell] * times)
        button.expect_state("absent")
        expect(desk.lab.button(desk.cell)).to_have_count(1)
        return left()

    first = run(3)
    last = run(RUNS)
    print(first, last)  # noqa: T201 (a measurement)
    growth = int(str(last.pop("listeners"))) - int(str(first.pop("listeners")))
    assert last == first
    # A button has dozens of listeners, so one that stayed behind each time would show as thousands. JupyterLab itself
    # keeps one document more now and then, with some 145 listeners, whatever the cell shows.
    assert growth < 4 * RUNS


def test_the_end_of_a_kernel_leaves_no_process(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid)
    with ScriptedVisitor(desk.sandbox, visitorid) as visitor:
        button.expect_state("present")
        button.opens_a_window("Join")
        button.expect_state("in_session")
        process = psutil.Process(int(desk.value("__import__('os').getpid()")))
        assert visitor.in_session
        desk.restart_kernel()
        eventually(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
        expect(button.root).to_contain_text("kernel")


def test_closing_a_widget_ends_all_its_threads(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid())
    button.expect_state("absent")
    ours = "[t.name for t in threading.enumerate() if t.name.startswith('glance-')]"
    assert "glance-agent" in desk.value(ours)
    desk.lab.execute("w.close()")
    assert desk.value(ours) == "[]"


def test_a_dead_sandbox_is_told_and_a_living_one_found_again(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    with Sandbox() as sandbox:
        address = sandbox.address
        given = f"groupid={address.groupid}, puid={address.puid!r}, authurl={address.authurl!r}"
        button = desk.show(visitorid, f"glancebaseurl={sandbox.url!r}, {given}")
        button.expect_state("absent")
    button.expect_state("connecting")
    expect(button.root).to_contain_text("connection to the presence service was lost")
    expect(button.named("Join with Key")).to_have_attribute("aria-disabled", "true")
    with Sandbox(port=int(address.url.rpartition(":")[2]), apikey=sandbox.apikey):
        button.expect_state("absent")
