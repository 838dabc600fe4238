"""A page of Panel that says what Python code of its session may expect. It has a button by which nothing is shown.

What it says stands in models of Bokeh's own, which may be changed only while the document is locked.
"""

from __future__ import annotations

from functools import partial

import panel as pn
import panel.io.ipywidget
from bokeh.io import curdoc
from bokeh.models.widgets.markups import Div
from ipywidgets.widgets.widget import _instances  # type: ignore[import-untyped]

from glance_widget import Glance, GlanceError

document = curdoc()
button = Glance(glancebaseurl="sandbox", presence=True, visitorid="li-3")
said = {name: Div(text=f"{name}: ") for name in ("waiting", "until", "handler", "observer", "open_buttons")}


def say(name: str, words: object) -> None:
    said[name].text = f"{name}: {words}"


def observe(change: dict[str, str]) -> None:
    own = curdoc() is document and pn.state.curdoc is document
    say("observer", f"{change['new']}, {'in' if own else 'out of'} the session's document")


async def loaded() -> None:
    try:
        button.wait_for("in_session")
    except GlanceError as error:
        document.add_next_tick_callback(partial(say, "waiting", error.code))
    await button.until("absent")
    document.add_next_tick_callback(partial(say, "until", "absent"))


def press(_event: object) -> None:
    try:
        button.wait_for("in_session")
    except GlanceError as error:
        say("handler", error.code)


def count() -> None:
    say("open_buttons", sum(isinstance(widget, Glance) for widget in list(_instances.values())))


button.observe(observe, "state")
pn.state.onload(loaded)
pn.state.add_periodic_callback(count, 50)
handler = pn.widgets.Button(name="Wait")  # type: ignore[no-untyped-call]
handler.on_click(press)
pn.Column(handler, *said.values()).servable()
