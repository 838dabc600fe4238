"""One button, two people who have its notebook open: each reads it in their own language."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import expect

from glance_widget.demo.lab_page import LabPage
from glance_widget.demo.witness import Witness
from glance_widget.testing import ScriptedVisitor
from tests.jupyter.desk import Button, Desk, new_context

pytestmark = pytest.mark.jupyter

HINT = "With the key from the visitor's page you can join at once."
IN_ARABIC = "يمكنك الانضمام فورًا بالمفتاح الظاهر في صفحة الزائر."


def test_two_readers_of_one_button_see_their_own_language(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    english = desk.show(visitorid)
    english.expect_state("absent")
    desk.lab.save()
    with closing(new_context(desk.browser, "ar")) as context:
        witness = Witness(context, "reader of Arabic")
        lab = LabPage.open(context, desk.server, desk.notebook)
        arabic = Button(lab.button(desk.cell).first)
        expect(arabic.root).to_contain_text(IN_ARABIC)
        expect(arabic.root).to_have_attribute("dir", "rtl")
        expect(english.root).to_contain_text(HINT)
        assert desk.value("w.status['hint'], sorted(w._phrases)") == f"{HINT} ['ar']"
        with ScriptedVisitor(desk.sandbox, visitorid):
            expect(arabic.named("انضمام")).to_be_visible()
            expect(english.named("Join")).to_be_visible()
            viewer = arabic.opens_a_window("انضمام")
            expect(arabic.named("إنهاء الجلسة")).to_be_visible()
            english.press("End Session")
            expect(arabic.root).to_contain_text("انتهت الجلسة")
        viewer.close()
    assert witness.complaints() == []
