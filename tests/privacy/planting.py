"""Plants the secrets, lets an agent watch, and says what is not as it must be."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Page

from glance_widget.protocol.visitor_settings import Privacy
from glance_widget.sandbox import Sandbox
from glance_widget.testing import LeakCheck, LeakReport
from tests.conftest import eventually
from tests.privacy.planted.kind import Kind
from tests.privacy.planted.marked import BY_SELECTOR
from tests.privacy.planted.page import CHANGED, DESCRIPTOR, page_of
from tests.privacy.planted.website import website

Secrets = Mapping[str, Mapping[str, str]]
FOREIGN: Final = "http://127.0.0.1:9"
"""Origin of files of others in the page; nobody listens there."""
_PATIENCE: Final = 60.0
_SEES: Final[Mapping[Privacy, frozenset[str]]] = {
    "private": frozenset(),
    "standard": frozenset({"visible"}),
    "open": frozenset({"visible", "form"}),
}
_IN_COPY: Final = """
(width) => [...document.querySelectorAll("iframe")].some(({ contentDocument }) =>
  contentDocument?.querySelector(`div[style*="width: ${width}"], div[style*="width:${width}"]`))
"""


def may_see(kind: Kind, mode: Privacy) -> bool:
    """Whether an agent may see what is of this kind."""
    return kind.group in _SEES[mode]


def must_see(kind: Kind, mode: Privacy) -> bool:
    """Whether an agent must see it."""
    return may_see(kind, mode) and kind.seen and not kind.allowed


@dataclass(frozen=True)
class Planting:
    """A page with its secrets, watched.

    Attributes:
        kinds: Its rows.
        check: What watches it.
        secrets: The secrets of each form, ``initial``, ``added`` and ``changed``, by the kind's name.
        page: The visitor's page.
        service: The sandbox's address.
        of_the_website: Secrets that the website itself gave the browser, by name.
    """

    kinds: Sequence[Kind]
    check: LeakCheck
    secrets: Secrets
    page: Page
    service: str
    of_the_website: Mapping[str, str]

    def add(self) -> None:
        """Puts every row into the page once more, with other secrets."""
        add(self.page, self.kinds, self.secrets)

    def change(self) -> list[Kind]:
        """Replaces the first secrets in place by others; gives the kinds that can be changed so."""
        return change(self.page, self.kinds, self.secrets)

    def arrive(self, width: str = CHANGED) -> None:
        """Waits until all changes are in the agent's copy."""
        self.page.evaluate("(width) => window.planted.done(width)", width)
        eventually(lambda: self.in_copy(width), "the changes in the agent's copy", within=60)

    def in_copy(self, width: str) -> bool:
        """Whether the agent's copy has the element of a width."""
        found: bool = self.check.viewer.evaluate(_IN_COPY, width)
        return found

    def report(self, forms: Mapping[str, Iterable[Kind]], mode: Privacy) -> LeakReport:
        """What of some forms left against the mode's rule, and what of them should be seen and is not.

        Args:
            forms: The kinds that the agent must see now where the mode says so, by form.
            mode: The mode.
        """
        secrets = dict(self.of_the_website) | {
            f"{kind.name} ({form})": self.secrets[form][kind.name] for form in forms for kind in self.kinds
        }
        allowed = [f"{kind.name} ({form})" for form in forms for kind in self.kinds if may_see(kind, mode)]
        due = {f"{kind.name} ({form})" for form, kinds in forms.items() for kind in kinds if must_see(kind, mode)}
        deadline = time.monotonic() + _PATIENCE
        while True:
            report = self.check.check(secrets, visible=allowed)
            missing = tuple(name for name in report.missing if name in due)
            # Frames and pictures come when they have loaded.
            if not missing or time.monotonic() > deadline:
                return LeakReport(report.leaks, report.found, missing)


def secrets_of(kinds: Sequence[Kind], rng: random.Random) -> dict[str, dict[str, str]]:
    """New secrets for every form of every kind."""
    return {form: {kind.name: kind.new_secret(rng) for kind in kinds} for form in ("initial", "added", "changed")}


def add(page: Page, kinds: Sequence[Kind], secrets: Secrets) -> None:
    """Puts every row into a page once more."""
    added = secrets["added"]
    items = [[number, kind.markup(added[kind.name]), added[kind.name], kind.head] for number, kind in enumerate(kinds)]
    page.evaluate("(items) => window.planted.add(items)", items)


def change(page: Page, kinds: Sequence[Kind], secrets: Secrets) -> list[Kind]:
    """Replaces the first secrets of a page by others."""
    first, changed = secrets["initial"], secrets["changed"]
    items = [[number, first[kind.name], changed[kind.name], kind.head] for number, kind in enumerate(kinds)]
    numbers = page.evaluate("(items) => window.planted.change(items)", items)
    return [kinds[number] for number in numbers]


@contextmanager
def planted(
    browser: Browser,
    kinds: Sequence[Kind],
    rng: random.Random,
    mode: Privacy,
    folder: Path,
    *,
    descriptor: str = DESCRIPTOR,
) -> Iterator[Planting]:
    """A page full of secrets that an agent watches in a mode."""
    secrets = secrets_of(kinds, rng)
    records = folder / "records.sqlite"
    with ExitStack() as stack:
        sandbox = stack.enter_context(
            Sandbox(
                database=records, privacy=mode, masking_selectors=[BY_SELECTOR], unmasking_selectors=[".by-unmasking"]
            )
        )
        tag = tag_of(sandbox, mode)
        own = {name: kinds[0].new_secret(rng) for name in ("cookie", "query at the start", "hash at the start")}
        address = stack.enter_context(
            website(lambda: page_of(kinds, secrets["initial"], tag, descriptor), own["cookie"])
        )
        context = browser.new_context()
        stack.callback(context.close)
        page = context.new_page()
        check = LeakCheck(
            f"{address}/page?q={own['query at the start']}#{own['hash at the start']}",
            sandbox,
            page=page,
            own_origins=[FOREIGN],
            records=records,
        )
        stack.enter_context(check)
        yield Planting(kinds, check, secrets, page, sandbox.url, own)


def tag_of(sandbox: Sandbox, mode: Privacy) -> str:
    """The visitor script's tag."""
    return (
        f'<script id="glance-cobrowse" src="{sandbox.url}/cobrowse/CobrowseJS.ashx?group={sandbox.groupid}'
        f'&amp;site=production" data-groupid="{sandbox.groupid}" data-presence="on" data-visitorid="maria-21"'
        f' data-privacy="{mode}" referrerpolicy="no-referrer" defer></script>'
    )
