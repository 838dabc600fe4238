"""What the pages show: the button, or a bare counter to compare it with. SHOWN says which."""

import os

import anywidget
import traitlets

from glance_widget import Glance


class Counter(anywidget.AnyWidget):
    """A button that Python counts the presses of."""

    _esm = """
    export default {
      render({ model, el }) {
        const button = document.createElement("button");
        const show = () => { button.dataset.count = button.textContent = model.get("count"); };
        button.onclick = () => model.send("press");
        model.on("change:count", show);
        show();
        el.append(button);
      },
    };
    """
    count = traitlets.Int(0).tag(sync=True)

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(self._pressed)

    def _pressed(self, _widget: object, _content: object, _buffers: object) -> None:
        self.count += 1


def shown() -> anywidget.AnyWidget:
    """The widget of the page."""
    if os.environ["SHOWN"] == "counter":
        return Counter()
    return Glance(glancebaseurl="sandbox", presence=True, visitorid="maria-21")
