# mypy: disable-error-code="no-untyped-call"
"""A dashboard of Panel as a website's visitors see it."""

import numpy as np
import pandas as pd
import panel as pn
from bokeh.plotting import figure

pn.extension("tabulator")

months = pd.DataFrame(
    {"Month": ["January", "February", "March"], "Orders": [120, 98, 143], "Paid": [True, False, True]}
)
steps = np.arange(40.0)
curve = figure(height=220, title="Orders a day", sizing_mode="stretch_width")
curve.line(steps, np.sin(steps / 4) * 20 + 60)
amount = pn.widgets.IntSlider(name="Amount", value=3, start=1, end=9)
told = pn.bind(lambda number: f"**{number} cups** cost {number * 14} pounds.", amount)

# As wide as the page: the link that a heading shows to who points at it takes no room in the copy.
words = pn.pane.Markdown(
    "# Orders of a season\n\nWhat was ordered, *and when*. See [the shop](https://shop.invalid).",
    sizing_mode="stretch_width",
)

pn.template.BootstrapTemplate(
    title="Orders",
    sidebar=[
        amount,
        pn.widgets.Select(name="Region", options=["North", "South"]),
        pn.widgets.TextInput(name="Comment", value="Leave it with the neighbour"),
        pn.widgets.CheckBoxGroup(name="Kinds", value=["Cups"], options=["Cups", "Kettles"]),
        pn.widgets.Button(name="Send", button_type="primary"),
    ],
    main=[
        words,
        told,
        pn.Tabs(("Table", pn.widgets.Tabulator(months, show_index=False)), ("Plain", pn.pane.DataFrame(months))),
        pn.Row(pn.indicators.Number(name="Open", value=12), pn.indicators.Progress(value=70, width=200)),
        pn.Accordion(("Small print", "Prices without delivery.\n\n- One\n- Two"), active=[0]),
        curve,
        pn.pane.Alert("Two orders wait.", alert_type="warning"),
    ],
).servable()
