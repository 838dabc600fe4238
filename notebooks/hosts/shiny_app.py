"""The agent desk as a page of Shiny for Python. Run it by ``shiny run notebooks/hosts/shiny_app.py``."""

from htmltools import Tag
from shiny import App, Inputs, Outputs, Session, reactive, render, ui
from shinywidgets import output_widget, reactive_read, render_widget

from glance_widget import Glance
from glance_widget.sandbox import shared_sandbox

customers = {"maria-21": "Maria Lopez", "omar-7": "Omar Haddad", "li-3": "Li Wei"}
sandbox = shared_sandbox.acquire().address

page = ui.page_fluid(
    ui.head_content(ui.tags.link(rel="icon", href="data:,")),
    ui.input_dark_mode(id="mode", style="float: right"),
    ui.h2("Agent desk"),
    ui.p("Pick a customer. The button turns orange while that customer is on the website."),
    ui.layout_columns(
        ui.input_radio_buttons("customer", "Customer", customers),
        ui.div(
            output_widget("glance", height="auto", fill=False),
            ui.p("State: ", ui.output_text("state", inline=True), class_="mt-2"),
        ),
        col_widths={"sm": (4, 8)},
    ),
    ui.h4("Sessions"),
    ui.output_ui("sessions"),
    ui.h4("No customer at hand?"),
    ui.p("Play one yourself. Each link is the demo shop as that customer sees it:"),
    ui.tags.ul(
        [
            ui.tags.li(ui.a(name, href=sandbox.visitor_url(visitorid), target="_blank", rel="noopener"))
            for visitorid, name in customers.items()
        ]
    ),
    style="max-width: 56rem; padding-top: 1.5rem",
    title="Agent desk",
)


def server(input: Inputs, output: Outputs, session: Session) -> None:  # noqa: A002, ARG001 (Shiny names them)
    # One per user: Shiny calls this function for every page that is opened, and the button ends with the page.
    button = Glance(glancebaseurl="sandbox", presence=True, gicon=True)

    def tell(_change: object) -> None:
        ui.notification_show(f"{customers[input.customer()]} was helped.", type="message")

    button.observe(tell, "reporting")

    @render_widget
    def glance() -> Glance:
        return button

    @reactive.effect
    def follow() -> None:
        button.visitorid = input.customer()

    @render.text
    def state() -> str:
        return reactive_read(button, "state")

    @render.ui
    def sessions() -> Tag:
        reports = reactive_read(button, "reports")
        lines = [f"Session {report['sessionId']} took {report['duration']} s." for report in reports]
        return ui.tags.ul([ui.tags.li(line) for line in lines or ["No session yet."]])


app = App(page, server)
