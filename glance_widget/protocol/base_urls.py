"""Where a platform's parts are: values of ``glancebaseurl`` and the paths below (wire sheet, sections 0 and 9)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from glance_widget.errors import PropertyError

NAMED_BASE_URLS: Final = {
    "production": "https://www.glance.net",
    "beta": "https://beta.glance.net",
}
SANDBOX: Final = "sandbox"
"""The value of ``glancebaseurl`` that stands for the process's own sandbox."""

AUTHORIZE_PATH: Final = "/services/AuthorizationService.svc/rest/Authorize"
VISITOR_SETTINGS_PATH: Final = "/services/authorizationservice/GetVisitorSettings3"
LOOKUP_PATH: Final = "/services/SessionService.asmx/LookupPartnerSession2"
AGENT_IN_SESSION_PATH: Final = "/services/SessionService.asmx/AgentInSession"
START_SESSION_PATH: Final = "/services/SessionProvisioning/StartSession2"
AGENT_VIEW_PATH: Final = "/agentjoin/AgentView.aspx"
VIEWER_TICKET_PATH: Final = "/agentjoin/ViewerTicket"
"""Ours: gives a ticket for the viewer to whoever posts the viewer's form there."""
AGENT_JOIN_PATH: Final = "/agentjoin/AgentJoin.aspx"
AGENT_MESSAGE_PATH: Final = "/agent/message"
INVITATION_PATH: Final = "/api/SessionInvitation/smsInvite/"
CANCEL_INVITATION_PATH: Final = "/api/SessionInvitation/cancelInvite/"
"""Ours: takes an invitation back, with ``{"sessionKey": …}`` and the ``Authorization`` of the invitation."""
GET_LOGIN_KEY_PATH: Final = "/account/getloginkey.aspx"
SCRIPT_PATH: Final = "/cobrowse/CobrowseJS.ashx"
TERMS_PATH: Final = "/cobrowse/terms/"

FIND_VISITOR: Final = "findvisitor"
LOOKUP_VISITOR: Final = "lookupvisitor"
SIGNAL_VISITOR: Final = "signalvisitor"
PRESENCE: Final = "presence"
AGENT_SOCKET: Final = "agent"
VISITOR_SOCKET: Final = "visitorws"

LIVE_VISITOR_PATH: Final = "/live/visitor"
LIVE_AGENT_PATH: Final = "/live/agent"

_HINT: Final = 'Use "production", "beta", "sandbox", an https address, or http on this machine (127.0.0.1).'


def is_loopback(host: str) -> bool:
    """Whether a host name means this machine itself."""
    name = host.strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_safe_address(url: str) -> bool:
    """Whether secrets may be sent to an address: https anywhere, http on this machine only, and no user in it."""
    if not url.isprintable() or " " in url:  # parsers disagree about what such an address means
        return False
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """The address of a platform's web server.

    Attributes:
        secure: Whether its parts speak https and wss.
        host: Host name, with the port where one is given.
        pages: What stands before the paths of pages that a browser opens, when that is another address than this
            process's own requests go to; empty when it is the same.
    """

    secure: bool
    host: str
    pages: str = ""

    @classmethod
    def parse(cls, value: str) -> BaseUrl:
        """Reads a value of ``glancebaseurl`` other than ``sandbox``.

        Raises:
            PropertyError: The value is neither a known name nor a safe address without path.
        """
        url = NAMED_BASE_URLS.get(value, value)
        if not is_safe_address(url):
            raise PropertyError("glancebaseurl", "is not an address that can be used", _HINT)
        parts = urlsplit(url)
        if parts.path not in {"", "/"} or parts.query or parts.fragment:
            raise PropertyError("glancebaseurl", "must not have a path, a query or a hash", _HINT)
        return cls(secure=parts.scheme == "https", host=parts.netloc)

    @property
    def origin(self) -> str:
        """Scheme, host and port, such as ``https://www.glance.net``."""
        return f"{'https' if self.secure else 'http'}://{self.host}"

    def web(self, path: str, **query: str | int) -> str:
        """The address of a path on the web server."""
        return _with_query(f"{self.origin}{path}", query)

    def page(self, path: str, **query: str | int) -> str:
        """The address of a page on the web server, for a browser."""
        return _with_query(f"{self.pages or self.origin}{path}", query)

    def rest(self, host: str, command: str, **query: str | int) -> str:
        """The address of a command of another server of the platform, such as a presence server."""
        return _with_query(
            f"{'https' if self.secure else 'http'}://{host}/{command.lstrip('/')}",
            query,
        )

    def socket(self, host: str, path: str) -> str:
        """The address of a socket of another server of the platform."""
        return f"{'wss' if self.secure else 'ws'}://{host}/{path.lstrip('/')}"


PRODUCTION: Final = BaseUrl.parse("production")
"""Glance's own platform."""


def _with_query(url: str, query: dict[str, str | int]) -> str:
    return f"{url}?{urlencode(query)}" if query else url
