"""A visitor without a browser."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from typing import Any, Final

from typing_extensions import Self

from glance_widget.errors import ClosedError, GlanceError, PropertyError, StateError, WaitTimeoutError
from glance_widget.protocol.identifiers import is_session_key, is_visitorid
from glance_widget.protocol.json_values import JsonValue
from glance_widget.testing.scripted_page import ScriptedPage
from glance_widget.testing.visitor_board import Board, Invocation, Milestone
from glance_widget.testing.visitor_life import Role, SandboxLike, VisitorLife
from glance_widget.testing.visitor_wire import Answer, PageFunction

_CALL_WITHIN: Final = 15.0


class ScriptedVisitor:
    """Stands in for a person on a web page: online, asked for consent, watched, gone; all over the real wire.

    It has a thread of its own, ``glance-visitor``, and may be driven from any other. It does not come back by itself
    when the connection is lost.

    Args:
        sandbox: A sandbox, its address, or its url.
        visitorid: The visitor.
        name: How the visitor is called.
        answer: What to answer to the terms: ``accept``, ``decline``, or ``ignore`` (they stay on the screen).
        page: What the visitor's page shows.
        assist: What to answer to agents who ask for remote assist; the same words.
        functions: Functions of the page that agents may invoke, by bare name; each takes the argument and gives the
            answer. What an exception says goes back to the agent. Any other function is there too and gives None.

    Example:
        >>> with ScriptedVisitor(sandbox, "maria-21", name="Maria") as maria:  # doctest: +SKIP
        ...     button.join()
        ...     maria.wait_for("in_session")

    Raises:
        PropertyError: An argument cannot be used.
    """

    def __init__(  # noqa: PLR0913
        self,
        sandbox: SandboxLike | str,
        visitorid: str,
        *,
        name: str | None = None,
        answer: Answer = "accept",
        page: ScriptedPage | None = None,
        assist: Answer = "ignore",
        functions: Mapping[str, PageFunction] | None = None,
    ) -> None:
        if not is_visitorid(visitorid):
            raise PropertyError("visitorid", "must have 1 to 62 letters, digits, '-' and '_'")
        self.answer: Answer = answer
        self.assist: Answer = assist
        self.visitorid: Final = visitorid
        self.name: Final = name
        self._sandbox = sandbox
        self._page = page or ScriptedPage()
        self._functions = dict(functions or {})
        self._board = Board()
        self._stay: _Stay | None = None

    def __repr__(self) -> str:
        """The same text every time, as it is saved in notebooks."""
        return f"ScriptedVisitor({self.visitorid!r})"

    @property
    def online(self) -> bool:
        """Whether the visitor is on the website."""
        return self._board.facts.online

    @property
    def in_session(self) -> bool:
        """Whether a session runs."""
        return self._board.facts.key is not None

    @property
    def session_key(self) -> str | None:
        """The running session's key."""
        return self._board.facts.key

    @property
    def session_id(self) -> str | None:
        """The platform's id of the running session."""
        return self._board.facts.session_id

    @property
    def ended(self) -> str | None:
        """Why the last session ended: ``agent``, ``visitor``, ``conndrop``; None while one runs or before the first."""
        return self._board.facts.ended

    @property
    def invocations(self) -> tuple[Invocation, ...]:
        """What agents invoked on the page, oldest first."""
        return self._board.facts.invocations

    @property
    def signals(self) -> tuple[Mapping[str, JsonValue], ...]:
        """What agents signalled to the page, oldest first."""
        return self._board.facts.signals

    @property
    def assisted_by(self) -> str | None:
        """PUID of the agent who has remote assist; None when nobody has."""
        return self._board.facts.assisted_by

    @property
    def controls(self) -> tuple[Mapping[str, JsonValue], ...]:
        """What agents did on the page under remote assist, oldest first."""
        return self._board.facts.controls

    def start(self) -> Self:
        """Comes to the website; returns when the service knows it.

        Raises:
            StateError: The visitor is there already.
            PresenceError: The platform cannot be reached.
        """
        if self._stay is not None:
            raise StateError("already_started", f"{self!r} is on the website already.", "Stop it first.")
        self._board = Board()
        role = Role(self.visitorid, self.name, self._page, lambda: self.answer, lambda: self.assist, self._functions)
        self._stay = _Stay(VisitorLife(self._sandbox, role, self._board), self._board)
        try:
            self._board.wait(lambda facts: facts.online, _CALL_WITHIN, "online")
        except GlanceError:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Closes the page; safe to call twice. A running session is not ended by this, it loses its visitor."""
        stay, self._stay = self._stay, None
        if stay is not None:
            stay.leave()

    def start_session(self, key: str | None = None) -> str:
        """Starts a session, as after "Need help?" on the website; returns the key that the visitor reads out.

        Args:
            key: The session key; None lets the service choose one.

        Raises:
            PropertyError: The key is malformed.
            StateError: A session is running.
            InviteError: The service refused, for example a key that is in use (``dupkey``).
        """
        if key is not None and not is_session_key(key):
            raise PropertyError("key", "must have 1 to 62 letters, digits, '-' and '_'")
        if self.in_session:
            raise StateError("in_session", "The visitor is in a session already.", "End it first.")
        self._do(lambda life: life.begin(key))
        return self._board.facts.key or ""

    def go_to(self, path: str, page: ScriptedPage | None = None) -> None:
        """Goes to another page of the website.

        Args:
            path: Below the visitor's home page, such as ``"checkout"``.
            page: What it shows; None for the same as before with the path as heading.
        """
        self._do(lambda life: life.go_to(path.strip("/"), page))

    def type(self, field: str, text: str) -> None:
        """Types into a field of the page, which agents see as stars.

        Raises:
            PropertyError: The page has no such field.
            StateError: No session runs.
        """
        self._do(lambda life: life.type(field, text))

    def pause(self) -> None:
        """Pauses the session: agents see nothing new until ``resume``. Raises ``StateError`` when none runs."""
        self._do(lambda life: life.pause(paused=True))

    def resume(self) -> None:
        """Goes on after a pause. Raises ``StateError`` when no session runs."""
        self._do(lambda life: life.pause(paused=False))

    def end(self) -> None:
        """Ends the session. Raises ``StateError`` when none runs."""
        self._do(lambda life: life.end())

    def wait_for(self, milestone: Milestone, timeout: float = 15.0) -> None:
        """Blocks until a milestone holds: ``online``, ``asked``, ``in_session``, ``watched`` or ``ended``.

        ``asked`` holds from the terms on until they are withdrawn or the session ends, ``watched`` while an agent has a
        viewer open, ``ended`` from a session's end until the next one starts.

        Raises:
            WaitTimeoutError: It does not hold in time.
            GlanceError: The visitor fails first.
        """
        self._board.wait(lambda facts: facts.reached(milestone), timeout, milestone)

    def wait_for_invocation(self, func: str, timeout: float = 15.0) -> Mapping[str, JsonValue]:
        """Blocks until an agent has invoked a function; returns its last argument.

        Args:
            func: The function's full path, or only its last part.
            timeout: Seconds to wait.

        Raises:
            WaitTimeoutError: It was not invoked in time.
        """

        def meant(call: Invocation) -> bool:
            return call.func == func or call.func.endswith(f".{func}")

        facts = self._board.wait(lambda now: any(map(meant, now.invocations)), timeout, f"asked for {func}")
        return [call.args for call in facts.invocations if meant(call)][-1]

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _do(self, work: Callable[[VisitorLife], Coroutine[Any, Any, None]]) -> None:
        if self._stay is None:
            raise ClosedError("not_online", f"{self!r} is not on the website.", "Start it first.")
        self._stay.do(work)


class _Stay:
    """One stay on the website, on a thread of its own."""

    def __init__(self, life: VisitorLife, board: Board) -> None:
        self._life = life
        self._board = board
        self._loop = asyncio.new_event_loop()
        self._leave = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="glance-visitor", daemon=True)
        self._thread.start()

    def do(self, work: Callable[[VisitorLife], Coroutine[Any, Any, None]]) -> None:
        """Has something done, and waits for it."""
        if not self._thread.is_alive():
            raise ClosedError("not_online", "The scripted visitor has left the website.", "Start it again.")
        future = asyncio.run_coroutine_threadsafe(work(self._life), self._loop)
        try:
            future.result(_CALL_WITHIN)
        except FutureTimeoutError:
            future.cancel()
            message = f"The platform did not answer the visitor within {_CALL_WITHIN:g} seconds."
            raise WaitTimeoutError("call_timeout", message, "Try again.") from None

    def leave(self) -> None:
        """Ends the stay and its thread."""
        with suppress(RuntimeError):  # It has ended by itself, and its loop with it.
            self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(_CALL_WITHIN)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._life.stay(self._leave))
        except GlanceError as error:
            self._board.note(online=False, failure=error)
        finally:
            self._loop.close()
