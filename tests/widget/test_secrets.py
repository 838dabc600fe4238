"""Nothing secret is shown: planted words are searched in all that a widget shows, says and logs."""

from __future__ import annotations

import contextlib
import json
import logging
import time
import traceback

import pytest

from glance_widget import Glance, GlanceError, sign_login_key
from glance_widget.sandbox import Sandbox
from glance_widget.testing import ScriptedVisitor
from tests.widget.conftest import Tab, new_pad

API_KEY = "canary-api-key-71b2"
HEADER = "canary-header-9c41"
BODY = "canary-body-5d08"


def shown(widget: Glance, errors: list[str], tab: Tab, log: str) -> str:
    state = json.dumps(widget.get_state(), default=repr)
    return "\n".join([state, repr(widget), repr(vars(widget)), repr(widget.apikey), *errors, repr(tab.heard), log])


@pytest.mark.parametrize("works", [True, False], ids=["accepted", "refused"])
def test_nothing_secret_is_shown(works: bool, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001
    caplog.set_level(logging.DEBUG)
    errors: list[str] = []
    addresses: list[str] = []
    with (
        Sandbox(apikey=API_KEY if works else "another-api-key-of-the-sandbox") as sandbox,
        Glance(
            glancebaseurl=sandbox.url,
            groupid=sandbox.groupid,
            puid=sandbox.puid,
            apikey=API_KEY,
            authheaders={"Authorization": HEADER},
            authbody={"token": BODY},
            presence=True,
            visitorid="maria-21",
            debugmode=True,
            openwindow=addresses.append,
        ) as w,
        ScriptedVisitor(sandbox, "maria-21"),
    ):
        tab = Tab(w)
        try:
            w.wait_for("present", 15)
            tab.say("join", pad=new_pad()[1])
            w.wait_for("in_session", 15)
            w.end()
            w.wait_for("ended", 15)
            assert works
        except GlanceError:
            errors.append(traceback.format_exc())
            assert not works
        text = shown(w, errors, tab, caplog.text)
    loginkey = sign_login_key(sandbox.groupid, sandbox.puid, API_KEY, int(time.time()))
    tickets = [address.rpartition("=")[2] for address in addresses]
    assert len(tickets) == int(works)
    for word in (API_KEY, HEADER, BODY, loginkey[:6], *tickets):
        assert word not in text
    assert "maria-21: POST" in caplog.text
    assert f"maria-21: {'SignedIn' if works else 'SignInFailed'}: connecting" in caplog.text
    assert '"$1$' not in text


@pytest.mark.parametrize("place", ["authheaders", "authbody"])
def test_failing_function_keeps_its_words(place: str, sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def fail() -> dict[str, str]:
        raise RuntimeError(HEADER)

    with Glance(glancebaseurl=sandbox.url, groupid=sandbox.groupid, puid=sandbox.puid) as w:
        setattr(w, place, fail)
        w.authurl = sandbox.authurl
        said = ""
        with contextlib.suppress(GlanceError):
            try:
                w.wait_for("absent", 15)
            except GlanceError:
                said = traceback.format_exc()
                raise
        assert w.state == "failed"
        assert HEADER not in said + caplog.text + repr(w.error)
