"""How the built front end looks: readable in every state, look, theme and width. Leaves pictures for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from glance_widget.demo.chromium import launch_options
from tests.browser.button_bench import Benches, serve

pytestmark = pytest.mark.browser

MOMENT: Final = "2026-11-22T10:00:00.000Z"
SESSION: Final = {"startedAt": MOMENT, "viewer": "closed", "page": "https://shop.test/checkout/payment"}
LONG_NAME: Final = {"name": "Dr. Maximiliane von Habsburg-Lothringen-Este", "visibility": "hidden"}
ERROR: Final = {"code": "sign_in", "message": "There are issues with authentication.", "hint": "Check authurl."}


def face(state: str, reason: str = "", hint: str = "", **traits: object) -> dict[str, object]:
    return {"state": state, "status": {"since": MOMENT, "reason": reason, "message": "", "hint": hint}, **traits}


FACES: Final = [
    face("signed_out", visitor=None),
    face("connecting", visitor=None),
    face("absent", hint="With the key from the visitor's page you can join at once.", visitor=None, gicon=True),
    face("present", glancebaseurl="sandbox", gicon=True),
    face("present", visitor=LONG_NAME),
    face("inviting"),
    face("joining", hint="It starts when the visitor accepts the terms."),
    face("in_session", session=SESSION, gicon=True, error=ERROR),
    face("in_session", session={**SESSION, "viewer": "open"}),
    face("ended", reporting={"duration": 140}),
    face("failed", "sign_in", error=ERROR, visitor=None),
    face("present", _protocol=2),
]
THEMES: Final = {
    "light": (False, ""),
    "dark": (True, ""),
    "dark page": (False, "body { background: #101318; }"),
    "JupyterLab light": (True, "body { --jp-layout-color1: #fff; --jp-ui-font-color0: rgba(0,0,0,1); }"),
    "JupyterLab dark": (False, "body { --jp-layout-color1: #212121; --jp-ui-font-color0: rgba(255,255,255,1); }"),
    "VS Code dark": (
        False,
        "body { --vscode-editor-background: #1f1f1f; --vscode-editor-foreground: #cccccc; }",
    ),
}
DRAW: Final = """async ([faces, uiVersion, width]) => {
  place.style.cssText = "display: flex; flex-wrap: wrap; align-items: start; gap: 12px";
  const mounted = faces.map((traits) => glance.mount({ traits: { ...traits, uiVersion }, width }));
  const typed = glance.mount({ traits: { ...faces[2], uiVersion }, width });
  mounted.push(typed);
  for (const { boxes: [box] } of mounted) {
    const root = box.firstChild.firstChild.shadowRoot;
    while (!root.querySelector("[data-glance-ready][data-theme]")) await new Promise(requestAnimationFrame);
    if (box === typed.boxes[0]) {
      root.querySelector("button").click();
      const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true });
      root.querySelector("input").dispatchEvent(enter);
    }
  }
  return mounted.flatMap(glance.audit);
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture
def benches(chromium: Browser) -> Iterator[Benches]:
    with serve() as site:
        benches = Benches(chromium, site)
        yield benches
        benches.close()


@pytest.mark.parametrize("theme", THEMES)
def test_every_face_is_readable(benches: Benches, tmp_path: Path, theme: str) -> None:
    dark, styles = THEMES[theme]
    bench = benches.open(dark=dark)
    bench.page.add_style_tag(content=f"{styles} ")
    for look in (1, 2):
        for width in ("160px", "400px"):
            assert bench.page.evaluate(DRAW, [FACES, look, width]) == []
    (tmp_path / "faces.png").write_bytes(bench.page.screenshot(full_page=True))
