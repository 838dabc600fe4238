"""Opening the viewer: addresses without a login key, and the user's own function."""

from __future__ import annotations

import pytest

from glance_widget.agent import viewer
from glance_widget.agent.platform import Platform
from glance_widget.errors import CallbackError, ViewerError
from glance_widget.protocol.session_lookup import parse_lookup
from tests.agent.desk import account
from tests.agent.fake_platform import FakePlatform, session_xml
from tests.agent.servers import Reaction, Reply, as_json
from tests.loop_thread import LoopThread

TICKET_PATH = "/agentjoin/ViewerTicket"
TICKET = "t" * 43


def address_from(platform: FakePlatform, loop: LoopThread, **session: str) -> str:
    found = parse_lookup(session_xml(**session))
    assert found is not None
    agent = Platform.of(account(platform))

    async def work() -> str:
        try:
            return await viewer.viewer_address(agent, found, {"ORIGIN": "crm", "XID": ""})
        finally:
            await agent.http.close()

    return loop.run(work())


def giving(platform: FakePlatform, answer: Reaction) -> None:
    platform.replies[TICKET_PATH] = lambda _asked: answer


def test_a_platform_that_gives_tickets_is_asked_for_one(platform: FakePlatform, loop_thread: LoopThread) -> None:
    giving(platform, as_json({"ticket": TICKET, "expires": 120}))
    address = address_from(platform, loop_thread, viewertickets="1")
    assert address == f"{platform.url}/agentjoin/AgentView.aspx?TICKET={TICKET}"
    (asked,) = platform.requests(TICKET_PATH)
    assert (asked.method, asked.query) == ("POST", "")
    assert {"LOGINKEY", "SESSIONKEY", "ORIGIN"} < set(asked.form)


def test_any_other_platform_gives_its_plain_address(platform: FakePlatform, loop_thread: LoopThread) -> None:
    url = "https://elsewhere.example/x?SessionKey=key&groupid=12345&loginkey=secret"
    address = address_from(platform, loop_thread, agentjoinurl=url)
    assert address == f"{platform.url}/agentjoin/AgentView.aspx?SessionKey=key&groupid=12345"
    assert platform.requests(TICKET_PATH) == []


@pytest.mark.parametrize(
    "answer",
    [
        Reply("no", 403),
        Reply("<html>canary", kind="text/html"),
        as_json({"ticket": ""}),
        as_json({"ticket": "canary&LOGINKEY=1#0123456789"}),
        as_json({"url": "https://canary.example/"}),
        as_json({"ticket": 7}),
    ],
    ids=range(6),
)
def test_an_answer_without_a_ticket_is_an_error(
    platform: FakePlatform, loop_thread: LoopThread, answer: Reaction
) -> None:
    giving(platform, answer)
    with pytest.raises(ViewerError) as caught:
        address_from(platform, loop_thread, viewertickets="1")
    assert caught.value.code == "viewer_ticket"
    assert "canary" not in str(caught.value)


def test_an_address_that_was_not_used_is_struck_out_of_what_went_wrong(loop_thread: LoopThread) -> None:
    address = f"https://www.glance.net/agentjoin/AgentView.aspx?TICKET={TICKET}"

    def fail(url: str) -> None:
        raise OSError(f"cannot open {url}: no display for {url.rpartition('=')[2]}")

    with pytest.raises(CallbackError, match="openwindow failed: OSError: cannot open") as caught:
        loop_thread.run(viewer.open_with(fail, address))
    assert TICKET not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("said", [None, True, 0, ""])
def test_what_the_function_returns_does_not_matter(loop_thread: LoopThread, said: object) -> None:
    async def coroutine(_address: str) -> object:
        return said

    loop_thread.run(viewer.open_with(lambda _address: said, "https://x"))
    loop_thread.run(viewer.open_with(coroutine, "https://x"))


def test_a_function_that_opened_nothing_may_say_so(loop_thread: LoopThread) -> None:
    with pytest.raises(ViewerError) as caught:
        loop_thread.run(viewer.open_with(lambda _address: False, "https://x"))
    assert caught.value.code == "viewer_not_opened"
