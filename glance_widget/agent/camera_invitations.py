"""Inviting customers to show the cameras of their phones (wire sheet, section 8.4)."""

from __future__ import annotations

from collections.abc import Callable

from glance_widget.agent.account import Credentials
from glance_widget.agent.authorization import OK, Authorization
from glance_widget.agent.http import Answer, Http, Unreachable
from glance_widget.errors import InviteError, MessageError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.json_values import JsonValue, dump, parse_object
from glance_widget.protocol.session_invitation import (
    Invitation,
    InvitationRequest,
    gkey_authorization,
    parse_invitation,
)

_UNAUTHORIZED = 401
_TOO_MANY = 429


class CameraInvitations:
    """The platform's invitation service as one agent uses it."""

    def __init__(self, base: BaseUrl, authorization: Authorization, http: Http) -> None:
        self._base = base
        self._authorization = authorization
        self._http = http

    async def offer(self, request: InvitationRequest, take: Callable[[Invitation], bool]) -> None:
        """Has a customer invited, and takes the invitation back when ``take`` says that it is not wished any more.

        Raises like ``invite`` and ``cancel``.
        """
        invitation = await self.invite(request)
        if not take(invitation):
            await self.cancel(invitation.key)

    async def invite(self, request: InvitationRequest) -> Invitation:
        """Has a customer invited.

        Raises:
            InviteError: The platform cannot be reached, refused, or its answer cannot be read.
            GlanceError: No login key was to be had.
        """
        body = request.as_body()
        credentials = await self._authorization.credentials()
        answer = await self._ask(credentials, body)
        if answer.status == _UNAUTHORIZED:
            other = await self._authorization.credentials_instead_of(credentials)
            answer = answer if other is None else await self._ask(other, body)
        _check(answer)
        try:
            return parse_invitation(parse_object(answer.text), request)
        except MessageError as error:
            raise InviteError("camera_answer", error.message, "Check glancebaseurl.") from None

    async def cancel(self, key: str) -> None:
        """Takes an invitation back.

        Raises:
            InviteError: The platform cannot be reached, or does not know how. The invitation then ends by itself.
            GlanceError: No login key was to be had.
        """
        credentials = await self._authorization.credentials()
        _check(await self._ask(credentials, {"sessionKey": key}, base_urls.CANCEL_INVITATION_PATH))

    async def _ask(
        self, credentials: Credentials, body: dict[str, JsonValue], path: str = base_urls.INVITATION_PATH
    ) -> Answer:
        key = gkey_authorization(credentials.groupid, credentials.puid, credentials.loginkey.reveal())
        headers = {"Content-Type": "application/json", "Authorization": key}
        url = self._base.web(path, groupid=credentials.groupid)
        try:
            return await self._http.post(url, headers=headers, content=dump(body).encode())
        except Unreachable as error:
            message = f"The invitation was not sent: the service {error.what}."
            raise InviteError("camera_unreachable", message, "Try again.") from None


def _check(answer: Answer) -> None:
    if answer.status == _UNAUTHORIZED:
        hint = "The login key may have expired or been signed for another group or agent."
        raise InviteError("authorization", "The session service refused the login key.", hint)
    if answer.refused:
        raise no_privilege()
    if answer.status == _TOO_MANY:
        message = "The platform takes no more invitations for the moment."
        raise InviteError("camera_limit", message, "Wait some minutes, or invite with a key.")
    if answer.status != OK:
        message = f"The invitation was not sent: the service answered with status {answer.status}."
        raise InviteError("camera_refused", message, "Check the phone number.")


def no_privilege() -> InviteError:
    """The error for an agent who may not."""
    return InviteError(
        "camera_privilege",
        "This agent may not invite customers to show a camera.",
        "It needs the privilege to join sessions started by customers to show their cameras on mobile devices.",
    )
