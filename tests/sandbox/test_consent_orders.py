"""The rules of consent hold, whatever comes in whatever order: from pages, agents and strangers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from glance_widget.sandbox import Limits, Sandbox
from tests.sandbox.clients import Wire, wire_to
from tests.sandbox.consent_orders import Op, World, random_ops
from tests.sandbox.consent_rules import BrokenRuleError, Play
from tests.sandbox.consent_worlds import ObjectWorld, SocketWorld

ORDERS = 1000
ORDERS_OVER_SOCKETS = 30


def broken_rule(world: World, ops: list[Op]) -> str | None:
    """Plays an order; the rule that was broken, if one was."""
    return play_through(Play(world), ops)


def play_through(play: Play, ops: list[Op]) -> str | None:
    for op in ops:
        try:
            play.step(op)
        except BrokenRuleError as error:
            return str(error)
    return None


def shortest(ops: list[Op], new_world: Callable[[], World]) -> list[Op]:
    """An order that breaks a rule, without the steps that are not needed for it."""
    size = len(ops) // 2
    while size:
        for start in range(1, len(ops), size):
            fewer = ops[:start] + ops[start + size :]
            if len(fewer) < len(ops) and broken_rule(new_world(), fewer) is not None:
                ops = fewer
                break
        else:
            size //= 2
    return ops


def check(ops: list[Op], new_world: Callable[[], World]) -> Play:
    play = Play(new_world())
    if play_through(play, ops) is not None:
        few = shortest(ops, new_world)
        pytest.fail(f"{broken_rule(new_world(), few)}, after:\n" + "\n".join(map(str, few)))
    return play


@pytest.fixture
def no_limit_of_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("glance_widget.sandbox.remote_assist._QUESTIONS_AT_ONCE", 1e9)


@pytest.mark.usefixtures("no_limit_of_questions")
def test_consent_holds_in_any_order(rng: random.Random) -> None:
    used = sum(check(random_ops(rng, 60), ObjectWorld).used for _ in range(ORDERS))
    # The orders are worth something: agents got as far as using the page.
    assert used > ORDERS / 2


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    limits = Limits(sessions_per_address=10_000, starts_per_minute=10_000)
    with Sandbox(grace=3600, limits=limits) as sandbox, wire_to(sandbox) as wire:
        yield wire


@pytest.mark.usefixtures("no_limit_of_questions")
def test_consent_holds_in_any_order_over_sockets(rng: random.Random, wire: Wire) -> None:
    for _ in range(ORDERS_OVER_SOCKETS):
        check(random_ops(rng, 40), lambda: SocketWorld(wire))
