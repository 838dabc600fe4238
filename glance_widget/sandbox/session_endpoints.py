"""The session service: start, lookup, an agent's sessions, an agent's word (wire sheet, sections 2.3, 6.3, 6.6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from glance_widget.errors import LoginKeyError, MessageError
from glance_widget.protocol.base_urls import AGENT_VIEW_PATH
from glance_widget.protocol.identifiers import is_session_key
from glance_widget.protocol.json_values import text_field
from glance_widget.protocol.presence import CLIENT_VERSION
from glance_widget.protocol.session_lookup import (
    DECLINED,
    NOT_FOUND_XML,
    AgentSession,
    FoundSession,
    agent_sessions_xml,
)
from glance_widget.protocol.session_start import parse_start_request
from glance_widget.sandbox.agents import Agent, agent_with_loginkey
from glance_widget.sandbox.platform import platform_of
from glance_widget.sandbox.presence_endpoints import agent_of
from glance_widget.sandbox.request_body import lookup_readings, read_body, read_json
from glance_widget.sandbox.security import place_of
from glance_widget.sandbox.session import Session
from glance_widget.sandbox.session_codes import CodesCutOffError
from glance_widget.sandbox.session_starts import REFUSED, StartRefusedError
from glance_widget.sandbox.settings import Settings

_ENDING: Final = frozenset({"EjectAgent", "LeaveSession"})
_XML: Final = "text/xml"


async def start_session(request: Request) -> Response:
    """StartSession2: a visitor's script starts a session (section 6.3). Failures have no ``callId``."""
    platform = platform_of(request)
    try:
        start = parse_start_request(await read_json(request))
        session = await platform.sessions.start(start, _address_of(request))
    except StartRefusedError as error:
        return JSONResponse({"status": error.status, "message": error.message})
    except MessageError as error:
        return JSONResponse({"status": REFUSED, "message": error.message}, status_code=400)
    return JSONResponse(
        {
            "callId": int(session.id),
            "sessionId": session.ssnid,
            "serverName": place_of(request, platform.settings).server,
            "sessionKey": session.key,
        }
    )


async def lookup_session(request: Request) -> Response:
    """LookupPartnerSession2: the open session with a key, as XML (section 2.3)."""
    platform = platform_of(request)
    readings = lookup_readings(await read_body(request))
    try:
        agent, fields = _signed_in(platform.settings, readings)
    except LoginKeyError as error:
        return PlainTextResponse(error.message, status_code=401)
    key = fields.get("ssnkey", "")
    try:
        session = platform.sessions.found_by(agent, key, _address_of(request)) if is_session_key(key) else None
    except CodesCutOffError as error:
        raise HTTPException(429, str(error)) from None
    if session is None and platform.sessions.keys.was_declined(agent, key):
        # Ours: real clients tell the agent the sentence, and stop looking.
        return PlainTextResponse("The customer declined.", status_code=DECLINED)
    xml = NOT_FOUND_XML if session is None else _found(request, session).to_xml()
    return Response(xml, media_type=_XML)


async def agent_in_session(request: Request) -> Response:
    """AgentInSession: the sessions in which the agent has a viewer (section 2.3)."""
    platform = platform_of(request)
    readings = lookup_readings(await read_body(request))
    try:
        agent, fields = _signed_in(platform.settings, readings)
    except LoginKeyError as error:
        return PlainTextResponse(error.message, status_code=401)
    key = fields.get("ssnkey", "")
    sessions = [
        AgentSession(
            id=session.id,
            passcode=session.key,
            num=str(session.agents[agent.puid]),
            disambiguate_id=str(session.disambiguate_id),
            servername=place_of(request, platform.settings).server,
        )
        for session in platform.sessions.of_agent(agent.puid)
        if key in {"", session.key}
    ]
    return Response(agent_sessions_xml(sessions), media_type=_XML)


async def agent_message(request: Request) -> Response:
    """POST /agent/message: an agent ends a session (section 6.6). The presence token as Bearer is ours."""
    platform = platform_of(request)
    agent = agent_of(request)
    body = await read_json(request)
    try:
        kind, ssnid = text_field(body, "mtype", limit=64), text_field(body, "ssnid", limit=128)
    except MessageError as error:
        raise HTTPException(400, error.message) from None
    if kind not in _ENDING:
        raise HTTPException(400, "This message is unknown here.")
    live = platform.sessions.by_ssnid(ssnid)
    if live is None or live.session.groupid != agent.groupid:
        raise HTTPException(404, "There is no such session.")
    platform.sessions.end(live.session, "agent")
    return JSONResponse({})


def _address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _signed_in(settings: Settings, readings: list[dict[str, str]]) -> tuple[Agent, Mapping[str, str]]:
    """The agent, and the reading of the form with which the login key fits."""
    refusal: LoginKeyError | None = None
    for fields in readings:
        try:
            key = fields.get("loginkey")
            return agent_with_loginkey(settings, fields.get("partnerid"), fields.get("partneruserid"), key), fields
        except LoginKeyError as error:
            refusal = refusal or error
    raise refusal or LoginKeyError("malformed", "There is no login key.")


def _found(request: Request, session: Session) -> FoundSession:
    place = place_of(request, platform_of(request).settings)
    return FoundSession(
        id=session.id,
        ssnid=session.ssnid,
        servername=place.server,
        groupid=str(session.groupid),
        passcode=session.key,
        # Real clients do not decode these values: nothing in them may need encoding.
        agentjoinurl=f"{place.url}{AGENT_VIEW_PATH}?SessionKey={session.key}&groupid={session.groupid}",
        serverip="127.0.0.1",
        calltype=session.calltype,
        visitorversion=CLIENT_VERSION,
        viewertickets="1",
    )
