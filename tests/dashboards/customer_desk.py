"""A dashboard as somebody might have it: choose a customer, see whether they are online, join, and keep the reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as ipy  # type: ignore[import-untyped]

from glance_widget import Glance


class CustomerDesk:
    """The desk of one agent.

    Attributes:
        choice: Chooses the customer.
        note: Says in a sentence how things are.
        offer: Puts an offer on the customer's page.
        button: The join button.
        box: All of it, to be shown.
    """

    def __init__(self, customers: Mapping[str, str], **properties: Any) -> None:  # noqa: ANN401 (those of Glance)
        self._names = dict(customers)
        options = [(name, visitorid) for visitorid, name in customers.items()]
        self.choice = ipy.Dropdown(options=options, description="Customer")
        self.note = ipy.Label()
        self.offer = ipy.Button(description="Free delivery", disabled=True)
        self.button = Glance(presence=True, visitorid=self.choice.value, **properties)
        ipy.dlink((self.choice, "value"), (self.button, "visitorid"))
        self.offer.on_click(self._make_offer)
        self.button.observe(self._changed, "state")
        self._changed()
        self.box = ipy.VBox([self.choice, self.button, ipy.HBox([self.offer, self.note])])

    def close(self) -> None:
        """Ends the connection and takes everything away."""
        self.button.close()
        for widget in (self.box, self.choice, self.note, self.offer):
            widget.close()

    def _changed(self, _change: object = None) -> None:
        button, name = self.button, self._names[self.choice.value]
        self.offer.disabled = button.state not in {"present", "in_session"}
        if button.state == "ended":
            self.note.value = f"{len(button.reports)} session(s) so far"
        elif button.state == "failed" and button.error:
            self.note.value = button.error["message"]
        else:
            self.note.value = {"present": f"{name} is shopping", "in_session": f"With {name}"}.get(button.state, "")

    def _make_offer(self, _button: object) -> None:
        answer = self.button.invoke("showOffer", {"text": "Free delivery today."}, timeout=10)
        self.note.value = f"The page says {answer}"
