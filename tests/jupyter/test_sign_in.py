"""Signing in by SAML in JupyterLab: the agent's browser has the identity provider's cookie, and fetches the key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from glance_widget.testing import ScriptedVisitor
from tests.jupyter.desk import Desk, expect_closed

pytestmark = pytest.mark.jupyter

PAGE = "/account/getloginkey.aspx"
EVIL = """() => {
  const message = { glanceEvent: "authenticateSucceeded", data: { loginKey: "partnerid=21489&partneruserid=eve~x" } };
  (window.opener ?? window).postMessage(message, "*");
}"""


BLOCKS_ONE_WINDOW = """() => {
  const { open } = window;
  window.open = () => { window.open = open; return null; };
}"""


@pytest.fixture(autouse=True)
def nobody_signed_in(desk: Desk) -> Iterator[None]:
    yield
    desk.context.clear_cookies(name="GSSNID")


def sign_in(page: Page) -> None:
    page.get_by_role("button", name="Sign In").click()


def test_a_frame_that_nobody_sees_fetches_the_key(desk: Desk) -> None:
    provider = desk.context.new_page()
    provider.goto(desk.sandbox.url + PAGE)
    sign_in(provider)
    expect(provider.get_by_role("heading", name="You are signed in")).to_be_visible()
    provider.close()
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid, "authmethod='samlloginkey'")
    button.expect_state("absent")
    with ScriptedVisitor(desk.sandbox, visitorid) as visitor:
        button.expect_state("present")
        button.opens_a_window("Join")
        visitor.wait_for("in_session")
        button.expect_state("in_session")
    expect(button.root.locator("iframe")).to_have_count(0)
    desk.lab.save()
    assert "$1$" not in (desk.server.folder / desk.notebook).read_text()


def test_a_window_is_closed_too_early_and_told_lies_before_it_brings_the_key(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid(), "authmethod='samlpopup'")
    button.expect_state("connecting")
    expect(button.root).to_contain_text("You are not signed in yet.")
    button.opens_a_window("Sign In").close()
    expect(button.root).to_contain_text("The sign-in window was closed before you were signed in.")
    window = button.opens_a_window("Sign In")
    expect(window.get_by_role("heading", name="Who are you?")).to_be_visible()
    desk.lab.page.evaluate(EVIL)
    with desk.lab.page.expect_popup() as opened:
        desk.lab.page.evaluate("(url) => { window.open(url); }", f"{desk.sandbox.url}/cobrowse/terms/")
    opened.value.evaluate(EVIL)
    opened.value.close()
    expect(button.root).to_contain_text("Sign in in the window that has opened.")
    sign_in(window)
    expect_closed(window)
    button.expect_state("absent")
    expect(button.named("Sign In")).to_be_hidden()
    assert desk.value("w.error") == "None"


def test_a_blocked_window_leaves_a_link_that_signs_in(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid(), "authmethod='samlpopup'")
    desk.lab.page.evaluate(BLOCKS_ONE_WINDOW)
    button.press("Sign In")
    expect(button.root).to_contain_text("The browser blocked the sign-in window. Press Sign In,")
    window = button.opens_a_window("Sign In", "link")
    expect(window.get_by_role("heading", name="Who are you?")).to_be_visible()
    sign_in(window)
    button.expect_state("absent")
    expect_closed(window)


def test_a_cell_that_waits_hears_the_browser_where_the_kernel_has_subshells(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid(), "authmethod='samlpopup'")
    expect(button.named("Sign In")).to_be_visible()
    waiting = desk.lab.add("w.wait_for('absent', 30)\nprint('signed in')")
    desk.lab.begin(waiting)
    sign_in(button.opens_a_window("Sign In"))
    button.expect_state("absent")
    expect(desk.lab.cell(waiting)).to_contain_text("signed in")
