"""A page of marimo that says what Python code of its session may expect."""

import marimo

app = marimo.App()


@app.cell
def _():
    import threading

    import marimo as mo
    from ipywidgets.widgets.widget import _instances as instances

    from glance_widget import Glance, GlanceError

    again = mo.ui.button(label="Run the cell again", value=0, on_click=lambda value: value + 1)
    refresh = mo.ui.refresh(default_interval="0.1s")
    return Glance, GlanceError, again, instances, mo, refresh, threading


@app.cell
def _(Glance, again, mo, threading):
    again  # noqa: B018 (this cell runs again when it is pressed)
    get_observed, set_observed = mo.state("")
    cell_thread = threading.get_ident()
    glance = Glance(glancebaseurl="sandbox", presence=True, visitorid="li-3")

    def observe(change):
        where = "in" if threading.get_ident() == cell_thread else "out of"
        set_observed(f"{change['new']}, {where} the session of {mo.query_params()['who']}")

    glance.observe(observe, "state")
    return get_observed, glance


@app.cell
def _(GlanceError, glance, mo):
    try:
        glance.wait_for("in_session")
        waiting = "waited"
    except GlanceError as error:
        waiting = error.code
    mo.md(f"waiting: {waiting}")
    return


@app.cell
async def _(glance, mo):
    await glance.until("absent")
    mo.md(f"until: {glance.state}")
    return


@app.cell
def _(again, get_observed, mo):
    mo.vstack([again, mo.md(f"observer: {get_observed()}")])
    return


@app.cell
def _(Glance, again, glance, instances, mo, refresh):
    refresh, glance  # noqa: B018 (this cell runs again every now and then, and after the one that makes a button)
    buttons = sum(isinstance(widget, Glance) for widget in list(instances.values()))
    mo.vstack([refresh, mo.md(f"open_buttons: {buttons} in run {again.value}")])
    return


if __name__ == "__main__":
    app.run()
