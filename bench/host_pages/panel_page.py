import panel as pn
from shown import shown

pn.extension("ipywidgets")
pn.pane.IPyWidget(shown()).servable()
