"""The steps of a played story: each is printed with its seconds, pictured, and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from glance_widget.demo.witness import Witness
from glance_widget.errors import GlanceError


class StepFailedError(GlanceError):
    """A step of the story failed."""

    def __init__(self, name: str, reason: str, pictures: str) -> None:
        super().__init__("step_failed", f"The step “{name}” failed: {reason}", pictures)


def require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 (reads as a sentence)
    """Fails the step unless something holds.

    Raises:
        GlanceError: It does not; ``otherwise`` says so.
    """
    if not holds:
        raise GlanceError("story", otherwise)


class Steps:
    """Runs the steps of one story.

    Args:
        folder: Where the pictures go; it is made when it is not there.
        say: Takes the lines to print.
    """

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self.pages: dict[str, Page] = {}
        self.witnesses: list[Witness] = []
        self._folder = folder
        self._say = say
        self._count = 0
        self._began = time.monotonic()
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()

    @property
    def seconds(self) -> float:
        """How long the story has taken so far."""
        return time.monotonic() - self._began

    @contextmanager
    def step(self, name: str, *shown: str) -> Iterator[None]:
        """One step.

        Args:
            name: What happens, in words.
            shown: The names of the pages of which it takes a picture.

        Raises:
            StepFailedError: Something in it failed, or a page did what it must not.
        """
        self._count += 1
        began = time.monotonic()
        try:
            yield
            taken = time.monotonic() - began
            self._picture({who: self.pages[who] for who in shown})
            self._judge()
        except Exception as error:
            self._say(f"{self._count:3}  {name:<58} FAILED")
            self._picture(self.pages, "-failed")
            reason = str(error).partition("\nCall log:")[0].strip() or type(error).__name__
            pictures = f"Pictures of all pages: {self._folder}" if self.pages else ""
            raise StepFailedError(name, reason, pictures) from error
        self._say(f"{self._count:3}  {name:<58} {taken:6.2f} s")

    def _judge(self) -> None:
        complaints = [complaint for witness in self.witnesses for complaint in witness.complaints()]
        if complaints:
            raise GlanceError("unexpected", "; ".join(complaints))

    def _picture(self, pages: Mapping[str, Page], suffix: str = "") -> None:
        for who, page in pages.items():
            if page.is_closed():
                continue
            try:
                page.screenshot(path=self._folder / f"{self._count:02}-{who}{suffix}.png")
            except PlaywrightError as error:
                self._say(f"     no picture of {who}: {error.message.splitlines()[0]}")
