"""Signing in, where presence is, and a site's settings (wire sheet, sections 1.3, 4, 5.1 and 6.2)."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from glance_widget.errors import LoginKeyError
from glance_widget.protocol.identifiers import groupid_from
from glance_widget.protocol.login_key import sign_login_key
from glance_widget.protocol.presence import TOKEN_MINUTES
from glance_widget.protocol.privileges import PRIVILEGES_SERVICE, privilege_string
from glance_widget.sandbox.agents import agent_with_loginkey
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.records import moment
from glance_widget.sandbox.request_body import read_fields, read_json
from glance_widget.sandbox.security import is_own_machine, place_of

_MAX_MINUTES: Final = 120


async def loginkey(request: Request) -> Response:
    """The sandbox's stand-in for the customer's own service: POST ``?partneruserid=`` gives a login key (section 1.3).

    It signs for whoever asks, as long as they ask on this machine and for the sandbox's agent. A real service checks
    first who is logged in.
    """
    settings = platform_of(request).settings
    fields = {name.lower(): value for name, value in (await read_fields(request)).items()}
    if not is_own_machine(request, settings):
        raise HTTPException(403, "Login keys are given out on the sandbox's own machine only.")
    if fields.get("partneruserid") != settings.puid:
        raise HTTPException(403, "This partner user id is unknown to the sandbox.")
    expires = int(settings.clock()) + settings.timings.loginkey
    key = sign_login_key(settings.groupid, settings.puid, settings.apikey, expires)
    return JSONResponse({"loginKey": key, "groupId": str(settings.groupid), "expiration": expires})


async def authorize(request: Request) -> Response:
    """A login key for a token: as a JSON string, or for web services with the agent's privileges (section 4.2)."""
    platform = platform_of(request)
    body, query = await read_json(request), request.query_params
    if groupid_from(body.get("partnerid", query.get("groupid"))) != groupid_from(query.get("groupid")):
        raise HTTPException(401, "The credentials are of another group.")
    try:
        agent = agent_with_loginkey(
            platform.settings, query.get("groupid"), body.get("partneruserid"), body.get("loginkey")
        )
    except LoginKeyError as error:
        raise HTTPException(401, error.message) from None
    seconds = _minutes(query.get("duration")) * 60
    token = platform.tokens.issue(agent, seconds)
    if query.get("service") != PRIVILEGES_SERVICE:
        return JSONResponse(token)
    # The newer, documented answer; only the fields about which the sandbox knows something.
    privileges = privilege_string(platform.settings.privileges)
    expires = moment(platform.settings.clock() + seconds)
    return JSONResponse(
        {"authToken": token, "authTokeExp": expires, "groupId": agent.groupid, "privilegeString": privileges}
    )


async def visitor_settings(request: Request) -> Response:
    """GetVisitorSettings3: where presence is; an unknown group has none (section 5.1)."""
    settings = platform_of(request).settings
    known = groupid_from(request.query_params.get("groupid")) == settings.groupid
    host = place_of(request, settings).server if known else ""
    return JSONResponse({"presenceUrl": host, "isPresenceLoadBalanced": settings.load_balanced and known})


async def cobrowse_settings(request: Request) -> Response:
    """VisitorSettings: what of the site's pages is masked (section 6.2)."""
    settings = platform_of(request).settings
    if groupid_from(request.query_params.get("groupid")) != settings.groupid:
        raise HTTPException(404, "The group is unknown to this sandbox.")
    return JSONResponse(settings.visitor_settings.as_answer())


def _minutes(text: str | None) -> int:
    if text is None:
        return TOKEN_MINUTES
    if not (text.isascii() and text.isdigit()):
        raise HTTPException(400, "The duration is no number of minutes.")
    return min(max(int(text[:6]), 1), _MAX_MINUTES)
