"""The identity provider's page: a small sign-in for SAML (wire sheet, sections 2.2 and 3.4).

Embedded in a frame or a pop-up, it tells the page that asked, and no other, the login key of the agent whom its cookie
names. It takes that page from the Referer header, so the asking page must send one.
"""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from glance_widget.protocol.identifiers import groupid_from, is_puid
from glance_widget.protocol.login_key import sign_login_key
from glance_widget.protocol.saml import FAILED, SUCCEEDED, identity_text
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.pages import page
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.request_body import read_fields
from glance_widget.sandbox.security import frame_ancestors, is_allowed_origin, is_own_machine, place_of
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.viewer_page import script_json

COOKIE: Final = "GSSNID"
_SESSION_SECONDS: Final = 8 * 3600


async def get_login_key(request: Request) -> Response:
    """getloginkey.aspx: asks who the agent is, remembers it in a cookie, and answers the page that asked.

    It believes whoever asks on this machine, as ``authurl`` does. A real identity provider asks for a password.
    """
    platform = platform_of(request)
    settings = platform.settings
    if not is_own_machine(request, settings):
        raise HTTPException(403, "Agents sign in on the sandbox's own machine only.")
    if not platform.sign_ins.allow():
        raise HTTPException(429, "Too many agents signed in lately. Wait a minute.")
    fields = {name.lower(): value for name, value in (await read_fields(request)).items()}
    asking = _asking_origin(request, fields.get("asking"), settings)
    if "idpid" in fields and groupid_from(fields["idpid"]) != settings.groupid:
        return _answer(request, asking, None, known_group=False)
    if request.method == "GET":
        return _answer(request, asking, platform.web_sessions.find(request.cookies.get(COOKIE, "")))
    own = place_of(request, settings).origin
    if request.headers.get("origin", own) != own:
        raise HTTPException(403, "Only this page's own form signs in.")
    if "signout" in fields:
        response = _answer(request, asking, None)
        response.delete_cookie(COOKIE)
        return response
    puid = fields.get("partneruserid", "").strip()
    if not is_puid(puid):
        raise HTTPException(400, "A partner user id has 1 to 255 characters.")
    agent = Agent(settings.groupid, puid)
    response = _answer(request, asking, agent)
    response.set_cookie(
        COOKIE,
        platform.web_sessions.issue(agent, _SESSION_SECONDS),
        max_age=_SESSION_SECONDS,
        httponly=True,
        secure=settings.secure,
        # Pages on other sites frame this one. Browsers send such a cookie over TLS only; on this machine, ports do not
        # make another site.
        samesite="none" if settings.secure else "lax",
    )
    return response


def _asking_origin(request: Request, given: str | None, settings: Settings) -> str | None:
    """Who is to be answered: whoever led here, carried along by this page's own form."""
    if given is None:
        try:
            parts = urlsplit(request.headers.get("referer", ""))
        except ValueError:
            return None
        given = f"{parts.scheme}://{parts.netloc}"
    return given if is_allowed_origin(given, settings) and given != place_of(request, settings).origin else None


def _answer(request: Request, asking: str | None, agent: Agent | None, *, known_group: bool = True) -> Response:
    settings = platform_of(request).settings
    embedded = request.query_params.get("mode") == "embedded"
    message: dict[str, object] | None = None
    if agent is not None:
        expires = int(settings.clock()) + settings.timings.loginkey
        key = sign_login_key(agent.groupid, agent.puid, settings.apikey, expires)
        message = {"glanceEvent": SUCCEEDED, "data": {"loginKey": identity_text(agent.groupid, agent.puid, key)}}
    elif not known_group:
        message = {"glanceEvent": FAILED, "data": {}}
    told = embedded and asking is not None and message is not None
    nonce = secrets.token_urlsafe(16)
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {frame_ancestors(settings)}"
    )
    values = {
        "agent": agent,
        "known_group": known_group,
        "embedded": embedded,
        "asking": asking,
        "suggested": settings.puid,
        "action": f"?{request.url.query}",
        "told": script_json({"message": message, "origin": asking}) if told else None,
        "nonce": nonce,
    }
    # A page that sends no referrer at all would post its form with the origin "null".
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "same-origin"}
    return page("sign_in.html", values, status=200 if known_group else 404, headers=headers)
