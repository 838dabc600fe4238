"""Remote assist of one session, as a pure function ``(state, event) -> (state, effects)`` (ours; docs/architecture.md).

One agent at a time asks for it or has it. What the agent may do at a moment is read from the state alone; time, sockets
and records are others' business.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from glance_widget.sandbox import receipts

Reason = Literal[
    "none",
    "declined",
    "expired",
    "cancelled",
    "ended_by_visitor",
    "ended_by_agent",
    "paused",
    "page_gone",
    "agent_gone",
    "norecord",
]
"""What led to a state, for viewers."""

Withdrawal = Literal["expired", "cancelled", "answered", "norecord"]
"""Why a question is taken away from the visitor's pages."""


@dataclass(frozen=True, slots=True)
class Off:
    """Nobody has it, and nobody asks."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An agent asks for it.

    Attributes:
        puid: Who.
        req: The request.
    """

    puid: str
    req: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """The visitor has allowed it. It begins when that is recorded, and before the question would have died.

    Attributes:
        puid: Who.
        req: The request.
    """

    puid: str
    req: str


@dataclass(frozen=True, slots=True)
class On:
    """An agent has it.

    Attributes:
        puid: Who.
        held: Whether the visitor uses the page by hand, so that the agent's input waits.
    """

    puid: str
    held: bool = False


State: TypeAlias = Off | Asked | Allowed | On


@dataclass(frozen=True, slots=True)
class Ask:
    """An agent asks; ``req`` is new."""

    puid: str
    req: str


@dataclass(frozen=True, slots=True)
class GiveBack:
    """An agent takes the own question back, or gives remote assist back."""

    puid: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The visitor answers a request."""

    req: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """The visitor's consent to a request was written down, or could not be."""

    req: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Expire:
    """The time of a request is over."""

    req: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The visitor takes remote assist back."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The visitor uses the page by hand, or does no longer."""

    held: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """The visitor pauses the session."""


@dataclass(frozen=True, slots=True)
class PageGone:
    """The visitor has had no page for too long."""


@dataclass(frozen=True, slots=True)
class AgentGone:
    """An agent's last viewer is gone."""

    puid: str


Event: TypeAlias = Ask | GiveBack | Answer | Recorded | Expire | TakeBack | Hold | Pause | PageGone | AgentGone


@dataclass(frozen=True, slots=True)
class AskVisitor:
    """The question is put to the visitor, and dies when it is not answered in time."""

    puid: str
    req: str


@dataclass(frozen=True, slots=True)
class TakeQuestionAway:
    """The question is taken away from the visitor's pages."""

    req: str
    reason: Withdrawal


@dataclass(frozen=True, slots=True)
class TellVisitor:
    """The visitor's pages are told who has remote assist now."""

    puid: str | None


@dataclass(frozen=True, slots=True)
class TellAgents:
    """Every viewer is told the new state, as far as it concerns its agent."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class WriteReceipt:
    """What became of an agent's request is recorded."""

    puid: str
    req: str
    answer: receipts.Answer


Effect: TypeAlias = AskVisitor | TakeQuestionAway | TellVisitor | TellAgents | WriteReceipt
Step: TypeAlias = tuple[State, tuple[Effect, ...]]


def step(state: State, event: Event) -> Step:
    """What an event makes of a state. An event that comes too late, or from somebody else, changes nothing."""
    if isinstance(state, Asked):
        return _asked(state, event)
    if isinstance(state, Allowed):
        return _allowed(state, event)
    if isinstance(state, On):
        return _on(state, event)
    if isinstance(event, Ask):
        return Asked(event.puid, event.req), (AskVisitor(event.puid, event.req), TellAgents("none"))
    return state, ()


def may_control(state: State, puid: str) -> bool:
    """Whether an agent's input goes to the page now."""
    return state == On(puid, held=False)


def _asked(state: Asked, event: Event) -> Step:
    if isinstance(event, Answer) and event.req == state.req:
        if event.accepted:
            return Allowed(state.puid, state.req), (WriteReceipt(state.puid, state.req, "accepted"),)
        answered = TakeQuestionAway(state.req, "answered")
        return Off(), (answered, WriteReceipt(state.puid, state.req, "declined"), TellAgents("declined"))
    if isinstance(event, Expire) and event.req == state.req:
        expired = TakeQuestionAway(state.req, "expired")
        return Off(), (expired, WriteReceipt(state.puid, state.req, "expired"), TellAgents("expired"))
    return (state, ()) if isinstance(event, TakeBack) else _withdrawn(state, event)


def _allowed(state: Allowed, event: Event) -> Step:
    if isinstance(event, Recorded | Expire) and event.req == state.req:
        if isinstance(event, Recorded) and event.kept:
            answered = TakeQuestionAway(state.req, "answered")
            return On(state.puid), (answered, TellVisitor(state.puid), TellAgents("none"))
        return Off(), (TakeQuestionAway(state.req, "norecord"), TellAgents("norecord"))
    return _withdrawn(state, event)


def _withdrawn(state: Asked | Allowed, event: Event) -> Step:
    reason = _reason_to_stop(state.puid, event)
    if reason is None:
        return state, ()
    shown: Reason = "cancelled" if reason == "ended_by_agent" else reason
    return Off(), (TakeQuestionAway(state.req, "cancelled"), TellAgents(shown))


def _on(state: On, event: Event) -> Step:
    if isinstance(event, Hold) and event.held != state.held:
        return replace(state, held=event.held), (TellAgents("none"),)
    reason = _reason_to_stop(state.puid, event)
    if reason is None:
        return state, ()
    return Off(), (TellVisitor(None), TellAgents(reason))


def _reason_to_stop(puid: str, event: Event) -> Reason | None:
    """Why remote assist, or the question for it, is over with an event; None when it is not."""
    if isinstance(event, GiveBack) and event.puid == puid:
        return "ended_by_agent"
    if isinstance(event, AgentGone) and event.puid == puid:
        return "agent_gone"
    if isinstance(event, TakeBack):
        return "ended_by_visitor"
    if isinstance(event, Pause):
        return "paused"
    return "page_gone" if isinstance(event, PageGone) else None
