"""The two sockets of the live view (ours; docs/architecture.md, "Live view")."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.websockets import WebSocket

from glance_widget.errors import MessageError
from glance_widget.protocol.json_values import JsonObject, text_field
from glance_widget.protocol.live_view import VisitorHello, parse_visitor_hello
from glance_widget.sandbox.audience import Viewer
from glance_widget.sandbox.live_view import LiveView
from glance_widget.sandbox.page_frames import PageRate
from glance_widget.sandbox.platform import Platform, platform_of
from glance_widget.sandbox.security import is_allowed_socket, is_own_socket
from glance_widget.sandbox.sockets import BAD_MESSAGE, Peer, refuse


async def visitor_socket(websocket: WebSocket) -> None:
    """``/live/visitor``: a page of a session's visitor."""
    platform = platform_of(websocket)
    if not is_allowed_socket(websocket, platform.settings):
        await refuse(websocket)
        return
    async with platform.peers.accept(websocket) as page:
        first = await page.first(platform.settings.timings.hello)
        if first is None:
            return
        hello = parse_visitor_hello(first)
        live = _live_view_of(platform, page, hello)
        if live is None:
            return
        live.page_came(page, hello)
        rate = PageRate(platform.settings.limits, asyncio.get_running_loop().time)
        try:
            # One frame after the other: a large one that is read elsewhere is not overtaken by the next.
            async for text in page.texts():
                rate.check_text(text)
                frame = await platform.frames.read(text)
                rate.check_frame(frame)
                live.page_said(page, frame)
        finally:
            live.page_left(page)


async def agent_socket(websocket: WebSocket) -> None:
    """``/live/agent``: a viewer page."""
    platform = platform_of(websocket)
    if not is_own_socket(websocket, platform.settings):
        await refuse(websocket)
        return
    content_limit = platform.settings.limits.viewer_queue
    async with platform.peers.accept(websocket, content_limit=content_limit) as peer:
        first = await peer.first(platform.settings.timings.hello)
        if first is None:
            return
        viewer = _viewer_with_ticket(platform, peer, first)
        if viewer is None:
            return
        platform.sessions.viewer_came(viewer, peer.address)
        try:
            async for message in peer.messages():
                _viewer_said(platform, viewer, message)
        finally:
            platform.sessions.viewer_left(viewer)


def _live_view_of(platform: Platform, page: Peer, hello: VisitorHello) -> LiveView | None:
    live = platform.sessions.by_ssnid(hello.ssnid)
    session = live.session if live is not None else platform.sessions.ended_by_ssnid(hello.ssnid)
    if session is None or session.groupid != platform.settings.groupid:
        _refuse(page, {"code": "notfound", "message": "There is no such session."})
        return None
    if not session.is_visitor(hello.token):
        _refuse(page, {"code": "authorization", "message": "This session belongs to another visitor."})
        return None
    if live is None:
        # A page that comes back late learns that, and why, the session is over.
        page.send({"type": "ended", "reason": session.end_reason})
        page.close(1000, "The session ended.")
    return live


def _viewer_with_ticket(platform: Platform, peer: Peer, hello: JsonObject) -> Viewer | None:
    if hello.get("type") != "hello":
        raise MessageError("hello_expected", "The first message must be a hello.")
    ticket = platform.tickets.find(text_field(hello, "ticket", limit=128))
    if ticket is None:
        hint = "Open the viewer again from the join button."
        _refuse(peer, {"code": "ticket", "message": "This viewer's ticket is not good any more.", "hint": hint})
        return None
    return Viewer(peer, ticket)


def _viewer_said(platform: Platform, viewer: Viewer, message: JsonObject) -> None:
    live = platform.sessions.live_of(viewer)
    if live is not None:
        live.viewer_said(viewer, message)
    elif message.get("type") == "end":
        viewer.socket.close(1000, "The agent stopped waiting.")
    elif message.get("type") != "snapshot":
        raise MessageError("message_type", "This message is unknown here.")


def _refuse(peer: Peer, error: Mapping[str, str]) -> None:
    peer.send({"type": "refused", **error})
    peer.close(BAD_MESSAGE, error["message"])
