"""The rules of remote assist, for every state and every event."""

from __future__ import annotations

import itertools

import pytest

from glance_widget.sandbox.assist import (
    AgentGone,
    Allowed,
    Answer,
    Ask,
    Asked,
    AskVisitor,
    Effect,
    Event,
    Expire,
    GiveBack,
    Hold,
    Off,
    On,
    PageGone,
    Pause,
    Recorded,
    State,
    TakeBack,
    TakeQuestionAway,
    TellAgents,
    TellVisitor,
    WriteReceipt,
    may_control,
    step,
)

STATES: list[State] = [Off(), Asked("ann", "r1"), Allowed("ann", "r1"), On("ann"), On("ann", held=True)]
EVENTS: list[Event] = [
    Ask("ann", "r2"), Ask("bob", "r2"), GiveBack("ann"), GiveBack("bob"), Answer("r1", accepted=True),
    Answer("r1", accepted=False), Answer("r9", accepted=True), Answer("r9", accepted=False), Expire("r1"), Expire("r9"),
    Recorded("r1", kept=True), Recorded("r1", kept=False), Recorded("r9", kept=True), Recorded("r9", kept=False),
    TakeBack(), Hold(held=True), Hold(held=False), Pause(), PageGone(), AgentGone("ann"), AgentGone("bob"),
]  # fmt: skip

CANCELLED = TakeQuestionAway("r1", "cancelled")
ANSWERED = TakeQuestionAway("r1", "answered")
NOT_KEPT = (Off(), (TakeQuestionAway("r1", "norecord"), TellAgents("norecord")))

CHANGES: dict[tuple[State, Event], tuple[State, tuple[Effect, ...]]] = {
    (Off(), Ask("ann", "r2")): (Asked("ann", "r2"), (AskVisitor("ann", "r2"), TellAgents("none"))),
    (Off(), Ask("bob", "r2")): (Asked("bob", "r2"), (AskVisitor("bob", "r2"), TellAgents("none"))),
    (Asked("ann", "r1"), Answer("r1", accepted=True)): (
        Allowed("ann", "r1"), (WriteReceipt("ann", "r1", "accepted"),)),
    (Asked("ann", "r1"), Answer("r1", accepted=False)): (
        Off(), (ANSWERED, WriteReceipt("ann", "r1", "declined"), TellAgents("declined"))),
    (Asked("ann", "r1"), Expire("r1")): (
        Off(), (TakeQuestionAway("r1", "expired"), WriteReceipt("ann", "r1", "expired"), TellAgents("expired"))),
    (Allowed("ann", "r1"), Recorded("r1", kept=True)): (
        On("ann"), (ANSWERED, TellVisitor("ann"), TellAgents("none"))),
    (Allowed("ann", "r1"), Recorded("r1", kept=False)): NOT_KEPT,
    (Allowed("ann", "r1"), Expire("r1")): NOT_KEPT,
    (Allowed("ann", "r1"), TakeBack()): (Off(), (CANCELLED, TellAgents("ended_by_visitor"))),
    (On("ann"), Hold(held=True)): (On("ann", held=True), (TellAgents("none"),)),
    (On("ann", held=True), Hold(held=False)): (On("ann"), (TellAgents("none"),)),
}  # fmt: skip
for open_ in (Asked("ann", "r1"), Allowed("ann", "r1")):
    CHANGES[open_, GiveBack("ann")] = (Off(), (CANCELLED, TellAgents("cancelled")))
    CHANGES[open_, Pause()] = (Off(), (CANCELLED, TellAgents("paused")))
    CHANGES[open_, PageGone()] = (Off(), (CANCELLED, TellAgents("page_gone")))
    CHANGES[open_, AgentGone("ann")] = (Off(), (CANCELLED, TellAgents("agent_gone")))
for on in (On("ann"), On("ann", held=True)):
    CHANGES[on, GiveBack("ann")] = (Off(), (TellVisitor(None), TellAgents("ended_by_agent")))
    CHANGES[on, TakeBack()] = (Off(), (TellVisitor(None), TellAgents("ended_by_visitor")))
    CHANGES[on, Pause()] = (Off(), (TellVisitor(None), TellAgents("paused")))
    CHANGES[on, PageGone()] = (Off(), (TellVisitor(None), TellAgents("page_gone")))
    CHANGES[on, AgentGone("ann")] = (Off(), (TellVisitor(None), TellAgents("agent_gone")))


@pytest.mark.parametrize(("state", "event"), [*itertools.product(STATES, EVENTS)], ids=str)
def test_every_state_and_every_event(state: State, event: Event) -> None:
    assert step(state, event) == CHANGES.get((state, event), (state, ()))


def test_the_table_names_nothing_else() -> None:
    assert set(CHANGES) <= set(itertools.product(STATES, EVENTS))


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("puid", ["ann", "bob"])
def test_input_is_passed_on_for_the_one_agent_and_only_while_it_is_not_held(state: State, puid: str) -> None:
    assert may_control(state, puid) is (state == On("ann") and puid == "ann")
