"""The one place that knows where a Chromium may be and how it is started.

It runs before anything is installed, so it uses the standard library only; as a program it prints the path.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from typing import TypedDict

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = ("Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome")
MISSING = "No Chromium was found."
HINT = "Run `./scripts/setup --browser`, install Chromium or Chrome, or set GLANCE_CHROMIUM to its path."

# No traffic of the browser's own, and the same picture with and without a graphics card.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class LaunchOptions(TypedDict):
    """Keyword arguments of Playwright's `chromium.launch`."""

    executable_path: str
    headless: bool
    args: list[str]
    ignore_default_args: list[str]


def find_chromium() -> Path | None:
    """The Chromium to use: `GLANCE_CHROMIUM`, else the machine's, else the newest one of Playwright.

    Raises:
        FileNotFoundError: `GLANCE_CHROMIUM` is set, and is not a program.
    """
    if chosen := os.environ.get("GLANCE_CHROMIUM"):
        if found := shutil.which(chosen):
            return Path(found)
        message = f"GLANCE_CHROMIUM is {chosen!r}, which is not a program. {HINT}"
        raise FileNotFoundError(message)
    candidates = [Path(found) for name in NAMES if (found := shutil.which(name))]
    candidates += [Path("/Applications", application) for application in MAC_APPLICATIONS]
    candidates += _downloads_of_playwright()
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def launch_options(*, headless: bool = True) -> LaunchOptions:
    """What to pass to Playwright's `chromium.launch`, with the pop-up blocker on.

    Raises:
        FileNotFoundError: There is no Chromium; the message says what to do.
    """
    path = find_chromium()
    if path is None:
        message = f"{MISSING} {HINT}"
        raise FileNotFoundError(message)
    # Chromium's own sandbox refuses to run as root.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        "executable_path": str(path),
        "headless": headless,
        "args": ["--no-sandbox", *FLAGS] if root else [*FLAGS],
        # Playwright turns the pop-up blocker off, and every test of a pop-up would pass.
        "ignore_default_args": ["--disable-popup-blocking"],
    }


def _downloads_of_playwright() -> list[Path]:
    """The Chromiums that `playwright install` has put on this machine, newest first."""
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        folder = Path(chosen)
    elif sys.platform == "darwin":
        folder = Path.home() / "Library" / "Caches" / "ms-playwright"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home())) / "ms-playwright"
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
    programs = (
        "chrome-linux*/chrome",
        "chrome-win*/chrome.exe",
        "chrome-mac*/*.app/Contents/MacOS/*",
    )
    found = [path for program in programs for path in folder.glob(f"chromium-*/{program}")]
    return sorted(found, key=_revision, reverse=True)


def _revision(path: Path) -> int:
    return max(int(number) for number in re.findall(r"chromium-(\d+)", str(path)))


if __name__ == "__main__":
    try:
        print(launch_options()["executable_path"])
    except FileNotFoundError as error:
        sys.exit(str(error))
