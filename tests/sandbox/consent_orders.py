"""Random orders of what people do in a session, and the worlds in which they can do it."""

from __future__ import annotations

import random
from typing import Any, Final, Protocol

Message = dict[str, Any]
Op = tuple[str, int, int]
"""What is done, and two numbers that say by whom and how."""

Receipt = tuple[str, str, str | None]
"""Power, answer, agent."""

PUIDS: Final = ("ann@x", "ann@x", "bob@x")
"""The agents of the three viewers: one has two of them."""
PAGES: Final = (0, 1)
QUESTION_LIVES: Final = 30.0
PAGE_MAY_BE_GONE: Final = 5.0

KINDS: Final = (
    "open", "open", "close", "reload", "events", "events", "fresh", "fresh", "fresh", "page", "consent", "pause",
    "resume", "resume", "viewer", "viewer", "viewer", "leave", "snapshot", "ask", "ask", "give_back", "accept",
    "accept", "accept", "decline", "old_answer", "forged_answer", "stop", "hold", "release", "control", "control",
    "control", "stranger", "wait", "stall", "slow_records", "records", "records", "lost_records",
)  # fmt: skip


def random_ops(rng: random.Random, length: int) -> list[Op]:
    """A random order of things. The visitor's own page comes first: it binds the session to its token."""
    kinds = [rng.choice(KINDS) for _ in range(length)]
    # Chance alone seldom gets as far as an agent who uses the page: some orders are pushed there, not all arrive.
    kinds.insert(rng.randrange(1 + length // 4), "consent")
    at = rng.randrange(length)
    for kind in ("open", "resume", "viewer", "ask", "accept", "control", "control"):
        kinds.insert(at, kind)
        at += rng.randint(1, 2)
    return [("open", 0, 0), *((kind, rng.randrange(1000), rng.randrange(1000)) for kind in kinds)]


class World(Protocol):
    """One session and all who take part, whether over sockets or not."""

    is_ours: bool

    def open_page(self, page: int, title: str) -> None: ...
    def close_page(self, page: int) -> None: ...
    def page_sends(self, page: int, message: Message) -> None: ...
    def open_viewer(self, viewer: int, puid: str) -> None: ...
    def close_viewer(self, viewer: int) -> None: ...
    def viewer_sends(self, viewer: int, message: Message) -> None: ...
    def stranger_sends(self, messages: list[Message]) -> None: ...
    def stall(self, viewer: int, *, stalled: bool) -> None: ...
    def wait(self, seconds: float) -> None: ...
    def records(self, *, slow: bool, lose_assist: bool = False) -> None: ...
    def to_viewers(self) -> list[tuple[int, Message]]: ...
    def to_pages(self) -> list[tuple[int, Message]]: ...
    def receipts(self) -> list[Receipt]: ...
