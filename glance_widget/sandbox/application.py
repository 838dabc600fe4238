"""The ASGI application of a sandbox: which path is answered by what (wire sheet, section 9)."""

from __future__ import annotations

from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from glance_widget.protocol import base_urls as paths
from glance_widget.protocol.visitor_settings import VISITOR_SETTINGS_CALL
from glance_widget.sandbox import (
    authorization,
    camera_endpoints,
    live_endpoints,
    pages,
    presence_endpoints,
    saml_page,
    scripts,
    session_endpoints,
    shop_pages,
    viewer_page,
)
from glance_widget.sandbox.access_log import AccessLog
from glance_widget.sandbox.address import (
    ADDRESS_PATH,
    AUTHURL_PATH,
    CAMERA_INVITATION,
    CAMERA_PAGE,
    PHONE_PAGE,
    SHOP_PATH,
)
from glance_widget.sandbox.platform import Platform
from glance_widget.sandbox.security import AnswerHeaders, HostCheck, SharedPaths
from glance_widget.sandbox.settings import Settings

_OLD_AGENT_VIEW_PATH: Final = "/cobrowse/AgentView.aspx"
_GET: Final = ["GET"]
_POST: Final = ["POST"]
_BOTH: Final = ["GET", "POST"]

_CALLS: Final = (
    Route(AUTHURL_PATH, authorization.loginkey, methods=_POST),
    Route(paths.AUTHORIZE_PATH, authorization.authorize, methods=_POST),
    Route(paths.VISITOR_SETTINGS_PATH, authorization.visitor_settings, methods=_GET),
    Route(VISITOR_SETTINGS_CALL, authorization.cobrowse_settings, methods=_GET),
    Route(f"/{paths.LOOKUP_VISITOR}", presence_endpoints.lookupvisitor, methods=_GET),
    Route(f"/{paths.FIND_VISITOR}", presence_endpoints.findvisitor, methods=_GET),
    Route(f"/{paths.SIGNAL_VISITOR}", presence_endpoints.signalvisitor, methods=_POST),
    Route(f"/{paths.PRESENCE}", presence_endpoints.announce, methods=_POST),
    Route("/uniquevisitor", presence_endpoints.uniquevisitor, methods=_GET),
    Route(paths.LOOKUP_PATH, session_endpoints.lookup_session, methods=_POST),
    Route(paths.AGENT_IN_SESSION_PATH, session_endpoints.agent_in_session, methods=_POST),
    Route(paths.START_SESSION_PATH, session_endpoints.start_session, methods=_POST),
    Route(paths.AGENT_MESSAGE_PATH, session_endpoints.agent_message, methods=_POST),
    Route(paths.INVITATION_PATH, camera_endpoints.sms_invite, methods=_POST),
    Route(paths.CANCEL_INVITATION_PATH, camera_endpoints.cancel_invite, methods=_POST),
)
"""The documented calls: scripts of other origins make them."""

_PAGES: Final = (
    Route("/", pages.index, methods=_GET),
    Route(ADDRESS_PATH, pages.sandbox_json, methods=_GET),
    Route(paths.TERMS_PATH, pages.terms, methods=_GET),
    Route(paths.AGENT_VIEW_PATH, viewer_page.agent_view, methods=_BOTH),
    Route(_OLD_AGENT_VIEW_PATH, viewer_page.agent_view, methods=_BOTH),
    Route(paths.VIEWER_TICKET_PATH, viewer_page.viewer_ticket, methods=_POST),
    Route(paths.AGENT_JOIN_PATH, viewer_page.agent_join, methods=_BOTH),
    Route(paths.GET_LOGIN_KEY_PATH, saml_page.get_login_key, methods=_BOTH),
    Route(CAMERA_PAGE, camera_endpoints.camera_page, methods=_GET),
    Route(CAMERA_INVITATION, camera_endpoints.camera_invitation, methods=_POST),
    Route(PHONE_PAGE, camera_endpoints.phones, methods=_GET),
    Route(f"{PHONE_PAGE}{{number}}/", camera_endpoints.phone, methods=_GET),
    Route(paths.SCRIPT_PATH, scripts.cobrowse_script, methods=_GET),
    Route("/static/{name}", scripts.static_file, methods=_GET),
    Route(f"{shop_pages.ASSETS_PATH}{{name}}", shop_pages.asset, methods=_GET),
    Route(SHOP_PATH, shop_pages.anonymous_page, methods=_GET),
    Route(f"{SHOP_PATH}{{page}}", shop_pages.anonymous_page, methods=_GET),
    Route(f"{SHOP_PATH}{{visitorid}}/", shop_pages.visitor_page, methods=_GET),
    Route(f"{SHOP_PATH}{{visitorid}}/{{page}}", shop_pages.visitor_page, methods=_GET),
)

_SOCKETS: Final = (
    WebSocketRoute(f"/{paths.AGENT_SOCKET}", presence_endpoints.agent_socket),
    WebSocketRoute(f"/{paths.VISITOR_SOCKET}", presence_endpoints.visitor_socket),
    WebSocketRoute(paths.LIVE_VISITOR_PATH, live_endpoints.visitor_socket),
    WebSocketRoute(paths.LIVE_AGENT_PATH, live_endpoints.agent_socket),
)

_FORMS: Final = frozenset({paths.AGENT_VIEW_PATH, _OLD_AGENT_VIEW_PATH, paths.AGENT_JOIN_PATH})

_ERROR_WORDS: Final = {
    401: "authorization",
    403: "authorization",
    404: "notfound",
    429: "toomanycodes",
    503: "serviceunavailable",
}


def create_app(settings: Settings, platform: Platform) -> ASGIApp:
    """The application of one running sandbox."""
    call_paths = frozenset(route.path for route in _CALLS)
    routes: list[BaseRoute] = [*_CALLS, *_PAGES, *_SOCKETS]
    middleware = [
        Middleware(AccessLog),
        Middleware(AnswerHeaders),
        Middleware(HostCheck, settings=settings),
        Middleware(_CanonicalPath),
        Middleware(SharedPaths, settings=settings, calls=call_paths, forms=_FORMS),
    ]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={HTTPException: _refusal})
    app.router.redirect_slashes = False
    app.state.platform = platform
    return app


class _CanonicalPath:
    """Finds documented paths whatever their case: clients write some of them in two ways."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        routes = (*_CALLS, *_PAGES, *_SOCKETS)
        self._paths = {route.path.lower(): route.path for route in routes if "{" not in route.path}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request or socket."""
        canonical = self._paths.get(scope.get("path", "").lower())
        if canonical is not None and canonical != scope["path"]:
            scope = {**scope, "path": canonical, "raw_path": canonical.encode("ascii")}
        await self._app(scope, receive, send)


async def _refusal(request: Request, error: Exception) -> Response:
    """Errors of the calls as JSON, in the two fields by which real clients know one; of pages as a sentence."""
    if not isinstance(error, HTTPException):
        raise error
    if any(route.path == request.url.path for route in _CALLS):
        answer = {"err": _ERROR_WORDS.get(error.status_code, "error"), "msg": error.detail}
        return JSONResponse(answer, error.status_code, error.headers)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)
