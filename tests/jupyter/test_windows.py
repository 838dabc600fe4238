"""Pop-ups that the browser blocks: really blocked, by Chromium's own rule."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from glance_widget.demo.people import Viewer
from glance_widget.testing import ScriptedVisitor
from tests.conftest import eventually
from tests.jupyter.desk import Desk, without_gesture

pytestmark = pytest.mark.jupyter

MARK = "pressed by a script"


def test_a_blocked_window_is_told_and_opened_by_the_next_press(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    button = desk.show(visitorid)
    with ScriptedVisitor(desk.sandbox, visitorid) as visitor:
        button.expect_state("present")
        button.named("Join").evaluate(f"(button) => {{ window['{MARK}'] = button; }}")
        session = desk.context.new_cdp_session(desk.lab.page)
        # A press counts for five seconds. From here to the click nothing but this session may touch the page.
        eventually(lambda: not without_gesture(session, "navigator.userActivation.isActive"), within=10)
        without_gesture(session, f"window['{MARK}'].click()")
        visitor.wait_for("in_session")
        button.expect_state("in_session")
        expect(button.root).to_contain_text("The browser blocked the viewer window")
        assert desk.viewers() == []
        viewer = Viewer(button.opens_a_window("Open Viewer", "link"))
        viewer.expect_heading("Coffee at the pace of a heron")
        expect(button.root).not_to_contain_text("blocked")
        button.press("End Session")
        button.expect_state("ended")
