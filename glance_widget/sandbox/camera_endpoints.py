"""Camera share: the invitation (wire sheet, section 8.4), and the pages that play the phone (ours)."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from glance_widget.errors import LoginKeyError, MessageError
from glance_widget.protocol.identifiers import groupid_from
from glance_widget.protocol.json_values import optional_text, text_field
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.session_invitation import (
    Invitation,
    parse_gkey_authorization,
    parse_invitation_request,
    phone_number,
)
from glance_widget.sandbox.address import CAMERA_PAGE
from glance_widget.sandbox.agents import Agent, agent_with_loginkey
from glance_widget.sandbox.camera_invitations import InvitationRefusedError
from glance_widget.sandbox.pages import page
from glance_widget.sandbox.platform import Platform, platform_of
from glance_widget.sandbox.receipts import ConsentReceipt
from glance_widget.sandbox.records import moment
from glance_widget.sandbox.request_body import read_json
from glance_widget.sandbox.security import is_own_machine, place_of
from glance_widget.sandbox.session_starts import StartRefusedError
from glance_widget.sandbox.text_messages import TextMessage


async def sms_invite(request: Request) -> Response:
    """SmsInvite: an agent with the privilege invites a customer, by text message or by key alone (section 8.4)."""
    platform = platform_of(request)
    agent = _agent_of(request, platform)
    if CAMERA_SHARE not in platform.settings.privileges:
        raise HTTPException(403, "This agent lacks the privilege to join sessions in which customers show a camera.")
    try:
        wanted = parse_invitation_request(await read_json(request))
        invitation = platform.sessions.keys.for_camera(agent, wanted)
    except MessageError as error:
        raise HTTPException(400, error.message) from None
    except (InvitationRefusedError, StartRefusedError) as error:
        raise HTTPException(429, str(error)) from None
    page_address = f"{(platform.settings.public or place_of(request, platform.settings)).url}{CAMERA_PAGE}"
    # The key stands behind the hash: browsers do not send it, so it is in nobody's access log.
    link = f"{page_address}#{invitation.key}"
    way = f"open {page_address} and type the key {invitation.key}." if wanted.phone is None else "open this link:"
    minutes = max(1, round(platform.settings.timings.code / 60))
    text = f"{invitation.agent_name} asks to see your phone's camera. Within {minutes} minutes, {way}"
    if wanted.phone is not None:
        platform.messages.send(wanted.phone, TextMessage(platform.settings.clock(), text, link))
        text = f"{text} {link}"
    return JSONResponse(Invitation(text, invitation.key, sent=wanted.phone is not None).as_answer())


async def cancel_invite(request: Request) -> Response:
    """CancelInvite: an agent takes an invitation back, also from a phone that accepted and waits for them (ours)."""
    platform = platform_of(request)
    agent = _agent_of(request, platform)
    try:
        key = text_field(await read_json(request), "sessionKey", limit=62)
    except MessageError as error:
        raise HTTPException(400, error.message) from None
    if not platform.sessions.keys.cancel(agent, key):
        raise HTTPException(404, "This agent made no invitation with this key.")
    session = platform.sessions.found_by(agent, key, _address(request))
    if session is not None and session.status == "W":
        platform.sessions.end(session, "agent")
    return JSONResponse({})


async def camera_invitation(request: Request) -> Response:
    """``/camera/invitation``: what a key invites to; with ``status: "declined"``, the customer's refusal."""
    platform = platform_of(request)
    body = await read_json(request)
    try:
        key = text_field(body, "key", limit=62)
        version = optional_text(body, "version", limit=32) or ""
        language = optional_text(body, "language", limit=35) or ""
        invitation = platform.sessions.keys.invitation(key, _address(request))
    except MessageError as error:
        raise HTTPException(400, error.message) from None
    except StartRefusedError as error:
        status = 429 if error.code == "toomanycodes" else 404
        return JSONResponse({"err": error.code, "msg": error.message}, status_code=status)
    if body.get("status") == "declined":
        invitation.answer = "declined"
        at, puid = moment(platform.settings.clock()), invitation.agent.puid
        receipt = ConsentReceipt(None, key, "view", "declined", puid, at, version, language, None)
        platform.records.add_receipt_soon(receipt)
    wanted = invitation.request
    return JSONResponse(
        {
            "groupid": str(invitation.agent.groupid),
            "agent": invitation.agent_name,
            "camera": wanted.camera,
            "resolution": wanted.resolution,
        }
    )


async def camera_page(request: Request) -> Response:
    """``/camera/``: asks for the key unless the link has it, then for consent, then shows the camera."""
    platform = platform_of(request)
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            f"connect-src 'self' {place_of(request, platform.settings).sockets}/live/visitor",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
    headers = {"Content-Security-Policy": policy, "Permissions-Policy": "camera=(self), microphone=()"}
    return page("camera.html", {}, headers=headers)


async def phones(request: Request) -> Response:
    """``/phone/``: the phones that were written to. On this machine only: the messages hold keys."""
    platform = _own_machine(request)
    return page("phones.html", {"phones": platform.messages.phones(), "camera_page": f"..{CAMERA_PAGE}"})


async def phone(request: Request) -> Response:
    """``/phone/<number>/``: the text messages of one phone. On this machine only."""
    platform = _own_machine(request)
    number = phone_number(request.path_params["number"])
    if number is None:
        raise HTTPException(404, "This is no phone number: 6 to 20 digits, and a + before them where there is one.")
    messages = [
        {"at": moment(message.at)[11:19], "text": message.text, "link": message.link}
        for message in platform.messages.inbox(number)
    ]
    return page("phone.html", {"number": number, "messages": messages, "camera_page": f"../..{CAMERA_PAGE}"})


def _agent_of(request: Request, platform: Platform) -> Agent:
    given = parse_gkey_authorization(request.headers.get("authorization", ""))
    if given is None:
        raise HTTPException(401, "The Authorization header must be: Bearer GKEY <groupid>&<puid>&<loginkey>.")
    groupid, puid, loginkey = given
    asked = groupid_from(request.query_params.get("groupid"))
    if asked is None or asked != groupid_from(groupid):
        raise HTTPException(401, "The login key is for another group.")
    try:
        return agent_with_loginkey(platform.settings, groupid, puid, loginkey)
    except LoginKeyError as error:
        raise HTTPException(401, error.message) from None


def _own_machine(request: Request) -> Platform:
    platform = platform_of(request)
    if not is_own_machine(request, platform.settings):
        raise HTTPException(403, "The phone's messages are shown on the sandbox's own machine only.")
    return platform


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
