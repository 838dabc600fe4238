"""The agent desk as a page of Solara. Run it by ``solara run notebooks/hosts/solara_app.py``."""

import solara
import solara.lab

from glance_widget import Glance
from glance_widget.sandbox import shared_sandbox

customers = {"Maria Lopez": "maria-21", "Omar Haddad": "omar-7", "Li Wei": "li-3"}
sandbox = shared_sandbox.acquire().address


@solara.component
def Page() -> None:  # noqa: N802 (Solara's name)
    # One of each per user: Solara draws the page for everybody who opens it, and the button ends with the page.
    customer, set_customer = solara.use_state("Maria Lopez")
    state, set_state = solara.use_state("connecting")
    reports, set_reports = solara.use_state([])

    solara.Title("Agent desk")
    with solara.Column(style={"max-width": "56rem", "padding": "1.5rem 2rem"}):
        with solara.Row(justify="space-between"):
            text("h2", "Agent desk")
            solara.lab.ThemeToggle()
        text("div", "Pick a customer. The button turns orange while that customer is on the website.")
        choices = [solara.v.Radio(label=name, value=name) for name in customers]
        solara.v.RadioGroup(label="Customer", v_model=customer, on_v_model=set_customer, children=choices)
        Glance.element(
            glancebaseurl="sandbox",
            presence=True,
            gicon=True,
            visitorid=customers[customer],
            on_state=set_state,
            on_reports=set_reports,
        )
        text("div", f"State: {state}")

        text("h3", "Sessions")
        lines = [f"Session {report['sessionId']} took {report['duration']} s." for report in reports]
        text("ul", *(text("li", line) for line in lines or ["No session yet."]))

        text("h3", "No customer at hand?")
        text("div", "Play one yourself. Each link is the demo shop as that customer sees it:")
        shops = [(name, sandbox.visitor_url(visitorid)) for name, visitorid in customers.items()]
        text("ul", *(text("li", text("a", name, href=url, target="_blank", rel="noopener")) for name, url in shops))


def text(tag: str, *children: str | solara.Element, **attributes: str) -> solara.Element:
    # Not solara.Markdown, which loads a library for diagrams from another machine.
    classes = {"ul": "pl-6", "a": "text-decoration-underline"}
    return solara.v.Html(tag=tag, children=list(children), attributes=attributes, class_=classes.get(tag, ""))
