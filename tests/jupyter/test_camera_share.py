"""Camera share as an agent uses it: from the button of a notebook, with a customer at a phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.demo.witness import Witness
from tests.chromium import PATIENCE
from tests.jupyter.desk import Button, Desk

pytestmark = pytest.mark.jupyter

NUMBER = "+1 617 555 0123"
PIXELS = "(canvas) => canvas.toDataURL()"
MOVED = "([canvas, before]) => canvas.toDataURL() !== before"


@contextmanager
def phone_of(browser: Browser, url: str) -> Iterator[Page]:
    """A phone's browser, which has no camera."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    context.set_default_timeout(PATIENCE)
    witness = Witness(context, "phone")
    page = context.new_page()
    page.goto(url)
    try:
        yield page
    finally:
        context.close()
    assert witness.complaints() == []


def expect_moving_picture(viewer: Page) -> None:
    """Waits until the camera's picture is shown, and then another one."""
    region = viewer.get_by_role("region", name="Visitor's camera")
    canvas = region.locator("canvas").element_handle()
    assert canvas is not None
    viewer.wait_for_function(MOVED, arg=[canvas, canvas.evaluate(PIXELS)])


def test_a_customer_invited_by_text_message_shows_the_phones_camera(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid())
    button.press("Camera Share")
    field = button.root.get_by_label("Customer's phone number")
    expect(field).to_be_focused()
    field.fill(NUMBER)
    viewer = button.opens_a_window("Send")
    expect(viewer.get_by_role("heading", name="Waiting for the phone…")).to_be_visible()
    button.expect_state("joining")
    expect(button.root).to_contain_text("The message was sent.")
    with phone_of(desk.browser, f"{desk.sandbox.url}/phone/") as phone:
        phone.get_by_role("link", name=NUMBER.replace(" ", "")).click()
        phone.get_by_role("link", name="/camera/#").click()
        question = phone.get_by_role("dialog")
        expect(question).to_contain_text(f"{desk.sandbox.puid} asks to see what the camera of this phone sees.")
        question.get_by_role("button", name="Accept").click()
        button.expect_state("in_session")
        expect_moving_picture(viewer)
        expect(phone.get_by_text("sees this.")).to_be_visible()
        expect(phone.get_by_text("No camera was found, so a test picture is sent.")).to_be_visible()
        expect(viewer.get_by_role("button", name="Request Remote Assist")).to_be_hidden()

        phone.get_by_role("button", name="Pause").click()
        expect(viewer.get_by_role("heading", name="Paused by the visitor")).to_be_visible()
        phone.get_by_role("button", name="Resume").click()
        expect(viewer.get_by_role("heading", name="Paused by the visitor")).to_be_hidden()
        phone.reload()  # the same tab goes on without another question
        expect_moving_picture(viewer)

        viewer.get_by_role("button", name="End Session").click()
        expect(phone.get_by_role("heading", name="ended the session")).to_be_visible()
        button.expect_state("ended")
    report, code = json.loads(desk.value("__import__('json').dumps([w.reports, w.invitation])"))
    assert (len(report), code) == (1, None)
    (receipt,) = desk.sandbox.consent_receipts(report[0]["sessionId"])
    assert (receipt.power, receipt.answer, receipt.version) == ("view", "accepted", "camera-1")


def test_a_customer_invited_by_key_types_it_and_ends_the_session(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid(), "openlocation='iframe'")
    button.press("Camera Share")
    button.press("Invite with a key instead")
    button.expect_state("joining")
    code = button.root.get_by_role("note")
    expect(code).to_be_visible()
    desk.reload()
    button = Button(desk.lab.button(desk.cell).first)
    code = button.root.get_by_role("note")
    expect(code).to_be_visible()
    saved = (desk.server.folder / desk.notebook).read_text()
    assert "key_to_read" in saved
    assert code.inner_text().replace(" ", "") not in saved
    with phone_of(desk.browser, f"{desk.sandbox.url}/camera/") as phone:
        phone.get_by_label("Key").fill(code.inner_text())
        phone.get_by_role("button", name="Continue").click()
        phone.get_by_role("button", name="Accept").click()
        button.expect_state("in_session")
        expect(code).to_be_hidden()
        button.press("Reopen Viewer")  # its frame went with the page
        expect(phone.get_by_text("sees this.")).to_be_visible()
        phone.get_by_role("button", name="End Session").click()
        expect(phone.get_by_role("heading", name="You ended the session.")).to_be_visible()
        button.expect_state("ended")


def test_a_customer_who_declines_sends_nothing(desk: Desk) -> None:
    button = desk.show(desk.new_visitorid())
    button.press("Camera Share")
    viewer = button.opens_a_window("Invite with a key instead")
    code = button.root.get_by_role("note").inner_text().replace(" ", "")
    with phone_of(desk.browser, f"{desk.sandbox.url}/camera/#{code}") as phone:
        with viewer.expect_event("close"):
            phone.get_by_role("button", name="Decline").click()
        expect(phone.get_by_role("heading", name="You declined.")).to_be_visible()
    button.expect_state("failed")
    expect(button.root).to_contain_text("The customer declined to show the camera.")
