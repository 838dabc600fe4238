"""A widget's life: made, observed, closed, and never half of it."""

from __future__ import annotations

import asyncio
import copy
import pickle
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from glance_widget import Glance, GlanceError
from glance_widget.agent import join_events as on
from glance_widget.errors import ClosedError, SandboxError, StateError, WaitTimeoutError
from tests.agent.fake_platform import LOGIN_KEY, VISITOR, FakePlatform
from tests.agent.servers import Reply
from tests.conftest import eventually
from tests.widget.fake_comm import BrowserTab, Comms

TabOf = Callable[..., BrowserTab]


def models(comms: Comms) -> list[bool]:
    """Whether each button that was ever shown is still there."""
    return [wire.is_open for wire in comms.all if wire.published[0]["data"]["state"]["_model_module"] == "anywidget"]


def test_closing_removes_the_button_and_all_that_belongs_to_it(
    button: Callable[..., Glance], comms: Comms, platform: FakePlatform
) -> None:
    platform.online = True
    with button(presence=True, visitorid=VISITOR) as widget:
        widget.wait_for("present")
        socket = platform.socket
        assert models(comms) == [True]
    assert models(comms) == [False]
    assert not any(wire.is_open for wire in comms.all), "its layout has a model of its own"
    eventually(lambda: not socket.open)
    widget.close()
    assert (widget.state, widget.status["reason"] if widget.status else "") == ("signed_out", "closed")


def test_a_closed_widget_says_so_and_takes_no_harm(button: Callable[..., Glance], comms: Comms) -> None:
    widget = button()
    widget.wait_for("absent")
    wire = comms.of(widget)
    tab = BrowserTab(wire, "tab")
    widget.close()
    actions: list[Callable[[], object]] = [
        widget.join,
        lambda: widget.join("key"),
        widget.cancel,
        widget.end,
        lambda: widget.invoke("showOffer"),
        lambda: widget.signal({}),
        widget.lookup,
        lambda: widget.wait_for("present"),
        lambda: asyncio.run(widget.until("present")),
    ]
    for action in actions:
        with pytest.raises(ClosedError):
            action()
    said = len(wire.published)
    widget.visitorid, widget.groupid, widget.apikey = "otto", 7, "another"
    tab.say("hello")
    tab.say("join", key="key")
    assert len(wire.published) == said
    assert widget.to_dataframe().empty


def test_closing_ends_the_waiting(button: Callable[..., Glance], platform: FakePlatform) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    widget = button()
    ended: list[GlanceError] = []

    def wait() -> None:
        try:
            widget.wait_for("present", None)
        except GlanceError as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    agent = widget._agent
    assert agent is not None
    eventually(lambda: agent._waiters)
    widget.close()
    thread.join(10)
    assert isinstance(ended[0], ClosedError)


def test_an_observer_may_close_the_widget(button: Callable[..., Glance], comms: Comms) -> None:
    widget = button()

    def close(change: Any) -> None:  # noqa: ANN401 (a change of traitlets)
        if change.new == "absent":
            widget.close()

    widget.observe(close, "state")
    eventually(lambda: models(comms) == [False])
    assert widget.state == "signed_out"


def test_a_widget_that_cannot_be_made_leaves_nothing(comms: Comms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "glance_widget.sandbox", None)
    with pytest.raises(SandboxError):
        Glance(glancebaseurl="sandbox")
    with pytest.raises(GlanceError):
        Glance(visitorid="a b")
    with pytest.raises(TypeError, match="visitorID"):
        Glance(visitorID="x")  # type: ignore[call-arg] # the mistake that it is about
    assert not any(wire.is_open for wire in comms.all)


def test_an_observer_that_acts_sees_the_flow_go_on(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf
) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    widget = button()
    widget.wait_for("failed")
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    acted: list[str] = []

    def act(change: Any) -> None:  # noqa: ANN401 (a change of traitlets)
        if change.new is not None and change.new["code"] == "acting":
            acted.append(widget.state)
            assert widget._agent is not None
            widget._agent.post(on.RetryAsked())
            acted.append(widget.state)

    widget.observe(act, "error")
    assert widget._agent is not None
    widget._agent.post(on.CallbackFailed(GlanceError("acting", "An error to act on.")))
    assert acted == ["failed", "connecting"]
    assert widget._agent.flow.state == widget.state == tab_of(widget).traits["state"] == "connecting"
    assert widget.error is None
    assert widget.status is not None
    assert widget.status["reason"] == "signing_in"


def test_the_traits_always_end_up_where_the_flow_is(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf
) -> None:
    for _ in range(25):
        platform.start_session("key")
        with button() as widget:
            tab = tab_of(widget)
            widget.wait_for("absent")
            widget.join("key")
            widget.wait_for("in_session")
            agent = widget._agent
            assert agent is not None
            with agent.lock:
                assert (widget.state, tab.traits["state"]) == (agent.flow.state, agent.flow.state)
                assert widget.session is not None


def test_a_widget_is_not_written_out(button: Callable[..., Glance]) -> None:
    widget = button(authheaders={"Authorization": "canary"})
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises((TypeError, NotImplementedError, pickle.PicklingError)) as caught:
            write(widget)
        assert "canary" not in str(caught.value)


def test_waiting_by_name_and_time(button: Callable[..., Glance]) -> None:
    widget = button()
    widget.wait_for("absent")
    with pytest.raises(GlanceError, match="present"):
        widget.wait_for("presnt")  # type: ignore[arg-type] # a slip of the pen
    with pytest.raises(WaitTimeoutError):
        widget.wait_for("present", 0.01)

    async def wait() -> None:
        await widget.until("absent", 0)
        with pytest.raises(WaitTimeoutError):
            await widget.until("present", 0.01)

    asyncio.run(wait())


@pytest.mark.parametrize(
    ("action", "code"), [("join", "visitornotpresent"), ("cancel", "nothing_to_cancel"), ("end", "no_session")]
)
def test_what_is_not_possible_now(button: Callable[..., Glance], action: str, code: str) -> None:
    widget = button()
    widget.wait_for("absent")
    with pytest.raises(StateError) as caught:
        getattr(widget, action)()
    assert caught.value.code == code
    assert widget.state == "absent"


def test_a_new_login_key_signs_in_anew(button: Callable[..., Glance], platform: FakePlatform) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    widget = button()
    widget.wait_for("failed")
    del platform.replies[LOGIN_KEY]
    widget.authheaders = {"Authorization": "Bearer better"}
    widget.wait_for("absent")
    assert platform.requests(LOGIN_KEY)[-1].headers["authorization"] == "Bearer better"


def test_of_two_threads_that_choose_a_visitor_the_later_one_counts(
    button: Callable[..., Glance], monkeypatch: pytest.MonkeyPatch
) -> None:
    widget = button()
    widget.wait_for("absent")
    read = widget._subject
    other = threading.Thread(target=lambda: setattr(widget, "visitorid", "otto"))

    def slowly() -> on.Subject:
        subject = read()
        if other.ident is None:
            other.start()
            other.join(0.2)
        return subject

    monkeypatch.setattr(widget, "_subject", slowly)
    widget.visitorid = "maria-21"
    other.join()
    assert widget._agent is not None
    assert widget._agent.flow.subject.visitorid == widget.visitorid == "otto"


def test_speaking_to_the_page(button: Callable[..., Glance], platform: FakePlatform) -> None:
    platform.online = True
    widget = button(presence=True, visitorid=VISITOR, custominvoke={"func": "showOffer", "args": {"a": 1}})
    widget.wait_for("present")
    widget.invoke(timeout=0)
    widget.invoke("GLANCE.Cobrowse.x", {"b": 2}, timeout=0)
    widget.signal({"c": 3})
    sent = [asked.json for asked in platform.requests("/signalvisitor")]
    assert all(message["data"].pop("req") for message in sent[:2])
    assert sent == [
        {"mtype": "invoke", "data": {"func": "GLANCE_COBROWSE.Custom.showOffer", "args": {"a": 1}}},
        {"mtype": "invoke", "data": {"func": "GLANCE.Cobrowse.x", "args": {"b": 2}}},
        {"mtype": "signal", "data": {"c": 3}},
    ]
    assert widget.lookup() == platform.record


def test_what_may_not_be_sent_to_the_page(button: Callable[..., Glance]) -> None:
    widget = button()
    deep: dict[str, Any] = {}
    deep["deep"] = deep
    nested: Any = 1
    for _ in range(30):  # with the mapping around them, 31
        nested = [nested]
    mistakes: list[Callable[[], object]] = [
        widget.invoke,
        lambda: widget.invoke("document.write"),
        lambda: widget.invoke("showOffer", {"a": object()}),  # type: ignore[dict-item] # no JSON
        lambda: widget.invoke("showOffer", deep),
        lambda: widget.invoke("showOffer", {"nested": nested}),
        lambda: widget.signal({"a": float("nan")}),
        lambda: widget.signal({"a": "x" * 20_000}),
        lambda: widget.signal(["a"]),  # type: ignore[arg-type] # no mapping
    ]
    for mistake in mistakes:
        with pytest.raises(GlanceError) as caught:
            mistake()
        assert caught.value.code in {"property", "badinvoke"}
