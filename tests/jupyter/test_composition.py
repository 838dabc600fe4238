"""Buttons among other widgets: in boxes, tabs and outputs, made by `interact`, and linked with what is entered."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from glance_widget.testing import ScriptedVisitor
from tests.jupyter.desk import Button, Desk

pytestmark = pytest.mark.jupyter

MAKE = """
import ipywidgets as ipy
def new(visitorid, **properties):
    return Glance(glancebaseurl="sandbox", visitorid=visitorid, presence=True, **properties)
"""


def show(desk: Desk, source: str) -> None:
    """Runs a cell that shows something; nothing in it need be a button."""
    desk.cell = desk.lab.add(MAKE + source)
    desk.lab.run(desk.cell)


def button_of(desk: Desk, number: int = 0) -> Button:
    return Button(desk.lab.button(desk.cell).nth(number))


def test_three_customers_in_one_row_are_joined_apart(desk: Desk) -> None:
    ids = [desk.new_visitorid() for _ in range(3)]
    show(desk, f"display(ipy.HBox([new(each) for each in {ids}]))")
    buttons = [button_of(desk, number) for number in range(3)]
    for button in buttons:
        button.expect_state("absent")
    tops = {button.root.evaluate("(root) => Math.round(root.getBoundingClientRect().top)") for button in buttons}
    assert len(tops) == 1
    rights = [button.root.evaluate("(root) => root.getBoundingClientRect().right") for button in buttons]
    lefts = [button.root.evaluate("(root) => root.getBoundingClientRect().left") for button in buttons]
    assert rights[0] <= lefts[1] < rights[1] <= lefts[2] < rights[2]
    with ExitStack() as stack:
        visitors = [stack.enter_context(ScriptedVisitor(desk.sandbox, each)) for each in ids[:2]]
        for button in buttons[:2]:
            button.expect_state("present")
        buttons[1].opens_a_window("Join")
        buttons[1].expect_state("in_session")
        visitors[1].wait_for("watched")
        buttons[0].expect_state("present")
        buttons[0].opens_a_window("Join")
        buttons[0].expect_state("in_session")
        assert len(desk.viewers()) == 2
        buttons[1].press("End Session")
        buttons[1].expect_state("ended")
        buttons[0].expect_state("in_session")
        assert (visitors[0].in_session, visitors[1].in_session) == (True, False)
    buttons[2].expect_state("absent")


def test_a_button_in_a_tab_that_is_opened_later_shows_what_holds_then(desk: Desk) -> None:
    visitorid = desk.new_visitorid()
    show(desk, f"w = new({visitorid!r})\ndisplay(ipy.Tab([ipy.HTML('orders'), w], titles=['Orders', 'Cobrowse']))")
    with ScriptedVisitor(desk.sandbox, visitorid):
        desk.lab.execute("w.wait_for('present')")
        desk.lab.page.get_by_role("tab", name="Cobrowse").click()
        button = button_of(desk)
        button.expect_state("present")
        expect(button.named("Join")).to_be_visible()
        button.opens_a_window("Join")
        button.expect_state("in_session")


def test_a_button_in_an_output_and_by_interact_is_the_last_one_made(desk: Desk) -> None:
    ids = [desk.new_visitorid() for _ in range(2)]
    show(
        desk,
        "made = []\n"
        "def show(visitorid):\n"
        "    for old in made: old.close()\n"
        "    made[:] = [new(visitorid)]\n"
        "    display(made[0])\n"
        f"choice = ipy.Dropdown(options={ids})\n"
        "ipy.interact(show, visitorid=choice)",
    )
    button_of(desk).expect_state("absent")
    with ScriptedVisitor(desk.sandbox, ids[1]):
        desk.lab.page.locator(".widget-dropdown select").first.select_option(ids[1])
        button_of(desk).expect_state("present")
        expect(desk.lab.button(desk.cell)).to_have_count(1)
    assert desk.value("[w.visitorid for w in made]") == str([ids[1]])


@pytest.mark.parametrize("link", ["link", "dlink"])
def test_a_button_follows_whom_the_agent_chooses(desk: Desk, link: str) -> None:
    ids = [desk.new_visitorid() for _ in range(2)]
    show(
        desk,
        f"choice = ipy.Dropdown(options={ids})\nw = new({ids[0]!r})\n"
        f"ipy.{link}((choice, 'value'), (w, 'visitorid'))\ndisplay(ipy.VBox([choice, w]))",
    )
    button = button_of(desk)
    button.expect_state("absent")
    with ScriptedVisitor(desk.sandbox, ids[1]):
        desk.lab.page.locator(".widget-dropdown select").first.select_option(ids[1])
        button.expect_state("present")
    assert desk.value("w.visitorid") == ids[1]


def test_a_button_follows_whom_the_agent_types_and_what_cannot_be_a_visitor_is_said(desk: Desk) -> None:
    visitorid, other = desk.new_visitorid(), desk.new_visitorid()
    show(
        desk,
        f"typed = ipy.Text({visitorid!r}, continuous_update=False)\nw = new({visitorid!r})\n"
        "ipy.jslink((typed, 'value'), (w, 'visitorid'))\ndisplay(ipy.VBox([typed, w]))",
    )
    button = button_of(desk)
    button.expect_state("absent")
    field = desk.lab.page.locator(".widget-text input").first
    with ScriptedVisitor(desk.sandbox, other):
        field.fill(other)
        field.press("Enter")
        button.expect_state("present")
        field.fill("maria 21")
        field.press("Enter")
        expect(button.root).to_contain_text("visitorid has characters that are not allowed")
        expect(field).to_have_value(other)
        button.expect_state("present")
    assert desk.value("w.visitorid, w.error['code']") == f"{other} property"


def test_the_page_cannot_say_who_the_agent_is(desk: Desk) -> None:
    show(
        desk,
        "typed = ipy.Text('', continuous_update=False)\nw = new('somebody')\nbefore = w.puid\n"
        "typed.value = before\nipy.jslink((typed, 'value'), (w, 'puid'))\ndisplay(ipy.VBox([typed, w]))",
    )
    button = button_of(desk)
    button.expect_state("absent")
    field = desk.lab.page.locator(".widget-text input").first
    field.fill("eve@example.com")
    field.press("Enter")
    expect(button.root).to_contain_text("cannot be changed from the page")
    assert desk.value("w.puid == before") == "True"
