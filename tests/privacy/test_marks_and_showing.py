"""What a site unmasks is seen and nothing else; what is hidden leaves when it is shown, and not before."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck
from tests.privacy.planted.shown_later import SHOWN_LATER, UNMASKED
from tests.privacy.planted.tables import KINDS
from tests.privacy.planting import planted

pytestmark = pytest.mark.browser

FAILING = {
    "rejected": "() => Promise.reject(new Error('of the page'))",
    "thrown": "() => { throw new Error('of the page'); }",
    "of a wrong shape": "() => Promise.resolve('everything')",
    "whole page": "() => Promise.resolve({ maskpage: true })",
}


@pytest.mark.parametrize("mode", ["private", "standard", "open"])
def test_what_a_site_unmasks_is_seen(browser: Browser, rng: random.Random, mode: Privacy, tmp_path: Path) -> None:
    with planted(browser, UNMASKED, rng, mode, tmp_path) as planting:
        visible = [kind.name for kind in UNMASKED if kind.group != "marked"]
        planting.check.assert_no_leaks(planting.secrets["initial"], visible=visible)


@pytest.mark.parametrize("mode", ["private", "standard"])
def test_hidden_text_leaves_when_it_is_shown(
    browser: Browser, rng: random.Random, mode: Privacy, tmp_path: Path
) -> None:
    with planted(browser, SHOWN_LATER, rng, mode, tmp_path) as planting:
        planting.check.assert_no_leaks(planting.secrets["initial"])
        planting.change()
        planting.arrive()
        secrets = planting.secrets["initial"]
        if mode == "private":
            planting.check.assert_no_leaks(secrets)
            return
        planting.check.assert_no_leaks(secrets, visible=list(secrets))


@pytest.mark.parametrize("descriptor", FAILING.values(), ids=list(FAILING))
def test_a_failing_descriptor_masks_the_whole_page(
    browser: Browser, rng: random.Random, descriptor: str, tmp_path: Path
) -> None:
    kinds = [kind for kind in KINDS if kind.name in {"paragraph", "text, preset", "title", "placeholder", "svg text"}]
    with planted(browser, kinds, rng, "open", tmp_path, descriptor=descriptor) as planting:
        planting.check.assert_no_leaks(planting.secrets["initial"])
        planting.add()
        planting.arrive()
        planting.check.assert_no_leaks({**planting.secrets["initial"], **planting.secrets["added"]})


@pytest.mark.parametrize(("address", "seen"), [("*/shop/*/checkout", False), ("*/shop/*/orders", True)])
def test_pages_whose_address_the_service_names_are_masked_as_a_whole(
    browser: Browser, address: str, *, seen: bool
) -> None:
    text = {"a legend of the page": "Delivery"}
    context = browser.new_context()
    with (
        Sandbox(privacy="open", masked_urls=[address]) as sandbox,
        LeakCheck(f"{sandbox.visitor_url('maria-21')}checkout", sandbox, page=context.new_page()) as check,
    ):
        report = check.check(text, visible=text)
        assert (bool(report.missing), bool(report.found)) == (not seen, seen)
    context.close()
