"""The button in frames that may do little, as editors and notebook services put outputs into them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Frame, FrameLocator, Page, expect

from tests.browser.button_bench import FIELDS, HERE, Bench, Benches

pytestmark = pytest.mark.browser

PLACE: Final = """<!doctype html><meta charset="utf-8"><title>Host</title><link rel="icon" href="data:,">
<script>addEventListener("message", ({ data }) => (globalThis.clicked = data));</script>
<iframe sandbox="SANDBOX" src="SRC" width="700" height="400"></iframe>"""
# Whoever uses any of these gets an error, and is found in the list.
NO_STORAGE: Final = """<script>
  globalThis.touched = [];
  for (const [owner, name] of [
    ...["localStorage", "sessionStorage", "indexedDB", "caches", "cookieStore"].map((each) => [globalThis, each]),
    [Document.prototype, "cookie"], [Navigator.prototype, "serviceWorker"], [Navigator.prototype, "storage"],
  ]) {
    const refuse = () => {
      touched.push(name);
      throw new DOMException("no storage here", "SecurityError");
    };
    Object.defineProperty(owner, name, { get: refuse, set: refuse });
  }
</script>"""
# As VS Code's webview does: no window is opened, the page knows of no frame around it, links go to the editor.
WEBVIEW: Final = """<script>
  const editor = window.parent;
  globalThis.acquireVsCodeApi = () => { throw new Error("acquired already"); };
  window.parent = window;
  window.top = window;
  window.frameElement = null;
  addEventListener("click", (event) => {
    const link = event.composedPath().find(({ tagName, href }) => tagName === "A" && href);
    if (!link) return;
    editor.postMessage(link.href, "*");
    event.preventDefault();
  });
</script>"""
# With the setting `notebook.experimental.enableCsp`; without it there is none.
WEBVIEW_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' https: http: data:; font-src 'self' https:; connect-src https:; child-src https: data:;"
)
EXPECTED: Final = (
    "Blocked opening 'about:blank' in a new window",
    # Of a frame of its own origin, as that of VS Code is.
    "An iframe which has both allow-scripts and allow-same-origin",
)
PRESENT: Final = {"state": "present", "visitor": {"name": "Maria", "visibility": "visible"}}
BLOCKED: Final = {"state": "in_session", "session": {"viewer": "blocked", "startedAt": "2026-11-22T10:00:00Z"}}
TICKET: Final = "/agentjoin/AgentView.aspx?TICKET=t-1"


@dataclass(frozen=True)
class Host:
    """A place for outputs: what its frame may do, and what is in the page before the button.

    Attributes:
        other_origin: Whether the frame is of another origin than the page around it.
    """

    sandbox: str
    head: str = ""
    body: str = ""
    policy: str = ""
    other_origin: bool = False


VSCODE: Final = Host(
    "allow-same-origin allow-pointer-lock allow-scripts allow-downloads allow-forms",
    WEBVIEW,
    'class="vscode-dark" data-vscode-theme-kind="vscode-dark"',
    WEBVIEW_POLICY,
)
COLAB: Final = Host("allow-scripts allow-same-origin allow-forms allow-popups", other_origin=True)
HOSTS: Final = {
    "vscode": VSCODE,
    "another origin, no windows": Host("allow-scripts allow-same-origin", other_origin=True),
    "no origin at all": Host("allow-scripts"),
}


@dataclass(frozen=True)
class Output:
    """The frame with the button."""

    bench: Bench
    page: Page
    shown: FrameLocator
    frame: Frame

    def write(self, traits: object) -> None:
        self.frame.evaluate("(traits) => glance.mounted.model.write(traits)", traits)

    def wait_for_sent(self, word: str) -> None:
        script = "(word) => glance.mounted.model.sent.some(({ type, event }) => (event ?? type) === word)"
        self.frame.wait_for_function(script, arg=word)

    def fill(self, kind: str, path: str, fields: object) -> None:
        form = {"action": self.bench.site.url + path, "fields": fields}
        self.frame.evaluate("([kind, form]) => glance.mounted.model.fill(kind, form)", [kind, form])


Show = Callable[[Host], Output]


@pytest.fixture
def show(benches: Benches) -> Iterator[Show]:
    """Puts a button, whose visitor is away, into a frame. At the end it has touched nothing that keeps data."""
    shown: list[Output] = []

    def begin(host: Host) -> Output:
        shown.append(open_output(benches, host))
        return shown[-1]

    yield begin
    assert [output.frame.evaluate("touched") for output in shown] == [[]]


def open_output(benches: Benches, host: Host) -> Output:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{host.policy}">' if host.policy else ""
    page = (HERE / "button.html").read_text().replace("<body>", f"<body {host.body}>")
    benches.site.pages["/output.html"] = page.replace("<head>", f"<head>{policy}{NO_STORAGE}{host.head}")
    origin = benches.site.url.replace("127.0.0.1", "localhost") if host.other_origin else benches.site.url
    around = PLACE.replace("SANDBOX", host.sandbox).replace("SRC", f"{origin}/output.html?sandboxed")
    benches.site.pages["/around.html"] = around
    benches.allowed |= {origin, *EXPECTED}
    bench = benches.open("/around.html")
    expect(bench.page.frame_locator("iframe").locator("[data-glance-ready]")).to_be_visible()
    return Output(bench, bench.page, bench.page.frame_locator("iframe"), bench.page.frames[1])


@pytest.mark.parametrize("host", HOSTS.values(), ids=HOSTS)
def test_where_no_window_opens_a_real_link_is_there(show: Show, host: Host) -> None:
    output = show(host)
    output.shown.get_by_role("button", name="Join with Key", exact=True).click()
    output.shown.get_by_label("Session key").press_sequentially("1234")
    output.shown.get_by_label("Session key").press("Enter")
    output.wait_for_sent("blocked")
    assert output.frame.evaluate("glance.mounted.model.last('join').key") == "1234"
    output.write(BLOCKED)
    says = "This editor does not let a notebook" if host is VSCODE else "The browser blocked the viewer window."
    expect(output.shown.get_by_text(says)).to_be_visible()
    output.wait_for_sent("link")
    output.fill("link", TICKET, {})
    link = output.shown.get_by_role("link", name="Open Viewer")
    expect(link).to_have_attribute("href", output.bench.site.url + TICKET)
    assert len(output.bench.context.pages) == 1


def test_an_editor_opens_the_link(show: Show) -> None:
    output = show(VSCODE)
    output.write(BLOCKED)
    output.wait_for_sent("link")
    output.fill("link", TICKET, {})
    output.shown.get_by_role("link", name="Open Viewer").click()
    output.page.wait_for_function("globalThis.clicked")
    assert output.page.evaluate("clicked") == output.bench.site.url + TICKET
    # That address is used up, so another is asked for.
    output.frame.wait_for_function("glance.mounted.model.sent.filter(({ type }) => type === 'link').length === 2")


def test_where_windows_open_the_viewer_is_filled_from_a_frame(show: Show) -> None:
    output = show(COLAB)
    output.write(PRESENT)
    with output.bench.context.expect_page() as opening:
        output.shown.get_by_role("button", name="Join", exact=True).click()
    output.fill("join", "/agentjoin/AgentView.aspx", FIELDS)
    expect(opening.value.get_by_role("heading", name="The viewer")).to_be_visible()
    assert output.bench.site.posts.get(timeout=10).fields == FIELDS
    output.wait_for_sent("agentJoined")
    assert json.dumps(FIELDS["LOGINKEY"]) not in output.frame.content()
