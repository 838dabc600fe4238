"""A Chromium for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

from glance_widget.demo.chromium import launch_options

RESULTS: Final = Path(__file__).resolve().parents[1] / "test-results"
"""Pictures of failures; git ignores them."""
PATIENCE: Final = 30_000
"""Milliseconds in which something comes true in a browser. They only decide how long a broken test takes to fail."""
_USUAL: Final = 5_000


@contextmanager
def chromium(*flags: str) -> Iterator[Browser]:
    """A Chromium; as long as it runs, Playwright's ``expect`` is patient.

    Args:
        flags: Further flags of its command line.
    """
    options = launch_options()
    options["args"] = [*options["args"], *flags]
    expect.set_options(timeout=PATIENCE)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**options)
            yield browser
            browser.close()
    finally:
        expect.set_options(timeout=_USUAL)
