"""The agent's two pages (wire sheet, sections 2.4 and 8.3).

AgentView.aspx checks the login key and opens the viewer; AgentJoin.aspx asks for a session key first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from glance_widget.errors import ErrorRecord, GlanceError, LoginKeyError, PropertyError
from glance_widget.phrases.phrase_files import ENGLISH, choose_language, languages, phrase_file
from glance_widget.protocol.base_urls import AGENT_VIEW_PATH
from glance_widget.protocol.login_key import sign_login_key
from glance_widget.protocol.viewer_form import TICKET_FIELD, parse_viewer_request
from glance_widget.sandbox.agents import agent_with_loginkey
from glance_widget.sandbox.pages import page, preferred_languages
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.request_body import read_fields
from glance_widget.sandbox.security import frame_ancestors, is_allowed_origin, is_own_machine, place_of
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.tickets import Ticket

_PASSED_ON: Final = ("partnerid", "partneruserid", "loginkey", "name", "email")
_SIGN_IN: Final = GlanceError(
    "signin",
    "You are not signed in.",
    "Open the viewer with the join button, or with the fields partnerid, partneruserid and loginkey.",
)


_USED: Final = GlanceError(
    "viewer_ticket",
    "This address has opened the viewer before, or is too old.",
    "It is good once. Press Open Viewer beside the button for a new one.",
)


async def agent_view(request: Request) -> Response:
    """AgentView.aspx: a ticket for the live view, inside the viewer page; or the reason why not."""
    fields = {name.upper(): value for name, value in (await read_fields(request)).items()}
    if TICKET_FIELD in fields:
        return _view_by_ticket(request, fields[TICKET_FIELD])
    wanted = _admitted(request, fields)
    if isinstance(wanted, Ticket):
        return _viewer_page(request, wanted, None, 200)
    return _viewer_page(request, None, *wanted)


async def viewer_ticket(request: Request) -> Response:
    """ViewerTicket: the viewer's form for a ticket that opens it once, within two minutes (ours)."""
    platform = platform_of(request)
    wanted = _admitted(request, await read_fields(request))
    if isinstance(wanted, Ticket):
        answer = {"ticket": platform.viewer_tickets.issue(wanted), "expires": platform.settings.timings.viewer_ticket}
        return JSONResponse(answer)
    error, status = wanted
    return JSONResponse({"err": error["code"], "msg": error["message"]}, status)


def _view_by_ticket(request: Request, ticket: str) -> Response:
    # Whoever only looks what an address is about (HEAD, a browser that loads ahead) must not use it up.
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        return Response(status_code=503)
    wanted = platform_of(request).viewer_tickets.take(ticket)
    return _viewer_page(request, wanted, *((None, 200) if wanted else (_USED.as_record(), 403)))


def _admitted(request: Request, fields: Mapping[str, str]) -> Ticket | tuple[ErrorRecord, int]:
    """What the viewer's form asks for, from an agent whose login key is good; else the reason why not, and a status."""
    if not any(name.upper() == "LOGINKEY" and value for name, value in fields.items()):
        return _SIGN_IN.as_record(), 401
    try:
        wanted = parse_viewer_request(fields)
        agent = agent_with_loginkey(platform_of(request).settings, wanted.groupid, wanted.puid, wanted.loginkey)
    except PropertyError as error:
        return error.as_record(), 400
    except LoginKeyError as error:
        return error.as_record(), 403
    return Ticket(agent, wanted.session_key, wait=wanted.wait, name=wanted.name, origin=wanted.origin, xid=wanted.xid)


async def agent_join(request: Request) -> Response:
    """AgentJoin.aspx: asks for the session key and opens the viewer.

    Glance knows its agents by their web session. The sandbox knows those who bring a login key; and anybody on its own
    machine who brings none is its own agent, as at ``authurl``.
    """
    settings = platform_of(request).settings
    given = {name.lower(): value for name, value in (await read_fields(request)).items()}
    signed_in = {name: given[name] for name in _PASSED_ON if given.get(name)}
    if "loginkey" not in signed_in and is_own_machine(request, settings):
        signed_in = _own_agent(settings)
    values = {
        "action": AGENT_VIEW_PATH.rpartition("/")[2],
        "fields": signed_in,
        "puid": signed_in.get("partneruserid"),
        "same_window": given.get("viewersamewindow") == "1",
    }
    # A page that sends no referrer at all would post its form with the origin "null".
    return page("agent_join.html", values, headers={"Referrer-Policy": "same-origin"})


def _own_agent(settings: Settings) -> dict[str, str]:
    expires = int(settings.clock()) + settings.timings.loginkey
    return {
        "partnerid": str(settings.groupid),
        "partneruserid": settings.puid,
        "loginkey": sign_login_key(settings.groupid, settings.puid, settings.apikey, expires),
    }


def _viewer_page(request: Request, wanted: Ticket | None, error: ErrorRecord | None, status: int) -> Response:
    settings = platform_of(request).settings
    origin = request.headers.get("origin")
    tag, language = choose_language(preferred_languages(request), languages())
    phrases = phrase_file(language)
    told = {
        "ticket": None if wanted is None else platform_of(request).tickets.issue(wanted),
        "openerOrigin": origin if origin and is_allowed_origin(origin, settings) else None,
        "sessionKey": "" if wanted is None else wanted.session_key,
        "error": error,
        "phrases": phrases["viewer"] if language != ENGLISH else {},
    }
    policy = "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "font-src data:",
            # Nothing but the viewer's own socket.
            f"connect-src {place_of(request, settings).sockets}/live/agent",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {frame_ancestors(settings)}",
        ]
    )
    values = {"settings": script_json(told), "error": error, "language": tag, "direction": phrases["direction"]}
    # Looking up names is no loading, and not the policy's to forbid.
    headers = {"Content-Security-Policy": policy, "X-DNS-Prefetch-Control": "off"}
    return page("agent_view.html", values, status=status, headers=headers)


def script_json(value: object) -> Markup:
    """JSON that may stand inside a ``script`` element: nothing in it can end the element."""
    text = json.dumps(value, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
