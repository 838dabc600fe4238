"""Remote assist of one session: the state of ``assist``, with its clock, its messages and its receipts (ours)."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable
from typing import Final

from glance_widget.errors import MessageError
from glance_widget.protocol.control import parse_action
from glance_widget.protocol.json_values import JsonObject, JsonValue
from glance_widget.protocol.live_view import Consent
from glance_widget.sandbox import assist
from glance_widget.sandbox.answers import Then
from glance_widget.sandbox.audience import Audience, Viewer
from glance_widget.sandbox.rate_limit import RateLimit
from glance_widget.sandbox.receipts import Outcome
from glance_widget.sandbox.settings import Timings
from glance_widget.sandbox.timer import Handle, Timer, call_off
from glance_widget.sandbox.visitor_pages import PageSocket, VisitorPages

_ACTIONS_PER_SECOND: Final = 60.0
_ACTIONS_AT_ONCE: Final = 120.0
_SECONDS_PER_QUESTION: Final = 5.0
_QUESTIONS_AT_ONCE: Final = 5.0

WriteReceipt = Callable[[Outcome, Then], None]
"""Is told what became of a question, and who waits for the record of it."""


class RemoteAssist:
    """Remote assist of one session. All methods belong to the sandbox's own thread.

    Args:
        pages: The visitor's pages.
        audience: The agents' viewers.
        timings: For how long a question lives, and how long the visitor's page may be gone.
        timer: The running event loop.
        write_receipt: Records what became of a question.
    """

    def __init__(
        self, pages: VisitorPages, audience: Audience, timings: Timings, timer: Timer, write_receipt: WriteReceipt
    ) -> None:
        self._pages = pages
        self._audience = audience
        self._timings = timings
        self._timer = timer
        self._write_receipt = write_receipt
        self._state: assist.State = assist.Off()
        self._answer: Consent | None = None
        self._dies_at = 0.0
        self._question: Handle | None = None
        self._pages_away: Handle | None = None
        self._actions = RateLimit(_ACTIONS_PER_SECOND, _ACTIONS_AT_ONCE, timer.time)
        self._questions = RateLimit(1 / _SECONDS_PER_QUESTION, _QUESTIONS_AT_ONCE, timer.time)

    def agent(self) -> JsonValue:
        """Who has remote assist, as it stands in messages; None when nobody has."""
        return self._audience.agent(self._state.puid) if isinstance(self._state, assist.On) else None

    def asked_by(self, viewer: Viewer) -> None:
        """An agent asks for remote assist.

        Raises:
            MessageError: It is asked for again and again.
        """
        if not self._questions.allow():
            raise MessageError("assist_rate", "Remote assist is asked for too often.")
        self._take(assist.Ask(viewer.puid, secrets.token_urlsafe(9)))

    def refuse(self, viewer: Viewer, reason: assist.Reason) -> None:
        """An agent asks at a time when remote assist cannot be had."""
        viewer.socket.send({"type": "assist", "state": "off", "reason": reason})

    def answered(self, answer: Consent) -> None:
        """The visitor answers a question."""
        self._answer = answer
        self._take(assist.Answer(answer.req, answer.accepted))
        self._answer = None

    def given_back_by(self, viewer: Viewer) -> None:
        """An agent takes the question back, or gives remote assist back."""
        self._take(assist.GiveBack(viewer.puid))

    def taken_back(self) -> None:
        """The visitor takes remote assist back."""
        self._take(assist.TakeBack())

    def held(self, page: PageSocket, *, held: bool) -> None:
        """The visitor uses a page by hand, or does no longer. Only the page that is shown can be used by agents."""
        if page is self._pages.shown:
            self._take(assist.Hold(held))

    def another_page_is_shown(self) -> None:
        """The visitor's hand was on another page."""
        self._take(assist.Hold(held=False))

    def paused(self) -> None:
        """The visitor paused the session."""
        self._take(assist.Pause())

    def page_came(self, page: PageSocket) -> None:
        """A page of the visitor is there: an open question is put to it as well."""
        call_off(self._pages_away)
        if isinstance(self._state, assist.Asked):
            page.send(self._as_question(self._state))

    def no_page_left(self) -> None:
        """The visitor's last page went away; one that comes soon finds everything as it was."""
        call_off(self._pages_away)
        self._pages_away = self._timer.call_later(self._timings.assist_away, lambda: self._take(assist.PageGone()))

    def viewer_came(self, viewer: Viewer) -> None:
        """A viewer is there: it is told, unless there is nothing to tell."""
        if not isinstance(self._state, assist.Off):
            viewer.socket.send(self._as_status(viewer.puid, "none"))

    def agent_left(self, puid: str) -> None:
        """An agent's last viewer is gone."""
        self._take(assist.AgentGone(puid))

    def control(self, viewer: Viewer, message: JsonObject) -> None:
        """An agent does something on the visitor's page. What comes when it may not is dropped.

        Raises:
            MessageError: It has the wrong shape, or there is too much of it.
        """
        action = parse_action(message)
        page = self._pages.shown
        if page is None or not assist.may_control(self._state, viewer.puid):
            return
        if self._actions.allow():
            page.send({"type": "control", "action": action})
        elif action["kind"] not in {"point", "scroll"}:
            # Of places, the next one says it all; a click must not be lost in silence.
            raise MessageError("control_rate", "Actions of remote assist come too fast.")

    def finish(self) -> None:
        """The session ended."""
        call_off(self._question)
        call_off(self._pages_away)
        self._state = assist.Off()

    def _take(self, event: assist.Event) -> None:
        self._state, effects = assist.step(self._state, event)
        for effect in effects:
            self._do(effect)

    def _do(self, effect: assist.Effect) -> None:
        if isinstance(effect, assist.AskVisitor):
            self._ask(effect.req)
        elif isinstance(effect, assist.TakeQuestionAway):
            call_off(self._question)
            self._pages.tell({"type": "assist_withdrawn", "req": effect.req, "reason": effect.reason})
        elif isinstance(effect, assist.TellVisitor):
            self._pages.tell({"type": "assist", "agent": self.agent()})
        elif isinstance(effect, assist.WriteReceipt):
            self._record(effect)
        else:
            self._audience.tell_each(lambda puid: self._as_status(puid, effect.reason))

    def _record(self, receipt: assist.WriteReceipt) -> None:
        outcome = Outcome("assist", receipt.answer, receipt.puid, self._answer)
        self._write_receipt(outcome, lambda kept: self._take(assist.Recorded(receipt.req, kept)))

    def _ask(self, req: str) -> None:
        within = self._timings.assist_question
        self._dies_at = self._timer.time() + within
        self._question = self._timer.call_later(within, lambda: self._take(assist.Expire(req)))
        if isinstance(self._state, assist.Asked):
            self._pages.tell(self._as_question(self._state))

    def _as_question(self, asked: assist.Asked) -> JsonObject:
        agent = self._audience.agent(asked.puid)
        return {"type": "assist_request", "req": asked.req, "agent": agent, "within": self._seconds_left()}

    def _as_status(self, puid: str, reason: assist.Reason) -> JsonObject:
        state = self._state
        message: JsonObject = {"type": "assist", "state": "off", "reason": reason}
        if isinstance(state, assist.Off):
            return message
        if state.puid != puid:
            return message | {"state": "other", "agent": self._audience.agent(state.puid)}
        if isinstance(state, assist.Asked | assist.Allowed):
            return message | {"state": "asked", "within": self._seconds_left()}
        return message | {"state": "held" if state.held else "on"}

    def _seconds_left(self) -> int:
        return max(1, math.ceil(self._dies_at - self._timer.time()))
