"""The viewers of one session, and which of them are in the stream of page content.

A viewer's replica can only be built from a fresh start (rrweb's Meta and FullSnapshot events) and everything after it.
So a viewer is either in the stream, from a fresh start on and without a gap, or out of it until the next fresh start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from glance_widget.protocol.json_values import JsonValue
from glance_widget.protocol.live_view import Events
from glance_widget.protocol.pictures import Picture
from glance_widget.sandbox.tickets import Ticket


class ViewerSocket(Protocol):
    """What the audience needs of a viewer's socket."""

    def send(self, message: Mapping[str, object]) -> None:
        """Queues a message."""

    def offer(self, text: str) -> bool:
        """Queues page content, if there is room."""

    def drop_content(self) -> None:
        """Takes queued page content back."""

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Calls back when nothing waits any more."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Closes the socket after what is queued."""


@dataclass(eq=False, slots=True)
class Viewer:
    """One viewer page.

    Attributes:
        socket: Its socket.
        ticket: What it came with.
        in_stream: Whether page content goes to it.
        behind: Whether it was too slow, and has not read yet what it had been sent.
    """

    socket: ViewerSocket
    ticket: Ticket
    in_stream: bool = False
    behind: bool = False

    @property
    def puid(self) -> str:
        """The agent's partner user id."""
        return self.ticket.agent.puid


class Audience:
    """The viewers of one session.

    Args:
        ask_snapshot: Asks the visitor's page for a fresh start.
    """

    def __init__(self, ask_snapshot: Callable[[], None]) -> None:
        self._ask_snapshot = ask_snapshot
        self._viewers: list[Viewer] = []

    def __bool__(self) -> bool:
        """Whether anybody is there."""
        return bool(self._viewers)

    def __contains__(self, viewer: Viewer) -> bool:
        """Whether a viewer is there."""
        return viewer in self._viewers

    def add(self, viewer: Viewer) -> None:
        """A viewer came; it is out of the stream."""
        self._viewers.append(viewer)

    def remove(self, viewer: Viewer) -> None:
        """A viewer left."""
        self._viewers.remove(viewer)

    def clear(self) -> list[Viewer]:
        """All viewers leave."""
        viewers, self._viewers = self._viewers, []
        return viewers

    def puids(self) -> list[str]:
        """The agents who have a viewer here, each once."""
        return list(dict.fromkeys(viewer.puid for viewer in self._viewers))

    def agents(self) -> list[JsonValue]:
        """Who watches, each agent once, as it stands in ``agents`` messages."""
        return [self.agent(puid) for puid in self.puids()]

    def agent(self, puid: str) -> JsonValue:
        """One agent, as it stands in messages. The last viewer says the name; without one it is the PUID."""
        names = [viewer.ticket.name for viewer in self._viewers if viewer.puid == puid]
        return {"partneruserid": puid, "name": (names[-1] if names else "") or puid}

    def tell(self, message: Mapping[str, JsonValue]) -> None:
        """Sends a message to all viewers."""
        for viewer in tuple(self._viewers):
            viewer.socket.send(message)

    def tell_each(self, message_for: Callable[[str], Mapping[str, JsonValue]]) -> None:
        """Sends to each viewer what ``message_for`` gives for its agent."""
        for viewer in tuple(self._viewers):
            viewer.socket.send(message_for(viewer.puid))

    def silence(self) -> None:
        """Nothing more of the page is to reach anybody, also not what waits to be sent to them."""
        self.restart()
        for viewer in self._viewers:
            viewer.socket.drop_content()

    def restart(self) -> None:
        """Another page is shown from now on: nobody is in the stream until its fresh start."""
        for viewer in self._viewers:
            viewer.in_stream = False

    def relay(self, events: Events) -> None:
        """Passes page content on to all who are in the stream, and takes those in for whom it is a fresh start."""
        for viewer in tuple(self._viewers):
            if viewer.in_stream:
                self._offer(viewer, events.frame)
            elif events.fresh_frame is not None and not viewer.behind:
                viewer.in_stream = True
                self._offer(viewer, events.fresh_frame)

    def show(self, picture: Picture) -> None:
        """Passes a picture on to all. Each stands for itself: one that still waits to be sent makes room for it."""
        for viewer in tuple(self._viewers):
            viewer.socket.drop_content()
            viewer.socket.offer(picture.frame)

    def _offer(self, viewer: Viewer, text: str) -> None:
        if not viewer.socket.offer(text):
            viewer.in_stream, viewer.behind = False, True
            viewer.socket.drop_content()
            viewer.socket.when_drained(lambda: self._caught_up(viewer))

    def _caught_up(self, viewer: Viewer) -> None:
        viewer.behind = False
        if viewer in self._viewers:
            self._ask_snapshot()
