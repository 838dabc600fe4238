"""A phone's page in a real browser that has a camera: it is used, and only where its owner allows it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import chromium
from tests.conftest import eventually
from tests.sandbox.clients import Wire

pytestmark = pytest.mark.browser


COUNT_QUESTIONS = """
  globalThis.asked = 0;
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = (wish) => { asked += 1; if (wish.audio) asked = NaN; return ask(wish); };
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium("--use-fake-device-for-media-stream") as browser:
        yield browser


def shown(wire: Wire, browser: Browser, *, allowed: bool) -> tuple[Page, dict[str, object]]:
    """A phone that was invited and accepted, and the first picture that its agent gets."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    if allowed:
        context.grant_permissions(["camera"], origin=wire.sandbox.url)
    phone = context.new_page()
    key = wire.invite_camera()
    sockets: list[object] = []
    phone.on("websocket", lambda socket: sockets.append(socket))  # noqa: PLW0108 - Playwright wants a function
    phone.add_init_script(COUNT_QUESTIONS)
    phone.goto(f"{wire.sandbox.url}/camera/#{key}")
    expect(phone.get_by_role("dialog")).to_be_visible()
    # Before the answer, neither the camera is asked nor is there anything on which a picture could go out.
    assert (phone.evaluate("asked"), sockets) == (0, [])
    phone.get_by_role("button", name="Accept").click()
    viewer = wire.viewer(key)
    # The page's policy forbids what `wait_for_function` is made of.
    eventually(lambda: phone.evaluate("asked") == 1)
    try:
        return phone, viewer.wait_for("picture")
    except TimeoutError as error:
        pytest.fail(f"{error}; the phone says: {phone.inner_text('body')}")


def test_the_camera_is_shown_where_it_is_allowed(wire: Wire, browser: Browser) -> None:
    phone, picture = shown(wire, browser, allowed=True)
    assert picture["jpeg"]
    expect(phone.get_by_text("sees this.")).to_be_visible()
    expect(phone.get_by_text("test picture")).to_be_hidden()
    phone.context.close()


def test_a_test_picture_is_shown_where_it_is_not(wire: Wire, browser: Browser) -> None:
    phone, picture = shown(wire, browser, allowed=False)
    assert picture["jpeg"]
    expect(phone.get_by_text("The camera may not be used, so a test picture is sent.")).to_be_visible()
    phone.context.close()


def test_the_link_of_a_second_message_is_opened_in_the_same_tab(wire: Wire, browser: Browser) -> None:
    context = browser.new_context()
    phone = context.new_page()
    phone.goto(f"{wire.sandbox.url}/camera/#{wire.invite_camera()}")
    phone.get_by_role("button", name="Decline").click()
    expect(phone.get_by_role("heading", name="You declined.")).to_be_visible()
    phone.goto(f"{wire.sandbox.url}/camera/#{wire.ask_camera(agentName='Ben').json()['sessionKey']}")
    expect(phone.get_by_role("dialog")).to_contain_text("Ben asks to see what the camera of this phone sees.")
    context.close()
