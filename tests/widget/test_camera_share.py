"""Camera share by code and from a browser's tab, against the sandbox."""

from __future__ import annotations

import re
from typing import Any

import pytest

from glance_widget import Glance
from glance_widget.errors import PropertyError, StateError
from glance_widget.protocol import session_lookup
from glance_widget.protocol.session_invitation import InvitationRecord
from glance_widget.sandbox import Sandbox
from tests.conftest import eventually
from tests.jpegs import jpeg, picture_frame
from tests.sandbox.clients import CONSENT, wire_to
from tests.widget.conftest import Tab, new_pad, unseal

PHONE = "+1 617 555 0100"


@pytest.fixture(autouse=True)
def quick_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """The agent looks for the session in moments, not every three seconds."""
    monkeypatch.setattr(session_lookup, "_QUICK_DELAY", 0.02)
    monkeypatch.setattr(session_lookup, "_SLOW_DELAY", 0.02)


def invitation_of(widget: Glance) -> InvitationRecord:
    """The running invitation."""
    assert widget.invitation is not None
    return widget.invitation


def digits_in(widget: Glance) -> set[str]:
    """The numbers in what a browser sees of the widget and a notebook keeps."""
    return set(re.findall(r"\d+", repr(widget.get_state()).replace(" ", "")))


def test_invited_by_text_message_shown_and_reported(sandbox: Sandbox, widget: Glance) -> None:
    eventually(lambda: widget.camerashare, "the privilege")
    widget.invite_camera(PHONE, camera="front", agent_name="Ann")
    widget.wait_for("joining")
    key = invitation_of(widget)["key"]
    assert invitation_of(widget)["sent"] is True
    assert not {"6175550100", key} & digits_in(widget)
    with wire_to(sandbox) as wire:
        assert f"/camera/#{key}" in wire.http.get("/phone/+16175550100/").text
        phone = wire.page(wire.start(key, sessionType=1))
        widget.wait_for("in_session")
        assert widget.invitation is None
        assert widget.session is not None
        assert widget.session["key"] == key
        assert key not in digits_in(widget)
        viewer = wire.viewer(key)
        phone.wait_for("agents", count=1)
        phone.send(**CONSENT)
        viewer.wait_for("page")
        phone.send_frame(picture_frame(jpeg(352, 288)))
        viewer.wait_for("picture")
        widget.end()
        widget.wait_for("ended")
        assert phone.wait_for("ended")["reason"] == "agent"
    assert len(widget.reports) == 1


def test_invited_by_key_from_a_tab_with_a_window_that_waits(sandbox: Sandbox, widget: Glance) -> None:
    tab = Tab(widget)
    pad, sent = new_pad()
    req = tab.say("camera", pad=sent)
    widget.wait_for("joining")
    key = invitation_of(widget)["key"]
    assert key not in digits_in(widget)
    (told,) = [message for message in tab.heard if message["type"] == "invitation"]
    assert invitation_of(widget) == {"key": told["key"], "text": told["text"], "sent": False}
    assert key in told["text"]
    assert tab.answers(req) == ["taken"]
    assert tab.answers(tab.say("hello")) == ["welcome", "invitation"]  # loaded again
    with wire_to(sandbox) as wire:
        wire.page(wire.start(key, sessionType=1), consent=True)
        form = unseal(tab.answer(req, "viewer")["sealed"], pad)
    assert form["fields"]["SESSIONKEY"] == key
    widget.end()
    widget.wait_for("ended")


def test_a_customer_who_declines_is_an_error_with_a_sentence(sandbox: Sandbox, widget: Glance) -> None:
    widget.invite_camera()
    widget.wait_for("joining")
    key = invitation_of(widget)["key"]
    with wire_to(sandbox) as wire:
        wire.http.post("/camera/invitation", json={"key": key, "status": "declined"})
    eventually(lambda: widget.state == "failed", "failed")
    assert widget.error is not None
    assert (widget.error["code"], widget.invitation) == ("camera_declined", None)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"phone": "call me"}, "phone"),
        ({"phone": 6175550100}, "phone"),
        ({"phone": ""}, "phone"),
        ({"camera": "side"}, "camera"),
        ({"resolution": "large"}, "resolution"),
        ({"resolution": "4000x3000"}, "resolution"),
        ({"agent_name": "A\nB"}, "agent_name"),
        ({"agent_name": "n" * 128}, "agent_name"),
    ],
)
def test_wrong_arguments_are_named_and_a_number_is_not_repeated(
    widget: Glance, arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises(PropertyError) as caught:
        widget.invite_camera(**arguments)
    assert name in str(caught.value)
    assert "617" not in str(caught.value)
    assert widget.state == "absent"


def test_an_invitation_that_is_cancelled_is_taken_back_from_the_phone(sandbox: Sandbox, widget: Glance) -> None:
    widget.invite_camera(agent_name="Ann")
    widget.wait_for("joining")
    key = invitation_of(widget)["key"]
    widget.cancel()
    with wire_to(sandbox) as wire:
        eventually(lambda: wire.http.post("/camera/invitation", json={"key": key}).is_error)
        look = wire.http.post("/camera/invitation", json={"key": key})
    assert look.json()["msg"] == "Ann has taken the invitation back."


def test_a_second_invitation_waits_for_the_first(widget: Glance) -> None:
    widget.invite_camera()
    with pytest.raises(StateError) as caught:
        widget.invite_camera()
    assert caught.value.code == "already_joining"
    widget.cancel()
    assert (widget.state, widget.invitation) == ("absent", None)
