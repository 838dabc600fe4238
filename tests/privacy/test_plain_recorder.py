"""The tables plant what they say: the common recorder, without ours around it, sends most of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.testing.leak_search import Departure, search
from tests.privacy.planted.page import page_of
from tests.privacy.planted.tables import KINDS
from tests.privacy.planted.website import website
from tests.privacy.planting import add, change, secrets_of

pytestmark = pytest.mark.browser

RECORDER = Path(__file__).parents[2] / "js/node_modules/@rrweb/record/dist/record.umd.min.cjs"
OPTIONS: dict[str, object] = {}
LEAST = 250
START = """
(options) => {
  window.sent = [];
  const { record } = window.rrwebRecord ?? window.rrweb;
  record({ emit: (event) => window.sent.push(JSON.stringify(event)), ...options });
}
"""


def test_the_common_recorder_sends_what_must_not_leave(browser: Browser, rng: random.Random) -> None:
    secrets = secrets_of(KINDS, rng)
    context = browser.new_context()
    with website(lambda: page_of(KINDS, secrets["initial"], "")) as address:
        page = context.new_page()
        page.goto(f"{address}/page")
        page.add_script_tag(content=RECORDER.read_text(encoding="utf-8"))
        page.evaluate(START, OPTIONS)
        add(page, KINDS, secrets)
        change(page, KINDS, secrets)
        # Frames are recorded when they have loaded, everything else before the next picture of the screen.
        page.wait_for_function("() => window.sent.length > 5")
        page.wait_for_load_state("networkidle")
        sent = [Departure("event", event) for event in page.evaluate("() => window.sent")]
    context.close()
    everything = {f"{kind.name} ({form})": secrets[form][kind.name] for form in secrets for kind in KINDS}
    _, found = search(everything, sent)
    not_to_leave = {kind.name for kind in KINDS if kind.group in {"hidden", "password", "marked"}}
    leaked = {name for name in not_to_leave if any(f"{name} ({form})" in found for form in secrets)}
    print(f"plain recorder: {len(leaked)} of {len(not_to_leave)} kinds")  # noqa: T201 (the figure is the point)
    assert len(leaked) >= LEAST
