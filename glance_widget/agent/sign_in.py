"""How a login key is had, and for how long it is used (wire sheet, sections 1.3 and 3)."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from glance_widget.agent.account import Account, Credentials
from glance_widget.agent.authurl import fetch_login_key
from glance_widget.agent.backoff import Backoff
from glance_widget.agent.error_texts import LOGIN_KEY_ERROR
from glance_widget.agent.http import Http
from glance_widget.agent.saml import BROWSER_LIMIT, Browser, saml_credentials, still_waiting
from glance_widget.errors import GlanceError, LoginKeyError, PropertyError, SignInError
from glance_widget.protocol.login_key import expiry_of, sign_login_key
from glance_widget.protocol.saml import WAYS
from glance_widget.secret import Secret

SIGNED_FOR: Final = 3600
"""Seconds for which a login key signed here is good."""
RENEW_BEFORE: Final = 300
"""Seconds before its expiry at which a login key is replaced; a short-lived one in the last quarter of its life."""


class LoginKeys:
    """The login keys of one account: the present one as long as it is good, then the next.

    Whoever signs is not asked in a loop: after a failure, and when the platform refuses what was signed, growing pauses
    keep the next request back.

    Args:
        account: Whose they are.
        http: The client to fetch them with.
        browser: The agent's browser, which SAML needs.
    """

    def __init__(self, account: Account, http: Http, browser: Browser | None = None) -> None:
        self._account = account
        self._http = http
        self._browser = browser
        self._current: Credentials | None = None
        self._asking: asyncio.Task[Credentials] | None = None
        self._renew_at = 0.0
        self._one_at_a_time = asyncio.Lock()
        self._failure: GlanceError | None = None
        self._failures = Backoff()
        self._refusals = Backoff()

    @property
    def renew_at(self) -> float:
        """Unix seconds at which the present login key is to be replaced; 0 while there is none."""
        return self._renew_at

    async def current(self) -> Credentials:
        """A login key that is good now, for a while if possible. A browser is waited for within limits.

        Raises:
            PropertyError: A property that signing in needs is missing.
            LoginKeyError: The given login key is malformed or has expired.
            SignInError: The authurl or the identity provider gave none.
            CallbackError: ``authheaders`` or ``authbody`` failed.
        """
        known = self._current
        good = known is not None and time.time() < known.expires
        if known is not None and good and (self._limit is not None or self._one_at_a_time.locked()):
            return known  # it is being replaced, or will be when a browser is there
        try:
            return await asyncio.wait_for(self.renewed(), self._limit)
        except (GlanceError, asyncio.TimeoutError) as error:
            if known is not None and good:
                return known
            if isinstance(error, GlanceError):
                raise
            raise still_waiting() from None

    async def renewed(self) -> Credentials:
        """The present login key before its time to be replaced, then another. Raises like ``current``, but earlier."""
        async with self._one_at_a_time:
            if self._current is not None and time.time() < self._renew_at:
                return self._current
            if self._failure is not None and not self._failures.over:
                raise self._failure.with_traceback(None)
            return await self._replace()

    async def instead_of(self, refused: Credentials) -> Credentials | None:
        """Another login key than one that the platform refused; None when there is none to be had now.

        Raises:
            GlanceError: As ``current``.
        """
        async with self._one_at_a_time:
            if self._current is not None and self._current is not refused:
                return self._current
            if self._current is refused:
                given = self._account.method == "loginkey" and self._account.loginkey is not None
                if given or not self._refusals.over:
                    return None
                self._refusals.failed()
            try:
                return await asyncio.wait_for(self._replace(), self._limit)
            except asyncio.TimeoutError:
                return None

    def try_at_once(self) -> None:
        """Somebody asks for it: the next request is not kept back by what failed before."""
        self._failures.worked()
        self._refusals.worked()

    def change_account(self, account: Account) -> None:
        """The same agent signs in by other means from now on; who is being asked by the old ones is not waited for."""
        self._account = account
        self._current, self._renew_at = None, 0.0
        self.try_at_once()
        if self._asking is not None:
            self._asking.cancel()

    @property
    def _limit(self) -> float | None:
        return BROWSER_LIMIT if self._account.method in WAYS else None

    async def _replace(self) -> Credentials:
        try:
            new = await self._asked()
        except GlanceError as error:
            self._failure = error
            self._failures.failed()
            raise
        self._failures.worked()
        self._current = new
        now = time.time()
        given = new.loginkey == self._account.loginkey
        self._renew_at = new.expires - (0 if given else min(RENEW_BEFORE, (new.expires - now) / 4))
        return new

    async def _asked(self) -> Credentials:
        while True:
            account = self._account
            self._asking = asking = asyncio.create_task(self._next())
            await asyncio.gather(asking, return_exceptions=True)
            if self._account is account:
                return asking.result()

    async def _next(self) -> Credentials:
        account = self._account
        if account.method in WAYS:
            return await saml_credentials(account, self._browser)
        if account.puid is None:
            raise PropertyError("puid", "is missing", "It identifies the agent within the group.", code="puid_missing")
        if account.loginkey is not None:
            return self._given(account.loginkey, account.puid)
        if account.apikey is not None:
            return self._signed(account.apikey, account.puid)
        if account.authurl is not None:
            fetched = await fetch_login_key(self._http, account, account.authurl, account.puid)
            group = self._groupid(fetched.groupid)
            return Credentials(group, account.puid, Secret(fetched.loginkey), fetched.expires)
        raise PropertyError(
            "authurl",
            "is missing",
            "Give the address of your login key service, or set GLANCE_API_KEY in the kernel's environment.",
            code="authurl_missing",
        )

    def _given(self, loginkey: Secret, puid: str) -> Credentials:
        expires = expiry_of(loginkey.reveal())
        if expires is None:
            raise LoginKeyError("malformed", LOGIN_KEY_ERROR, "The given loginkey has the wrong form: fetch a new one.")
        if expires <= time.time():
            hint = "The given loginkey has expired: fetch a new one and set loginkey again."
            raise LoginKeyError("expired", LOGIN_KEY_ERROR, hint)
        return Credentials(self._groupid(None), puid, loginkey, expires)

    def _signed(self, apikey: Secret, puid: str) -> Credentials:
        group = self._groupid(None)
        expires = int(time.time()) + SIGNED_FOR
        return Credentials(group, puid, Secret(sign_login_key(group, puid, apikey, expires)), expires)

    def _groupid(self, answered: int | None) -> int:
        wanted = self._account.groupid
        if wanted is None and answered is None:
            hint = "It is a number of 1 to 6 digits, shown in the Glance admin pages."
            raise PropertyError("groupid", "is missing", hint, code="groupid_missing")
        if wanted is not None and answered is not None and wanted != answered:
            raise SignInError(
                "authurl_group",
                f"The login key service (authurl) signs for group {answered}, not for {wanted}.",
                "Check groupid, and the group id of the service.",
            )
        return wanted if wanted is not None else answered or 0
