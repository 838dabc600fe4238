from __future__ import annotations

from collections.abc import Iterator

import pytest

from glance_widget.sandbox import Limits, Sandbox, Timings
from tests.sandbox.clients import Wire, wire_to


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that the tests of a module share. Nothing that a slow machine does is too late for it."""
    limits = Limits(sessions_per_address=10_000, starts_per_minute=10_000)
    with Sandbox(timings=Timings(end_notice=0.2, waiting=3600), grace=3600, limits=limits) as running:
        yield running


@pytest.fixture(scope="module")
def hasty_sandbox() -> Iterator[Sandbox]:
    """A sandbox that gives up soon, for tests of that."""
    with Sandbox(timings=Timings(visitor_gone_after=1.0, end_notice=0.2, waiting=1.5), grace=1.5) as running:
        yield running


@pytest.fixture
def hasty(hasty_sandbox: Sandbox) -> Iterator[Wire]:
    with wire_to(hasty_sandbox) as wire:
        yield wire


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    with wire_to(sandbox) as wire:
        yield wire
