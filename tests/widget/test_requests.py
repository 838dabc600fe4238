"""Requests of browser tabs, over the comm: each is taken, and each waiting window is answered exactly once."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from glance_widget import Glance
from glance_widget.errors import StateError
from glance_widget.protocol import session_lookup as lookup_rules
from glance_widget.protocol.session_lookup import FoundSession
from tests.agent.fake_platform import END, LOGIN_KEY, LOOKUP, PUID, FakePlatform
from tests.agent.servers import Reply
from tests.conftest import eventually
from tests.widget.fake_comm import BrowserTab, Comms, pad_of, unsealed

TabOf = Callable[..., BrowserTab]


@pytest.fixture(autouse=True)
def quick_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup_rules, "_QUICK_DELAY", 0.002)
    monkeypatch.setattr(lookup_rules, "_SLOW_DELAY", 0.002)


@pytest.fixture
def ready(button: Callable[..., Glance]) -> Glance:
    """A widget that is signed in; presence is off."""
    widget = button()
    widget.wait_for("absent")
    return widget


@pytest.fixture
def in_session(ready: Glance, platform: FakePlatform) -> Glance:
    platform.start_session("key")
    ready.join("key")
    ready.wait_for("in_session")
    return ready


def test_hello(ready: Glance, tab_of: TabOf) -> None:
    first, second = tab_of(ready, "first"), tab_of(ready, "second")
    req = first.say("hello")
    assert first.heard == [{"v": 1, "seq": 1, "type": "welcome", "req": req, "to": "first"}]
    assert second.heard == []
    second.say("hello")
    assert second.heard[0]["seq"] == 2


def test_a_join_with_a_window(ready: Glance, platform: FakePlatform, tab_of: TabOf, rng: random.Random) -> None:
    tab = tab_of(ready)
    ready.reportingOrigin, ready.reportingExternalId = "crm", "fall 17 ü"
    platform.start_session("key")
    pad, sent = pad_of(rng)
    req = tab.say("join", key="key", pad=sent)
    form = unsealed(tab.answer(req, "viewer"), pad)
    assert form["action"] == platform.url + "/agentjoin/AgentView.aspx"
    assert list(form["fields"]) == [
        "WAIT", "LOGINKEY", "PARTNERID", "PARTNERUSERID", "SESSIONKEY", "GROUPID", "ORIGIN", "XID",
    ]  # fmt: skip
    assert form["fields"]["PARTNERUSERID"] == PUID
    assert form["fields"]["XID"] == "fall 17 ü"
    assert tab.answers(req) == ["taken", "viewer"]
    eventually(lambda: tab.traits["session"]["viewer"] == "open")


def test_a_join_without_a_window(ready: Glance, platform: FakePlatform, tab_of: TabOf) -> None:
    tab = tab_of(ready)
    platform.start_session("key")
    req = tab.say("join", key="key")
    ready.wait_for("in_session")
    assert tab.answers(req) == ["taken"]
    assert tab.traits["session"]["viewer"] == "closed"


def test_a_join_that_finds_no_session(ready: Glance, tab_of: TabOf, rng: random.Random) -> None:
    tab = tab_of(ready)
    req = tab.say("join", key="no-such-key", pad=pad_of(rng)[1])
    refused = tab.answer(req, "refused")
    assert refused["code"] == "lookup_timedout"
    assert refused["message"]
    assert refused["hint"]
    assert tab.answers(req) == ["taken", "refused"]


def test_a_join_that_is_cancelled_by_another_tab(ready: Glance, tab_of: TabOf, rng: random.Random) -> None:
    asking, cancelling = tab_of(ready, "asking"), tab_of(ready, "cancelling")
    req = asking.say("join", key="no-such-key", pad=pad_of(rng)[1])
    other = cancelling.say("cancel")
    assert asking.answer(req, "refused")["code"] == "cancelled"
    assert cancelling.answers(other) == ["taken"]
    assert ready.state == "absent"


def test_a_join_when_the_widget_is_closed(ready: Glance, comms: Comms, tab_of: TabOf, rng: random.Random) -> None:
    tab = tab_of(ready)
    wire = comms.of(ready)
    req = tab.say("join", key="no-such-key", pad=pad_of(rng)[1])
    ready.close()
    assert tab.answers(req) == ["taken", "refused"]
    assert not wire.is_open


def test_a_join_after_a_failed_sign_in_waits_for_the_next(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf, rng: random.Random
) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    widget = button()
    widget.wait_for("failed")
    del platform.replies[LOGIN_KEY]
    platform.start_session("key")
    tab = tab_of(widget)
    pad, sent = pad_of(rng)
    req = tab.say("join", key="key", pad=sent)
    assert unsealed(tab.answer(req, "viewer", "refused"), pad)["fields"]["SESSIONKEY"] == "key"


def test_a_join_that_waits_for_signing_in_can_be_cancelled(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf, rng: random.Random
) -> None:
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    widget = button()
    widget.wait_for("failed")
    platform.replies[LOGIN_KEY] = lambda _asked: "never"
    tab = tab_of(widget)
    req = tab.say("join", key="key", pad=pad_of(rng)[1])
    assert widget.state == "connecting"
    cancel = tab.say("cancel")
    assert tab.answers(cancel) == ["taken"]
    assert tab.answers(req) == ["taken", "refused"]
    assert widget.state == "connecting"


def test_a_viewer_in_two_tabs(in_session: Glance, tab_of: TabOf, rng: random.Random) -> None:
    tabs = [tab_of(in_session, name) for name in ("first", "second")]
    pads = [pad_of(rng) for _ in tabs]
    asked = [tab.say("viewer", req="same-name", pad=sent) for tab, (_pad, sent) in zip(tabs, pads, strict=True)]
    for tab, req, (pad, _sent) in zip(tabs, asked, pads, strict=True):
        assert unsealed(tab.answer(req, "viewer"), pad)["fields"]["SESSIONKEY"] == "key"
        assert tab.answers(req) == ["taken", "viewer"]


def test_a_refusal_in_one_tab_leaves_the_other_waiting(
    ready: Glance, platform: FakePlatform, tab_of: TabOf, rng: random.Random
) -> None:
    first, second = tab_of(ready, "first"), tab_of(ready, "second")
    platform.replies[LOOKUP] = lambda _asked: "never"
    first.say("join", req="same-name", key="key", pad=pad_of(rng)[1])
    second.say("join", req="same-name", key="key", pad=pad_of(rng)[1])
    assert second.answer("same-name", "refused")["code"] == "already_joining"
    assert first.answers("same-name") == ["taken"]
    ready.cancel()
    assert first.answers("same-name") == ["taken", "refused"]


def test_a_viewer_without_a_session(ready: Glance, tab_of: TabOf, rng: random.Random) -> None:
    tab = tab_of(ready)
    req = tab.say("viewer", pad=pad_of(rng)[1])
    assert tab.answers(req) == ["taken", "refused"]


def test_a_form_that_does_not_fit_its_pad(in_session: Glance, tab_of: TabOf, rng: random.Random) -> None:
    tab = tab_of(in_session)
    in_session.reportingOrigin = "ü" * 1024
    req = tab.say("viewer", pad=pad_of(rng)[1])
    assert tab.answer(req, "viewer", "refused")["code"] == "message_size"
    in_session.reportingOrigin = "crm"
    pad, sent = pad_of(rng)
    again = tab.say("viewer", pad=sent)
    assert unsealed(tab.answer(again, "viewer"), pad)["fields"]["ORIGIN"] == "crm"
    assert tab.answers(req) == ["taken", "refused"]


def test_a_form_that_comes_late_is_not_for_the_next_session(
    in_session: Glance, platform: FakePlatform, tab_of: TabOf, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = in_session._agent
    assert agent is not None
    release, late = threading.Event(), threading.Event()
    viewer_form = agent.viewer_form

    async def held(found: FoundSession) -> tuple[str, dict[str, str]]:
        await asyncio.to_thread(release.wait, 10)
        asyncio.get_running_loop().call_soon(late.set)
        return await viewer_form(found)

    monkeypatch.setattr(agent, "viewer_form", held)
    tab = tab_of(in_session)
    first = tab.say("viewer", pad=pad_of(rng)[1])
    in_session.end()
    in_session.wait_for("ended")
    assert tab.answers(first) == ["taken", "refused"]
    monkeypatch.setattr(agent, "viewer_form", viewer_form)
    monkeypatch.setattr(lookup_rules, "_QUICK_DELAY", 0.2)
    pad, sent = pad_of(rng)
    second = tab.say("join", key="next", pad=sent)
    release.set()
    assert late.wait(10)
    platform.start_session("next", id="2", agentjoinurl="https://x.example/?SessionKey=next")
    assert unsealed(tab.answer(second, "viewer", "refused"), pad)["fields"]["SESSIONKEY"] == "next"
    assert tab.answers(second) == ["taken", "viewer"]


def test_no_login_key_for_a_viewer(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf, rng: random.Random
) -> None:
    widget = button()
    widget.wait_for("absent")
    platform.start_session("key")
    widget.join("key")
    widget.wait_for("in_session")
    agent = widget._agent
    assert agent is not None
    agent._runner.platform.authorization._login_keys._current = None
    platform.replies[LOGIN_KEY] = lambda _asked: Reply("", 403)
    tab = tab_of(widget)
    req = tab.say("viewer", pad=pad_of(rng)[1])
    assert tab.answer(req, "viewer", "refused")["code"] == "authurl_refused"


@pytest.mark.parametrize(
    ("event", "viewer"), [("opened", "open"), ("agentJoined", "open"), ("blocked", "blocked"), ("closed", "closed")]
)
def test_what_a_viewer_window_reports(in_session: Glance, tab_of: TabOf, event: str, viewer: str) -> None:
    tab = tab_of(in_session)
    tab.say("viewer_event", event="blocked" if event != "blocked" else "closed")
    req = tab.say("viewer_event", event=event)
    assert tab.traits["session"]["viewer"] == viewer
    assert tab.answers(req) == ["taken"]


def test_ending_and_trying_again(in_session: Glance, platform: FakePlatform, tab_of: TabOf) -> None:
    tab = tab_of(in_session)
    req = tab.say("end")
    in_session.wait_for("ended")
    assert tab.answers(req) == ["taken"]
    assert platform.count[END] == 1
    assert tab.traits["reports"] == in_session.reports
    refused = tab.answer(tab.say("end"), "refused")
    assert refused["code"] == "no_session"


def test_numbers_of_the_kernel_count_up(ready: Glance, comms: Comms, tab_of: TabOf) -> None:
    tabs = [tab_of(ready, str(number)) for number in range(3)]
    for _ in range(20):
        for tab in tabs:
            tab.say("hello")
            tab.say("cancel")
    sent = [m["data"]["content"]["seq"] for m in comms.of(ready).published if m["data"].get("method") == "custom"]
    assert sent == list(range(1, len(sent) + 1))


def script(rng: random.Random, tabs: list[BrowserTab]) -> Iterator[tuple[BrowserTab, dict[str, object], bool]]:
    """Messages as impatient people send them, and whether a window waits for the answer."""
    for _ in range(120):
        tab = rng.choice(tabs)
        kind = rng.choice(["hello", "join", "join", "viewer", "cancel", "end", "retry", "viewer_event"])
        fields: dict[str, Any] = {}
        if kind == "join":
            fields["key"] = rng.choice(["key-1", "key-2", "no-such-key"])
        if kind == "viewer" or (kind == "join" and rng.random() < 0.7):
            fields["pad"] = pad_of(rng)[1]
        if kind == "viewer_event":
            fields["event"] = rng.choice(["opened", "closed", "blocked", "sessionEnded"])
        yield tab, tab.message(kind, **fields), "pad" in fields


def come_to_rest(widget: Glance) -> None:
    """Stops what a widget is doing."""
    for stop in (widget.cancel, widget.end):
        with suppress(StateError):
            stop()
    eventually(lambda: widget.state in {"absent", "ended", "failed"})


def test_any_order_of_messages_answers_every_window_exactly_once(
    ready: Glance, platform: FakePlatform, tab_of: TabOf, rng: random.Random
) -> None:
    platform.start_session("key-1", id="1")
    platform.start_session("key-2", id="2")
    platform.replies[END] = lambda _asked: Reply("")
    tabs = [tab_of(ready, name) for name in ("first", "second", "third")]
    messages = list(script(rng, tabs))
    deliveries = [*messages, *rng.sample(messages, 40)]
    rng.shuffle(deliveries)
    parts = [deliveries[number::4] for number in range(4)]

    def deliver(part: list[tuple[BrowserTab, dict[str, object], bool]]) -> None:
        for number, (tab, message, _waits) in enumerate(part):
            tab.send(message)
            if number % 3 == 0:  # now and then somebody waits for what comes of it
                eventually(lambda: ready.state not in {"connecting", "joining"})

    threads = [threading.Thread(target=deliver, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    come_to_rest(ready)
    # On a busy machine, nobody above may have waited long enough for a window to be filled.
    last = tabs[0].say("join", key="key-1", pad=pad_of(rng)[1])
    tabs[0].answer(last, "viewer", "refused")
    assert tabs[0].answers(last) == ["taken", "viewer"]
    ready.close()

    sent = Counter((tab.client, str(message["req"])) for tab, message, _waits in deliveries)
    for tab, message, waits in messages:
        answers = Counter(tab.answers(str(message["req"])))
        outcome = answers["viewer"] + answers["refused"]
        if message["type"] == "hello":
            assert set(answers) == {"welcome"}
            continue
        assert answers["taken"] == sent[tab.client, str(message["req"])]
        assert outcome == 1 if waits else outcome <= 1, (message["type"], answers)
        assert tab.answers(str(message["req"]))[0] == "taken"
    kinds = Counter(m["type"] for tab in tabs for m in tab.heard)
    assert min(kinds["viewer"], kinds["refused"], kinds["taken"], kinds["welcome"]) > 0, kinds
