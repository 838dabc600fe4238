"""What masking costs the visitor's browser: our visitor script against the plain recorder, on the same page.

Baseline: rrweb's own recorder with its default options, whose events are turned into JSON, as sending them needs. Both
run in the same Chromium in turns, each round in a page of its own. Counted is processor time of the page's main
thread, as the browser counts it: what else the machine does is not in it. For a snapshot that is the whole thread, less
what the page needs without a recorder; for typing, where the browser's own work for each letter is many times the
recorder's, the functions of the recorder's script. Ours also send what they record.
"""

from __future__ import annotations

import json
import statistics
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final, get_args

from playwright.sync_api import Browser, Page, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.testing import LeakCheck

ROUNDS: Final = 9
ELEMENTS: Final = 11_672
LETTERS: Final = 2_000
AFTERMATH: Final = 300.0
"""Milliseconds for which what follows is counted too."""
RECORDER: Final = Path(__file__).parents[1] / "js/node_modules/@rrweb/record/dist/record.umd.min.cjs"
START: Final = """() => {
  window.taken = 0;
  const emit = (event) => { window.sent = JSON.stringify(event); if (event.type === 2) window.taken += 1; };
  rrwebRecord.record({ emit });
}"""
TYPE: Final = """async (letters) => {
  const field = document.querySelector("#typing input");
  for (let letter = 1; letter <= letters; letter += 1) {
    field.value += "x";
    field.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: "x", inputType: "insertText" }));
    // A hand is slower: what is recorded is sent in between.
    if (letter % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 4));
    if (letter % 40 === 0) field.value = "";
  }
}"""
SHOWN: Final = """() => [...document.querySelectorAll("[role=region] iframe")]
  .some((copy) => copy.contentDocument?.querySelector("article"))"""


def body() -> str:
    """A page of so many elements: sections of cards with headings, texts, links, fields and table rows."""
    card = (
        '<article class="card" id="card-{0}"><h3>Order {0}</h3><p>Sent on the <em>3rd of May</em> to <b>Lakeby</b>.</p>'
        '<p><a href="/orders/{0}?token=t{0}" title="Order {0}">Details</a> <span class="tag">paid</span></p>'
        '<label>Note <input name="note{0}" value="Second gate {0}"></label></article>'
    )
    each = 10
    whole, rest = divmod(ELEMENTS - 7, each)
    return "".join(card.format(number) for number in range(whole)) + "<i></i>" * rest


PAGE: Final = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Orders</title><style>
body {{ font: 15px/1.5 sans-serif }} .card {{ display: inline-block; width: 20em; border: 1px solid #ccc; margin: 4px }}
.tag {{ background: #def; border-radius: 4px }} .card a {{ color: #036 }}
#typing {{ contain: strict; height: 2em }}
</style></head><body><div id="typing"><input></div>{body()}</body></html>"""


@contextmanager
def website() -> Iterator[str]:
    """The address of a server with the page and the plain recorder."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path == "/recorder.js"
            content = RECORDER.read_bytes() if script else PAGE.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/javascript" if script else "text/html")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()
        thread.join()


def busy(page: Page, work: Callable[[], object]) -> float:
    """Milliseconds of processor time that the page's main thread spent on something."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def total() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    before = total()
    work()
    spent = (total() - before) * 1000
    session.detach()
    return spent


def typing(page: Page, script: str) -> float:
    """Milliseconds that a script's functions take for so many letters, and for what follows them shortly."""
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    page.evaluate(TYPE, LETTERS)
    page.wait_for_timeout(AFTERMATH)
    events = json.loads(browser.stop_tracing())["traceEvents"]
    calls = sorted(
        (event["ts"], event["dur"], event["tdur"])
        for event in events
        if event["name"] == "FunctionCall" and script in event["args"].get("data", {}).get("url", "")
    )
    spent, end = 0.0, 0.0
    for begin, duration, processor in calls:
        if begin >= end:  # one that is called by another is counted with it
            end = begin + duration
            spent += processor / 1000
    return spent


def bare(page: Page, address: str) -> tuple[float, float]:
    """Nothing is recorded."""
    page.goto(address)
    return busy(page, lambda: page.wait_for_timeout(AFTERMATH)), 0.0


def plain(page: Page, address: str) -> tuple[float, float]:
    """The plain recorder."""
    page.goto(address)
    page.add_script_tag(url=f"{address}recorder.js")
    page.evaluate(START)
    page.wait_for_function("() => window.taken === 1")

    def snapshot() -> None:
        page.evaluate("() => rrwebRecord.record.takeFullSnapshot()")
        page.wait_for_timeout(AFTERMATH)

    return busy(page, snapshot), typing(page, "recorder.js")


def ours(privacy: Privacy, page: Page, address: str) -> tuple[float, float]:
    """The visitor script, with an agent who watches; the agent's window is loaded anew for a snapshot."""
    with LeakCheck(address, page=page, privacy=privacy) as check:
        check.viewer.wait_for_function(SHOWN)

        def snapshot() -> None:
            check.viewer.reload()
            check.viewer.wait_for_function(SHOWN)
            page.wait_for_timeout(AFTERMATH)

        return busy(page, snapshot), typing(page, "CobrowseJS")


def main() -> None:
    """Measures in turns, and prints."""
    with sync_playwright() as playwright, website() as address:
        browser = playwright.chromium.launch(**launch_options())
        ways: dict[str, Callable[[Page, str], tuple[float, float]]] = {"no recorder": bare, "plain rrweb": plain}
        ways |= {f"ours, {privacy}": partial(ours, privacy) for privacy in get_args(Privacy)}
        rounds = [{name: once(browser, way, address) for name, way in ways.items()} for _ in range(ROUNDS)]
        browser.close()
    for number, what in enumerate((f"a snapshot of {ELEMENTS} elements", f"typing {LETTERS} letters")):
        print(f"{what}, {ROUNDS} rounds")
        for name in ways:
            say(name, [each[name][number] for each in rounds])
        for name in ways:
            if name.startswith("ours"):
                ratio = statistics.median(
                    cost(each, name, number) / cost(each, "plain rrweb", number) for each in rounds
                )
                print(f"  {name} against plain rrweb: {ratio:.2f} times")


def once(browser: Browser, way: Callable[[Page, str], tuple[float, float]], address: str) -> tuple[float, float]:
    """One measurement in a browser window of its own."""
    context = browser.new_context()
    try:
        return way(context.new_page(), address)
    finally:
        context.close()


def cost(each: Mapping[str, tuple[float, float]], name: str, number: int) -> float:
    """What recording costs beyond what the page costs by itself."""
    return each[name][number] - each["no recorder"][number]


def say(name: str, values: list[float]) -> None:
    """Prints a line."""
    low, middle, high = statistics.quantiles(values, n=4)
    print(f"  {name:20} median {middle:7.1f} ms, quartiles {low:.1f} to {high:.1f} ms")


if __name__ == "__main__":
    main()
