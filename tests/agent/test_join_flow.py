from __future__ import annotations

import random
from collections import Counter, deque
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Final, get_args

import pytest

from glance_widget.agent import join_effects as do
from glance_widget.agent import join_events as on
from glance_widget.agent.flow_state import BUSY, STATES, Flow
from glance_widget.agent.join_flow import step
from glance_widget.agent.saml import Wait
from glance_widget.agent.session_steps import ENDED_SHOWN_FOR, INVITE_LIMIT
from glance_widget.agent.status_text import status_of, visitor_name
from glance_widget.errors import GlanceError, InviteError, PresenceError, SessionLookupError, SignInError, StateError
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.session_invitation import Invitation, InvitationRequest
from glance_widget.protocol.session_lookup import FoundSession
from glance_widget.published import published

NOW: Final = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
LATER: Final = NOW + timedelta(seconds=75)

MARIA: Final = on.Subject("maria-21", presence=True)
AUTO: Final = on.Subject("maria-21", presence=True, autojoin=True)
OTTO: Final = on.Subject("otto", presence=True)
PRESENCE_OFF: Final = on.Subject("maria-21")
NO_VISITOR: Final = on.Subject(presence=True)
SUBJECTS: Final = (MARIA, AUTO, OTTO, PRESENCE_OFF, NO_VISITOR)

TYPED, INVITED, STALE = "typed", "invited", "stale"
THIS, EARLIER = -1, -2
"""Which sign-in an event belongs to: the flow's newest, or one before it."""
ERROR: Final = SignInError("authorization", "The platform refused.", "Sign in again.")


def session(key: str, session_id: str = "17", calltype: str = "C") -> FoundSession:
    url = "https://h/x?SessionKey=k"
    return FoundSession(session_id, f"12345.{key}.1", "dw1", "12345", key, url, calltype=calltype)


CAMERA, CODE = "camera", "482913"
TO_PHONE: Final = InvitationRequest("+16175550100")
SENT: Final = Invitation("Open the link.", CODE, sent=True)
READ_OUT: Final = Invitation(f"Type {CODE}.", CODE, sent=False)
MAY: Final = frozenset({CAMERA_SHARE})
CAMERA_DECLINED: Final = SessionLookupError("camera_declined", "The customer declined to show the camera.")


REQUESTS: Final[tuple[on.Event, ...]] = (
    on.JoinAsked(TYPED),
    on.InviteAsked(INVITED),
    on.CameraAsked(CAMERA, TO_PHONE),
    on.CancelAsked(),
    on.EndAsked(),
    on.RetryAsked(),
)
KEYS: Final = (TYPED, INVITED, CODE, "maria-21", STALE)
EVENTS: Final[tuple[on.Event, ...]] = (
    *REQUESTS,
    *(on.Started(subject) for subject in SUBJECTS),
    *(on.SubjectChanged(subject) for subject in SUBJECTS),
    on.SignedIn(THIS),
    on.PrivilegesKnown(THIS, MAY),
    on.SignInFailed(THIS, ERROR),
    *(on.SignInWaits(wait) for wait in get_args(Wait)),
    on.PresenceOpened(),
    on.PresenceLost(PresenceError("presence_unreachable", "The presence service is away.")),
    on.PresenceFailed(PresenceError("serviceunavailable", "The presence service is not available.")),
    on.VisitorConnection(online=True),
    on.VisitorConnection(online=False),
    on.VisitorRecord({"name": "Maria"}),
    on.VisitorRecord({}),
    on.TermsAnswered("displayed"),
    on.TermsAnswered("accepted"),
    on.TermsAnswered("declined"),
    on.VisitorStarted(),
    on.VisitorFailed(InviteError("visitorerror", "The visitor's page could not start.")),
    *(on.Invited(key) for key in (INVITED, STALE)),
    *(on.CameraInvited(key, invitation) for key in (CAMERA, STALE) for invitation in (SENT, READ_OUT)),
    *(on.InviteFailed(key, InviteError("visitornotpresent", "Gone.")) for key in (INVITED, CAMERA, STALE)),
    *(on.InviteLimitReached(key, accepted) for key in (INVITED, STALE) for accepted in (False, True)),
    *(on.LookupMissed(key) for key in KEYS),
    *(on.SessionFound(key, session(key)) for key in KEYS),
    *(on.LookupFailed(key, SessionLookupError("lookup_timedout", "No session.")) for key in KEYS),
    on.SessionOver("visitor"),
    on.SessionOver("agent", "17"),
    on.SessionOver("gone", "another"),
    on.SessionDoubted(),
    on.EndedShown(),
    on.EndFailed(ERROR),
    on.PlatformTrouble(ERROR),
    on.PlatformTrouble(None),
    on.CallbackFailed(ERROR),
    *(on.ViewerChanged(viewer) for viewer in get_args(on.ViewerState)),
    *(on.ViewerChanged(viewer, counted=True) for viewer in get_args(on.ViewerState)),
    on.Closed(),
)
START: Final = Flow(state="signed_out", since=NOW)


def timely(flow: Flow, event: on.Event) -> on.Event:
    """The event with the number of the flow's own sign-in."""
    if isinstance(event, on.SignedIn | on.SignInFailed | on.PrivilegesKnown) and event.attempt == THIS:
        return replace(event, attempt=flow.attempt)
    return event


def kinds(effects: tuple[do.Effect, ...]) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def check_flow(flow: Flow) -> None:
    """What holds in every state, however it was reached."""
    assert flow.state in STATES
    assert (flow.session is not None) == (flow.state == "in_session")
    if flow.state in BUSY:
        assert flow.key is not None
        assert flow.signed_in
    if flow.state == "present":
        assert flow.signed_in
        assert flow.visitor_online
    if flow.state == "absent":
        assert flow.signed_in
        assert not flow.visitor_online
    if flow.state == "failed":
        assert flow.error is not None
    if flow.state in {"signed_out", "absent", "present", "ended", "failed"}:
        assert (flow.key, flow.terms, flow.started) == (None, None, None)
    if flow.state not in {"inviting", "joining"}:
        assert (flow.camera, flow.invitation) == (None, None)
    assert flow.invitation is None or (flow.state, flow.key) == ("joining", flow.invitation.key)
    if flow.camera is not None:
        assert (flow.state == "joining") == (flow.invitation is not None)
        assert (flow.terms, flow.started) == (None, None)
    if flow.terms is not None:
        assert flow.state in {"inviting", "joining"}
    if flow.state == "ended":
        assert flow.report is not None


def check_asking(before: Flow, after: Flow, effect: do.Effect) -> None:
    """What holds for an effect that is about an invitation or a lookup."""
    if isinstance(effect, do.Lookup | do.Invite | do.InviteCamera):
        assert effect.key == after.key
        if isinstance(effect, do.Lookup) and after.camera is None:
            usual = 6 if after.reason == "autojoin" else 12
            assert effect.attempts == (1 if before.state == after.state == "inviting" else usual)
    elif isinstance(effect, do.After) and isinstance(effect.event, on.InviteLimitReached):
        assert effect.event.key == after.key
    elif isinstance(effect, do.Withdraw):
        assert effect.key == before.key
        assert before.state in {"inviting", "joining"}
        assert effect.camera == (before.invitation is not None) == (before.camera is not None)
        assert after.state != before.state


def check_step(before: Flow, event: on.Event, after: Flow, effects: tuple[do.Effect, ...], now: datetime) -> None:
    """What holds for every step."""
    check_flow(after)
    entered = after.state if after.state != before.state else None
    assert after.since == (now if entered else before.since)
    if not isinstance(event, on.Started | on.SubjectChanged):
        assert after.subject == before.subject

    done = Counter(kinds(effects))
    left_session = before.state == "in_session" and entered is not None
    assert done["Report"] == int(left_session and not isinstance(event, on.Closed))
    assert (after.report is not before.report) == (done["Report"] == 1)
    assert done["WatchSession"] == int(entered == "in_session")
    looks_again = isinstance(event, on.PresenceOpened) and before.state == "inviting"
    assert done["Lookup"] == int(entered == "joining") or looks_again
    assert done["Invite"] == int(entered == "inviting" and after.camera is None)
    assert done["InviteCamera"] == int(entered == "inviting" and after.camera is not None)
    assert done["AskPrivileges"] == int(isinstance(event, on.SignedIn) and after != before)
    begins_anew = isinstance(event, on.Started) and before.state not in BUSY
    assert after.attempt == before.attempt + done["SignIn"]
    assert done["SignIn"] == int(begins_anew or (entered == "connecting" and not after.signed_in))
    assert done["After"] <= int(after.state in {"inviting", "ended"})
    assert done["After"] >= int(entered == "ended")
    assert done["EndSession"] <= int(after.state == "in_session" and after.reason == "ending")
    for effect in effects:
        check_asking(before, after, effect)
        if isinstance(effect, do.SignIn):
            assert effect.attempt == after.attempt
        elif isinstance(effect, do.WatchSession):
            assert after.session is not None
            assert effect.found == after.session.found
        elif isinstance(effect, do.EndSession):
            assert before.session is not None
            assert effect.found == before.session.found
        elif isinstance(effect, do.Report):
            assert before.session is not None
            assert effect.report == after.report
            assert effect.report["sessionId"] == before.session.found.id
        elif isinstance(effect, do.FollowVisitor):
            assert effect.subject in {None, after.subject}


def tried(flow: Flow, event: on.Event, now: datetime = LATER) -> tuple[Flow, tuple[do.Effect, ...]]:
    """A step, checked; a request that is not possible changes nothing."""
    try:
        after, effects = step(flow, timely(flow, event), now)
    except StateError:
        assert event in REQUESTS
        return flow, ()
    check_step(flow, event, after, effects, now)
    return after, effects


def shape(flow: Flow) -> tuple[object, ...]:
    """What decides how a flow goes on."""
    viewer = flow.session.viewer if flow.session else None
    return (
        flow.state, flow.reason, flow.subject, flow.signed_in, flow.visitor_online, flow.terms, flow.key,
        flow.started is None, viewer, flow.error is None, flow.camera, flow.invitation,
        flow.unfollowed is None, flow.who,
    )  # fmt: skip


@cache
def reachable() -> tuple[Flow, ...]:
    """One flow of every shape that any order of events leads to."""
    seen = {shape(START)}
    waiting = deque([START])
    found = []
    while waiting:
        flow = waiting.popleft()
        found.append(flow)
        for event in EVENTS:
            after, _effects = tried(flow, event)
            if shape(after) not in seen:
                seen.add(shape(after))
                waiting.append(after)
    return tuple(found)


def test_every_event_in_every_state_that_can_be_reached() -> None:
    flows = reachable()
    for flow in flows:
        status = status_of(flow)
        assert status["message"]
        assert "{" not in status["message"] + status["hint"]
        assert status["reason"] == flow.reason != ""
    assert {flow.state for flow in flows} == set(STATES)
    assert len(flows) > 500
    assert {type(event) for event in EVENTS} == set(get_args(on.Event))


def test_an_event_that_arrives_twice_does_nothing_the_second_time() -> None:
    begins_anew = on.JoinAsked | on.InviteAsked | on.Started
    for flow in reachable():
        for event in EVENTS:
            if isinstance(event, begins_anew):
                continue
            with suppress(StateError):
                once, _effects = step(flow, timely(flow, event), LATER)
                twice, effects = step(once, timely(flow, event), LATER)
                assert twice.state == once.state, (flow, event)
                assert not set(kinds(effects)) - {"FollowVisitor", "CheckSession"}, (flow, event)


@pytest.mark.parametrize(
    "event",
    [
        on.Invited(STALE),
        on.InviteFailed(STALE, ERROR),
        on.InviteLimitReached(STALE),
        on.LookupMissed(STALE),
        on.SessionFound(STALE, session(STALE)),
        on.LookupFailed(STALE, ERROR),
        on.SessionOver("gone", "another"),
        on.VisitorRecord({}),
        on.CameraInvited(STALE, SENT),
        on.PrivilegesKnown(EARLIER, MAY),
        on.SignedIn(EARLIER),
        on.SignInFailed(EARLIER, ERROR),
    ],
    ids=lambda event: type(event).__name__,
)
def test_what_comes_late_from_an_earlier_attempt_changes_nothing(event: on.Event) -> None:
    for flow in reachable():
        assert step(flow, event, LATER) == (flow, ())


def test_chance_finds_no_way_past_the_rules(rng: random.Random) -> None:
    flow, now = START, NOW
    reports, joined, left_open = 0, 0, 0
    states: Counter[str] = Counter()
    # Mostly what leads on, so that the walk does not only fail and start again.
    forward = (on.SignedIn(THIS), on.PresenceOpened(), on.VisitorConnection(online=True), on.VisitorStarted())
    for number in range(10_000):
        event = rng.choice(forward if rng.random() < 0.4 else EVENTS)
        if flow.state == "joining" and rng.random() < 0.3:
            event = on.SessionFound(flow.key or "", session(flow.key or "", f"session-{number}"))
        if flow.session is not None and rng.random() < 0.1:
            event = on.SessionOver("gone", flow.session.found.id)
        now += timedelta(seconds=rng.random() * 10)
        before = flow
        flow, effects = tried(flow, event, now)
        states[flow.state] += 1
        reports += kinds(effects).count("Report")
        joined += before.state != flow.state == "in_session"
        left_open += isinstance(event, on.Closed) and before.state == "in_session"
    assert set(states) == set(STATES), states
    assert joined > 20
    assert reports + left_open + (flow.state == "in_session") == joined


STORY: Final[list[tuple[on.Event, str, str, list[str]]]] = [
    (on.Started(MARIA), "connecting", "signing_in", ["FollowVisitor", "SignIn"]),
    (on.SignedIn(THIS), "connecting", "reaching_presence", ["AskPrivileges", "FollowVisitor"]),
    (on.PrivilegesKnown(THIS, MAY), "connecting", "reaching_presence", []),
    (on.PresenceOpened(), "absent", "presence_open", []),
    (on.VisitorConnection(online=True), "present", "visitor_came", []),
    (on.VisitorRecord({"name": "Maria", "url": "http://shop/"}), "present", "visitor_came", []),
    (on.InviteAsked(INVITED), "inviting", "preparing", ["Invite"]),
    (on.Invited(INVITED), "inviting", "invited", ["After"]),
    (on.TermsAnswered("displayed"), "inviting", "terms_displayed", []),
    (on.Invited(INVITED), "inviting", "terms_displayed", []),
    (on.TermsAnswered("accepted"), "inviting", "terms_accepted", ["After"]),
    (on.VisitorStarted(), "joining", "looking_up", ["Lookup"]),
    (on.LookupMissed(INVITED), "joining", "waiting_for_session", []),
    (on.SessionFound(INVITED, session(INVITED)), "in_session", "joined", ["WatchSession", "OpenViewer"]),
    (on.ViewerChanged("open"), "in_session", "joined", []),
    (on.VisitorStarted(), "in_session", "joined", []),
    (on.EndAsked(), "in_session", "ending", ["EndSession"]),
    (on.SessionOver("agent", "17"), "ended", "agent", ["Report", "After"]),
    (on.SessionOver("visitor"), "ended", "agent", []),
    (on.EndedShown(), "present", "session_over", []),
    (on.VisitorConnection(online=False), "absent", "visitor_left", []),
    (on.Closed(), "signed_out", "closed", ["FollowVisitor"]),
]


def test_the_main_story() -> None:
    flow = START
    for number, (event, state, reason, expected) in enumerate(STORY):
        now = NOW + timedelta(seconds=number)
        after, effects = step(flow, timely(flow, event), now)
        check_step(flow, event, after, effects, now)
        assert (after.state, after.reason, kinds(effects)) == (state, reason, expected), f"line {number}: {event}"
        flow = after
    # From the visitor's start (line 11) to the end (line 17).
    assert flow.report == {
        "sessionId": "17",
        "sessionStart": "2026-11-22T10:00:11.000Z",
        "sessionEnd": "2026-11-22T10:00:17.000Z",
        "duration": 6,
    }


def told(*events: on.Event) -> tuple[Flow, tuple[do.Effect, ...]]:
    flow: Flow = START
    effects: tuple[do.Effect, ...] = ()
    for event in events:
        flow, effects = step(flow, timely(flow, event), NOW)
    return flow, effects


ABSENT: Final = (on.Started(MARIA), on.SignedIn(THIS), on.PresenceOpened())
PRESENT: Final = (*ABSENT, on.VisitorConnection(online=True))
PREPARING: Final = (*PRESENT, on.InviteAsked(INVITED))
INVITING: Final = (*PREPARING, on.Invited(INVITED))
JOINING: Final = (*INVITING, on.VisitorStarted())
IN_SESSION: Final = (*JOINING, on.SessionFound(INVITED, session(INVITED)))
ENDED: Final = (*IN_SESSION, on.SessionOver("visitor"))
FAILED: Final = (on.Started(MARIA), on.SignInFailed(THIS, ERROR))
CAMERA_ASKED: Final = (*PRESENT, on.CameraAsked(CAMERA, TO_PHONE))
CAMERA_JOINING: Final = (*CAMERA_ASKED, on.CameraInvited(CAMERA, SENT))
CAMERA_SHOWN: Final = (*CAMERA_JOINING, on.SessionFound(CODE, session(CODE, calltype="V")))


def test_the_time_limits_and_what_follows_them() -> None:
    assert INVITE_LIMIT == 30.0
    late, too_late = on.InviteLimitReached(INVITED), on.InviteLimitReached(INVITED, accepted=True)
    _flow, effects = told(*PREPARING)
    assert effects == (do.Invite(INVITED),), "the time begins when the preparations are done"
    asked, effects = told(*INVITING)
    assert effects == (do.After(30.0, late),)
    flow, effects = step(asked, late, LATER)
    assert (flow.state, effects) == ("failed", (do.Withdraw(INVITED),))
    assert flow.error is not None
    assert flow.error.code == "timedout"

    accepted, effects = step(asked, on.TermsAnswered("accepted"), NOW)
    assert effects == (do.After(30.0, too_late),)
    assert step(accepted, late, LATER) == (accepted, ()), "who has accepted did answer in time"
    flow, effects = step(accepted, too_late, LATER)
    assert (flow.state, effects) == ("failed", (do.Withdraw(INVITED),))
    assert flow.error is not None
    assert flow.error.code == "visitorerror"

    _flow, effects = told(*ENDED)
    assert effects[1] == do.After(5.0, on.EndedShown())
    assert ENDED_SHOWN_FOR == 5.0


def test_an_invitation_that_only_seems_to_have_failed() -> None:
    error = PresenceError("presence_unreachable", "The presence service is away.")
    flow, _effects = told(*INVITING, on.TermsAnswered("displayed"))
    assert step(flow, on.InviteFailed(INVITED, error), LATER) == (flow, ())
    flow, _effects = told(*INVITING)
    failed, effects = step(flow, on.InviteFailed(INVITED, error), LATER)
    assert (failed.state, effects) == ("failed", (do.Withdraw(INVITED),))
    failed, effects = step(flow, on.InviteFailed(INVITED, InviteError("visitornotpresent", "Gone.")), LATER)
    assert (failed.state, effects) == ("failed", ())


def test_what_the_visitor_did_while_presence_was_lost_is_looked_up() -> None:
    lost = on.PresenceLost(PresenceError("presence_unreachable", "The presence service is away."))
    flow, effects = told(*INVITING, lost, on.PresenceOpened())
    assert effects == (do.Lookup(INVITED, 1),)
    for nothing in (on.LookupMissed(INVITED), on.LookupFailed(INVITED, ERROR), on.PresenceOpened()):
        assert step(flow, nothing, LATER) == (flow, ())
    flow, effects = step(flow, on.SessionFound(INVITED, session(INVITED)), LATER)
    assert (flow.state, kinds(effects)) == ("in_session", ["WatchSession", "OpenViewer"])
    flow, effects = step(flow, on.SessionOver("visitor"), LATER)
    assert (flow.state, flow.reason) == ("ended", "visitor"), "it is the session of the visitor who was asked"


@pytest.mark.parametrize(
    ("story", "request_event", "code"),
    [
        ((), on.JoinAsked(TYPED), "not_signed_in"),
        ((), on.InviteAsked(INVITED), "not_signed_in"),
        ((on.Started(MARIA),), on.JoinAsked(TYPED), "not_signed_in"),
        (ABSENT, on.InviteAsked(INVITED), "visitornotpresent"),
        (INVITING, on.JoinAsked(TYPED), "already_joining"),
        (JOINING, on.InviteAsked(INVITED), "already_joining"),
        (IN_SESSION, on.JoinAsked(TYPED), "already_joining"),
        (ABSENT, on.CancelAsked(), "nothing_to_cancel"),
        ((on.Started(MARIA),), on.CancelAsked(), "nothing_to_cancel"),
        (IN_SESSION, on.CancelAsked(), "nothing_to_cancel"),
        (PRESENT, on.EndAsked(), "no_session"),
        (ENDED, on.EndAsked(), "no_session"),
        (PRESENT, on.RetryAsked(), "nothing_to_retry"),
        ((on.Started(MARIA),), on.CameraAsked(CAMERA, TO_PHONE), "not_signed_in"),
        (FAILED, on.CameraAsked(CAMERA, TO_PHONE), "not_signed_in"),
        (INVITING, on.CameraAsked(CAMERA, TO_PHONE), "already_joining"),
        (
            (*PRESENT, on.PrivilegesKnown(THIS, frozenset({"viewVideo"}))),
            on.CameraAsked(CAMERA, TO_PHONE),
            "camera_privilege",
        ),
    ],
)
def test_requests_that_are_not_possible_say_why(
    story: tuple[on.Event, ...], request_event: on.Event, code: str
) -> None:
    flow, _effects = told(*story)
    with pytest.raises(StateError) as caught:
        step(flow, request_event, LATER)
    assert caught.value.code == code
    assert caught.value.message


@pytest.mark.parametrize(
    ("story", "event", "state", "reason", "effects"),
    [
        (PREPARING, on.TermsAnswered("displayed"), "inviting", "preparing", []),
        (PREPARING, on.TermsAnswered("declined"), "inviting", "preparing", []),
        (PREPARING, on.VisitorStarted(), "inviting", "preparing", []),
        (PREPARING, on.CancelAsked(), "present", "cancelled", ["Withdraw"]),
        (INVITING, on.TermsAnswered("declined"), "failed", "declined", []),
        (INVITING, on.VisitorConnection(online=False), "failed", "invite", []),
        ((*PRESENT, on.JoinAsked(TYPED)), on.VisitorFailed(ERROR), "joining", "looking_up", []),
        (JOINING, on.VisitorFailed(ERROR), "failed", "invite", []),
        (INVITING, on.CancelAsked(), "present", "cancelled", ["Withdraw"]),
        (INVITING, on.Closed(), "signed_out", "closed", ["Withdraw", "FollowVisitor"]),
        (INVITING, on.SubjectChanged(OTTO), "connecting", "reaching_presence", ["Withdraw", "FollowVisitor"]),
        (INVITING, on.PresenceLost(ERROR), "inviting", "invited", []),
        (INVITING, on.Started(OTTO), "inviting", "invited", []),
        (JOINING, on.CancelAsked(), "present", "cancelled", ["Withdraw"]),
        (JOINING, on.SessionOver("visitor"), "failed", "invite", []),
        (JOINING, on.LookupFailed(INVITED, ERROR), "failed", "lookup", []),
        (JOINING, on.Closed(), "signed_out", "closed", ["Withdraw", "FollowVisitor"]),
        ((*ABSENT, on.JoinAsked(TYPED)), on.CancelAsked(), "absent", "cancelled", []),
        ((*ABSENT, on.JoinAsked(TYPED)), on.Closed(), "signed_out", "closed", ["FollowVisitor"]),
        (IN_SESSION, on.SubjectChanged(OTTO), "in_session", "joined", ["FollowVisitor"]),
        (IN_SESSION, on.VisitorConnection(online=False), "in_session", "joined", []),
        (IN_SESSION, on.SessionOver("gone", "17"), "ended", "gone", ["Report", "After"]),
        # In the viewer, or by another agent who is in it.
        (IN_SESSION, on.SessionOver("agent"), "ended", "agents_side", ["Report", "After"]),
        (IN_SESSION, on.Closed(), "signed_out", "closed", ["FollowVisitor"]),
        ((*IN_SESSION, on.EndAsked()), on.EndAsked(), "in_session", "ending", []),
        ((*IN_SESSION, on.EndAsked()), on.EndFailed(ERROR), "in_session", "joined", []),
        (ENDED, on.VisitorConnection(online=False), "absent", "visitor_left", []),
        (ENDED, on.JoinAsked(TYPED), "joining", "looking_up", ["Lookup"]),
        (FAILED, on.RetryAsked(), "connecting", "signing_in", ["FollowVisitor", "SignIn"]),
        (FAILED, on.JoinAsked(TYPED), "connecting", "signing_in", ["SignIn"]),
        ((*FAILED, on.JoinAsked(TYPED)), on.CancelAsked(), "connecting", "signing_in", []),
        (
            (*FAILED, on.JoinAsked(TYPED), on.CancelAsked()),
            on.SignedIn(THIS),
            "connecting",
            "reaching_presence",
            ["AskPrivileges", "FollowVisitor"],
        ),
        (PRESENT, on.PresenceLost(ERROR), "connecting", "presence_lost", []),
        (PRESENT, on.PresenceFailed(ERROR), "failed", "presence", []),
        ((on.Started(PRESENCE_OFF),), on.SignedIn(THIS), "absent", "presence_off", ["AskPrivileges"]),
        ((on.Started(NO_VISITOR),), on.SignedIn(THIS), "absent", "no_visitor", ["AskPrivileges"]),
        (ABSENT, on.CameraAsked(CAMERA, TO_PHONE), "inviting", "camera", ["InviteCamera"]),
        (CAMERA_ASKED, on.TermsAnswered("accepted"), "inviting", "camera", []),
        (CAMERA_ASKED, on.TermsAnswered("declined"), "inviting", "camera", []),
        (CAMERA_ASKED, on.VisitorStarted(), "inviting", "camera", []),
        (CAMERA_ASKED, on.VisitorFailed(ERROR), "inviting", "camera", []),
        (CAMERA_ASKED, on.VisitorConnection(online=False), "inviting", "camera", []),
        (CAMERA_ASKED, on.PresenceFailed(ERROR), "inviting", "camera", []),
        (CAMERA_ASKED, on.InviteLimitReached(CAMERA), "inviting", "camera", []),
        (CAMERA_ASKED, on.InviteFailed(CAMERA, ERROR), "failed", "invite", []),
        (CAMERA_ASKED, on.CancelAsked(), "present", "cancelled", []),
        (CAMERA_ASKED, on.Closed(), "signed_out", "closed", ["FollowVisitor"]),
        (CAMERA_ASKED, on.SubjectChanged(OTTO), "connecting", "reaching_presence", ["FollowVisitor"]),
        (CAMERA_ASKED, on.CameraInvited(CAMERA, SENT), "joining", "sent_to_phone", ["Lookup"]),
        (CAMERA_ASKED, on.CameraInvited(CAMERA, READ_OUT), "joining", "key_to_read", ["Lookup"]),
        (CAMERA_JOINING, on.LookupMissed(CODE), "joining", "sent_to_phone", []),
        (CAMERA_JOINING, on.SessionOver("visitor"), "joining", "sent_to_phone", []),
        (CAMERA_JOINING, on.CancelAsked(), "present", "cancelled", ["Withdraw"]),
        (CAMERA_JOINING, on.LookupFailed(CODE, ERROR), "failed", "lookup", ["Withdraw"]),
        (CAMERA_JOINING, on.LookupFailed(CODE, CAMERA_DECLINED), "failed", "lookup", []),
        (CAMERA_JOINING, on.SessionFound(CODE, session(CODE)), "in_session", "joined", ["WatchSession", "OpenViewer"]),
        (CAMERA_SHOWN, on.SessionOver("visitor"), "in_session", "joined", ["CheckSession"]),
        (CAMERA_SHOWN, on.SessionOver("gone", "17"), "ended", "gone", ["Report", "After"]),
        ((*PRESENT, on.SubjectChanged(AUTO)), on.VisitorStarted(), "joining", "autojoin", ["Lookup"]),
        (PRESENT, on.VisitorStarted(), "present", "visitor_came", []),
    ],
)
def test_other_ways(story: tuple[on.Event, ...], event: on.Event, state: str, reason: str, effects: list[str]) -> None:
    flow, _effects = told(*story)
    after, then = step(flow, timely(flow, event), LATER)
    assert (after.state, after.reason, kinds(then)) == (state, reason, effects)


def test_what_the_agent_is_told_while_a_customer_is_invited() -> None:
    flow, _effects = told(*CAMERA_JOINING)
    assert status_of(flow)["message"] == "The message was sent. Waiting for the phone…"
    flow, _effects = told(*CAMERA_ASKED, on.CameraInvited(CAMERA, READ_OUT))
    assert status_of(flow)["hint"].startswith("Read the key to the customer.")
    assert READ_OUT.key not in repr(status_of(flow))


@pytest.mark.parametrize(
    ("before", "counted", "after"),
    [
        ("closed", "open", "open"),
        ("blocked", "open", "open"),
        ("opening", "open", "opening"),
        ("open", "closed", "closed"),
        ("blocked", "closed", "blocked"),
        ("opening", "closed", "opening"),
    ],
)
def test_a_viewer_that_no_page_sees_comes_and_goes(before: on.ViewerState, counted: on.ViewerState, after: str) -> None:
    flow, _effects = told(*IN_SESSION, on.ViewerChanged(before), on.ViewerChanged(counted, counted=True))
    assert flow.session is not None
    assert flow.session.viewer == after


def test_privileges_are_those_of_the_newest_sign_in() -> None:
    flow, _effects = told(*ABSENT, on.PrivilegesKnown(THIS, MAY))
    assert flow.privileges == MAY
    flow, _effects = step(flow, on.Started(OTTO), LATER)
    assert flow.privileges is None


def test_a_key_asked_for_after_a_failed_sign_in_is_joined_once_signed_in() -> None:
    flow, effects = told(*FAILED, on.JoinAsked(TYPED), on.SignedIn(THIS))
    assert flow.state == "joining"
    assert do.Lookup(TYPED) in effects


def test_autojoin_uses_the_visitorid_as_the_key() -> None:
    _flow, effects = told(*PRESENT, on.SubjectChanged(AUTO), on.VisitorStarted())
    assert effects == (do.Lookup("maria-21", 6),)


def test_a_session_to_which_another_agent_invited_is_no_failure_of_autojoin() -> None:
    flow, _effects = told(*PRESENT, on.SubjectChanged(AUTO), on.VisitorStarted(), on.LookupMissed("maria-21"))
    late = on.LookupFailed("maria-21", SessionLookupError("lookup_timedout", "No session."))
    back, effects = step(flow, late, LATER)
    assert (back.state, back.reason, back.error, effects) == ("present", "not_joined", None, ())
    refused, _effects = step(flow, on.LookupFailed("maria-21", ERROR), LATER)
    assert (refused.state, refused.error) == ("failed", ERROR)


def test_news_of_the_visitor_are_merged_and_forgotten_with_the_visitor() -> None:
    flow, _effects = told(*PRESENT, on.VisitorRecord({"url": "a", "name": "M"}), on.VisitorRecord({"url": "b"}))
    assert flow.visitor == {"url": "b", "name": "M"}
    flow, _effects = step(flow, on.SubjectChanged(OTTO), LATER)
    assert flow.visitor is None


def test_trouble_while_in_session_is_shown_and_taken_back() -> None:
    flow, _effects = told(*IN_SESSION, on.PlatformTrouble(ERROR))
    assert (flow.state, flow.error) == ("in_session", ERROR)
    assert status_of(flow)["hint"] == str(ERROR)
    flow, _effects = step(flow, on.PlatformTrouble(None), LATER)
    assert flow.error is None


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"name": "Maria"}, "Maria"),
        ({"name": "  Maria  "}, "Maria"),
        ({"name": "Ma\u202eri\u2028a\n\x1b[31m\x07\u2066"}, "Maria[31m"),
        ({"name": "\u200f\n"}, "maria-21"),
        ({"name": "\u0645\u06cc\u200c\u062e"}, "\u0645\u06cc\u200c\u062e"),
        ({"name": "M" * 80}, "M" * 63),
        ({"name": "{key}"}, "{key}"),
        ({"name": " "}, "maria-21"),
        ({"name": 7}, "maria-21"),
        ({"url": "x"}, "maria-21"),
    ],
)
def test_how_the_visitor_is_called(record: dict[str, str], name: str) -> None:
    flow, _effects = told(*PRESENT, on.VisitorRecord({**record}))
    assert visitor_name(flow) == name
    assert status_of(flow)["message"] == f"{name} is online."


@pytest.mark.parametrize(
    "story", [ABSENT, PRESENT, (*PRESENT, on.VisitorRecord({"name": "Maria", "url": "http://a/"}))]
)
def test_a_session_joined_by_a_typed_key_is_with_somebody_unknown(story: tuple[on.Event, ...]) -> None:
    flow, _effects = told(*story, on.JoinAsked(TYPED))
    assert visitor_name(flow) == "the visitor"
    flow, _effects = step(flow, on.SessionFound(TYPED, session(TYPED)), LATER)
    assert status_of(flow)["message"] == "In session with the visitor."
    assert published(flow, [])["session"] == {
        "sessionId": "17",
        "key": TYPED,
        "startedAt": "2026-11-22T10:01:15.000Z",
        "viewer": "closed",
        "visitor": None,
        "page": None,
    }


def test_a_session_stays_with_whom_it_is_when_another_visitor_is_followed() -> None:
    record = {"name": "Otto", "url": "http://shop/otto"}
    flow, _effects = told(
        *IN_SESSION, on.VisitorRecord({"name": "Maria", "url": "http://shop/maria"}),
        on.SubjectChanged(OTTO), on.VisitorConnection(online=True), on.VisitorRecord({**record}),
    )  # fmt: skip
    assert status_of(flow)["message"] == "In session with Maria."
    seen = published(flow, [])
    assert seen["visitor"] == {"visitorid": "otto", **record}
    assert isinstance(seen["session"], dict)
    assert (seen["session"]["visitor"], seen["session"]["page"]) == ("Maria", None)
    flow, _effects = step(flow, on.SubjectChanged(NO_VISITOR), LATER)
    flow, _effects = step(flow, on.SessionOver("visitor", "17"), LATER)
    assert status_of(flow)["message"] == "Maria ended the session."
    flow, _effects = step(flow, on.SubjectChanged(OTTO), LATER)
    assert status_of(flow)["message"] == "Asking whether otto is online…"


def test_presence_that_cannot_be_used_is_not_forgotten_over_a_session() -> None:
    error = PresenceError("presence_disabled", "Presence is not switched on for this group.")
    off = on.PresenceFailed(error)
    found = on.SessionFound(TYPED, session(TYPED))
    ways: list[tuple[on.Event, ...]] = [
        (*ABSENT, off, on.JoinAsked(TYPED), found, on.SessionOver("gone", "17"), on.EndedShown()),
        (*ABSENT, on.JoinAsked(TYPED), off, found, on.SessionOver("gone", "17"), on.EndedShown()),
        (*ABSENT, off, on.JoinAsked(TYPED), on.CancelAsked()),
    ]
    for way in ways:
        flow, _effects = told(*way)
        assert (flow.state, flow.reason, flow.error) == ("failed", "presence", error)
        retried, _effects = step(flow, on.RetryAsked(), LATER)
        back, _effects = step(retried, on.SignedIn(retried.attempt), LATER)
        assert step(back, on.PresenceOpened(), LATER)[0].state == "absent"
        assert step(flow, on.SubjectChanged(OTTO), LATER)[0].state == "connecting"
        assert step(flow, on.SubjectChanged(PRESENCE_OFF), LATER)[0].state == "absent"


def test_the_error_of_a_failure_is_its_status() -> None:
    flow, _effects = told(*FAILED)
    status = status_of(flow)
    assert (status["message"], status["hint"]) == (ERROR.message, ERROR.hint)
    assert status["since"] == "2026-11-22T10:00:00.000Z"


def test_an_unknown_event_is_no_event() -> None:
    with pytest.raises(KeyError):
        step(START, GlanceError("x", "y"), NOW)  # type: ignore[arg-type] # what a type checker would not let through
