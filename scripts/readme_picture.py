"""Makes the README's picture from those that ``./scripts/demo --check`` leaves: python scripts/readme_picture.py."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from glance_widget.demo.chromium import launch_options

_ROOT: Final = Path(__file__).parents[1]
_SCREENS: Final = (
    ("10-agent.png", "left:24px; top:24px; width:860px"),
    ("13-viewer.png", "right:24px; bottom:24px; width:780px"),
)
_SIZE: Final = {"width": 1360, "height": 800}


def main() -> None:
    """Lays the agent's notebook and the viewer over each other."""
    screens = "".join(f'<img style="{place}" src="data:image/png;base64,{_content(name)}">' for name, place in _SCREENS)
    style = (
        "body{margin:0;background:#e8edf2}img{position:absolute;border-radius:10px;box-shadow:0 12px 40px #1c2b3a59}"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        page = browser.new_page(viewport=_SIZE, device_scale_factor=1)
        page.set_content(f"<style>{style}</style>{screens}")
        page.screenshot(path=_ROOT / "docs" / "images" / "story.png")
        browser.close()


def _content(name: str) -> str:
    return base64.b64encode((_ROOT / "build" / "demo" / name).read_bytes()).decode("ascii")


if __name__ == "__main__":
    main()
