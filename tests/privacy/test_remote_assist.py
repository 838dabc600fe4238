"""Remote assist and the pause in a real browser: a visitor in the demo shop, and an agent at the viewer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, WebSocket, expect

from glance_widget.sandbox import Sandbox
from tests.chromium import chromium
from tests.conftest import eventually
from tests.sandbox.clients import VIEW, Wire, wire_to

pytestmark = pytest.mark.browser

SIZE: Final[ViewportSize] = {"width": 1000, "height": 700}
FORM = """
<form id="form" style="position:absolute;inset:0;background:#fff;padding:20px">
  <p><input id="name" value="Maria"></p>
  <p><input id="next"></p>
  <p><textarea id="notes"></textarea></p>
  <p><input id="password" type="password"></p>
  <p><input id="masked" class="glance_masked"></p>
  <p><input id="file" type="file"></p>
  <p><input id="tick" type="checkbox"></p>
  <p><select id="choice"><option>tea</option><option>coffee</option></select></p>
  <p><button id="press" type="button">Press</button></p>
  <p><button id="secret" type="button" glance_masked="true">x</button></p>
  <p><a id="script" href="javascript:void(window.ran = true)">Run</a></p>
</form>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Sandbox() as sandbox, wire_to(sandbox) as wire:
        yield wire


class Frames:
    """The messages of a page's sockets, as they come and go."""

    def __init__(self, page: Page) -> None:
        self.sent: list[dict[str, Any]] = []
        self.received: list[dict[str, Any]] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        if "/live/" in socket.url:
            socket.on("framesent", lambda frame: self.sent.append(json.loads(frame)))
            socket.on("framereceived", lambda frame: self.received.append(json.loads(frame)))

    def controls(self) -> list[str]:
        """The kinds of actions that were received."""
        return [frame["action"]["kind"] for frame in self.received if frame["type"] == "control"]

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was sent of a kind."""
        return [frame for frame in self.sent if frame["type"] == kind]


class Story:
    """A visitor whose page an agent watches."""

    def __init__(self, browser: Browser, wire: Wire, key: str) -> None:
        self._contexts = [browser.new_context(viewport=SIZE), browser.new_context(viewport=SIZE)]
        self.visitor, self.agent = (context.new_page() for context in self._contexts)
        self.visitor_frames, self.agent_frames = Frames(self.visitor), Frames(self.agent)
        self.visitor.goto(wire.sandbox.visitor_url("maria-21"))
        self.visitor.evaluate("key => GLANCE.Cobrowse.Visitor.showTerms({sessionKey: key})", key)
        self.visitor.get_by_role("dialog").get_by_role("button", name="Accept").click()
        self.bar = self.visitor.get_by_role("region", name="Shared session")
        expect(self.bar).to_contain_text("Sharing this page with no one yet")
        fields = {"LOGINKEY": wire.loginkey(), "PARTNERID": str(wire.group), "PARTNERUSERID": wire.sandbox.puid}
        query = urlencode(fields | {"WAIT": "1", "SESSIONKEY": key, "NAME": "Anna"})
        self.agent.goto(f"{wire.sandbox.url}{VIEW}?{query}")
        expect(self.bar).to_contain_text("Sharing this page with Anna")
        self.replica = self.agent.get_by_role("region", name="Visitor's page").locator("iframe").last.content_frame
        self.request = self.agent.get_by_role("button", name="Request Remote Assist")
        self.question = self.visitor.get_by_role("dialog", name="Let Anna use this page with you?")
        self.layer = self.agent.get_by_role("application")
        self.strip = self.agent.locator("p.helping")

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def show_form(self) -> None:
        """Puts a form over the visitor's page, and waits until the agent sees it."""
        self.visitor.evaluate(
            "html => document.body.append(document.createRange().createContextualFragment(html))", FORM
        )
        self.replica.get_by_text("Press", exact=True).wait_for()

    def assist(self) -> None:
        """Remote assist is asked for and allowed."""
        self.request.click()
        self.question.get_by_role("button", name="Allow").click()
        expect(self.layer).to_be_visible()

    def field(self, name: str) -> Locator:
        return self.visitor.locator(f"#{name}")

    def agent_clicks(self, name: str) -> None:
        """Clicks where the agent sees an element, which is where the visitor has it."""
        box, layer = self.field(name).bounding_box(), self.layer.bounding_box()
        assert box is not None
        assert layer is not None
        scale = layer["width"] / SIZE["width"]
        x = layer["x"] + scale * (box["x"] + min(box["width"], 20) / 2)
        self.agent.mouse.click(x, layer["y"] + scale * (box["y"] + box["height"] / 2))

    def refused(self) -> None:
        """Whatever the agent did before this has arrived at the visitor's page: a later action has."""
        self.agent_clicks("press")
        expect(self.field("press")).to_have_class("pressed")


@pytest.fixture
def story(browser: Browser, wire: Wire, request: pytest.FixtureRequest) -> Iterator[Story]:
    story = Story(browser, wire, request.node.name.replace("_", "-")[:60].replace("[", "-").replace("]", ""))
    story.show_form()
    story.visitor.evaluate(
        "() => { document.querySelector('#press').onclick = (click) => { click.target.className = 'pressed' } }"
    )
    yield story
    story.close()


def test_clicks_and_text_arrive_on_the_page(story: Story) -> None:
    story.assist()
    expect(story.bar).to_contain_text("Anna can click and type here")
    story.agent_clicks("name")
    expect(story.field("name")).to_be_focused()
    story.agent.keyboard.type("Anna")
    expect(story.field("name")).to_have_value("Anna")
    story.agent.keyboard.press("Backspace")
    expect(story.field("name")).to_have_value("Ann")
    story.agent.keyboard.press("Tab")
    story.agent.keyboard.type("Lindqvist")
    expect(story.field("next")).to_have_value("Lindqvist")
    story.agent_clicks("notes")
    story.agent.keyboard.type("one")
    story.agent.keyboard.press("Enter")
    story.agent.keyboard.type("two")
    expect(story.field("notes")).to_have_value("one\ntwo")
    story.agent_clicks("tick")
    expect(story.field("tick")).to_be_checked()
    story.agent_clicks("choice")
    story.agent.keyboard.press("ArrowDown")
    expect(story.field("choice")).to_have_value("coffee")
    # Nothing of this was taken for the visitor's own hand.
    assert story.visitor_frames.of("assist_hold") == []


def test_the_agent_points_and_scrolls(story: Story) -> None:
    story.visitor.evaluate("document.querySelector('#form').style.height = '3000px'")
    story.assist()
    layer = story.layer.bounding_box()
    assert layer is not None
    story.agent.mouse.move(layer["x"] + layer["width"] / 2, layer["y"] + layer["height"] / 4)
    pointer = story.visitor.locator("#glance_ui").get_by_text("Anna", exact=True)
    expect(pointer).to_be_visible()
    place = pointer.bounding_box()
    assert place is not None
    assert abs(place["x"] - SIZE["width"] / 2) < 20
    story.agent.mouse.wheel(0, 250)
    eventually(lambda: story.visitor.evaluate("scrollY") == 250)


@pytest.mark.parametrize("name", ["password", "masked", "file"])
def test_what_is_secret_refuses(story: Story, name: str) -> None:
    story.assist()
    story.agent_clicks(name)
    story.agent.keyboard.type("typed")
    story.agent.keyboard.press("Enter")
    story.refused()
    assert story.field(name).input_value() == ""
    assert story.visitor.evaluate("document.activeElement.id") == "press"


def test_a_password_that_is_shown_refuses(story: Story) -> None:
    story.field("password").fill("secret")
    story.field("password").evaluate("field => { field.type = 'text' }")
    story.assist()
    story.agent_clicks("password")
    story.agent.keyboard.type("typed")
    story.refused()
    assert story.field("password").input_value() == "secret"


def test_masked_buttons_and_script_links_refuse(story: Story) -> None:
    story.visitor.evaluate("() => { document.querySelector('#secret').onclick = () => { window.ran = true }; }")
    story.assist()
    story.agent_clicks("secret")
    story.agent_clicks("script")
    story.refused()
    assert story.visitor.evaluate("window.ran") is None


def test_actions_without_leave_reach_no_page(story: Story, wire: Wire) -> None:
    story.assist()
    story.bar.get_by_role("button", name="Stop").click()
    expect(story.layer).to_be_hidden()
    before = len(story.visitor_frames.received)
    key = story.visitor.evaluate("GLANCE.Cobrowse.Visitor.getKey()")
    forger = wire.viewer(key)
    forger.wait_for("events")
    forger.send(type="control", action={"kind": "click", "id": 5, "x": 1, "y": 1})
    forger.send(type="snapshot")
    forger.wait_for("events")
    assert "control" not in [frame["type"] for frame in story.visitor_frames.received[before:]]


def test_the_visitor_always_wins(story: Story) -> None:
    story.assist()
    story.field("next").click()
    expect(story.strip).to_have_text(
        "Maria is using the page. Your mouse and keys have no effect until a moment after that."
    )
    assert story.visitor_frames.of("assist_hold") == [{"type": "assist_hold", "held": True}]
    story.agent_clicks("name")
    story.agent.keyboard.type("Anna")
    expect(story.strip).to_contain_text("You can point, click")
    assert story.visitor_frames.of("assist_hold")[-1] == {"type": "assist_hold", "held": False}
    assert story.agent_frames.of("control") == []
    story.agent_clicks("name")
    story.agent.keyboard.type("Anna")
    expect(story.field("name")).to_have_value("Anna")


def test_the_page_itself_drops_what_comes_while_the_visitor_uses_it(story: Story) -> None:
    story.assist()
    # The service does not hear of it, and the visitor goes on for ever: only the page can hold the agent back.
    story.visitor.evaluate("() => { WebSocket.prototype.send = () => undefined; window.setTimeout = () => 1; }")
    story.field("next").press("x")
    story.agent_clicks("press")
    # Asking the page lets its events come in.
    eventually(lambda: story.visitor.evaluate("1") and "click" in story.visitor_frames.controls())
    expect(story.field("press")).not_to_have_class("pressed")


def test_stop_ends_it(story: Story) -> None:
    story.assist()
    story.bar.get_by_role("button", name="Stop").click()
    expect(story.bar).to_contain_text("Sharing this page with Anna")
    expect(story.strip).to_have_text("Maria stopped remote assist. You still see the page.")
    expect(story.layer).to_be_hidden()
    story.visitor.evaluate("document.querySelector('#press').textContent = 'Still seen'")
    expect(story.replica.get_by_text("Still seen")).to_be_visible()


def test_a_pause_ends_it_and_nothing_is_sent(story: Story) -> None:
    story.assist()
    story.bar.get_by_role("button", name="Pause").click()
    expect(story.bar).to_contain_text("Paused. Anna sees nothing of this page.")
    expect(story.agent.get_by_role("heading", name="Paused by the visitor")).to_be_visible()
    expect(story.layer).to_be_hidden()
    expect(story.request).to_be_disabled()
    sent, shown = len(story.visitor_frames.of("events")), len(story.agent_frames.received)
    story.visitor.evaluate("document.querySelector('#press').textContent = 'while paused'")
    story.visitor.reload()
    expect(story.bar).to_contain_text("Paused.")
    assert story.visitor.evaluate("GLANCE.Cobrowse.Visitor.isSessionPaused()") is True
    # The page's own code does not undo what the visitor pressed.
    story.visitor.evaluate("GLANCE.Cobrowse.Visitor.pauseSession({pause: false})")
    assert story.visitor.evaluate("GLANCE.Cobrowse.Visitor.isSessionPaused()") is True
    assert len(story.visitor_frames.of("events")) == sent
    assert "events" not in [frame["type"] for frame in story.agent_frames.received[shown:]]
    story.bar.get_by_role("button", name="Resume").click()
    expect(story.agent.get_by_role("heading", name="Paused by the visitor")).to_be_hidden()
    expect(story.replica.get_by_role("heading", level=1)).to_be_visible()


def test_not_now_leaves_the_view(story: Story) -> None:
    story.request.click()
    expect(story.strip).to_contain_text("The question stands for")
    story.question.get_by_role("button", name="Not now").click()
    expect(story.strip).to_contain_text('Maria said "Not now"')
    expect(story.layer).to_be_hidden()
    story.visitor.evaluate("document.querySelector('#press').textContent = 'Still seen'")
    expect(story.replica.get_by_text("Still seen")).to_be_visible()


def test_the_agent_takes_the_question_back(story: Story) -> None:
    story.request.click()
    story.question.wait_for()
    story.agent.get_by_role("button", name="Cancel").click()
    expect(story.question).to_be_hidden()
    expect(story.visitor.get_by_text("Anna no longer asks to use this page.")).to_be_visible()
    expect(story.request).to_be_enabled()


def test_the_visitor_may_go_on_while_asked(story: Story) -> None:
    story.field("name").focus()
    story.request.click()
    story.question.wait_for()
    expect(story.field("name")).to_be_focused()
    story.field("name").fill("goes on")
    assert story.visitor_frames.of("consent")[1:] == []


def test_a_script_of_the_page_consents_to_nothing(story: Story) -> None:
    story.request.click()
    story.question.get_by_role("button", name="Allow").and_(story.visitor.locator(":enabled")).wait_for()
    story.visitor.evaluate("""() => {
      const root = document.getElementById("glance_ui").shadowRoot;
      const allow = [...root.querySelectorAll("button")].find((one) => one.textContent === "Allow");
      allow.click();
      allow.dispatchEvent(new MouseEvent("click", {bubbles: true, composed: true}));
      allow.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
      GLANCE.Cobrowse.Visitor.addEventListener("rcrequested", ({accept}) => accept());
    }""")
    expect(story.question).to_be_visible()
    story.agent.get_by_role("button", name="Cancel").click()
    expect(story.question).to_be_hidden()
    story.request.click()
    expect(story.question).to_be_visible()
    assert [frame["power"] for frame in story.visitor_frames.of("consent")] == ["view"]


def test_a_script_of_the_page_does_not_accept_the_terms(browser: Browser, wire: Wire) -> None:
    page = browser.new_context().new_page()
    page.goto(wire.sandbox.visitor_url("maria-21"))
    page.evaluate("GLANCE.Cobrowse.Visitor.showTerms({sessionKey: 'forged'})")
    page.get_by_role("dialog").get_by_role("button", name="Accept").and_(page.locator(":enabled")).wait_for()
    page.evaluate("document.getElementById('glance_ui').shadowRoot.getElementById('glance_accept').click()")
    assert page.evaluate("GLANCE.Cobrowse.Visitor.inSession()") is False
    expect(page.get_by_role("dialog")).to_be_visible()
    page.context.close()
