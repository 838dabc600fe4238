"""A visitor's page beside the agent's copy of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.testing import LeakCheck
from tests.conftest import eventually
from tests.privacy.blocks import blocks_of, differences


class Watched:
    """A visitor of such a website, and the window of the agent's viewer."""

    def __init__(self, visitor: Page, check: LeakCheck, privacy: Privacy, address: str) -> None:
        self.visitor = visitor
        self.viewer = check.viewer
        self.privacy = privacy
        self.address = address
        self.complaints: list[str] = []
        for page in (visitor, check.viewer):
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        # The recorder says so when it holds something back, and the replayer when it cannot follow.
        if message.text.startswith(("[glance]", "[replayer]")):
            self.complaints.append(message.text)

    def expect_same(self, step: str) -> None:
        """Waits until every block stands where the visitor sees it."""
        last: dict[str, Any] = {}

        def same() -> bool:
            last.clear()
            last.update(differences(self.visitor, self.viewer, self.privacy))
            return bool(blocks_of(self.visitor)) and not last

        try:
            eventually(same)
        except AssertionError:
            boxes = "\n".join(f"{path}: {boxes}" for path, boxes in last.items())
            pytest.fail(f"after {step} blocks stand elsewhere:\n{boxes}")
