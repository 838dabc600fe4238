"""A Chromium for each module, and pages in it that complain when the button does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from glance_widget.demo.chromium import launch_options
from tests.browser.button_bench import Benches, serve


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
