# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""The agent desk as a notebook of marimo: ``marimo run`` or ``marimo edit`` ``notebooks/hosts/marimo_desk.py``."""

import marimo

app = marimo.App(app_title="Agent desk")


@app.cell
def _():
    import marimo as mo

    from glance_widget import Glance
    from glance_widget.sandbox import shared_sandbox

    customers = {"Maria Lopez": "maria-21", "Omar Haddad": "omar-7", "Li Wei": "li-3"}
    sandbox = shared_sandbox.acquire().address
    return Glance, customers, mo, sandbox


@app.cell
def _(mo):
    mo.md("""
    # Agent desk

    Pick a customer. The button turns orange while that customer is on the website.
    """)
    return


@app.cell
def _(Glance, mo):
    # One per user: everybody who opens the application has cells of their own, and the button ends with them.
    get_state, set_state = mo.state("connecting")
    get_reports, set_reports = mo.state([])
    glance = Glance(glancebaseurl="sandbox", presence=True, gicon=True)
    glance.observe(lambda change: set_state(change["new"]), "state")
    glance.observe(lambda change: set_reports(change["new"]), "reports")
    button = mo.ui.anywidget(glance)
    return button, get_reports, get_state, glance


@app.cell
def _(customers, mo):
    customer = mo.ui.radio(customers, value="Maria Lopez", label="Customer")
    return (customer,)


@app.cell
def _(customer, glance):
    glance.visitorid = customer.value
    return


@app.cell
def _(button, customer, get_state, mo):
    mo.vstack([customer, button, mo.md(f"State: {get_state()}")], gap=1)
    return


@app.cell
def _(get_reports, mo):
    lines = [f"- Session {report['sessionId']} took {report['duration']} s." for report in get_reports()]
    mo.md("\n".join(["## Sessions", "", *(lines or ["- No session yet."])]))
    return


@app.cell
def _(customers, mo, sandbox):
    links = [
        f'- <a href="{sandbox.visitor_url(visitorid)}" target="_blank" rel="noopener">{name}</a>'
        for name, visitorid in customers.items()
    ]
    mo.md(
        "\n".join(
            [
                "## No customer at hand?",
                "",
                "Play one yourself. Each link is the demo shop as that customer sees it:",
                "",
                *links,
            ]
        )
    )
    return


if __name__ == "__main__":
    app.run()
