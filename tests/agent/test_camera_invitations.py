"""Camera invitations on the agent's side: the call, what it can come to, and the long wait that follows."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

import pytest

from glance_widget.agent import join_events as on
from glance_widget.agent.account import Account
from glance_widget.agent.agent import Agent
from glance_widget.errors import GlanceError, InviteError, StateError
from glance_widget.protocol.base_urls import CANCEL_INVITATION_PATH
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.session_invitation import InvitationRequest
from tests.agent.desk import PRESENCE_OFF, Desk, account
from tests.agent.fake_platform import AUTHORIZE, LOOKUP, FakePlatform, login_key
from tests.agent.servers import Asked, Reaction, Reply, as_json
from tests.conftest import eventually

INVITE = "/api/SessionInvitation/smsInvite/"
CODE = "482913"
REQUEST = InvitationRequest("+16175550100", "Ann", "front", "352x288")


@pytest.fixture
def invited(platform: FakePlatform) -> FakePlatform:
    """A platform that tells the privilege and takes invitations."""
    platform.replies[INVITE] = lambda _asked: as_json({"invitationText": "Open the link.", "sessionKey": CODE})

    def authorize(asked: Asked) -> Reaction:
        if "service=webservices" in asked.query:
            return as_json({"authToken": "t", "privilegeString": f"groupowner:on;{CAMERA_SHARE}:on"})
        return platform.authorize(asked)

    platform.replies[AUTHORIZE] = authorize
    return platform


def opened(desk: Desk, platform: FakePlatform) -> Agent:
    given: Account = account(platform)
    agent = desk.open(given, PRESENCE_OFF)
    desk.reaches("absent")
    return agent


def test_the_documented_call_is_made_and_the_session_joined(desk: Desk, invited: FakePlatform) -> None:
    agent = opened(desk, invited)
    eventually(lambda: agent.flow.privileges, "privileges")
    assert CAMERA_SHARE in (agent.flow.privileges or ())
    invited.start_session(CODE, calltype="V")
    agent.invite_camera(REQUEST)
    flow = desk.reaches("in_session")
    assert (flow.camera, flow.invitation) == (None, None)
    assert flow.session is not None
    assert flow.session.found.calltype == "V"
    assert desk.states == ["connecting", "absent", "inviting", "joining", "in_session"]
    (asked,) = invited.requests(INVITE)
    assert (asked.method, asked.query) == ("POST", "groupid=12345")
    scheme, _, key = asked.headers["authorization"].partition("GKEY ")
    group, puid, loginkey = key.split("&")
    assert (scheme, group, puid) == ("Bearer ", "12345", "ann%2Bb%40x.example")
    assert loginkey == login_key(expires=int(loginkey.split("$")[2]))
    assert asked.json == {
        "sessiontype": 1,
        "smsPhone": "+16175550100",
        "agentName": "Ann",
        "sessionParams": {"camera": "front", "resolution": "352x288"},
    }


def test_a_customer_has_ten_minutes(desk: Desk, invited: FakePlatform, delays: list[float]) -> None:
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    flow = desk.reaches("failed")
    assert flow.error is not None
    assert flow.error.code == "camera_timedout"
    assert flow.error.message == "The customer did not answer in time."
    assert invited.count[LOOKUP] == 122
    assert 580 < sum(delays) < 620


def test_a_customer_whom_the_agent_can_no_longer_find_is_not_left_waiting(desk: Desk, invited: FakePlatform) -> None:
    invited.replies[CANCEL_INVITATION_PATH] = lambda _asked: Reply("{}")
    invited.replies[LOOKUP] = lambda _asked: Reply("", 500)
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    error = desk.reaches("failed").error
    assert error is not None
    assert error.code == "lookup_answer"
    (taken_back,) = eventually(lambda: invited.requests(CANCEL_INVITATION_PATH), "the invitation taken back")
    assert taken_back.json == {"sessionKey": CODE}


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (Reply("canary", 401), "authorization"),
        (Reply("canary", 403), "camera_privilege"),
        (Reply("canary", 429), "camera_limit"),
        (Reply("canary", 400), "camera_refused"),
        (Reply("canary"), "camera_answer"),
        (as_json({"invitationText": "canary", "sessionKey": "not a key"}), "camera_answer"),
        ("hang up", "camera_unreachable"),
    ],
    ids=["401", "403", "429", "400", "no json", "no key", "hang up"],
)
def test_what_an_invitation_can_fail_with(desk: Desk, invited: FakePlatform, reaction: Reaction, code: str) -> None:
    invited.replies[INVITE] = lambda _asked: reaction
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    error = desk.reaches("failed").error
    assert isinstance(error, InviteError)
    assert error.code == code
    assert error.hint
    assert "canary" not in repr(error.args)


def test_a_refused_login_key_is_replaced_once(desk: Desk, invited: FakePlatform) -> None:
    keys: list[str] = []

    def refuse_the_first(asked: Asked) -> Reaction:
        keys.append(asked.headers["authorization"])
        return Reply("", 401) if len(keys) == 1 else as_json({"invitationText": "Open it.", "sessionKey": CODE})

    invited.replies[INVITE] = refuse_the_first
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    desk.reaches("joining")
    assert len(keys) == 2


def test_a_customer_who_declines(desk: Desk, invited: FakePlatform) -> None:
    invited.replies[LOOKUP] = lambda _asked: Reply("The customer declined.", 410, "text/plain")
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    error = desk.reaches("failed").error
    assert isinstance(error, GlanceError)
    assert error.code == "camera_declined"


@pytest.mark.parametrize("stop", [on.CancelAsked(), on.Closed()], ids=["cancelled", "closed"])
def test_an_invitation_is_taken_back(desk: Desk, invited: FakePlatform, stop: on.Event) -> None:
    invited.replies[CANCEL_INVITATION_PATH] = lambda _asked: Reply("{}")
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    desk.reaches("joining")
    agent.post(stop)
    (asked,) = eventually(lambda: invited.requests(CANCEL_INVITATION_PATH), "the invitation taken back")
    assert (asked.method, asked.query, asked.json) == ("POST", "groupid=12345", {"sessionKey": CODE})
    assert asked.headers["authorization"] == invited.requests(INVITE)[0].headers["authorization"]


@pytest.mark.parametrize(
    "stop", [lambda agent: agent.post(on.CancelAsked()), lambda agent: agent.close(wait=False)], ids=["cancel", "close"]
)
def test_an_invitation_that_is_made_too_late_is_taken_back_too(
    desk: Desk, invited: FakePlatform, stop: Callable[[Agent], object]
) -> None:
    asked, stopped = Event(), Event()

    def invite_late(_asked: Asked) -> Reaction:
        asked.set()
        assert stopped.wait(20)
        return as_json({"invitationText": "Open the link.", "sessionKey": CODE})

    invited.replies[INVITE] = invite_late
    invited.replies[CANCEL_INVITATION_PATH] = lambda _asked: Reply("{}")
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    assert asked.wait(20)
    stop(agent)
    stopped.set()
    (taken_back,) = eventually(lambda: invited.requests(CANCEL_INVITATION_PATH), "the invitation taken back")
    assert taken_back.json == {"sessionKey": CODE}
    assert "joining" not in desk.states


def test_a_platform_that_knows_no_taking_back_changes_nothing(desk: Desk, invited: FakePlatform) -> None:
    agent = opened(desk, invited)
    agent.invite_camera(REQUEST)
    desk.reaches("joining")
    agent.post(on.CancelAsked())
    eventually(lambda: invited.count[CANCEL_INVITATION_PATH], "the question")
    assert desk.reaches("absent").error is None


def test_a_platform_that_tells_no_privileges_has_the_last_word(desk: Desk, invited: FakePlatform) -> None:
    del invited.replies[AUTHORIZE]
    agent = opened(desk, invited)
    eventually(lambda: invited.count[AUTHORIZE] == 2, "the question")
    assert agent.flow.privileges is None
    agent.invite_camera(REQUEST)
    desk.reaches("joining", "sent_to_phone")


def test_an_agent_who_may_not_is_told_so_at_once(desk: Desk, invited: FakePlatform) -> None:
    invited.replies[AUTHORIZE] = lambda asked: (
        as_json({"privilegeString": "viewVideo:on"})
        if "service=webservices" in asked.query
        else invited.authorize(asked)
    )
    agent = opened(desk, invited)
    eventually(lambda: agent.flow.privileges, "privileges")
    with pytest.raises(StateError) as caught:
        agent.invite_camera(REQUEST)
    assert caught.value.code == "camera_privilege"
    assert invited.count[INVITE] == 0
