"""A page of Shiny that says what Python code of its session may expect.

It has a button by which nothing is shown: shinywidgets, which would close it, is not there.
"""

from __future__ import annotations

import threading

from ipywidgets.widgets.widget import _instances  # type: ignore[import-untyped]
from shiny import App, Inputs, Outputs, Session, reactive, render, ui
from shiny.session import get_current_session

from glance_widget import Glance, GlanceError

page = ui.page_fluid(
    ui.head_content(ui.tags.link(rel="icon", href="data:,")),
    *(ui.p(name, ": ", ui.output_text(name, inline=True)) for name in ("waiting", "until", "observer", "open_buttons")),
)


def server(input: Inputs, output: Outputs, session: Session) -> None:  # noqa: A002, ARG001
    loop_thread = threading.get_ident()
    button = Glance(glancebaseurl="sandbox", presence=True, visitorid="li-3")
    observed = reactive.value("")

    def observe(change: dict[str, str]) -> None:
        own = get_current_session() is session and threading.get_ident() == loop_thread
        observed.set(f"{change['new']}, {'in' if own else 'out of'} the session of {session.clientdata.url_search()}")

    button.observe(observe, "state")

    @reactive.extended_task
    async def absent() -> str:
        await button.until("absent")
        return button.state

    absent()

    @render.text
    def waiting() -> str:
        try:
            button.wait_for("in_session")
        except GlanceError as error:
            return error.code
        return "waited"

    @render.text
    def until() -> str:
        return absent.result()

    @render.text
    def observer() -> str:
        return observed.get()

    @render.text
    def open_buttons() -> str:
        reactive.invalidate_later(0.05)
        return str(sum(isinstance(widget, Glance) for widget in list(_instances.values())))


app = App(page, server)
