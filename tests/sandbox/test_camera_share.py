"""Camera share over real sockets: who may invite, who may come with the key, and what of a camera is passed on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from glance_widget.sandbox import Limits, Sandbox, Timings
from tests.conftest import eventually
from tests.jpegs import jpeg, picture_frame, segment
from tests.sandbox.clients import CHANGE, CONSENT, Message, Socket, Wire, send_events, wire_to

PHONE = "+1 617 555 0100"
PICTURE = picture_frame(jpeg(352, 288))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "records.sqlite"


@pytest.fixture(scope="module")
def sandbox(database: Path) -> Iterator[Sandbox]:
    limits = Limits(invitations_per_minute=10_000, messages_per_number=10_000, wrong_codes_per_address=10_000)
    with Sandbox(timings=Timings(waiting=3600), grace=3600, limits=limits, database=database) as running:
        yield running


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    with wire_to(sandbox) as wire:
        yield wire


def look(wire: Wire, key: str, **more: str) -> httpx.Response:
    return wire.http.post("/camera/invitation", json={"key": key, **more})


def start(wire: Wire, key: str) -> Message:
    return wire.start(key, sessionType=1)


def shown(wire: Wire) -> tuple[str, Socket, Socket]:
    """A camera session with consent and a viewer."""
    key = wire.invite_camera()
    phone = wire.page(start(wire, key))
    viewer = wire.viewer(key)
    viewer.wait_for("session", calltype="V")
    consents(phone, viewer)
    return key, phone, viewer


def consents(phone: Socket, viewer: Socket) -> None:
    """The customer accepts; this waits until that stands in the records."""
    phone.wait_for("agents", count=1)
    phone.send(**CONSENT)
    viewer.wait_for("page")


def recorded(sandbox: Sandbox, database: Path, session_id: str) -> tuple[str, list[str]]:
    """The status of a session, and the types of its channels, as they stand in the database."""
    sandbox.consent_receipts()  # comes back when all that was to be written is
    with closing(sqlite3.connect(database)) as connection:
        (status,) = connection.execute("select status from glance_sessions where id = ?", [session_id]).fetchone()
        types = "select type from glance_session_channels where session_id = ?"
        return status, [kind for (kind,) in connection.execute(types, [session_id])]


def test_an_invitation_goes_to_the_phones_inbox_with_a_link_whose_key_stays_in_the_browser(wire: Wire) -> None:
    answer = wire.ask_camera(smsPhone=PHONE)
    assert answer.status_code == 200
    text, key = answer.json()["invitationText"], answer.json()["sessionKey"]
    assert re.fullmatch("[0-9]{6}", key)
    assert text.startswith("Ann asks to see your phone's camera.")
    assert key in text
    inbox = wire.http.get("/phone/+16175550100/").text
    assert f'href="{wire.sandbox.url}/camera/#{key}"' in inbox
    assert "+16175550100" in wire.http.get("/phone/").text
    assert "No message has come yet" in wire.http.get("/phone/123456/").text
    assert wire.http.get("/phone/nobody/").status_code == 404


def test_without_a_number_nothing_is_sent(wire: Wire) -> None:
    key = wire.invite_camera()
    assert key not in wire.http.get("/phone/+16175550100/").text
    assert look(wire, key).json() == {
        "groupid": str(wire.group), "agent": "Ann", "camera": "back", "resolution": "352x288",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer GKEY 21489&agent%40sandbox&$1$1700000000$wrong", 401),
        ("Bearer GKEY 1&agent%40sandbox&$1$1700000000$wrong", 401),
        ("Bearer something", 401),
    ],
)
def test_who_has_no_login_key_invites_nobody(wire: Wire, header: str, status: int) -> None:
    answer = wire.ask_camera(header=header)
    assert (answer.status_code, answer.json()["err"]) == (status, "authorization")


def test_a_puid_with_signs_in_it_is_understood(wire: Wire) -> None:
    assert wire.ask_camera(puid="ann+b&c@x.example").status_code == 200


@pytest.mark.parametrize("changes", [{"smsPhone": "call me"}, {"sessiontype": 4}, {"sessionParams": {"camera": "x"}}])
def test_a_wrong_body_is_refused_with_a_sentence(wire: Wire, changes: Message) -> None:
    answer = wire.ask_camera(**changes)
    assert answer.status_code == 400
    assert answer.json()["msg"].endswith(".")


def test_an_agent_without_the_privilege_neither_sees_it_nor_can_invite() -> None:
    with Sandbox(camera_share=False) as sandbox, wire_to(sandbox) as wire:
        assert wire.ask_camera().status_code == 403
        assert privileges(wire) == ""


def test_the_authorization_for_web_services_tells_the_privilege(wire: Wire) -> None:
    assert privileges(wire) == "joinCustomerScreenShareSessions:on"


def privileges(wire: Wire) -> str:
    body = {"partneruserid": wire.sandbox.puid, "loginkey": wire.loginkey(), "partnerid": str(wire.group)}
    query: dict[str, str | int] = {"groupid": wire.group, "service": "webservices", "duration": 120}
    answer = wire.http.post("/services/AuthorizationService.svc/rest/Authorize", params=query, json=body).json()
    text = answer["privilegeString"]
    assert isinstance(text, str)
    return text


def test_an_agent_cannot_flood_a_phone_nor_the_service() -> None:
    limits = Limits(invitations_per_minute=3, messages_per_number=1)
    with Sandbox(limits=limits) as sandbox, wire_to(sandbox) as wire:
        assert [wire.ask_camera(smsPhone=PHONE).status_code for _ in range(2)] == [200, 429]
        assert wire.ask_camera().status_code == 200
        assert wire.ask_camera().status_code == 429
        assert wire.ask_camera(puid="another").status_code == 200


def test_a_camera_is_shown_to_the_agent_who_invited_and_recorded_as_video(
    sandbox: Sandbox, wire: Wire, database: Path
) -> None:
    key, phone, viewer = shown(wire)
    phone.send_frame(PICTURE)
    assert viewer.wait_for("picture")["jpeg"] in PICTURE
    found = wire.lookup(key)
    assert (found["calltype"], found["passcode"]) == ("V", key)
    viewer.send(type="end")
    assert phone.wait_for("ended")["reason"] == "agent"
    receipts = sandbox.consent_receipts(found["id"])
    assert [(each.power, each.answer, each.agent) for each in receipts] == [("view", "accepted", sandbox.puid)]
    assert recorded(sandbox, database, found["id"]) == ("C", ["video"])
    started = wire.start("plain")
    assert recorded(sandbox, database, str(started["callId"])) == ("W", ["cobrowse"])


def test_nothing_is_passed_on_before_consent_and_while_paused(wire: Wire) -> None:
    key = wire.invite_camera()
    phone = wire.page(start(wire, key))
    phone.expect("ready")
    phone.send_frame(PICTURE)
    assert phone.closed()[0] == 1008

    _key, phone, viewer = shown(wire)
    phone.send(type="pause", paused=True)
    phone.send_frame(picture_frame(jpeg(352, 288), at=1))
    phone.send(type="pause", paused=False)
    phone.send_frame(picture_frame(jpeg(352, 288), at=2))
    viewer.wait_for("paused", paused=False)
    assert viewer.wait_for("picture")["at"] == 2
    assert [message["at"] for message in viewer.log if message["type"] == "picture"] == [2]


@pytest.mark.parametrize(
    "frame",
    [picture_frame(b"GIF89a"), picture_frame(jpeg(352, 288, segment(0xE1, b"Exif"))), picture_frame(jpeg(2000, 10))],
    ids=["gif", "exif", "too wide"],
)
def test_what_is_no_plain_picture_closes_the_phones_socket_only(wire: Wire, frame: str) -> None:
    _key, phone, viewer = shown(wire)
    phone.send_frame(frame)
    assert phone.closed()[0] == 1008
    assert viewer.wait_for("visitor", connected=False)
    assert not any(message["type"] == "picture" for message in viewer.log)


def test_a_camera_that_sends_too_many_pictures_is_cut_off() -> None:
    with Sandbox(limits=Limits(pictures_per_second=0.5)) as sandbox, wire_to(sandbox) as wire:
        _key, phone, _viewer = shown(wire)
        with suppress(ConnectionClosed):
            for _ in range(6):
                phone.send_frame(PICTURE)
        assert phone.closed() == (1008, "A camera sends more pictures than can be passed on.")


def test_a_camera_sends_no_page_and_a_page_no_pictures(wire: Wire) -> None:
    _key, phone, _viewer = shown(wire)
    send_events(phone, 0, CHANGE)
    assert phone.closed()[0] == 1008
    page = wire.page(wire.start("a-page"), consent=True)
    page.send_frame(PICTURE)
    assert page.closed()[0] == 1008


def test_a_camera_cannot_be_used_from_afar(wire: Wire) -> None:
    _key, _phone, viewer = shown(wire)
    viewer.send(type="assist_request")
    assert viewer.closed()[0] == 1008


def test_the_phone_comes_back_with_its_token_and_nobody_else_does(wire: Wire) -> None:
    key = wire.invite_camera()
    started = start(wire, key)
    phone, viewer = wire.page(started), wire.viewer(key)
    consents(phone, viewer)
    phone.close()
    back = wire.page(started)
    assert back.expect("ready")["consent"] is True
    stranger = wire.page(started, token="s" * 49)
    assert stranger.expect("refused")["code"] == "authorization"


def test_a_key_is_for_one_phone_and_for_the_agent_who_invited(wire: Wire) -> None:
    key = wire.invite_camera()
    # A page cannot come between the agent and the phone.
    assert wire.start(key)["status"] == 13
    assert wire.lookup(key)["id"] == "0"
    assert start(wire, key)["sessionKey"] == key
    assert "callId" not in start(wire, key)
    assert look(wire, key).status_code == 404
    assert wire.lookup(key, "another@x.example")["id"] == "0"
    stranger = wire.viewer(key, "another@x.example", WAIT="0")
    assert stranger.expect("refused")["code"] == "notfound"
    assert wire.lookup(key)["calltype"] == "V"


def test_an_invitation_that_was_taken_back_is_told_to_the_phone(wire: Wire) -> None:
    key = wire.invite_camera()
    assert wire.cancel_camera(key, "somebody-else").status_code == 404
    assert look(wire, key).status_code == 200
    assert wire.cancel_camera(key).status_code == 200
    answer = look(wire, key)
    assert (answer.status_code, answer.json()) == (
        404,
        {"err": "cancelled", "msg": "Ann has taken the invitation back."},
    )
    assert start(wire, key)["message"] == answer.json()["msg"]
    assert wire.cancel_camera(key).status_code == 200
    assert (wire.cancel_camera("123456").status_code, wire.cancel_camera(7).status_code) == (404, 400)


def test_a_phone_that_accepted_already_is_let_go_unless_its_agent_came(wire: Wire) -> None:
    key = wire.invite_camera()
    phone = wire.page(start(wire, key))
    assert wire.cancel_camera(key).status_code == 200
    assert phone.wait_for("ended")["reason"] == "agent"
    key, phone, viewer = shown(wire)
    assert wire.cancel_camera(key).status_code == 200
    viewer.send(type="end")
    assert phone.wait_for("ended")["reason"] == "agent"


def test_a_customer_who_declines_is_not_looked_for_any_longer(sandbox: Sandbox, wire: Wire) -> None:
    key = wire.invite_camera()
    assert look(wire, key, status="declined", version="camera-1", language="en").status_code == 200
    (receipt,) = [each for each in sandbox.consent_receipts() if each.session_key == key]
    assert (receipt.session_id, receipt.answer, receipt.agent) == (None, "declined", sandbox.puid)
    assert (receipt.power, receipt.version, receipt.language) == ("view", "camera-1", "en")
    form = {
        "partnerid": str(wire.group), "partneruserid": wire.sandbox.puid, "loginkey": wire.loginkey(), "ssnkey": key,
    }  # fmt: skip
    answer = wire.http.post("/services/SessionService.asmx/LookupPartnerSession2", data=form)
    assert (answer.status_code, answer.text) == (410, "The customer declined.")
    assert "callId" not in start(wire, key)
    assert wire.lookup(key, "another@x.example")["id"] == "0"


def test_an_invitation_dies_unused() -> None:
    with Sandbox(timings=Timings(code=0.0)) as sandbox, wire_to(sandbox) as wire:
        key = wire.invite_camera()
        assert look(wire, key).json()["err"] == "noinvitation"
        assert "callId" not in start(wire, key)


def test_guessing_keys_is_cut_off_and_an_agent_who_looks_for_the_phone_does_not_guess() -> None:
    limits = Limits(wrong_codes_per_address=2, invitations_per_minute=50)
    with Sandbox(limits=limits) as sandbox, wire_to(sandbox) as wire:
        for _ in range(5):
            assert wire.lookup(wire.invite_camera())["id"] == "0"
        key = wire.invite_camera()
        assert [look(wire, wrong).status_code for wrong in ("wrong1", "wrong2", "wrong3")] == [404, 404, 429]
        assert look(wire, key).status_code == 429
        assert "Too many" in start(wire, key)["message"]


def test_the_phones_page_may_use_its_camera_and_nothing_else(wire: Wire) -> None:
    page = wire.http.get("/camera/")
    assert page.headers["permissions-policy"] == "camera=(self), microphone=()"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert f"connect-src 'self' ws://{wire.http.base_url.netloc.decode()}/live/visitor" in policy
    assert "frame-ancestors 'none'" in policy


def test_consent_names_the_question_that_was_asked(sandbox: Sandbox, wire: Wire) -> None:
    key = wire.invite_camera()
    started = start(wire, key)
    phone = wire.page(started)
    phone.expect("ready")
    phone.send(**{**CONSENT, "version": "camera-1"})
    (receipt,) = eventually(lambda: sandbox.consent_receipts(str(started["callId"])), "the receipt")
    assert receipt.version == "camera-1"
