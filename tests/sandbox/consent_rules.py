"""The rules of consent, checked after every step of an order.

``Play`` does things in a world and compares what reached viewers and pages with what its actors know must come of it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from tests.sandbox.consent_model import Actors
from tests.sandbox.consent_orders import Op


class BrokenRuleError(AssertionError):
    """A rule of consent did not hold."""


@dataclass
class Play(Actors):
    """One order of things, played in a world."""

    def step(self, op: Op) -> None:
        """Does one thing, where it can be done now, and checks everything."""
        kind, who, how = op
        self.expected, self.expected_control = [], []
        self.woken.clear()
        getattr(self, f"_{kind}")(who, how)
        self._note_shown()
        self._check_viewers()
        self._check_pages()
        if self.world.receipts() != self.receipts:
            raise BrokenRuleError(f"recorded {self.world.receipts()} instead of {self.receipts}")

    def _check_viewers(self) -> None:
        seen: dict[int, str] = {}
        for viewer, message in self.world.to_viewers():
            text = json.dumps(message)
            seen[viewer] = seen.get(viewer, "") + text
            for marker in re.findall(r"(?:EVENT|TITLE|QUERY)[^.\"]*\.?", text):
                self._check_marker(viewer, marker)
        for viewer in self.viewers:
            for marker in self.expected:
                if viewer not in self.stalled and marker not in seen.get(viewer, ""):
                    raise BrokenRuleError(f"{marker} of a page that is shared did not reach viewer {viewer}")

    def _check_pages(self) -> None:
        control = []
        for page, message in self.world.to_pages():
            if message["type"] == "assist_request":
                if self.asked is None:
                    raise BrokenRuleError("the visitor was asked although nobody may ask")
                self.req = message["req"]
            elif message["type"] == "control":
                control.append((page, message["action"]["id"]))
        if control != self.expected_control:
            raise BrokenRuleError(f"control reached {control} instead of {self.expected_control}")
        if self.asked is not None and self.req == "" and self.pages:
            raise BrokenRuleError("the visitor was not asked")

    def _check_marker(self, viewer: int, marker: str) -> None:
        # A viewer that reads late finds titles that were passed on before the pause. Content is taken back from it.
        late = viewer in self.woken and marker.startswith("TITLE")
        if ("view", "accepted", None) not in self.world.receipts():
            raise BrokenRuleError(f"{marker} reached viewer {viewer} before the recorded consent")
        if self.paused and not late:
            raise BrokenRuleError(f"{marker} reached viewer {viewer} in a pause")
        if marker not in self.may_be_seen:
            raise BrokenRuleError(f"{marker}, which was never shared, reached viewer {viewer}")
