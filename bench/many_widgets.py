"""What two hundred widgets in one process cost, and whether each of them still hears of its visitor as fast as one.

Baseline: one widget alone in the same process, timed before and after the many, against the same sandbox, which has a
process of its own. Each round has a visitor of its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import psutil
from websockets.sync.client import connect

from glance_widget import Glance

MANY = 200
ROUNDS = 40
SERVE = "import sys; from glance_widget.cli import main; sys.exit(main(['serve', '--json', '--database', ':memory:']))"
PROCESS = psutil.Process()


@contextmanager
def sandbox() -> Iterator[dict[str, str]]:
    """A sandbox in a process of its own; what it prints about itself."""
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (ours)
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()


def widget(place: dict[str, str], visitorid: str) -> Glance:
    """A widget that follows a visitor."""
    given: dict[str, Any] = {name: place[name] for name in ("groupid", "puid", "authurl")}
    return Glance(glancebaseurl=place["url"], presence=True, visitorid=visitorid, **given)


def milliseconds_to_present(place: dict[str, str], w: Glance) -> float:
    """From the first word of the visitor's page to the trait."""
    seen: list[float] = []
    told = threading.Event()

    def note(_change: object) -> None:
        seen.append(time.perf_counter())
        told.set()

    w.observe(note, "state")
    with connect(place["url"].replace("http", "ws", 1) + "/visitorws", proxy=None) as page:
        first = {"type": "connect", "groupid": str(place["groupid"]), "visitorid": w.visitorid, "version": "6.33.0"}
        begun = time.perf_counter()
        page.send(json.dumps(first))
        assert told.wait(30)
    w.unobserve(note, "state")
    assert w.state == "present"
    return (seen[0] - begun) * 1000


def alone(place: dict[str, str], name: str) -> list[float]:
    """One widget at a time."""
    times = []
    for number in range(ROUNDS // 2):
        with widget(place, f"{name}-{number}") as w:
            w.wait_for("absent")
            times.append(milliseconds_to_present(place, w))
    return times


def cost() -> tuple[int, int, float]:
    """Threads of ours, sockets, and megabytes of this process."""
    threads = sum(thread.name.startswith("glance-") for thread in threading.enumerate())
    return threads, len(PROCESS.net_connections("tcp")), PROCESS.memory_info().rss / 1e6


def spread(times: list[float]) -> str:
    """Median, and the middle half."""
    low, middle, high = statistics.quantiles(times, n=4)
    return f"{middle:6.1f} ms ({low:.1f} to {high:.1f})"


def main() -> None:
    """Prints the figures."""
    with sandbox() as place, ExitStack() as stack:
        single = alone(place, "before")
        with widget(place, "one") as w:
            w.wait_for("absent")
            one = cost()
        begun, cpu = time.perf_counter(), time.process_time()
        many = [stack.enter_context(widget(place, f"many-{number}")) for number in range(MANY)]
        for each in many:
            each.wait_for("absent")
        opened, cpu = time.perf_counter() - begun, time.process_time() - cpu
        all_of_them = cost()
        crowd = [milliseconds_to_present(place, each) for each in many[:: MANY // ROUNDS]]
        begun = time.perf_counter()
        stack.close()
        closed = time.perf_counter() - begun
        single += alone(place, "after")
    extra = (all_of_them[2] - one[2]) / (MANY - 1)
    print(f"{'widgets':>8} {'threads':>8} {'sockets':>8} {'MB':>7}  until the visitor is shown: median (middle half)")
    print(f"{1:8} {one[0]:8} {one[1]:8} {one[2]:7.1f}  {spread(single)}")
    print(f"{MANY:8} {all_of_them[0]:8} {all_of_them[1]:8} {all_of_them[2]:7.1f}  {spread(crowd)}")
    ratio = statistics.median(crowd) / statistics.median(single)
    print(f"ratio of the medians: {ratio:.2f}; one widget more: {extra:.2f} MB")
    print(f"{MANY} widgets: {opened:.1f} s ({cpu:.1f} s of a processor) until all follow, {closed:.1f} s to close them")


if __name__ == "__main__":
    main()
