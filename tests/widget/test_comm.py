"""What stands on the wire between the kernel and a browser."""

from __future__ import annotations

import json
import logging
import pickle
import random
import traceback
from collections.abc import Callable
from typing import Any, Final

import pytest

from glance_widget import Glance, GlanceError
from glance_widget.agent import visitor_presence
from glance_widget.widget_traits import kept_names, property_names
from tests.agent.fake_platform import API_KEY, AUTHORIZE, LOGIN_KEY, VISITOR, FakePlatform, login_key
from tests.agent.servers import Asked, Reaction, Reply, as_json
from tests.conftest import eventually
from tests.widget.fake_comm import BrowserTab, Comms, pad_of

TabOf = Callable[..., BrowserTab]

STATE: Final = {"state", "status", "visitor", "session", "camerashare", "reporting", "reports", "error"}


def of_a_widget(kind: str) -> set[str]:
    return {"layout", "tabbable", "tooltip", "_dom_classes", "_esm", "_anywidget_id"} | {
        f"_{what}_{part}" for what in ("model", "view") for part in ("name", "module", "module_version")
    } | ({"_view_count"} if kind else set())  # fmt: skip


def test_every_trait_that_a_browser_sees(button: Callable[..., Glance], comms: Comms) -> None:
    widget = button(authheaders={"A": "b"}, presessionfunc=print)
    first = comms.of(widget).published[0]
    assert first["type"] == "comm_open"
    seen = set(first["data"]["state"])
    private = {"_protocol", "_phrases", "_openwindow", "_inlet"}
    assert seen == property_names() | STATE | private | of_a_widget("with a view")
    assert not seen & (kept_names() | {"invitation"})
    assert first["data"]["state"]["_protocol"] == 1


def test_a_browser_that_asks_gets_the_whole_state(button: Callable[..., Glance], tab_of: TabOf) -> None:
    widget = button()
    widget.wait_for("absent")
    tab = tab_of(widget)
    before = tab.traits
    tab.ask_for_state()
    assert tab.traits == before == json.loads(json.dumps(widget.get_state()))


def test_state_comes_last_of_what_belongs_together(
    button: Callable[..., Glance], comms: Comms, platform: FakePlatform
) -> None:
    widget = button()
    widget.wait_for("absent")
    platform.start_session("key")
    widget.join("key")
    widget.wait_for("in_session")
    updates = [m["data"]["state"] for m in comms.of(widget).published if m["data"].get("method") == "update"]
    known: dict[str, Any] = {}
    seen = []
    for update in updates:
        known |= update
        if "state" in update:
            seen.append((update["state"], known["status"]["reason"], known.get("session") is not None))
    assert seen[-1] == ("in_session", "joined", True)
    assert ("joining", "looking_up", False) in seen


# What a page may write.


def test_a_page_may_write_what_only_changes_the_look(button: Callable[..., Glance], tab_of: TabOf) -> None:
    widget = button()
    tab_of(widget).write(gicon=True, uiVersion=2, language="de", visitorid="otto", presence=True)
    assert (widget.gicon, widget.uiVersion, widget.language) == (True, 2, "de")
    assert (widget.visitorid, widget.presence) == ("otto", True)


@pytest.mark.parametrize(
    "name", sorted(STATE | {"invitation", "_protocol", "_openwindow", "_inlet", "_esm", "_anywidget_id"})
)
def test_a_page_cannot_write_state(button: Callable[..., Glance], tab_of: TabOf, name: str) -> None:
    widget = button()
    widget.wait_for("absent")
    before = widget.get_state()
    tab_of(widget).write(**{name: "in_session"})
    assert widget.get_state() == before


@pytest.mark.parametrize("name", sorted(kept_names()))
def test_a_page_cannot_write_what_stays_in_python(button: Callable[..., Glance], tab_of: TabOf, name: str) -> None:
    widget = button()
    before = getattr(widget, name)
    tab_of(widget).write(**{name: "canary"})
    assert getattr(widget, name) == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authurl", "https://evil.example/collect"),
        ("glancebaseurl", "https://evil.example"),
        ("puid", "another-agent"),
        ("groupid", 54321),
        ("authmethod", "saml"),
    ],
)
def test_a_page_cannot_choose_who_the_agent_is_nor_where_secrets_go(
    button: Callable[..., Glance], tab_of: TabOf, platform: FakePlatform, name: str, value: object
) -> None:
    widget = button(authheaders={"Authorization": "canary"})
    widget.wait_for("absent")
    tab = tab_of(widget)
    before = getattr(widget, name)
    tab.write(**{name: value}, gicon=True)
    assert getattr(widget, name) == before
    assert tab.traits[name] == before
    assert widget.gicon is True
    assert widget.error is not None
    assert name in widget.error["message"]
    assert widget.state == "absent"
    assert platform.count[LOGIN_KEY] == 1


def test_a_bad_value_is_reported_and_costs_nothing_else(button: Callable[..., Glance], tab_of: TabOf) -> None:
    widget = button(visitorid="maria", language="en")
    widget.wait_for("absent")
    tab = tab_of(widget)
    tab.write(gicon=True, visitorid="a b", language=7, uiVersion=2)
    assert (widget.gicon, widget.visitorid, widget.language, widget.uiVersion) == (True, "maria", "en", 2)
    assert (tab.traits["visitorid"], tab.traits["language"]) == ("maria", "en")
    assert widget.error is not None
    assert widget.error["code"] == "property"
    assert tab.traits["error"] == widget.error


# Secrets.

CANARIES: Final = {
    "api key": "canary-api-key",
    "header": "canary-header",
    "body": "canary-body",
    "token": "canary-token",
    "answer": "canary-answer",
}


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """What the kernel's side logged; the servers of the test know what they are told."""
    records = [r for r in caplog.records if r.threadName != "test-loop" and not r.name.startswith("comm")]
    return repr([(r.getMessage(), r.exc_text, r.args) for r in records])


def searched(widget: Glance, comms: Comms, errors: list[BaseException], caplog: pytest.LogCaptureFixture) -> str:
    """Everything that others than the kernel's own code may see."""
    shown: list[object] = [
        widget.get_state(), widget, vars(widget), widget.apikey, widget.loginkey,
        [(str(e), e.args, vars(e), traceback.format_exception(e)) for e in errors],
    ]  # fmt: skip
    pickles = b"".join(pickle.dumps(error) for error in errors).decode("latin-1")
    return comms.said() + repr(shown) + pickles + logged(caplog)


@pytest.mark.parametrize("outcome", ["good", "refused", "nonsense", "html", "no key", "platform refuses", "raises"])
def test_nothing_secret_gets_out(  # noqa: PLR0917 (fixtures are arguments)
    button: Callable[..., Glance],
    comms: Comms,
    platform: FakePlatform,
    tab_of: TabOf,
    rng: random.Random,
    caplog: pytest.LogCaptureFixture,
    outcome: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    key = login_key()
    platform.tokens.append(CANARIES["token"])
    answers: dict[str, Reaction] = {
        "refused": Reply(CANARIES["answer"], 403),
        "nonsense": Reply(CANARIES["answer"]),
        "html": Reply(f"<html>{CANARIES['answer']}", kind="text/html"),
        "no key": as_json({"loginKey": CANARIES["answer"], "apiKey": CANARIES["answer"]}),
    }
    good = as_json({"loginKey": key})
    platform.replies[LOGIN_KEY] = lambda _asked: answers.get(outcome, good)

    def authorize(_asked: Asked) -> Reaction:
        return Reply(CANARIES["answer"], 401) if outcome == "platform refuses" else as_json(CANARIES["token"])

    platform.replies[AUTHORIZE] = authorize
    platform.online = platform.load_balanced = True

    def headers() -> dict[str, str]:
        if outcome == "raises":
            raise RuntimeError(CANARIES["header"])
        return {"Authorization": CANARIES["header"], "X-Api": CANARIES["api key"]}

    errors: list[BaseException] = []
    widget = button(authheaders=headers, authbody={"password": CANARIES["body"]}, presence=True, visitorid=VISITOR)
    tab = tab_of(widget)
    try:
        widget.wait_for("present", 10)
        tab.say("join", pad=pad_of(rng)[1])
        invited = eventually(lambda: [m for m in platform.socket.received if m["type"] == "invoke"])
        platform.start_session(invited[0]["data"]["args"]["sessionKey"])
        platform.socket.push("visitorsessionstart")
        widget.wait_for("in_session", 10)
        eventually(lambda: [m for m in tab.heard if m["type"] == "viewer"])
        widget.end()
        widget.wait_for("ended", 10)
    except GlanceError as error:
        errors.append(error)
    assert (errors == []) == (outcome == "good"), errors
    widget.authheaders = {"X-Again": CANARIES["header"]}
    widget.apikey = CANARIES["api key"]
    text = searched(widget, comms, errors, caplog)
    widget.close()
    text += comms.said() + logged(caplog)
    assert caplog.records
    for name, canary in CANARIES.items():
        assert canary not in text, name
    assert key not in text
    assert key.rpartition("$")[2] not in text


def test_a_key_signed_here_stays_here(
    button: Callable[..., Glance], comms: Comms, caplog: pytest.LogCaptureFixture, platform: FakePlatform
) -> None:
    caplog.set_level(logging.DEBUG)
    widget = button(authurl=None, apikey=API_KEY)
    widget.wait_for("absent")
    assert platform.count[LOGIN_KEY] == 0
    sent = platform.requests(AUTHORIZE)[0].json["loginkey"]
    text = searched(widget, comms, [], caplog)
    assert API_KEY not in text
    assert sent not in text


def test_a_record_written_by_a_stranger_reaches_the_browser(
    button: Callable[..., Glance], platform: FakePlatform, tab_of: TabOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_presence, "VISITOR_GONE_AFTER", 0.01)
    platform.online = True
    widget = button(presence=True, visitorid=VISITOR)
    widget.wait_for("present")
    platform.socket.push_raw(
        '{"type":"presence","data":{"name":"M\\ud800","big":1e999,"deep":' + '{"a":' * 200 + "1" + "}" * 201 + "}"
    )
    tab = tab_of(widget)
    eventually(lambda: (tab.traits["visitor"] or {}).get("name") == "M?", str(tab.traits["visitor"])[:300])
    platform.visitor(online=False)
    widget.wait_for("absent")
    assert tab.traits["state"] == "absent"
    assert tab.traits["visitor"] is None
