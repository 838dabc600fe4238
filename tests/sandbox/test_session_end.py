"""However a session ends, everybody hears of it, and agents exactly once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glance_widget.sandbox import Sandbox, Timings
from tests.conftest import eventually
from tests.sandbox.clients import Message, Socket, Wire, wire_to

MESSAGE = "/agent/message"


class Story:
    """An invited visitor in a session that an agent watches."""

    def __init__(self, wire: Wire, visitorid: str, *, viewer: bool = True) -> None:
        self.wire = wire
        self.key = f"key-of-{visitorid}"
        self.agent = wire.agent(visitorid)
        self.presence = wire.visitor(visitorid)
        self.agent.wait_for("visitorconn")
        wire.signal(visitorid, "invoke", {"func": "showTerms", "args": {"sessionKey": self.key}})
        self.presence.wait_for("invoke")
        self.started = wire.start(self.key)
        self.presence.send(type="visitorsessionstart")
        self.agent.wait_for("visitorsessionstart")
        self.page = wire.page(self.started, consent=True)
        self.page.wait_for("agents")
        if viewer:
            self.viewer = wire.viewer(self.key)
            self.viewer.wait_for("session")
            self.page.wait_for("agents", count=1)

    def ends_told(self) -> list[Message]:
        """What agents were told about ends, after everything that was under way has arrived."""
        self.agent.send(type="probe", data={})  # goes to the visitor's page
        self.presence.wait_for("probe")
        self.presence.send(type="probed", data={})
        self.agent.wait_for("probed")
        return [message["data"] for message in self.agent.log if message["type"] == "visitorsessionend"]


@pytest.fixture(params=["script reports", "script is silent"])
def reports(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "script reports")


def after_end(story: Story, reason: str, *, reports: bool) -> None:
    """The visitor's script hears of the end, and may report it; twice, as a page change can make it do."""
    if reports:
        story.presence.send(type="visitorsessionend", data={"reason": reason})
        story.presence.send(type="visitorsessionend", data={"reason": reason})
    assert story.agent.wait_for("visitorsessionend")["data"] == {"reason": reason}
    if not reports:
        story.presence.send(type="visitorsessionend", data={"reason": reason})  # too late
    assert story.ends_told() == [{"reason": reason}]


def ended(socket: Socket) -> Message:
    message = socket.wait_for("ended")
    assert socket.closed()[0] == 1000
    return message


def test_the_visitor_ends(wire: Wire, reports: bool) -> None:  # noqa: FBT001
    story = Story(wire, f"visitor-ends-{reports}")
    story.page.send(type="end")
    assert ended(story.page) == {"type": "ended", "reason": "visitor"}
    message = ended(story.viewer)
    assert message["reason"] == "visitor"
    assert message["sessionEnd"].endswith("Z")
    assert isinstance(message["duration"], int)
    after_end(story, "visitor", reports=reports)


def test_the_agent_ends_in_the_viewer(wire: Wire, reports: bool) -> None:  # noqa: FBT001
    story = Story(wire, f"viewer-ends-{reports}")
    story.viewer.send(type="end")
    assert ended(story.viewer)["reason"] == "agent"
    assert ended(story.page)["reason"] == "agent"
    after_end(story, "agent", reports=reports)


def test_the_agent_ends_by_message(wire: Wire, reports: bool) -> None:  # noqa: FBT001
    story = Story(wire, f"message-ends-{reports}")
    body = {"mtype": "EjectAgent", "data": {"reason": "leave"}, "ssnid": story.started["sessionId"]}
    assert wire.http.post(MESSAGE, json=body, headers=wire.bearer()).status_code == 200
    assert ended(story.viewer)["reason"] == "agent"
    assert ended(story.page)["reason"] == "agent"
    after_end(story, "agent", reports=reports)


def test_the_agent_ends_before_a_viewer_opened(wire: Wire) -> None:
    story = Story(wire, "ends-early", viewer=False)
    body = {"mtype": "EjectAgent", "ssnid": story.started["sessionId"]}
    wire.http.post(MESSAGE, json=body, headers=wire.bearer())
    assert ended(story.page)["reason"] == "agent"
    after_end(story, "agent", reports=False)


def test_the_visitors_tab_is_closed(hasty: Wire) -> None:
    story = Story(hasty, "tab-closed")
    story.presence.close()
    story.page.close()
    assert story.viewer.wait_for("visitor") == {"type": "visitor", "connected": False, "grace": 1.5}
    assert ended(story.viewer)["reason"] == "conndrop"
    assert story.agent.wait_for("visitorsessionend")["data"] == {"reason": "conndrop"}
    story.presence = hasty.visitor("tab-closed")
    assert story.ends_told() == [{"reason": "conndrop"}]


def test_a_page_that_comes_back_too_late_hears_that_it_is_over(hasty: Wire) -> None:
    story = Story(hasty, "too-late")
    story.page.close()
    ended(story.viewer)
    late = hasty.page(story.started)
    assert ended(late) == {"type": "ended", "reason": "conndrop"}
    stranger = hasty.page(story.started, token="s" * 49)
    stranger.expect("refused")


def test_the_last_agent_stays_away(hasty: Wire) -> None:
    story = Story(hasty, "agent-away")
    story.viewer.close()
    assert story.page.wait_for("agents")["count"] == 0
    assert ended(story.page)["reason"] == "conndrop"
    after_end(story, "conndrop", reports=False)


def test_an_agent_who_comes_back_in_time_goes_on(wire: Wire) -> None:
    story = Story(wire, "agent-back")
    story.viewer.close()
    story.page.wait_for("agents", count=0)
    viewer = wire.viewer(story.key)
    assert viewer.expect("session")["connected"] is True


def test_one_of_two_agents_may_leave(wire: Wire) -> None:
    story = Story(wire, "two-agents")
    second = wire.viewer(story.key, "second@x")
    second.wait_for("session")
    assert story.page.wait_for("agents", count=2)["agentlist"][1]["partneruserid"] == "second@x"
    story.viewer.close()
    assert story.page.wait_for("agents", count=1)["agentlist"] == [{"partneruserid": "second@x", "name": "second@x"}]
    second.send(type="end")
    assert ended(story.page)["reason"] == "agent"


def test_an_agent_whose_socket_was_away_hears_of_the_end_on_return(wire: Wire) -> None:
    story = Story(wire, "owed")
    story.agent.close()
    story.page.send(type="end")
    ended(story.viewer)
    story.presence.send(type="visitorsessionend", data={"reason": "visitor"})
    again = wire.agent("owed")
    assert again.wait_for("visitorsessionend")["data"] == {"reason": "visitor"}
    story.agent = wire.agent("owed")
    assert story.ends_told() == []


def test_sessions_one_after_the_other_are_each_told_once(hasty: Wire) -> None:
    told: list[Message] = []
    for round_ in range(3):
        story = Story(hasty, "again-and-again")
        story.viewer.send(type="end")
        ended(story.page)
        if round_ == 1:
            story.presence.send(type="visitorsessionend", data={"reason": "agent"})
        story.agent.wait_for("visitorsessionend")
        told += story.ends_told()
        story.agent.close()
        story.presence.close()
        eventually(lambda: not hasty.presence("findvisitor", "again-and-again").json()["visitorfound"])
    assert told == [{"reason": "agent"}] * 3


def test_a_session_whose_key_is_the_visitor_id_belongs_to_that_visitor(wire: Wire) -> None:
    agent = wire.agent("own-start")
    wire.visitor("own-start")
    started = wire.start("own-start")
    page = wire.page(started, consent=True)
    page.wait_for("agents")
    viewer = wire.viewer("own-start")
    assert viewer.expect("session")["visitor"]["visitorid"] == "own-start"
    viewer.send(type="end")
    assert agent.wait_for("visitorsessionend")["data"] == {"reason": "agent"}


def test_other_visitors_agents_hear_nothing(wire: Wire) -> None:
    other = wire.agent("bystander")
    story = Story(wire, "somebody")
    story.page.send(type="end")
    story.agent.wait_for("visitorsessionend")
    wire.visitor("bystander")
    assert other.receive()["type"] == "visitorsock"


@pytest.fixture
def stopping() -> Iterator[tuple[Sandbox, Wire]]:
    with Sandbox(timings=Timings(end_notice=60)) as sandbox, wire_to(sandbox) as wire:
        yield sandbox, wire


def test_a_sandbox_that_stops_says_so_to_everybody(stopping: tuple[Sandbox, Wire]) -> None:
    sandbox, wire = stopping
    story = Story(wire, "stopped")
    sandbox.stop()
    assert story.viewer.wait_for("ended")["reason"] == "conndrop"
    assert story.page.wait_for("ended")["reason"] == "conndrop"
    assert story.agent.wait_for("visitorsessionend")["data"] == {"reason": "conndrop"}
    assert story.agent.closed()[0] == 1012
    assert story.presence.closed()[0] == 1012


def test_a_session_outlives_what_came_back_in_time(hasty: Wire) -> None:
    story = Story(hasty, "back-in-time")
    story.page.close()
    story.viewer.wait_for("visitor", connected=False)
    page = hasty.page(story.started)
    story.viewer.wait_for("visitor", connected=True)
    page.wait_for("agents", count=1)
    story.viewer.close()
    page.wait_for("agents", count=0)
    viewer = hasty.viewer(story.key)
    viewer.expect("session")
    # A session that nobody comes to is given up only after both of the times that were running.
    hasty.start("measure")
    eventually(lambda: "agentjoinurl" not in hasty.lookup("measure"))
    page.send(type="page", href="http://shop.test/still-here", title="")
    assert viewer.wait_for("page", href="http://shop.test/still-here")
