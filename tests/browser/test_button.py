"""The built front end in a real browser: windows, frames, keyboard, sandbox, themes, and what is left behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.button_bench import FIELDS, Benches, Post

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("shadow", [False, True], ids=["light", "shadow"])
@pytest.mark.parametrize("old", [False, True], ids=["signal", "no signal"])
def test_a_click_opens_a_window_that_waits_and_is_filled(benches: Benches, *, shadow: bool, old: bool) -> None:
    bench = benches.open()
    bench.mount(shadow=shadow, old=old)
    with bench.context.expect_page() as opening:
        bench.button("Join").click()
    viewer = opening.value
    expect(viewer.get_by_role("heading", name="Waiting for Maria to accept…")).to_be_visible()
    bench.goes("inviting", "terms_displayed", "Maria is reading the terms…")
    expect(viewer.get_by_text("Maria is reading the terms…")).to_be_visible()
    bench.goes("in_session", "joined", session={"viewer": "opening", "startedAt": "2026-11-22T10:00:00Z"})
    bench.fill()
    expect(viewer.get_by_role("heading", name="The viewer")).to_be_visible()
    assert bench.site.posts.get(timeout=10) == Post("/agentjoin/AgentView.aspx", FIELDS, bench.site.url)
    bench.wait_for_sent("agentJoined")
    assert bench.sent() == ["hello", "join", "opened", "agentJoined"]
    assert len(bench.context.pages) == 2
    assert bench.page.locator("form").count() == 0
    viewer.close()
    bench.wait_for_sent("closed")


def test_a_window_of_its_own_is_a_popup(benches: Benches) -> None:
    bench = benches.open()
    bench.mount(traits={"openlocation": "window"})
    with bench.context.expect_page() as opening:
        bench.button("Join").click()
    assert opening.value.evaluate("() => !toolbar.visible")


def test_a_double_click_joins_once_and_does_not_cancel(benches: Benches) -> None:
    bench = benches.open()
    bench.mount(views=2)
    bench.page.evaluate("""() => {
      const { model } = glance.mounted;
      const send = model.send.bind(model);
      model.send = (message) => { send(message); if (message.type === "join") model.write({ state: "inviting" }); };
    }""")
    with bench.context.expect_page():
        bench.button("Join").first.dblclick()
    expect(bench.button("Cancel").first).to_be_visible()
    assert bench.sent() == ["hello", "join"]
    assert len(bench.context.pages) == 2


def test_a_refusal_closes_the_window_and_is_said_at_the_button(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    with bench.context.expect_page() as opening:
        bench.button("Join").click()
    with opening.value.expect_event("close"):
        bench.refuse("The visitor is not online.")
    expect(bench.page.get_by_text("The visitor is not online.")).to_be_visible()
    expect(bench.button("Join")).to_be_focused()


def test_a_blocked_window_leaves_words_and_a_button(benches: Benches) -> None:
    bench = benches.open("/button.html?press")
    assert bench.site.reports.get(timeout=10) == [
        {"type": "hello"},
        {"type": "join"},
        {"type": "viewer_event", "event": "blocked"},
    ]
    assert len(bench.context.pages) == 1
    bench.goes("in_session", "joined", session={"viewer": "blocked", "startedAt": "2026-11-22T10:00:00Z"})
    expect(bench.page.get_by_text("The browser blocked the viewer window.")).to_be_visible()
    with bench.context.expect_page() as opening:
        bench.button("Open Viewer").click()
    bench.fill("viewer")
    expect(opening.value.get_by_role("heading", name="The viewer")).to_be_visible()
    assert bench.site.posts.get(timeout=10).fields == FIELDS
    expect(bench.page.get_by_text("The browser blocked the viewer window.")).to_be_hidden()


@pytest.mark.parametrize("shadow", [False, True], ids=["light", "shadow"])
def test_a_frame_under_the_button_is_filled(benches: Benches, *, shadow: bool) -> None:
    bench = benches.open()
    bench.mount(traits={"openlocation": "iframe"}, shadow=shadow)
    bench.button("Join").click()
    frame = bench.page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Waiting for Maria to accept…")).to_be_visible()
    bench.fill()
    expect(frame.get_by_role("heading", name="The viewer")).to_be_visible()
    bench.wait_for_sent("agentJoined")
    assert len(bench.context.pages) == 1
    bench.goes("in_session", session={"viewer": "open"})
    bench.goes("ended", "agent", session=None, reporting={"duration": 140})
    expect(bench.page.locator("iframe")).to_have_count(0)
    expect(bench.page.get_by_text("Session ended – 2 min 20 sec")).to_be_visible()


@pytest.mark.parametrize("shadow", [False, True], ids=["light", "shadow"])
def test_a_frame_of_the_page_is_filled_and_given_back(benches: Benches, *, shadow: bool) -> None:
    bench = benches.open()
    bench.page.evaluate("() => document.body.append(Object.assign(document.createElement('iframe'), { id: 'box' }))")
    bench.mount(traits={"openlocation": "iframe", "iframeid": "box"}, shadow=shadow)
    bench.button("Join").click()
    bench.fill()
    expect(bench.page.frame_locator("#box").get_by_role("heading", name="The viewer")).to_be_visible()
    assert bench.page.locator("iframe").count() == 1
    bench.goes("in_session", session={"viewer": "open"})
    bench.goes("present")
    bench.page.wait_for_function("() => box.name === '' && box.contentDocument?.body.childElementCount === 0")


def test_a_box_of_the_page_gets_a_frame_and_keeps_what_is_in_it(benches: Benches) -> None:
    bench = benches.open()
    bench.page.evaluate("() => document.body.insertAdjacentHTML('beforeend', '<div id=box><p>Viewer:</p></div>')")
    bench.mount(traits={"openlocation": "iframe", "iframeid": "box"})
    bench.button("Join").click()
    bench.fill()
    frame = bench.page.locator("#box > iframe")
    expect(frame.content_frame.get_by_role("heading", name="The viewer")).to_be_visible()
    assert frame.evaluate("(frame) => frame.getBoundingClientRect().height") >= 500
    bench.goes("in_session", session={"viewer": "open"})
    bench.goes("present")
    expect(frame).to_have_count(0)
    expect(bench.page.get_by_text("Viewer:")).to_be_visible()


def test_a_frame_that_another_button_takes_is_its_own(benches: Benches) -> None:
    bench = benches.open()
    bench.page.evaluate("() => document.body.append(Object.assign(document.createElement('iframe'), { id: 'box' }))")
    bench.mount(traits={"openlocation": "iframe", "iframeid": "box"})
    bench.button("Join").click()
    bench.page.evaluate("() => { box.name = 'of-another-button'; }")
    bench.wait_for_sent("closed")
    bench.fill()
    assert bench.page.evaluate("() => box.name") == "of-another-button"
    assert len(bench.context.pages) == 1
    assert bench.site.posts.empty()


def test_a_frame_in_which_nobody_speaks_up_is_given_up_for_a_tab(benches: Benches) -> None:
    bench = benches.open()
    bench.site.silent = True
    bench.mount(traits={"openlocation": "iframe"})
    bench.button("Join").click()
    bench.fill()
    bench.goes("in_session", session={"viewer": "open"})
    expect(bench.page.get_by_text("The viewer does not answer inside this page.")).to_be_visible(timeout=8_000)
    bench.site.silent = False
    with bench.context.expect_page() as opening:
        bench.button("Open Viewer").click()
    bench.fill("viewer")
    expect(opening.value.get_by_role("heading", name="The viewer")).to_be_visible()
    expect(bench.page.locator("iframe")).to_have_count(0)


def test_all_can_be_done_with_the_keyboard(benches: Benches) -> None:
    bench = benches.open()
    bench.mount(traits={"state": "absent", "visitor": None})
    pressed = "addEventListener('keydown', ({ key }) => { globalThis.pressed = [...(globalThis.pressed ?? []), key]; })"
    bench.page.evaluate(pressed)
    keyboard = bench.page.keyboard
    keyboard.press("Tab")
    expect(bench.button("Join with Key")).to_be_focused()
    keyboard.press("Enter")
    field = bench.page.get_by_label("Session key")
    expect(field).to_be_focused()
    keyboard.type("no spaces")
    keyboard.press("Enter")
    expect(bench.page.get_by_role("alert")).to_contain_text("A session key has 1 to 62 letters")
    expect(field).to_be_focused()
    keyboard.press("Escape")
    expect(bench.button("Join with Key")).to_be_focused()
    assert "Escape" not in bench.page.evaluate("() => pressed")
    keyboard.press("Space")
    keyboard.type("1234")
    with bench.context.expect_page():
        keyboard.press("Enter")
    bench.goes("joining", "looking_up")
    expect(bench.button("Cancel")).to_be_focused()
    keyboard.press("Enter")
    bench.wait_for_sent("cancel")
    keyboard.press("Tab")
    expect(bench.page.locator("#after")).to_be_focused()


def test_keys_are_kept_from_the_host(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    script = "() => glance.mounted.boxes[0].querySelector('[data-lm-suppress-shortcuts]')?.shadowRoot != null"
    assert bench.page.evaluate(script)


def test_a_saved_page_shows_the_state_and_nothing_to_press(benches: Benches) -> None:
    bench = benches.open()
    bench.mount(comm=False, answers=False)
    expect(bench.page.get_by_text("No kernel is connected: this is what was saved.")).to_be_visible()
    expect(bench.page.get_by_text("Maria is online")).to_be_visible()
    expect(bench.page.locator("[data-glance-state=present]").get_by_role("button")).to_have_count(0)


def test_a_lost_kernel_is_said(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    bench.page.evaluate("() => { glance.mounted.model.failure = 'Cannot send'; }")
    bench.button("Join").click()
    expect(bench.page.get_by_text("The kernel is gone. Run the cell again.")).to_be_visible()
    expect(bench.button("Join")).to_be_disabled()
    assert len([page for page in bench.context.pages if not page.is_closed()]) <= 2


def test_the_theme_follows_the_host(benches: Benches) -> None:
    bench = benches.open()
    bench.mount()
    root = bench.page.locator("[data-glance-state]")
    expect(root).to_have_attribute("data-theme", "light")
    bench.page.evaluate("() => { document.body.style.background = '#111'; }")
    expect(root).to_have_attribute("data-theme", "dark")
    bench.page.evaluate("() => { document.body.style.setProperty('--jp-layout-color1', 'white'); }")
    expect(root).to_have_attribute("data-theme", "dark")
    bench.page.evaluate("() => { document.body.dataset.jpThemeName = 'JupyterLab Light'; }")
    expect(root).to_have_attribute("data-theme", "light")
    bench.page.evaluate("() => { document.body.style.setProperty('--background', '0 0% 0%'); }")
    expect(root).to_have_attribute("data-theme", "light")
    bench.page.evaluate("() => { document.body.removeAttribute('style'); }")
    expect(root).to_have_attribute("data-theme", "light")
    bench.page.emulate_media(color_scheme="dark")
    expect(root).to_have_attribute("data-theme", "dark")


def test_rounds_leave_nothing_behind(benches: Benches) -> None:
    bench = benches.open()
    bench.page.evaluate("() => { glance.mounted = glance.mount(); }")
    devtools = bench.context.new_cdp_session(bench.page)
    rounds = """() => {
      const { model } = glance.mounted;
      for (let round = 0; round < 50; round += 1) {
        glance.mount({ views: 2, shadow: round % 2 === 0, old: round % 3 === 0 }).unmount();
      }
      return model.listening;
    }"""

    def counters() -> dict[str, int]:
        devtools.send("HeapProfiler.collectGarbage")
        counted: dict[str, int] = devtools.send("Memory.getDOMCounters")
        return counted

    bench.page.evaluate("""() => {
      globalThis.timers = new Set();
      for (const [start, end] of [["setInterval", "clearInterval"], ["setTimeout", "clearTimeout"]]) {
        const [begin, stop] = [globalThis[start].bind(globalThis), globalThis[end].bind(globalThis)];
        globalThis[start] = (...given) => { const id = begin(...given); if (given[1] > 0) timers.add(id); return id; };
        globalThis[end] = (id) => { timers.delete(id); stop(id); };
      }
    }""")
    listening = bench.page.evaluate(rounds)
    before = counters()
    assert bench.page.evaluate(rounds) == listening
    assert bench.page.evaluate("() => timers.size") == 0
    bench.page.wait_for_function("() => place.childElementCount === 1")
    after = counters()
    # What is left to the collector varies a little; a leak would be 50 at least.
    assert after["nodes"] < before["nodes"] + 25
    assert after["jsEventListeners"] < before["jsEventListeners"] + 25
