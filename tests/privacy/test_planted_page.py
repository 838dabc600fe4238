"""Of a page full of secrets, only what the mode allows leaves it: in every form, by every way."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.protocol.visitor_settings import Privacy
from tests.privacy.planted.tables import KINDS
from tests.privacy.planting import planted

pytestmark = pytest.mark.browser

PICTURE = re.compile(r"data:(?:image/(?!svg)|video|audio)[^,]*,.")


def test_the_tables_are_large_and_their_names_are_unique() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 100
    assert {kind.group for kind in KINDS} == {"hidden", "visible", "form", "password", "marked"}


@pytest.mark.parametrize("mode", ["private", "standard", "open"])
def test_exactly_what_the_mode_allows_leaves_the_page(
    browser: Browser, rng: random.Random, mode: Privacy, tmp_path: Path
) -> None:
    with planted(browser, KINDS, rng, mode, tmp_path) as planting:
        first = planting.report({"initial": KINDS}, mode)
        planting.add()
        # What rows say together, such as the page's title, is said by the last of them.
        changed = planting.change()
        planting.arrive()
        later = planting.report({"initial": [], "added": KINDS, "changed": changed}, mode)
        problems = "\n".join(str(report) for report in (first, later) if report)
        assert not problems, problems
        if mode == "private":
            pictures = [
                str(one.content)[:200] for one in planting.check.departures() if PICTURE.search(str(one.content))
            ]
            assert pictures == []


def test_a_leak_that_is_added_is_named(browser: Browser, rng: random.Random, tmp_path: Path) -> None:
    kinds = [kind for kind in KINDS if kind.name in {"hidden input", "paragraph", "comment"}]
    with planted(browser, kinds, rng, "standard", tmp_path) as planting:
        assert not planting.report({"initial": kinds}, "standard")
        planting.page.evaluate(
            """(service) => new Promise((done) => {
                const socket = new WebSocket(`${service.replace("http", "ws")}/agent`);
                socket.onopen = () => { socket.send(btoa(document.querySelector("[type=hidden]").value)); done(); };
            })""",
            planting.service,
        )
        report = planting.report({"initial": kinds}, "standard")
        assert report.leaked == ("hidden input (initial)",)
        assert report.leaks[0].encoding == "base64"
        assert planting.secrets["initial"]["hidden input"] not in str(report)
