"""What a visitor's answers lead to: nothing before they are recorded, and nothing when they are lost."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.sandbox.consent_orders import Receipt, World


@dataclass
class Recorded:
    """The answers, and what they opened."""

    world: World
    slow: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    unwritten: list[tuple[Receipt, str]] = field(default_factory=list)
    consent: bool = False
    req: str = ""
    allowed: str | None = None
    granted: str | None = None
    held: bool = False

    def _slow_records(self, _who: int, _how: int) -> None:
        if self.world.is_ours:
            self.slow = True
            self.world.records(slow=True)

    def _records(self, _who: int, _how: int, *, lose_assist: bool = False) -> None:
        if self.world.is_ours:
            self.slow = False
            self._write(lose_assist=lose_assist)
            self.world.records(slow=False, lose_assist=lose_assist)

    def _lost_records(self, who: int, how: int) -> None:
        self._records(who, how, lose_assist=True)

    def _record(self, receipt: Receipt, req: str = "") -> None:
        self.unwritten.append((receipt, req))
        if not self.slow:
            self._write()

    def _write(self, *, lose_assist: bool = False) -> None:
        """What was answered counts from now on, or, when it was lost, not at all."""
        unwritten, self.unwritten = self.unwritten, []
        for (power, answer, agent), req in unwritten:
            if kept := power == "view" or not lose_assist:
                self.receipts.append((power, answer, agent))
            if power == "view":
                self.consent = True
            elif answer == "accepted" and agent == self.allowed and req == self.req:
                self.granted, self.allowed, self.held = agent if kept else None, None, False
