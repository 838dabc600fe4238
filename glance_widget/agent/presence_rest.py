"""The presence service's REST calls as an agent uses them (wire sheet, section 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from glance_widget.agent.authorization import OK, Authorization, presence_unreachable
from glance_widget.agent.http import Answer, Http, Unreachable
from glance_widget.errors import InviteError, MessageError, PresenceError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.json_values import JsonObject, JsonValue, dump, parse_object
from glance_widget.protocol.presence import DirectServer, PresenceSettings, rest_query, signal

UNAVAILABLE: Final = 503


class PresenceRest:
    """The REST half of presence for one visitor."""

    def __init__(self, base: BaseUrl, visitorid: str, authorization: Authorization, http: Http) -> None:
        self._base = base
        self._visitorid = visitorid
        self._authorization = authorization
        self._http = http

    async def find_visitor(self, settings: PresenceSettings) -> tuple[str, bool]:
        """Where the visitor's socket is, or would be.

        Returns:
            Host and port of the direct server, and whether the visitor was found there.

        Raises:
            PresenceError: The service cannot be used.
        """
        if settings.load_balanced:
            return settings.host, True
        answer = await self._call("GET", settings.host, base_urls.FIND_VISITOR)
        server = DirectServer.parse(answer)
        return (server.address if server else settings.host), answer.get("visitorfound") is True

    async def lookup_visitor(self, settings: PresenceSettings) -> JsonObject:
        """The visitor's presence record; empty when the visitor is not present.

        Raises:
            PresenceError: The service cannot be used.
        """
        return await self._call("GET", settings.host, base_urls.LOOKUP_VISITOR)

    async def signal_visitor(
        self, settings: PresenceSettings, kind: Literal["invoke", "signal"], data: Mapping[str, JsonValue]
    ) -> None:
        """Has the service pass an invocation or a signal to the visitor's page.

        Raises:
            InviteError: The visitor is not present.
            PresenceError: The service cannot be used.
        """
        direct, found = await self.find_visitor(settings)
        if not found:
            raise InviteError("visitornotpresent", "The visitor is not online any more.", "Wait until they are back.")
        await self._call("POST", direct, base_urls.SIGNAL_VISITOR, signal(kind, data))

    async def _call(
        self, method: str, host: str, command: str, body: Mapping[str, JsonValue] | None = None
    ) -> JsonObject:
        answer = await self._send(method, host, command, body)
        if answer.refused:
            self._authorization.forget_token()
            answer = await self._send(method, host, command, body)
        if answer.status == UNAVAILABLE:
            raise service_unavailable()
        if answer.refused:
            hint = "Sign in again; the agent may not be allowed to see this visitor."
            raise PresenceError("authorization", "The presence service refused the agent.", hint)
        if answer.status != OK:
            raise presence_unreachable(f"answered with status {answer.status}")
        return _read(answer)

    async def _send(self, method: str, host: str, command: str, body: Mapping[str, JsonValue] | None) -> Answer:
        credentials = await self._authorization.credentials()
        token = await self._authorization.token()
        headers = {"Authorization": f"Bearer {token.reveal()}"}
        url = f"{self._base.rest(host, command)}?{rest_query(credentials.groupid, self._visitorid)}"
        try:
            if method == "GET":
                return await self._http.get(url, headers)
            headers["Content-Type"] = "application/json; charset=UTF-8"
            return await self._http.post(url, headers=headers, content=dump(body or {}).encode())
        except Unreachable as error:
            raise presence_unreachable(error.what) from None


def service_unavailable() -> PresenceError:
    """The error for a service that says 503: clients stop for good then."""
    return PresenceError("serviceunavailable", "The presence service is not available.", "Try again later.")


def _read(answer: Answer) -> JsonObject:
    if not answer.text.strip():
        return {}
    try:
        fields = parse_object(answer.text)
    except MessageError as error:
        raise PresenceError("presence_answer", error.message, "Check glancebaseurl.") from None
    if "err" in fields and "msg" in fields:
        raise PresenceError("presence_error", "The presence service reports an error.", "Try again.")
    return fields
