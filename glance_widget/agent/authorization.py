"""The bearer token for presence, and where presence is (wire sheet, sections 4.2 and 5.1)."""

from __future__ import annotations

import json
import time
from typing import Final

from glance_widget.agent.account import Account, Credentials
from glance_widget.agent.error_texts import CONNECT_PRESENCE_ERROR, PRESENCE_AUTHORIZATION_ERROR
from glance_widget.agent.http import Answer, Http, Unreachable, can_be_sent
from glance_widget.agent.sign_in import LoginKeys
from glance_widget.errors import GlanceError, MessageError, PresenceError, SignInError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.json_values import dump, parse_object
from glance_widget.protocol.presence import TOKEN_MINUTES, PresenceSettings
from glance_widget.protocol.privileges import PRIVILEGES_SERVICE, parse_privileges
from glance_widget.secret import Secret

OK = 200
TOKEN_RENEW_BEFORE: Final = 300
"""Seconds before its end at which a token is replaced."""


class Authorization:
    """The agent's standing with one platform: a login key that it accepted, and a token.

    Args:
        base: The platform.
        login_keys: Where login keys come from.
        http: The client.
    """

    def __init__(self, base: BaseUrl, login_keys: LoginKeys, http: Http) -> None:
        self._base = base
        self._login_keys = login_keys
        self._http = http
        self._token: Secret | None = None
        self._token_ends = 0.0

    async def sign_in(self) -> Credentials:
        """Has a login key accepted. One that the platform refuses is replaced once.

        Raises:
            SignInError: The platform refused, or cannot be reached.
            GlanceError: No login key was to be had.
        """
        self._login_keys.try_at_once()
        await self._login_keys.renewed()
        return await self._obtain_token()

    async def credentials(self) -> Credentials:
        """A login key that is good now.

        Raises:
            GlanceError: None was to be had.
        """
        return await self._login_keys.current()

    async def credentials_instead_of(self, refused: Credentials) -> Credentials | None:
        """Another login key than one that the platform refused; None when there is none to be had now.

        Raises:
            GlanceError: Asking for one failed.
        """
        return await self._login_keys.instead_of(refused)

    async def token(self) -> Secret:
        """The token; has a login key accepted when there is none, or when its time is over.

        Raises:
            GlanceError: That failed.
        """
        if self._token is None or time.time() >= self._token_ends:
            await self._obtain_token()
        if self._token is None:
            raise _refused("")
        return self._token

    def forget_token(self) -> None:
        """The platform refused the token: the next ``token()`` asks for a new one."""
        self._token = None

    def change_account(self, account: Account) -> None:
        """The same agent signs in by other means from now on."""
        self._login_keys.change_account(account)

    @property
    def renew_at(self) -> float:
        """Unix seconds at which the login key or the token is to be replaced."""
        return min(self._login_keys.renew_at, self._token_ends - TOKEN_RENEW_BEFORE)

    async def renew(self) -> None:
        """Replaces the login key and the token, each when it is due.

        Raises:
            GlanceError: That failed; what there was may still be good.
        """
        await self._login_keys.renewed()
        if time.time() >= self._token_ends - TOKEN_RENEW_BEFORE:
            await self._obtain_token()

    async def privileges(self) -> frozenset[str] | None:
        """What the agent may do; None when the platform does not tell.

        Raises:
            GlanceError: The platform refused, or cannot be reached.
        """
        answer = await self._ask(await self.credentials(), PRIVILEGES_SERVICE)
        try:
            return parse_privileges(parse_object(answer.text))
        except MessageError:  # a token alone, as for presence
            return None

    async def presence_settings(self) -> PresenceSettings:
        """Where presence is.

        Raises:
            PresenceError: The group has no presence, or the platform does not say.
        """
        credentials = await self.credentials()
        url = self._base.web(
            base_urls.VISITOR_SETTINGS_PATH,
            groupid=credentials.groupid,
            site="production",
            service="presence",
        )
        try:
            answer = await self._http.get(url)
            if answer.status != OK:
                raise presence_unreachable(f"answered with status {answer.status}")
            settings = PresenceSettings.parse(parse_object(answer.text))
        except Unreachable as error:
            raise presence_unreachable(error.what) from None
        except MessageError as error:
            raise PresenceError("presence_answer", error.message, "Check glancebaseurl.") from None
        if not settings.host:
            hint = "Ask Glance to switch presence on for the group; joining by key works without."
            raise PresenceError("presence_disabled", "Presence is not switched on for this group.", hint)
        return settings

    async def _obtain_token(self) -> Credentials:
        credentials = await self._login_keys.current()
        try:
            token = await self._authorize(credentials)
        except SignInError as error:
            other = await self._login_keys.instead_of(credentials) if error.code == "authorization" else None
            if other is None:
                raise
            credentials, token = other, await self._authorize(other)
        self._token, self._token_ends = token, time.time() + TOKEN_MINUTES * 60
        return credentials

    async def _authorize(self, credentials: Credentials) -> Secret:
        return _read_token((await self._ask(credentials, "presence")).text)

    async def _ask(self, credentials: Credentials, service: str) -> Answer:
        query: dict[str, str | int] = {
            "groupid": credentials.groupid,
            "service": service,
            "duration": TOKEN_MINUTES,
            "site": "production",
        }
        body = {
            "partneruserid": credentials.puid,
            "loginkey": credentials.loginkey.reveal(),
            "partnerid": str(credentials.groupid),
        }
        url = self._base.web(base_urls.AUTHORIZE_PATH, **query)
        try:
            answer = await self._http.post(
                url, headers={"Content-Type": "application/json"}, content=dump(body).encode()
            )
        except Unreachable as error:
            raise _platform_unreachable(error.what) from None
        if answer.refused:
            raise _refused(credentials.puid)
        if answer.status != OK:
            raise _platform_unreachable(f"answered with status {answer.status}")
        return answer


def presence_unreachable(what: str) -> PresenceError:
    """The error for a presence service that does not answer, in the plugin's words."""
    hint = f"The presence service {what}. It is being tried again; check the network if this lasts."
    return PresenceError("presence_unreachable", CONNECT_PRESENCE_ERROR, hint)


def _platform_unreachable(what: str) -> SignInError:
    hint = "Check glancebaseurl and the network. Is the sandbox running?"
    return SignInError("platform_unreachable", f"The platform {what}.", hint)


def _refused(puid: str) -> GlanceError:
    message = PRESENCE_AUTHORIZATION_ERROR.format(puid)
    hint = "The login key may be signed with another API key, or for another group or agent, or have expired."
    return SignInError("authorization", message, hint)


def _read_token(text: str) -> Secret:
    try:
        token = json.loads(text)
    except (ValueError, RecursionError):
        token = None
    if isinstance(token, dict):
        token = token.get("authToken")
    if not isinstance(token, str) or not token or not can_be_sent({"Authorization": token}):
        raise SignInError(
            "authorization_answer",
            "The platform's answer to signing in cannot be read.",
            "Check glancebaseurl.",
        )
    return Secret(token)
