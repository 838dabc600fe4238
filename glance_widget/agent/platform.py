"""One agent's way into one platform."""

from __future__ import annotations

from dataclasses import dataclass

from glance_widget.agent.account import Account
from glance_widget.agent.authorization import Authorization
from glance_widget.agent.camera_invitations import CameraInvitations
from glance_widget.agent.http import Http
from glance_widget.agent.saml import Browser
from glance_widget.agent.session_lookup import SessionService
from glance_widget.agent.sign_in import LoginKeys
from glance_widget.agent.trace import Trace, request_line


@dataclass(frozen=True, slots=True)
class Platform:
    """What belongs to one account. Used on the background loop only.

    Attributes:
        account: The account.
        http: Its HTTP client.
        authorization: Its standing.
        sessions: The session service.
        invitations: The service that invites customers to show a camera.
    """

    account: Account
    http: Http
    authorization: Authorization
    sessions: SessionService
    invitations: CameraInvitations

    @classmethod
    def of(cls, account: Account, trace: Trace | None = None, browser: Browser | None = None) -> Platform:
        """The way in for an account; nothing is sent yet. ``trace`` takes a line for each request."""
        http = Http(None if trace is None else lambda *request: trace(request_line(*request)))
        authorization = Authorization(account.base, LoginKeys(account, http, browser), http)
        sessions = SessionService(account.base, authorization, http)
        return cls(account, http, authorization, sessions, CameraInvitations(account.base, authorization, http))
