"""Signing in by SAML, over the comm: which browser tab is asked, and what it may answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from glance_widget import Glance, browser_sign_in
from glance_widget.errors import ErrorRecord
from tests.agent.fake_platform import AUTHORIZE, GROUP, LOGIN_KEY, PUID, FakePlatform, login_key
from tests.conftest import eventually
from tests.widget.fake_comm import BrowserTab, Comms

TabOf = Callable[..., BrowserTab]
Make = Callable[..., Glance]

TEXT = "There are issues with authentication, please refresh the page."


def identity(group: object = GROUP, puid: str = PUID, key: str | None = None) -> str:
    return f"partnerid={group}&partneruserid={puid}~{key or login_key(group, puid)}"


def requests(tab: BrowserTab, kind: str = "saml") -> list[dict[str, Any]]:
    return [message for message in tab.heard if message["type"] == kind]


def request(tab: BrowserTab, number: int = 1) -> str:
    """Waits for the kernel's request to a tab; its name."""
    return str(eventually(lambda: requests(tab)[number - 1 : number], "a request to sign in")[0]["req"])


def answer(tab: BrowserTab, event: str, number: int = 1, *, identity: str | None = None) -> None:
    tab.say("saml_event", ask=request(tab, number), event=event, identity=identity)


def error_of(widget: Glance) -> ErrorRecord:
    error = eventually(lambda: widget.error)
    assert error is not None
    return error


def reason(widget: Glance, word: str) -> None:
    eventually(lambda: widget.status is not None and widget.status["reason"] == word, word)


@pytest.mark.parametrize("given", [{}, {"groupid": None, "authmethod": "SAML"}, {"puid": None}])
def test_a_browser_brings_the_key(
    button: Make, platform: FakePlatform, comms: Comms, tab_of: TabOf, given: dict[str, str | None]
) -> None:
    widget = button(**{"authmethod": "samlloginkey"} | given)
    reason(widget, "no_browser")
    assert widget.status is not None
    assert widget.status["hint"].startswith("Open this notebook in a browser.")
    tab = tab_of(widget)
    tab.say("hello")
    asked = request(tab)
    reason(widget, "signing_in_browser")
    message = requests(tab)[0]
    page = f"{platform.url}/account/getloginkey.aspx?sso=1&mode=embedded&fmt=html"
    assert message["way"] == "frame"
    assert message["url"] == (page if "groupid" in given else f"{page}&idpid={GROUP}")
    tab.say("saml_event", ask=asked, event="started")
    key = login_key()
    tab.say("saml_event", ask=asked, event="done", identity=identity(key=key))
    widget.wait_for("absent")
    authorized = platform.requests(AUTHORIZE)[0]  # what the agent may do is asked with the next one
    assert authorized.json == {"partneruserid": PUID, "loginkey": key, "partnerid": str(GROUP)}
    assert key not in comms.said()
    assert platform.count[LOGIN_KEY] == 0
    assert [each["req"] for each in requests(tab, "saml_over")] == [asked]


def test_the_tab_that_the_agent_sees_is_asked_and_no_other(button: Make, tab_of: TabOf) -> None:
    widget = button(authmethod="samlloginkey")
    first = tab_of(widget, "first")
    first.say("hello", visible=False)
    request(first)
    seen, hidden = tab_of(widget, "seen"), tab_of(widget, "hidden")
    seen.say("hello", visible=True)
    hidden.say("hello", visible=False)
    answer(first, "started")
    answer(first, "timedout")
    request(seen)
    assert requests(hidden) == []
    answer(seen, "done", identity=identity())
    widget.wait_for("absent")
    assert requests(hidden) == []


def test_a_tab_that_is_silent_is_passed_over_and_may_still_bring_the_key(
    button: Make, tab_of: TabOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser_sign_in, "ALIVE_WITHIN", 0.05)
    widget = button(authmethod="samlloginkey")
    gone, here = tab_of(widget, "gone"), tab_of(widget, "here")
    gone.say("hello", visible=True)
    late = request(gone)
    here.say("hello")
    request(here)
    answer(here, "started")
    gone.say("saml_event", ask=late, event="done", identity=identity())
    widget.wait_for("absent")


def test_a_tab_that_speaks_again_is_asked_again(button: Make, tab_of: TabOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_sign_in, "ALIVE_WITHIN", 0.02)
    monkeypatch.setattr(browser_sign_in, "ANSWER_WITHIN", 0.02)
    widget = button(authmethod="samlloginkey")
    tab = tab_of(widget)
    tab.say("hello")
    request(tab)
    reason(widget, "no_browser")
    tab.say("hello")
    answer(tab, "done", number=2, identity=identity())
    widget.wait_for("absent")


@pytest.mark.parametrize(
    ("event", "said", "code"),
    [
        ("timedout", None, "saml_timeout"),
        ("refused", None, "saml_refused"),
        ("malformed", None, "saml_answer"),
        ("done", "canary", "saml_answer"),
        ("done", identity(key="$1$99$canary"), "saml_answer"),
        ("done", identity(key=login_key(expires=int(time.time()) - 5)), "loginkey_expired"),
    ],
)
def test_what_brings_no_key_fails_with_the_known_sentence(
    button: Make, tab_of: TabOf, event: str, said: str | None, code: str
) -> None:
    widget = button(authmethod="samlloginkey")
    tab = tab_of(widget)
    tab.say("hello")
    answer(tab, event, identity=said)
    error = error_of(widget)
    widget.wait_for("failed")
    assert (error["code"], error["message"]) == (code, TEXT)
    assert error["hint"]
    assert "canary" not in str(error)
    tab.say("retry")
    answer(tab, "done", number=2, identity=identity())
    widget.wait_for("absent")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param(identity(54321), "saml_group", id="another group"),
        pytest.param(identity(puid="bob"), "saml_puid", id="another agent"),
    ],
)
def test_another_agent_is_refused(button: Make, tab_of: TabOf, said: str, code: str) -> None:
    widget = button(authmethod="samlpopup")
    tab = tab_of(widget)
    tab.say("hello")
    answer(tab, "done", identity=said)
    error = error_of(widget)
    assert error["code"] == code
    assert "bob" not in str(error)
    assert "54321" not in str(error)


def test_another_tab_is_asked_when_one_has_no_key_for_this_agent(button: Make, tab_of: TabOf) -> None:
    widget = button(authmethod="samlloginkey")
    theirs, mine = tab_of(widget, "theirs"), tab_of(widget, "mine")
    mine.say("hello")
    request(mine)
    theirs.say("hello")
    answer(mine, "done", identity=identity(puid="bob"))
    answer(theirs, "done", identity=identity())
    widget.wait_for("absent")


def test_a_window_is_offered_in_every_tab_and_the_first_answer_is_enough(button: Make, tab_of: TabOf) -> None:
    widget = button(authmethod="SamlPopup")
    reason(widget, "no_browser")
    first, second, later = (tab_of(widget, name) for name in ("first", "second", "later"))
    first.say("hello")
    reason(widget, "press_sign_in")
    second.say("hello")
    request(second)
    answer(second, "started")
    later.say("hello")
    assert [requests(tab)[0]["way"] for tab in (first, second, later) if request(tab)] == ["popup"] * 3
    answer(later, "done", identity=identity())
    widget.wait_for("absent")
    assert all([each["req"] for each in requests(tab, "saml_over")] == [request(tab)] for tab in (first, second))


def test_what_nobody_asked_for_is_not_heard(button: Make, tab_of: TabOf, platform: FakePlatform) -> None:
    widget = button(authmethod="samlloginkey")
    tab, other = tab_of(widget, "tab"), tab_of(widget, "other")
    for each in (tab, other):
        each.say("saml_event", ask="made-up", event="done", identity=identity())
    tab.say("hello")
    asked = request(tab)
    other.say("saml_event", ask=asked, event="done", identity=identity())
    tab.say("saml_event", ask="made-up", event="done", identity=identity())
    tab.say("saml_event", ask=asked, event="done", identity="x" * 1025)
    tab.say("saml_event", ask=asked, event="started")
    reason(widget, "signing_in_browser")
    assert platform.count[AUTHORIZE] == 0
    answer(tab, "done", identity=identity())
    widget.wait_for("absent")
    tab.say("saml_event", ask=asked, event="done", identity=identity(puid="bob"))
    assert widget.error is None


def test_signing_in_waits_for_the_agent_without_end(
    button: Make, tab_of: TabOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glance_widget.agent.sign_in.BROWSER_LIMIT", 0)
    widget = button(authmethod="samlpopup")
    tab = tab_of(widget)
    tab.say("hello")
    answer(tab, "done", identity=identity())
    widget.wait_for("absent")


def test_another_way_to_sign_in_ends_the_request(button: Make, tab_of: TabOf) -> None:
    widget = button(authmethod="samlpopup")
    tab = tab_of(widget)
    tab.say("hello")
    request(tab)
    widget.authmethod = "loginkey"
    widget.wait_for("absent")
    eventually(lambda: requests(tab, "saml_over"))


def test_a_closed_widget_ends_the_request(button: Make, tab_of: TabOf) -> None:
    widget = button(authmethod="samlpopup")
    tab = tab_of(widget)
    tab.say("hello")
    request(tab)
    widget.close()
    eventually(lambda: requests(tab, "saml_over"))
