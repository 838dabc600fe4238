"""The visitor's bar can be seen and pressed, whatever the page puts in front of it or does to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.sandbox import Sandbox

pytestmark = pytest.mark.browser

WHOLE = (
    "position: fixed; inset: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; margin: 0; border: 0"
)
SETUP = """([look]) => {
  window.put = (html, home = document.body) => {
    const box = home.appendChild(document.createElement("div"));
    box.className = "cover";
    box.innerHTML = html.replaceAll("LOOK", look);
    return box;
  };
  window.inShadow = (html) => {
    const root = put("").attachShadow({mode: "open"});
    const inner = root.appendChild(document.createElement("div")).attachShadow({mode: "open"});
    return put(html, inner);
  };
}"""
COVERS = {
    "a style sheet": """() => put("<style>div:empty, #glance_ui { display: none !important }</style>")""",
    "an element over everything": """
      () => put("<p style='LOOK; z-index: 2147483647'>over</p>", document.documentElement)
    """,
    "a modal dialog": """() => put("<dialog style='LOOK'>d</dialog>").firstChild.showModal()""",
    "a modal dialog in shadow roots": """() => inShadow("<dialog>d</dialog>").firstChild.showModal()""",
    "a popover": """() => put("<p popover=manual style='LOOK'>p</p>").firstChild.showPopover()""",
    "two dialogs": """() => {
      put("<dialog style='LOOK'>one</dialog>").firstChild.showModal();
      put("<dialog style='LOOK'>two</dialog>").firstChild.showModal();
    }""",
    "full screen": """() => new Promise((done) => {
      const box = put("<p style='background: #ddd'>full</p>");
      window.onclick = () => box.requestFullscreen().then(done);
    })""",
    "our element taken out": """() => document.getElementById("glance_ui").remove()""",
    "our words taken out": """() => document.getElementById("glance_ui").shadowRoot.replaceChildren()""",
    "another body": """() => document.body.replaceWith(document.createElement("body"))""",
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    with Sandbox() as sandbox:
        page = browser.new_page(viewport={"width": 900, "height": 600})
        page.goto(sandbox.visitor_url("maria-21"))
        page.evaluate(SETUP, [WHOLE])
        yield page
        page.context.close()


@pytest.mark.parametrize("name", COVERS)
def test_the_bar_can_be_pressed(name: str, page: Page) -> None:
    # A key of its own: the service may hear of the end of the last one a little later than the page.
    page.evaluate(
        "(sessionKey) => GLANCE.Cobrowse.Visitor.startSession({ sessionKey })", f"reach-{list(COVERS).index(name)}"
    )
    bar = page.get_by_role("region", name="Shared session")
    expect(bar).to_contain_text("Sharing this page with no one yet")
    if name == "full screen":
        # The browser asks for a real click before it lets a page fill the screen.
        page.evaluate(f"void ({COVERS[name]})()")
        page.mouse.click(5, 5)
        page.wait_for_function("document.fullscreenElement")
    else:
        page.evaluate(COVERS[name])
    bar.get_by_role("button", name="Pause").click()
    expect(bar).to_contain_text("Paused.")
    page.evaluate("""() => {
      if (document.fullscreenElement) document.exitFullscreen();
      for (const cover of document.querySelectorAll(".cover")) cover.remove();
    }""")
    # It is there again where it was, also when it was inside of what the page has taken away.
    bar.get_by_role("button", name="End Session").click()
    expect(bar).to_have_count(0)
    expect(page.get_by_text("You ended the session.")).to_be_visible()
