"""The agent desk as a page of Panel. Run it by ``panel serve notebooks/hosts/panel_app.py``."""

import base64
from pathlib import Path

import pandas as pd
import panel as pn
from jupyter_core.paths import jupyter_path
from panel.io.ipywidget import IPyWidget

from glance_widget import Glance
from glance_widget.sandbox import shared_sandbox

pn.extension("ipywidgets")

# Panel's page fetches the part of anywidget that runs in the browser from a CDN. This desk hands it over with the page,
# from where pip has put it: what follows the "#" of such an address is no part of it.
installed = [Path(folder, "index.js") for folder in jupyter_path("nbextensions", "anywidget")]
runtime = next(path for path in installed if path.exists()).read_bytes()
local = f"data:text/javascript;base64,{base64.b64encode(runtime).decode()}#"
IPyWidget.__css__, pn.config.css_files = [], []  # icons that other widgets may want, from two more CDNs

customers = {"Maria Lopez": "maria-21", "Omar Haddad": "omar-7", "Li Wei": "li-3"}
sandbox = shared_sandbox.acquire().address
links = [f"- [{name}]({sandbox.visitor_url(visitorid)})" for name, visitorid in customers.items()]
with_whom: dict[str, str] = {}

# One per user: Panel runs this file for every page that is opened, and the button ends with the page.
button = Glance(glancebaseurl="sandbox", presence=True, gicon=True)
customer = pn.widgets.Select(name="Customer", options=customers)
state = pn.pane.Markdown()
sessions = pn.Column("No session yet.")


def follow(visitorid: str) -> None:
    button.visitorid = visitorid


def show_state(_change: object = None) -> None:
    state.object = f"State: {button.state}"


def remember(change: dict[str, dict[str, str] | None]) -> None:
    if session := change["new"]:
        name = next(name for name, visitorid in customers.items() if visitorid == customer.value)
        with_whom.setdefault(session["sessionId"], name)


def show_sessions(_change: object) -> None:
    reports = button.to_dataframe()
    start = reports["sessionStart"].dt.strftime("%Y-%m-%d %H:%M")
    who = reports["sessionId"].map(with_whom)
    table = pd.DataFrame({"Customer": who, "Start (UTC)": start, "Seconds": reports["duration"]})
    sessions.objects = [pn.pane.DataFrame(table, index=False, justify="left")]


pn.bind(follow, customer, watch=True)
follow(customer.value)
button.observe(show_state, "state")
button.observe(remember, "session")
button.observe(show_sessions, "reports")
show_state()

pn.template.BootstrapTemplate(
    title="Agent desk",
    main=[
        "Pick a customer. The button turns orange while that customer is on the website.",
        customer,
        pn.Row(pn.pane.Bokeh(IPyWidget(widget=button, cdn=local), sizing_mode="stretch_width"), margin=10),
        state,
        pn.Column("## Sessions", sessions),
        "## No customer at hand?",
        "Play one yourself. Each link is the demo shop as that customer sees it:\n\n" + "\n".join(links),
    ],
).servable()
