"""Looking up sessions, watching one, and ending it (wire sheet, sections 2.3 and 6.6)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from glance_widget.agent.account import Credentials
from glance_widget.agent.authorization import OK, Authorization
from glance_widget.agent.http import Answer, Http, Unreachable
from glance_widget.errors import GlanceError, MessageError, SessionError, SessionLookupError
from glance_widget.protocol import base_urls
from glance_widget.protocol.base_urls import BaseUrl
from glance_widget.protocol.json_values import dump
from glance_widget.protocol.session_lookup import (
    DECLINED,
    MAX_ATTEMPTS,
    FoundSession,
    delay_after_miss,
    lookup_form,
    parse_agent_sessions,
    parse_lookup,
)

WATCH_EVERY: Final = 5.0
"""Seconds between two looks at a running session."""
_GONE_AFTER_MISSES: Final = 2


class _Viewers:
    """What is told of an agent's viewers in a session.

    A page that is loaded again is away for a moment, so a viewer is gone when it is missed twice in a row. A platform
    that is not known to count viewers in this way is believed once it has shown one.
    """

    def __init__(self, session: FoundSession, tell: Callable[[bool], object]) -> None:
        self._tell = tell
        self._believed = bool(session.viewertickets)
        self._there = False
        self._misses = 0

    def look(self, *, there: bool | None) -> None:
        """Takes what the platform says; None is nothing."""
        if there is None:
            return
        self._misses = 0 if there else self._misses + 1
        came = there and not self._there
        self._believed |= there
        gone = self._misses >= _GONE_AFTER_MISSES
        self._there = (self._there or there) and not gone
        if came or (gone and self._believed):
            self._tell(self._there)


class SessionService:
    """The platform's session service as one agent uses it."""

    def __init__(self, base: BaseUrl, authorization: Authorization, http: Http) -> None:
        self._base = base
        self._authorization = authorization
        self._http = http

    async def look_up(self, key: str) -> FoundSession | None:
        """Looks once for a session with this key.

        Raises:
            SessionLookupError: The platform cannot be reached, or its answer cannot be read.
            GlanceError: No login key was to be had.
        """
        credentials = await self._authorization.credentials()
        answer = await self._ask(credentials, key)
        if answer.refused:
            other = await self._authorization.credentials_instead_of(credentials)
            answer = answer if other is None else await self._ask(other, key)
        if answer.refused:
            hint = "The login key may have expired or been signed for another group or agent."
            raise SessionLookupError("authorization", "The session service refused the login key.", hint)
        if answer.status == DECLINED:
            hint = "You can invite them again when they are ready."
            raise SessionLookupError("camera_declined", "The customer declined to show the camera.", hint)
        if answer.status != OK:
            message = f"The session service answered with status {answer.status}."
            raise SessionLookupError("lookup_answer", message, "Try again.")
        try:
            return parse_lookup(answer.text)
        except MessageError as error:
            raise SessionLookupError(error.code, error.message, "Check the session key, then try again.") from None

    async def _ask(self, credentials: Credentials, key: str, path: str = base_urls.LOOKUP_PATH) -> Answer:
        form = lookup_form(credentials.groupid, credentials.puid, credentials.loginkey.reveal(), key)
        try:
            return await self._http.post(
                self._base.web(path),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                content=urlencode(form).encode(),
            )
        except Unreachable as error:
            raise SessionLookupError("lookup_unreachable", f"The session service {error.what}.", "Try again.") from None

    async def find(self, key: str, on_miss: Callable[[], object], attempts: int = MAX_ATTEMPTS) -> FoundSession:
        """Looks for a session with this key until it is there: 12 times in about 48 s, unless told otherwise.

        Args:
            key: The session key.
            on_miss: Called after each look that found none.
            attempts: How often to look at most.

        Raises:
            SessionLookupError: There was none in time, or looking failed.
        """
        misses = 0
        while True:
            found = await self.look_up(key)
            if found is not None:
                return found
            misses += 1
            on_miss()
            delay = delay_after_miss(misses, attempts)
            if delay is None:
                hint = "Check the key with the visitor: it is shown on their page."
                raise SessionLookupError("lookup_timedout", "No session with this key was found.", hint)
            await asyncio.sleep(delay)

    async def watch(
        self,
        session: FoundSession,
        on_trouble: Callable[[GlanceError | None], object],
        on_viewer: Callable[[bool], object],
    ) -> None:
        """Returns when a session is no longer there.

        Args:
            session: The session.
            on_trouble: Called with an error when looking fails, and with None when it works again.
            on_viewer: Called with True when a viewer of the agent's has come, and with False as long as there is none.
        """
        misses, troubled, viewers = 0, False, _Viewers(session, on_viewer)
        while misses < _GONE_AFTER_MISSES:
            await asyncio.sleep(WATCH_EVERY)
            try:
                over = await self.is_over(session)
            except GlanceError as error:
                troubled = True
                on_trouble(error)
                continue
            if troubled:
                troubled = False
                on_trouble(None)
            misses = misses + 1 if over else 0
            if not over:
                viewers.look(there=await self._has_viewer(session))

    async def _has_viewer(self, session: FoundSession) -> bool | None:
        """Whether the agent has a viewer in a session; None when the platform does not say."""
        try:
            credentials = await self._authorization.credentials()
            answer = await self._ask(credentials, session.passcode, base_urls.AGENT_IN_SESSION_PATH)
            sessions = parse_agent_sessions(answer.text) if answer.status == OK else None
        except GlanceError:
            return None
        return None if sessions is None else any(each.id == session.id for each in sessions)

    async def is_over(self, session: FoundSession) -> bool:
        """Whether a session is no longer there. Raises like ``look_up``."""
        found = await self.look_up(session.passcode)
        return found is None or found.id != session.id

    async def end(self, session: FoundSession) -> None:
        """Ends a session. The answer to a bearer token instead of a cookie is ours (wire sheet, section 6.6).

        Raises:
            SessionError: It could not be ended.
            GlanceError: Signing in again failed.
        """
        body = {"mtype": "EjectAgent", "data": {"reason": "leave"}, "num": 0, "ssnid": session.ssnid}
        for attempt in (1, 2):
            token = await self._authorization.token()
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token.reveal()}"}
            try:
                url = self._base.rest(session.servername, base_urls.AGENT_MESSAGE_PATH)
                answer = await self._http.post(url, headers=headers, content=dump(body).encode())
            except Unreachable as error:
                raise _not_ended(error.what) from None
            if answer.refused and attempt == 1:
                self._authorization.forget_token()
            elif answer.status == OK:
                return
            else:
                raise _not_ended(f"answered with status {answer.status}")


def _not_ended(what: str) -> SessionError:
    return SessionError("end_failed", f"The session was not ended: the service {what}.", "Press End Session again.")
