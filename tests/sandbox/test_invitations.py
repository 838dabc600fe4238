"""Invitations that are declined, taken back or never answered leave a receipt, and die."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from glance_widget.protocol.presence import SHOW_TERMS, WITHDRAW_TERMS
from glance_widget.sandbox import Sandbox, Timings
from glance_widget.sandbox.invitations import Invitation, Invitations
from tests.conftest import eventually
from tests.sandbox.clients import Message, Socket, Wire, wire_to
from tests.sandbox.consent_worlds import FakeTimer

ANN, BOB = "ann@x", "bob@x"


class Asked:
    """Invitations to Maria and Tom, with a clock that goes when it is told to."""

    def __init__(self) -> None:
        self.timer = FakeTimer()
        self.over: list[tuple[str, str, str, str]] = []
        self.invitations = Invitations(30.0, self.timer, self._note)

    def _note(self, invitation: Invitation, answer: str) -> None:
        self.over.append((answer, invitation.session_key, invitation.visitorid, invitation.puid))

    def invite(self, key: object = "k1", visitorid: str = "maria", puid: str = ANN, func: str = SHOW_TERMS) -> None:
        data: Message = {"func": func, "args": {"sessionKey": key}}
        self.invitations.signalled(1, visitorid, data, puid)

    def answer(self, status: object, visitorid: str = "maria") -> None:
        data: Message = {"status": status}
        self.invitations.answered(1, visitorid, data)


@pytest.fixture
def asked() -> Asked:
    return Asked()


class TestInvitations:
    def test_a_declined_one_is_over_once(self, asked: Asked) -> None:
        asked.invite()
        asked.answer("displayed")
        asked.answer("DECLINED")
        asked.answer("declined")
        asked.timer.advance(60)
        assert asked.over == [("declined", "k1", "maria", ANN)]
        assert asked.invitations.session_starts(1, "k1") is None

    def test_one_that_nobody_answers_dies(self, asked: Asked) -> None:
        asked.invite()
        asked.timer.advance(29.9)
        assert asked.over == []
        asked.timer.advance(0.1)
        assert asked.over == [("expired", "k1", "maria", ANN)]
        asked.answer("declined")
        assert len(asked.over) == 1
        # A script that does not know of that may still start the session.
        assert asked.invitations.is_known(1, "k1")

    def test_one_that_is_taken_back_is_over(self, asked: Asked) -> None:
        asked.invite()
        asked.invite(visitorid="tom", func=WITHDRAW_TERMS)
        assert asked.over == []
        asked.invite(func=WITHDRAW_TERMS)
        asked.invite(func=WITHDRAW_TERMS)
        asked.timer.advance(60)
        assert asked.over == [("expired", "k1", "maria", ANN)]

    @pytest.mark.parametrize("how", ["accepted", "session"])
    def test_an_accepted_one_does_not_die(self, asked: Asked, how: str) -> None:
        asked.invite()
        if how == "accepted":
            asked.answer("accepted")
        started = asked.invitations.session_starts(1, "k1")
        assert started == Invitation(1, "k1", "maria", ANN)
        asked.timer.advance(60)
        assert asked.over == []

    def test_an_answer_is_to_the_newest_of_the_visitors_own(self, asked: Asked) -> None:
        asked.invite("k1", puid=ANN)
        asked.invite("k2", puid=BOB)
        asked.invite("k3", "tom", BOB)
        asked.answer("declined")
        assert asked.over == [("declined", "k2", "maria", BOB)]
        asked.timer.advance(30)
        assert asked.over[1:] == [("expired", "k1", "maria", ANN), ("expired", "k3", "tom", BOB)]

    def test_who_asks_again_is_answered_once(self, asked: Asked) -> None:
        asked.invite()
        asked.timer.advance(20)
        asked.invite()
        asked.timer.advance(20)
        assert asked.over == []
        asked.timer.advance(10)
        assert len(asked.over) == 1

    def test_they_are_not_kept_without_end(self, asked: Asked) -> None:
        for n in range(1200):
            asked.invite(f"k{n}")
        assert not asked.invitations.is_known(1, "k199")
        assert asked.invitations.is_known(1, "k200")
        asked.timer.advance(30)
        assert len(asked.over) == 1000

    @pytest.mark.parametrize("key", [None, "", "a b", {}, [], 1.5, "x" * 63])
    def test_what_has_no_key_invites_nobody(self, asked: Asked, key: object) -> None:
        asked.invite(key)
        asked.timer.advance(30)
        assert asked.over == []


@pytest.fixture(scope="module")
def impatient() -> Iterator[Wire]:
    with Sandbox(timings=Timings(invitation=0.3)) as sandbox, wire_to(sandbox) as wire:
        yield wire


def invite(wire: Wire, key: str, visitorid: str) -> None:
    data = {"func": SHOW_TERMS, "args": {"sessionKey": key}}
    assert wire.signal(visitorid, "invoke", data).status_code == 200


def present(wire: Wire, visitorid: str) -> Socket:
    agent = wire.agent(visitorid)
    page = wire.visitor(visitorid)
    agent.wait_for("visitorconn")
    return page


def receipts(wire: Wire, visitorid: str) -> list[tuple[str, str, str | None, str | None, str]]:
    found = [r for r in wire.sandbox.consent_receipts() if r.visitorid == visitorid]
    return [(r.power, r.answer, r.agent, r.session_id, r.session_key) for r in found]


class TestReceipts:
    def test_a_declined_view_leaves_one_without_a_session(self, wire: Wire) -> None:
        page = present(wire, "maria-d")
        invite(wire, "key-d", "maria-d")
        page.wait_for("invoke")
        page.send(type="terms", data={"status": "declined"})
        found = eventually(lambda: receipts(wire, "maria-d"))
        assert found == [("view", "declined", wire.sandbox.puid, None, "key-d")]
        (receipt,) = [r for r in wire.sandbox.consent_receipts() if r.visitorid == "maria-d"]
        assert (receipt.version, receipt.language) == ("", "")
        assert receipt.at.endswith("Z")

    def test_a_visitor_who_says_no_unasked_leaves_none(self, wire: Wire) -> None:
        page = present(wire, "maria-n")
        page.send(type="terms", data={"status": "declined"})
        page.reach()
        wire.http.get("/sandbox.json")
        assert receipts(wire, "maria-n") == []

    def test_the_question_dies_in_the_service_when_whoever_asked_is_gone(self, impatient: Wire) -> None:
        page = present(impatient, "maria-e")
        invite(impatient, "key-e", "maria-e")
        page.wait_for("invoke")
        withdrawn = page.wait_for("invoke")
        assert withdrawn["data"] == {"func": WITHDRAW_TERMS, "args": {"sessionKey": "key-e"}}
        assert receipts(impatient, "maria-e") == [("view", "expired", impatient.sandbox.puid, None, "key-e")]

    def test_an_accepted_one_is_not_withdrawn(self, impatient: Wire) -> None:
        page = present(impatient, "maria-a")
        invite(impatient, "key-a", "maria-a")
        started = impatient.start("key-a")
        invite(impatient, "another", "maria-a")
        live = impatient.page(started, consent=True)
        live.expect("agents")
        assert [page.wait_for("invoke")["data"]["args"]["sessionKey"] for _ in range(3)] == [
            "key-a",
            "another",
            "another",
        ]
        puid, call = impatient.sandbox.puid, str(started["callId"])
        assert sorted(receipts(impatient, "maria-a")) == [
            ("view", "accepted", puid, call, "key-a"),
            ("view", "expired", puid, None, "another"),
        ]
