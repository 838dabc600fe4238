from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Literal

import pytest

from glance_widget import Glance
from glance_widget.errors import (
    ClosedError,
    InviteError,
    InvokeError,
    PresenceError,
    PropertyError,
    StateError,
    WaitTimeoutError,
)
from glance_widget.protocol.json_values import JsonValue
from glance_widget.sandbox import Sandbox, Timings
from glance_widget.testing import ScriptedVisitor, VisitorLink
from glance_widget.testing.visitor_wire import PageFunction
from tests.conftest import eventually
from tests.sandbox.clients import wire_to

VISITORID = "maria-21"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def button(sandbox: Sandbox) -> Iterator[Glance]:
    place = sandbox.address
    with Glance(
        glancebaseurl=place.url,
        groupid=place.groupid,
        puid=place.puid,
        authurl=place.authurl,
        presence=True,
        visitorid=VISITORID,
    ) as button:
        button.wait_for("absent")
        yield button


def test_a_visitor_is_invited_helped_and_left(sandbox: Sandbox, button: Glance) -> None:
    with ScriptedVisitor(sandbox, VISITORID, name="Maria") as maria:
        button.wait_for("present")
        # A lookup may overtake the visitor's first presence message, as on the platform.
        eventually(lambda: (button.lookup() or {}).get("name") == "Maria")
        assert (button.lookup() or {})["url"] == sandbox.visitor_url(VISITORID)
        button.join()
        button.wait_for("in_session")
        maria.wait_for("in_session")
        assert button.session is not None
        assert (maria.session_id, maria.session_key) == (button.session["sessionId"], button.session["key"])
        button.invoke("showOffer", {"text": "Hello"})
        assert maria.wait_for_invocation("showOffer") == {"text": "Hello"}
        button.signal({"from": "agent"})
        eventually(lambda: maria.signals == ({"from": "agent"},))
        maria.go_to("checkout")
        eventually(lambda: str((button.visitor or {}).get("url")).endswith("/checkout"))
        button.end()
        maria.wait_for("ended")
        assert maria.ended == "agent"
        assert not maria.in_session
    assert not maria.online


def test_a_function_of_the_page_answers(sandbox: Sandbox, button: Glance) -> None:
    def get_cart(args: Mapping[str, JsonValue]) -> JsonValue:
        return {"items": 3, "of": args["shop"]}

    def fail(_args: object) -> JsonValue:
        raise ValueError("the cart is empty")

    odd: dict[str, PageFunction] = {
        "deep": lambda _args: json.loads("[" * 31 + "]" * 31),
        "long": lambda _args: "x" * 16_384,
        "infinite": lambda _args: float("inf"),
    }
    with ScriptedVisitor(sandbox, VISITORID, functions={"getCart": get_cart, "pay": fail, **odd}):
        button.wait_for("present")
        assert button.invoke("getCart", {"shop": "heron"}) == {"items": 3, "of": "heron"}
        assert button.invoke("anyOther") is None
        with pytest.raises(InvokeError, match="ValueError: the cart is empty"):
            button.invoke("pay", timeout=10)
        for name in odd:
            with pytest.raises(InvokeError, match="Result is no JSON, too long or too deep"):
                button.invoke(name, timeout=10)
        button.custominvoke = {"func": "getCart", "args": {"shop": "usual"}}
        assert button.invoke() == {"items": 3, "of": "usual"}


def test_a_visitor_starts_a_session_with_a_key_and_ends_it(sandbox: Sandbox, button: Glance) -> None:
    with ScriptedVisitor(sandbox.url, VISITORID) as visitor:
        button.wait_for("present")
        key = visitor.start_session()
        button.join(key)
        button.wait_for("in_session")
        visitor.end()
        button.wait_for("ended")
        assert button.reports[-1]["duration"] >= 0
        assert visitor.start_session("my-own-key") == "my-own-key"
        with pytest.raises(StateError):
            visitor.start_session()
        with ScriptedVisitor(sandbox, "third") as third, pytest.raises(InviteError) as refused:
            third.start_session("my-own-key")
        assert refused.value.code == "dupkey"


def test_a_visitor_declines_then_ignores_an_invitation_that_is_taken_back(sandbox: Sandbox, button: Glance) -> None:
    with ScriptedVisitor(sandbox, VISITORID, answer="decline") as visitor:
        button.wait_for("present")
        button.join()
        with pytest.raises(InviteError):
            button.wait_for("in_session")
        visitor.answer = "ignore"
        button.join()
        visitor.wait_for("asked")
        button.cancel()
        eventually(lambda: visitor._board.facts.asked is None)


def test_what_cannot_be_done_is_an_error(sandbox: Sandbox) -> None:
    visitor = ScriptedVisitor(sandbox, VISITORID)
    with pytest.raises(ClosedError):
        visitor.go_to("checkout")
    with visitor:
        with pytest.raises(StateError):
            visitor.start()
        with pytest.raises(StateError):
            visitor.end()
        with pytest.raises(WaitTimeoutError, match="not asked"):
            visitor.wait_for("asked", timeout=0.01)
        visitor.start_session()
        with pytest.raises(PropertyError, match="Full name"):
            visitor.type("No such field", "text")
        visitor.type("Full name", "Maria")
    visitor.stop()
    with pytest.raises(PropertyError):
        ScriptedVisitor(sandbox, "no spaces")


def test_a_platform_that_is_away_is_an_error_and_leaves_no_thread() -> None:
    with pytest.raises(PresenceError):
        ScriptedVisitor("http://127.0.0.1:9", VISITORID).start()
    assert [thread for thread in threading.enumerate() if thread.name == "glance-visitor"] == []


def test_a_sandbox_that_stops_sends_the_visitor_offline() -> None:
    with Sandbox() as sandbox:
        visitor = ScriptedVisitor(sandbox, VISITORID).start()
        visitor.start_session()
    eventually(lambda: not visitor.online)
    eventually(lambda: visitor.ended)
    visitor.stop()


def test_texts_are_the_same_every_time(sandbox: Sandbox) -> None:
    link = VisitorLink(sandbox, VISITORID, "<Maria>")
    assert repr(link) == "VisitorLink('maria-21')"
    assert "&lt;Maria&gt;" in link.value
    assert sandbox.visitor_url(VISITORID) in link.value
    assert repr(ScriptedVisitor(sandbox, VISITORID)) == "ScriptedVisitor('maria-21')"


def test_a_visitor_pauses_and_lets_an_agent_help(sandbox: Sandbox) -> None:
    with ScriptedVisitor(sandbox, VISITORID, assist="accept") as visitor, wire_to(sandbox) as wire:
        with pytest.raises(StateError):
            visitor.pause()
        visitor.start_session("helped")
        viewer = wire.viewer("helped", "ann@x")
        assert viewer.wait_for("events")
        visitor.pause()
        assert viewer.wait_for("paused")["paused"] is True
        visitor.type("Full name", "Maria")
        visitor.resume()
        assert viewer.wait_for("paused")["paused"] is False
        assert [event["type"] for event in viewer.wait_for("events")["events"]] == [4, 2]
        assert "*****" in str(viewer.log[-1])
        viewer.send(type="assist_request")
        viewer.wait_for("assist", state="on")
        eventually(lambda: visitor.assisted_by == "ann@x")
        action = {"kind": "click", "id": 9, "x": 1, "y": 2}
        viewer.send(type="control", action=action)
        eventually(lambda: visitor.controls == (action,))
        visitor.end()
        assert visitor.assisted_by is None


@pytest.mark.parametrize(("assist", "reason"), [("decline", "declined"), ("ignore", "expired")])
def test_a_visitor_may_refuse_help(assist: Literal["decline", "ignore"], reason: str) -> None:
    with (
        Sandbox(timings=Timings(assist_question=0.3)) as sandbox,
        ScriptedVisitor(sandbox, VISITORID, assist=assist) as visitor,
        wire_to(sandbox) as wire,
    ):
        visitor.start_session("refused")
        viewer = wire.viewer("refused")
        viewer.wait_for("events")
        viewer.send(type="assist_request")
        assert viewer.wait_for("assist", state="off")["reason"] == reason
        assert visitor.in_session
