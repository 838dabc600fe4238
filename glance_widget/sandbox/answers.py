"""Visitors' answers on their way into the records: only what is kept there opens anything (ours)."""

from __future__ import annotations

from collections.abc import Callable

from glance_widget.sandbox.receipts import ConsentReceipt
from glance_widget.sandbox.records import Records
from glance_widget.sandbox.timer import Timer

Then = Callable[[bool], None]
"""Is told once whether an answer is kept for good."""


class Answers:
    """Writes answers down. All methods belong to the sandbox's own thread.

    Args:
        records: Where they are written.
        within: Seconds after which an answer that is not written counts as lost.
        timer: The running event loop.
    """

    def __init__(self, records: Records, within: float, timer: Timer) -> None:
        self._records = records
        self._within = within
        self._timer = timer

    def write(self, receipt: ConsentReceipt, then: Then) -> None:
        """Writes an answer; ``then`` is told when it is kept, when it cannot be, or when it takes too long."""
        waiting = [then]

        def tell(*, kept: bool) -> None:
            late.cancel()
            while waiting:
                waiting.pop()(kept)

        late = self._timer.call_later(self._within, lambda: tell(kept=False))
        self._records.add_receipt(receipt).add_done_callback(lambda written: tell(kept=written.result()))
