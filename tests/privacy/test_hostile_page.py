"""Events that a hostile visitor forges run nothing, reach nobody and freeze nothing in the agent's browser."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import ConnectionClosed

from glance_widget.sandbox import Limits, Sandbox, Timings
from tests.conftest import eventually
from tests.privacy.hostile_page import forgeries, misshapen, oversized
from tests.privacy.hostile_page.forgeries import Attack
from tests.privacy.hostile_page.oversized import LARGE, Large, written
from tests.privacy.hostile_page.trees import Event, Forge, change, fresh_start
from tests.privacy.hostile_page.website import varied_page
from tests.privacy.hostile_page.witness import Agent, Canary, canary
from tests.privacy.planted.website import website
from tests.sandbox.clients import Message, Socket, Wire, wire_to

pytestmark = pytest.mark.browser

MUTANTS: Final = 250
AT_THE_SOCKET: Final = (
    "200,000 nodes", "depth 20,000", "one text of 7 MB", "50,000 rules inserted", "500 frames", "500 canvases",
    "40 fresh starts", "60,000 changes",
)  # fmt: skip
_WIDTH: Final = 300
"""Each attack ends with a window of a width of its own, which tells when all of it has been dealt with."""
_LOST_WITHIN: Final = 0.5
"""Seconds after which a page counts as lost, where it is expected to be: it leaves no sign to wait for."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    # The limits of rate are not what is tried here: they would end most attacks before they begin.
    limits = Limits(
        sessions_per_address=10_000, starts_per_minute=10_000, events_per_second=1e7, event_bytes_per_second=1e10
    )
    with Sandbox(privacy="open", timings=Timings(end_notice=0.2, waiting=3600), grace=3600, limits=limits) as running:
        yield running


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    with wire_to(sandbox) as wire:
        yield wire


@pytest.fixture
def server() -> Iterator[Canary]:
    with canary() as server:
        yield server


@pytest.fixture
def agent(browser: Browser, wire: Wire, server: Canary) -> Iterator[Agent]:
    agent = Agent(browser, wire.sandbox.url, server)
    yield agent
    agent.close()


def small_attacks(address: str) -> list[Attack]:
    return [*forgeries.attacks(address), *misshapen.attacks(), oversized.covering(), oversized.uses()]


def last(width: int) -> list[Event]:
    """An event that says that all before it was dealt with."""
    return [change(4, width=width, height=600)]


def past_the_service(agent: Agent, frames: list[list[Any]]) -> None:
    agent.page.evaluate(
        "(text) => window.hostile.send(JSON.parse(text).map((frame) => [[[frame, 1]], 1]))",
        json.dumps([json.dumps(events) for events in frames]),
    )


def marker() -> list[list[Event]]:
    forge = Forge()
    return [fresh_start(forge.page(forge.element("p", {}, forge.text("This is the marker."))))]


def sees_marker(agent: Agent) -> None:
    """The next page of the visitor is shown, whatever came before it."""
    frames = agent.page.frame_locator("[role=region] iframe >> nth=-1")
    expect(frames.get_by_text("This is the marker.")).to_be_visible(timeout=20_000)


def test_the_viewer_alone_holds(wire: Wire, agent: Agent, server: Canary) -> None:
    agent.open_forged(wire, "past-the-service")
    found: dict[str, object] = {}
    for width, attack in enumerate(small_attacks(server.url), _WIDTH):
        past_the_service(agent, [*attack.frames, last(width)])
        shown = agent.reaches(width, 10 if attack.shown else _LOST_WITHIN)
        if shown != attack.shown:
            found[f"{attack.name} (shown)"] = shown
        if problems := agent.problems():
            found[attack.name] = problems
    assert not found
    past_the_service(agent, marker())
    sees_marker(agent)
    agent.end()
    assert agent.problems_at_the_end() == []


class Attacker:
    """A visitor's client that sends what it likes, and comes back when the service throws it out."""

    def __init__(self, wire: Wire, started: Message, socket: Socket) -> None:
        self._wire = wire
        self._started = started
        self._socket = socket
        self._seq = 0

    def send(self, frames: list[str]) -> None:
        try:
            for events in frames:
                self._socket.send_frame(f'{{"type":"events","seq":{self._seq},"events":{events}}}')
                self._seq += 1
        except ConnectionClosed:
            assert self._socket.is_closed()

    def refused(self) -> bool:
        return self._socket.is_closed()

    def come_back(self) -> None:
        """With a new socket, after the old one was closed; says why it must not have been."""
        code, _ = self._socket.closed()
        assert code in {1007, 1008, 1009}, code
        self._socket = self._wire.page(self._started)
        self._socket.wait_for("snapshot")
        self._seq = 0


def test_forged_events_at_the_socket_do_nothing(wire: Wire, agent: Agent, server: Canary) -> None:
    attacker = Attacker(wire, *agent.open_forged(wire, "through-the-service"))
    found: dict[str, object] = {}
    for width, attack in enumerate(small_attacks(server.url), _WIDTH):
        frames = [*attack.frames, last(width)]
        attacker.send([json.dumps(events) for events in frames])
        shown = False
        # Either the service throws the client out, or the viewer deals with it.
        for _ in range(500 if attack.shown else 25):
            if attacker.refused() or (shown := agent.reaches(width, 0.02)):
                break
        if attacker.refused():
            attacker.come_back()
        elif shown != attack.shown:
            found[f"{attack.name} (shown)"] = shown
        if problems := agent.problems():
            found[attack.name] = problems
    assert not found
    attacker.send([json.dumps(events) for events in marker()])
    sees_marker(agent)
    agent.end()
    assert agent.problems_at_the_end() == []


@pytest.mark.parametrize("name", LARGE)
def test_a_large_page_past_the_service_freezes_nothing(name: str, wire: Wire, agent: Agent) -> None:
    agent.open_forged(wire, key_for("past", name))
    attack = LARGE[name]
    agent.page.evaluate(
        "(frames) => window.hostile.send(frames)", [*attack.frames, ([(json.dumps(last(_WIDTH)), 1)], 1)]
    )
    assert agent.problems() == []
    assert_outcome(agent, attack)
    assert agent.problems() == []
    past_the_service(agent, marker())
    sees_marker(agent)
    agent.end()


def key_for(way: str, name: str) -> str:
    return f"large-{way}-{list(LARGE).index(name)}"


def assert_outcome(agent: Agent, attack: Large) -> None:
    if attack.outcome == "shown":
        assert agent.reaches(_WIDTH, 20)
    if attack.outcome == "too large":
        expect(agent.page.get_by_text("This page is too large to be shown.").first).to_be_visible()
        expect(agent.page.get_by_role("status").filter(has_text="too large")).to_have_count(1)


@pytest.mark.parametrize("name", AT_THE_SOCKET)
def test_a_large_page_at_the_socket_freezes_nothing(name: str, wire: Wire, agent: Agent) -> None:
    attacker = Attacker(wire, *agent.open_forged(wire, key_for("at", name)))
    attack = LARGE[name]
    for pieces, times in attack.frames:
        attacker.send([written(pieces)] * times)
    attacker.send([json.dumps(last(_WIDTH))])
    assert agent.problems() == []
    for _ in range(1000):
        if attacker.refused() or agent.reaches(_WIDTH, 0.02) or attack.outcome != "shown":
            break
    assert agent.problems() == []
    agent.end()


def test_random_changes_of_a_real_stream_do_nothing(
    wire: Wire, agent: Agent, rng: random.Random, recorded: list[list[Event]]
) -> None:
    agent.open_forged(wire, "mutants")
    mutants = misshapen.mutations(recorded, rng, MUTANTS)
    shown = 0
    base = json.dumps(recorded)
    while batch := [edits for _, edits in zip(range(25), mutants, strict=False)]:
        result = agent.page.evaluate(
            "([base, last, all]) => window.hostile.mutants(JSON.parse(base), last, JSON.parse(all))",
            [base, last(_WIDTH)[0], json.dumps(batch)],
        )
        assert result["bad"] == []
        assert agent.problems() == []
        shown += result["shown"]
    # Otherwise it would only be proved that nothing is shown.
    assert shown > MUTANTS / 3
    past_the_service(agent, marker())
    sees_marker(agent)
    agent.end()
    assert agent.problems_at_the_end() == []


@pytest.fixture(scope="module")
def recorded(browser: Browser, sandbox: Sandbox) -> list[list[Event]]:
    """What the visitor script really sends of a page with something of everything, while it changes."""
    frames: list[list[Event]] = []

    def note(text: str | bytes) -> None:
        message = json.loads(text)
        if message.get("type") == "events":
            frames.append(message["events"])

    with wire_to(sandbox) as wire, website(lambda: varied_page(sandbox)) as address:
        context = browser.new_context()
        page = context.new_page()
        page.on("websocket", lambda socket: socket.on("framesent", note))
        page.goto(f"{address}/page")
        page.evaluate("GLANCE.Cobrowse.Visitor.startSession({sessionKey: 'recorded'})")
        wire.viewer("recorded")
        eventually(lambda: has(page, frames, type=2), "a snapshot", within=20)
        page.mouse.move(200, 200)
        page.evaluate("window.vary()")
        page.get_by_label("Name").fill("typed")
        eventually(lambda: has(page, frames, source=5), "the last change", within=20)
        context.close()
    return frames


def has(page: Page, frames: list[list[Event]], **fields: object) -> bool:
    """Whether an event, or its data, has these fields; a browser's traffic goes on only while something waits."""
    page.wait_for_timeout(20)
    return any(fields.items() <= (event["data"] | event).items() for frame in frames for event in frame)
