"""A hostile website with the real visitor script runs nothing and reaches nobody from the agent's browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from glance_widget.sandbox import Sandbox
from tests.privacy.hostile_page.website import LONELY, hostile_page, later, lonely_page
from tests.privacy.hostile_page.witness import Agent, canary
from tests.privacy.planted.website import website
from tests.sandbox.clients import Wire, wire_to

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Sandbox(privacy="open") as sandbox, wire_to(sandbox) as wire:
        yield wire


@contextmanager
def watched(browser: Browser, wire: Wire, page: Callable[[str], str]) -> Iterator[tuple[Page, Agent]]:
    """A hostile visitor's page, and an agent who watches it until the end."""
    with canary() as server, website(lambda: page(server.url)) as address:
        visitors = browser.new_context()
        # The visitor's own browser does all of it. The canary has no content for anybody, so that nothing leads away.
        visitor = visitors.new_page()
        visitor.goto(f"{address}/page", wait_until="commit")
        visitor.wait_for_function("() => window.GLANCE?.Cobrowse?.Visitor")
        key = f"hostile-{address[-5:]}"
        visitor.evaluate("(sessionKey) => { GLANCE.Cobrowse.Visitor.startSession({ sessionKey }); }", key)
        agent = Agent(browser, wire.sandbox.url, server, alone=False)
        agent.open(wire, key)
        try:
            yield visitor, agent
            assert agent.problems() == []
            agent.end()
            assert agent.problems_at_the_end() == []
        finally:
            agent.close()
            visitors.close()


def sees(agent: Agent, heading: str) -> None:
    """The agent's copy has a heading, whether the page hides it or not."""
    copy = agent.page.frame_locator("[role=region] iframe >> nth=-1")
    expect(copy.locator(heading).first).to_be_attached(timeout=20_000)


def test_a_page_of_everything_does_nothing(browser: Browser, wire: Wire) -> None:
    with watched(browser, wire, lambda address: hostile_page(wire.sandbox, address)) as (visitor, agent):
        sees(agent, "h1")
        # Otherwise the page would prove nothing.
        assert "img-onerror" in visitor.evaluate("() => window.__pwned")
        assert agent.problems() == []
        visitor.evaluate("(given) => window.attack(given)", later(agent.canary))
        sees(agent, "h2")
        assert agent.problems() == []


@pytest.mark.parametrize("name", LONELY)
def test_a_page_of_one_thing_does_nothing(name: str, browser: Browser, wire: Wire) -> None:
    with watched(browser, wire, lambda address: lonely_page(name, wire.sandbox, address)) as (visitor, agent):
        sees(agent, "h1")
        visitor.evaluate("() => window.attack()")
        sees(agent, "h2")
