from __future__ import annotations

import json
import threading

import pytest
from websockets.exceptions import ConnectionClosed

from glance_widget.sandbox import Sandbox, Timings
from tests.conftest import eventually
from tests.sandbox.clients import Message, Socket, Wire, wire_to

UP = {"connected": True}
DOWN = {"connected": False}


def connection(kind: str, data: Message) -> Message:
    return {"type": kind, "data": data}


def expect_both(socket: Socket, data: Message) -> None:
    """Newer agents act on visitorsock, older ones know only visitorconn."""
    assert socket.receive() == connection("visitorsock", data)
    assert socket.receive() == connection("visitorconn", data)


def test_connected_names_the_keepalive(wire: Wire) -> None:
    visitor = wire.open("/visitorws")
    visitor.send(type="connect", groupid=str(wire.group), visitorid="v1", version="6.33.0")
    assert visitor.receive() == {"type": "connected", "keepalive": 30}


def test_keepalive_is_what_the_sandbox_was_told() -> None:
    with Sandbox(keepalive=2.5) as sandbox, wire_to(sandbox) as wire:
        visitor = wire.open("/visitorws")
        visitor.send(type="connect", groupid=str(wire.group), visitorid="v1", version="6.33.0")
        assert visitor.receive()["keepalive"] == 2.5


def test_an_agent_hears_of_a_visitor_who_is_there(wire: Wire) -> None:
    wire.visitor("already-there")
    expect_both(wire.agent("already-there"), UP)


def test_an_agent_hears_of_a_visitor_who_comes_and_goes(wire: Wire) -> None:
    agent = wire.agent("comes-and-goes")
    visitor = wire.visitor("comes-and-goes")
    expect_both(agent, UP)
    visitor.close()
    expect_both(agent, DOWN)
    wire.visitor("comes-and-goes")
    expect_both(agent, UP)


def test_an_agent_hears_nothing_of_a_visitor_who_never_came(wire: Wire) -> None:
    agent = wire.agent("never-came")
    wire.visitor("somebody-else")
    visitor = wire.visitor("never-came")
    expect_both(agent, UP)
    visitor.close()


def test_an_agent_hears_of_a_visitor_who_was_there_a_moment_ago(hasty: Wire) -> None:
    before = hasty.agent("moment-ago")
    visitor = hasty.visitor("moment-ago")
    expect_both(before, UP)
    visitor.close()
    expect_both(before, DOWN)
    agent = hasty.agent("moment-ago")
    expect_both(agent, UP)
    expect_both(agent, DOWN)  # when the moment is over


def test_the_five_second_rule_is_five_seconds_unless_told_otherwise() -> None:
    assert Sandbox()._settings.timings.visitor_gone_after == 5.0


def test_the_record_says_whether_the_visitor_looks_at_the_page(wire: Wire) -> None:
    def record() -> Message:
        found: Message = wire.presence("lookupvisitor", "elsewhere").json()
        return found

    visitor = wire.visitor("elsewhere")
    visitor.send(type="presence", data={"url": "http://shop.test/"})
    visitor.send(type="visibility", data={"visibility": "hidden"})
    eventually(lambda: record().get("visibility") == "hidden")
    visitor.send(type="visibility", data={"visibility": ["odd"]})
    eventually(lambda: record().get("visibility") == "visible")
    visitor.send(type="visibility", data={"visibility": "hidden"})
    visitor.send(type="presence", data={"url": "http://shop.test/cart"})
    eventually(lambda: record().get("url") == "http://shop.test/cart")
    assert "visibility" not in record()


def test_visitors_messages_are_relayed_in_order(wire: Wire) -> None:
    agent = wire.agent("talkative")
    visitor = wire.visitor("talkative")
    expect_both(agent, UP)
    visitor.send(type="presence", data={"url": "http://shop.test/"})
    visitor.send(type="visibility", data={"visibility": "visible"})
    visitor.send(type="k")
    visitor.send(type="terms", data={"status": "displayed"})
    visitor.send(type="terms", data={"status": "accepted"})
    visitor.send(type="visitorsessionstart")
    visitor.send(type="visitorerror", data={"code": "conndrop", "msg": "lost"})
    visitor.send(type="visitorsessionend", data={"reason": "visitor"})
    visitor.send(type="ownword", data={"x": [1]})
    kinds: list[tuple[str, Message]] = [
        ("presence", {"url": "http://shop.test/"}),
        ("visibility", {"visibility": "visible"}),
        ("terms", {"status": "displayed"}),
        ("terms", {"status": "accepted"}),
        ("visitorsessionstart", {}),
        ("visitorerror", {"code": "conndrop", "msg": "lost"}),
        ("visitorsessionend", {"reason": "visitor"}),
        ("ownword", {"x": [1]}),
    ]
    assert [agent.receive() for _ in kinds] == [connection(kind, data) for kind, data in kinds]


def test_agents_get_the_merged_record(wire: Wire) -> None:
    agent = wire.agent("merging")
    visitor = wire.visitor("merging", url="http://shop.test/", tier="gold")
    assert agent.wait_for("presence")["data"] == {"url": "http://shop.test/", "tier": "gold"}
    visitor.send(type="presence", data={"tier": "silver"})
    assert agent.wait_for("presence")["data"] == {"url": "http://shop.test/", "tier": "silver"}


def test_all_agents_of_the_visitor_and_no_others_hear(wire: Wire) -> None:
    first, second, other = wire.agent("shared"), wire.agent("shared", "second@x"), wire.agent("not-shared")
    visitor = wire.visitor("shared")
    visitor.send(type="terms", data={"status": "displayed"})
    for agent in (first, second):
        agent.wait_for("terms")
    wire.visitor("not-shared")
    assert other.receive()["type"] == "visitorsock"


def test_the_newest_page_has_the_focus(wire: Wire) -> None:
    agent = wire.agent("two-pages")
    old = wire.visitor("two-pages")
    expect_both(agent, UP)
    new = wire.visitor("two-pages")
    wire.signal("two-pages", "signal", {"n": 1})
    assert new.receive()["data"] == {"n": 1}
    new.close()
    # The old page is still there: no agent hears that the visitor went away.
    eventually(lambda: wire.signal("two-pages", "signal", {"n": 2}).json() == {})
    assert old.receive()["data"] in ({"n": 2}, {"n": 1})
    old.send(type="terms", data={"status": "displayed"})
    assert agent.receive()["type"] == "terms"


def test_a_page_that_posts_presence_takes_the_focus(wire: Wire) -> None:
    agent = wire.agent("focus")
    old, new = wire.visitor("focus"), wire.visitor("focus")
    old.send(type="presence", data={"url": "http://shop.test/old"})
    agent.wait_for("presence")
    wire.signal("focus", "signal", {"n": 1})
    assert old.receive()["data"] == {"n": 1}
    wire.signal("focus", "signal", {"n": 2})
    assert old.receive()["data"] == {"n": 2}
    new.close()


def test_a_signal_for_a_visitor_who_was_just_there_is_kept(wire: Wire) -> None:
    agent = wire.agent("changing-pages")
    visitor = wire.visitor("changing-pages")
    visitor.close()
    agent.wait_for("visitorsock", data=DOWN)
    assert wire.presence("findvisitor", "changing-pages").json()["visitorfound"] is True
    assert wire.signal("changing-pages", "signal", {"n": 1}).json() == {}
    assert wire.signal("changing-pages", "signal", {"n": 2}).json() == {}
    again = wire.visitor("changing-pages")
    assert [again.receive()["data"] for _ in range(2)] == [{"n": 1}, {"n": 2}]


def test_a_kept_signal_is_dropped_with_the_visitor(hasty: Wire) -> None:
    agent = hasty.agent("gone-for-good")
    hasty.visitor("gone-for-good").close()
    agent.wait_for("visitorsock", data=DOWN)
    hasty.signal("gone-for-good", "signal", {"n": 1})
    eventually(lambda: hasty.signal("gone-for-good", "signal", {"n": 2}).json().get("err") == "visitornotpresent")
    again = hasty.visitor("gone-for-good")
    hasty.signal("gone-for-good", "signal", {"n": 3})
    assert again.receive()["data"] == {"n": 3}


def test_an_agent_signals_over_the_socket_when_load_balanced(wire: Wire) -> None:
    visitor = wire.visitor("by-socket")
    agent = wire.agent("by-socket")
    data = {"func": "showTerms", "args": {"sessionKey": "k1"}}
    agent.send(type="invoke", mtype="invoke", data=data)
    assert visitor.receive() == {"type": "invoke", "mtype": "invoke", "data": data}
    agent.send(type="hello", data={"from": "agent"})
    assert visitor.receive() == {"type": "hello", "mtype": "hello", "data": {"from": "agent"}}


def test_an_agent_who_signals_nobody_stays_connected(wire: Wire) -> None:
    agent = wire.agent("nobody-there")
    agent.send(type="signal", mtype="signal", data={})
    agent.send(type="k")
    wire.visitor("nobody-there")
    agent.wait_for("visitorsock", data=UP)


@pytest.mark.parametrize("word", ["serverclose", "visitorsock", "visitorconn", "redirect", "connected", "scaledown"])
def test_neither_side_speaks_in_the_services_name(wire: Wire, word: str) -> None:
    agent = wire.agent(f"forged-{word}")
    visitor = wire.visitor(f"forged-{word}")
    visitor.send(type=word, data={"connected": True})
    assert visitor.closed()[0] == 1008
    agent.wait_for("visitorconn", data=DOWN)
    assert [message["type"] for message in agent.log[1:]] == ["visitorsock", "visitorconn"] * 2
    agent.send(type=word, data={})
    assert agent.closed()[0] == 1008


def test_a_visitor_cannot_invoke(wire: Wire) -> None:
    wire.visitor("victim")
    attacker = wire.visitor("victim")
    attacker.send(type="invoke", mtype="invoke", data={"func": "x"})
    assert attacker.closed() == (1008, "A visitor may not send this message.")


@pytest.mark.parametrize("authorization", [None, "", "nonsense", "Bearer nonsense"])
def test_a_bad_token_is_told_serverclose(wire: Wire, authorization: str | None) -> None:
    agent = wire.open("/agent")
    extra = {} if authorization is None else {"authorization": authorization}
    agent.send(type="connect", **extra, groupid=str(wire.group), visitorid="v", version="6.25.0")
    assert agent.receive() == {"type": "serverclose"}
    assert agent.closed()[0] == 1008


def test_a_token_may_have_bearer_before_it(wire: Wire) -> None:
    agent = wire.open("/agent")
    agent.send(type="connect", authorization=f"Bearer {wire.token()}", groupid=wire.group, visitorid="v", version="1")
    agent.expect("connected")


@pytest.mark.parametrize("path", ["/agent", "/visitorws"])
def test_an_unknown_group_is_told_serverclose(wire: Wire, path: str) -> None:
    socket = wire.open(path)
    socket.send(type="connect", authorization=wire.token(), groupid="12345", visitorid="v", version="6.25.0")
    assert socket.receive() == {"type": "serverclose"}
    assert socket.closed()[0] == 1008


@pytest.mark.parametrize("path", ["/agent", "/visitorws"])
@pytest.mark.parametrize(
    "first",
    ["", "x", "[]", "null", '{"type":"k"}', '{"type":5}', '{"type":"connect"}', "[" * 100_000,
     '{"type":"connect","groupid":"21489","visitorid":"a b"}', '{"type":"connect","groupid":"21489","visitorid":7}'],
)  # fmt: skip
def test_a_bad_first_message_closes_that_socket_only(wire: Wire, path: str, first: str) -> None:
    bystander = wire.visitor("bystander")
    socket = wire.open(path)
    socket.send_frame(first)
    code, reason = socket.closed()
    assert (code, bool(reason)) == (1008, True)
    wire.signal("bystander", "signal", {"still": "here"})
    assert bystander.receive()["data"] == {"still": "here"}


def test_binary_messages_are_refused(wire: Wire) -> None:
    visitor = wire.visitor("binary")
    visitor.send_frame(b"{}")
    assert visitor.closed()[0] == 1008


def test_a_message_may_have_64_kibibytes(wire: Wire) -> None:
    agent = wire.agent("large")
    visitor = wire.visitor("large")
    visitor.send(type="note", data={"text": "x" * 65_000})
    assert len(agent.wait_for("note")["data"]["text"]) == 65_000
    visitor.send(type="note", data={"text": "x" * 66_000})
    code, reason = visitor.closed()
    assert code == 1008
    assert "larger than 65536 bytes" in reason


def test_a_record_cannot_grow_without_end(wire: Wire) -> None:
    visitor = wire.visitor("growing")
    visitor.send(type="presence", data={"a": "x" * 40_000})
    visitor.send(type="presence", data={"b": "x" * 40_000})
    assert visitor.closed() == (1008, "The presence record becomes too large.")


def test_messages_that_come_too_fast_close_the_socket(wire: Wire) -> None:
    visitor = wire.visitor("flood")
    frame = json.dumps({"type": "k"})

    def flood() -> None:
        try:
            for _ in range(5000):
                visitor.send_frame(frame)
        except ConnectionClosed:
            return

    sender = threading.Thread(target=flood)
    sender.start()
    assert visitor.closed() == (1008, "Messages come too fast.")
    sender.join()


def test_a_socket_that_says_nothing_is_closed() -> None:
    with Sandbox(timings=Timings(hello=0.05)) as sandbox, wire_to(sandbox) as wire:
        for path in ("/agent", "/visitorws", "/live/agent", "/live/visitor"):
            assert wire.open(path).closed() == (1008, "The first message did not come in time.")
