"""The presence servers' REST calls and sockets (wire sheet, sections 5.2 and 5.3)."""

from __future__ import annotations

import secrets
from typing import Final
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket

from glance_widget.errors import MessageError
from glance_widget.protocol.identifiers import groupid_from, is_visitorid
from glance_widget.protocol.json_values import JsonObject, optional_text
from glance_widget.protocol.presence import DirectServer, parse_message
from glance_widget.sandbox.agents import Agent
from glance_widget.sandbox.platform import Platform, platform_of
from glance_widget.sandbox.presence import VisitorKey
from glance_widget.sandbox.request_body import read_json
from glance_widget.sandbox.security import is_allowed_socket, place_of
from glance_widget.sandbox.sockets import BAD_MESSAGE, Peer, refuse

_UNIQUEID_SECONDS: Final = 300
_MAX_TOKEN: Final = 4096


def agent_of(request: Request) -> Agent:
    """The agent whose presence token a request carries.

    Raises:
        HTTPException: 401; there is none, or it is not good.
    """
    agent = platform_of(request).tokens.find(request.headers.get("authorization", ""))
    if agent is None:
        raise HTTPException(401, "The presence token is missing, unknown or expired.")
    return agent


async def lookupvisitor(request: Request) -> Response:
    """The presence record of a visitor; ``{}`` when absent."""
    agent_of(request)
    record = platform_of(request).hub.record(_visitor_of(request))
    return JSONResponse(record | _direct_server(request) if record else {})


async def findvisitor(request: Request) -> Response:
    """The server that holds a visitor's socket."""
    agent_of(request)
    if not platform_of(request).hub.is_present(_visitor_of(request)):
        return JSONResponse({"visitorfound": False})
    return JSONResponse(_direct_server(request) | {"visitorfound": True})


async def signalvisitor(request: Request) -> Response:
    """Relays a signal or invoke to the visitor. 200 means: received by the service."""
    agent = agent_of(request)
    body = await read_json(request)
    try:
        message = parse_message(body)
        taken = platform_of(request).hub.deliver(_visitor_of(request), message.kind, message.data, agent.puid)
    except MessageError as error:
        raise HTTPException(400, error.message) from None
    if not taken:
        return JSONResponse({"err": "visitornotpresent", "msg": "The visitor is not on the website."})
    return JSONResponse({})


async def announce(request: Request) -> Response:
    """POST /presence: a visitor's script asks which server to connect to."""
    _visitor_of(request)
    return JSONResponse(_direct_server(request))


async def uniquevisitor(request: Request) -> Response:
    """A visitor id for a visitor who has none, made from a number that can be read out to an agent."""
    platform = platform_of(request)
    groupid = _group_of(platform, request.query_params.get("groupid"))
    uniqueid = str(secrets.randbelow(900_000) + 100_000)
    while platform.hub.is_present((groupid, f"UNQ-{uniqueid}")):
        uniqueid = str(secrets.randbelow(900_000) + 100_000)
    answer = {
        "visitorid": f"UNQ-{uniqueid}",
        "uniqueid": uniqueid,
        "guesttoken": secrets.token_urlsafe(16),
        "timeout": _UNIQUEID_SECONDS,
    }
    return JSONResponse(answer | _direct_server(request))


async def visitor_socket(websocket: WebSocket) -> None:
    """``/visitorws``: a page of a visitor."""
    platform = platform_of(websocket)
    if not is_allowed_socket(websocket, platform.settings):
        await refuse(websocket)
        return
    async with platform.peers.accept(websocket) as page:
        connect = await page.first(platform.settings.timings.hello)
        if connect is None:
            return
        key = _connect_key(connect)
        if key[0] != platform.settings.groupid:
            _turn_away(page, "The group is unknown to this sandbox.")
            return
        page.send(_connected(platform))
        platform.hub.page_came(key, page)
        try:
            async for message in page.messages():
                platform.hub.page_said(key, page, parse_message(message))
        finally:
            platform.hub.page_left(key, page)


async def agent_socket(websocket: WebSocket) -> None:
    """``/agent``: an agent who looks at one visitor."""
    platform = platform_of(websocket)
    if not is_allowed_socket(websocket, platform.settings):
        await refuse(websocket)
        return
    async with platform.peers.accept(websocket) as peer:
        connect = await peer.first(platform.settings.timings.hello)
        if connect is None:
            return
        key = _connect_key(connect)
        agent = platform.tokens.find(optional_text(connect, "authorization", limit=_MAX_TOKEN) or "")
        if agent is None or agent.groupid != key[0]:
            _turn_away(peer, "The presence token is unknown or expired.")
            return
        peer.send(_connected(platform))
        platform.hub.agent_came(key, peer, agent.puid)
        try:
            async for message in peer.messages():
                platform.hub.agent_said(key, parse_message(message), agent.puid)
        finally:
            platform.hub.agent_left(key, peer)


def _connected(platform: Platform) -> JsonObject:
    # Without the number, real clients send keep-alives without a pause.
    return {"type": "connected", "keepalive": platform.settings.keepalive}


def _turn_away(peer: Peer, reason: str) -> None:
    peer.send({"type": "serverclose"})
    peer.close(BAD_MESSAGE, reason)


def _connect_key(message: JsonObject) -> VisitorKey:
    if parse_message(message).kind != "connect":
        raise MessageError("hello_expected", "The first message must be connect.")
    groupid, visitorid = groupid_from(message.get("groupid")), message.get("visitorid")
    if groupid is None or not isinstance(visitorid, str) or not is_visitorid(visitorid):
        raise MessageError("message_shape", "The group id or the visitor id is missing or malformed.")
    return groupid, visitorid


def _visitor_of(request: Request) -> VisitorKey:
    visitorid = request.query_params.get("visitorid", "")
    if not is_visitorid(visitorid):
        raise HTTPException(400, "The visitor id is missing or malformed.")
    return _group_of(platform_of(request), request.query_params.get("groupid")), visitorid


def _group_of(platform: Platform, text: str | None) -> int:
    if groupid_from(text) != platform.settings.groupid:
        raise HTTPException(404, "The group is unknown to this sandbox.")
    return platform.settings.groupid


def _direct_server(connection: HTTPConnection) -> JsonObject:
    place = place_of(connection, platform_of(connection).settings)
    if place.prefix:
        return {"direct": place.server}  # behind the other form, clients put the port
    port = urlsplit(f"//{place.host}").port
    name = place.host if port is None else place.host.rpartition(":")[0]
    return DirectServer(host=name, port=port or (443 if place.secure else 80)).as_answer()
