import solara
from shown import shown


@solara.component
def Page():
    widget = solara.use_memo(shown, [])
    solara.display(widget)
