from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from glance_widget.demo.chromium import launch_options
from glance_widget.demo.witness import LOCAL_ONLY


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        options = launch_options()
        options["args"] = [*options["args"], LOCAL_ONLY]
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
