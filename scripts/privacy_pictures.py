"""Makes the pictures of ``docs/privacy.md``: the same pages for the visitor and for the agent, in all modes.

Run it as ``python scripts/privacy_pictures.py`` in the environment that ``scripts/setup --browser`` makes.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page, expect, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.demo.people import SCREEN, Viewer, Visitor
from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox

_IMAGES: Final = Path(__file__).parents[1] / "docs" / "images"
_MODES: Final[tuple[Privacy, ...]] = ("private", "standard", "open")
_PAGES: Final = {"product": "heron-kettle", "checkout": "checkout", "orders": "orders"}
"""The pictures by name, with their pages of the demo shop."""
_VISITORID: Final = "maria-21"  # of somebody whom the shop knows it is the session key as well
_ALL_THERE: Final = "(root, count) => root.querySelectorAll('main *').length >= count"
_SHEET: Final = """
body { margin: 0; padding: 16px; width: 1328px; background: #e8edf2; font: 600 17px/1.4 sans-serif; color: #1c2b3a;
  display: grid; grid-template-columns: 1fr 1fr; gap: 16px }
figure { margin: 0 } img { width: 100%; border: 1px solid #c4ced8; display: block } figcaption { padding: 0 2px 6px }
"""


def main() -> None:
    """Plays one session in each mode, and lays the pictures side by side."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        shots: dict[str, dict[str, bytes]] = {name: {} for name in _PAGES}
        for mode in _MODES:
            with Sandbox(privacy=mode) as sandbox:
                _play(browser, sandbox, mode, shots)
        for name, pictures in shots.items():
            _lay_out(browser, pictures, _IMAGES / f"privacy-{name}.jpg")
        browser.close()


def _play(browser: Browser, sandbox: Sandbox, mode: str, shots: dict[str, dict[str, bytes]]) -> None:
    people = browser.new_context(viewport=SCREEN), browser.new_context(viewport={"width": 1330, "height": 930})
    visitor = Visitor(people[0], sandbox.visitor_url(_VISITORID))
    visitor.open_shop()
    visitor.page.get_by_role("button", name="Need help?").first.click()
    visitor.accept()
    agent = _agent(people[1].new_page(), sandbox)
    for name, path in _PAGES.items():
        visitor.open_shop(path)
        if path == "checkout":
            visitor.page.get_by_role("button", name="Fill in sample details").click()
        viewer = Viewer(agent)
        viewer.until(_ALL_THERE, visitor.page.evaluate("() => document.querySelectorAll('main *').length"))
        _settle(agent)
        shots[name].setdefault("What the visitor sees", visitor.page.screenshot())
        shots[name][f"What the agent sees: {mode}"] = viewer.region.screenshot()
    for context in people:
        context.close()


def _agent(page: Page, sandbox: Sandbox) -> Page:
    page.goto(sandbox.url)
    page.get_by_role("link", name="join with a session code").click()
    page.get_by_role("textbox", name="Session Code").fill(_VISITORID)
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Join Session").click()
    expect(opened.value.get_by_role("region", name="Visitor's page").locator("iframe").first).to_be_visible()
    return opened.value


def _settle(page: Page) -> None:
    """Pictures and values come a moment after the page; this is for the eye and waits for it."""
    page.wait_for_timeout(1500)


def _lay_out(browser: Browser, pictures: dict[str, bytes], path: Path) -> None:
    page = browser.new_page(viewport={"width": 1360, "height": 900}, device_scale_factor=1)
    figures = "".join(
        f'<figure><figcaption>{caption}</figcaption><img src="data:image/png;base64,{base64.b64encode(png).decode()}">'
        "</figure>"
        for caption, png in pictures.items()
    )
    page.set_content(f"<style>{_SHEET}</style>{figures}")
    page.screenshot(path=path, type="jpeg", quality=84, full_page=True)
    page.close()


if __name__ == "__main__":
    main()
