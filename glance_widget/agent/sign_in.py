"""How a login key is had: given, signed here, or fetched from the authurl (wire sheet, sections 1.3 and 3)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Final, TypeGuard
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from glance_widget.agent.account import Account, Credentials
from glance_widget.agent.callables import call
from glance_widget.agent.http import Answer, Http, Unreachable, can_be_sent
from glance_widget.errors import CallbackError, LoginKeyError, MessageError, PropertyError, SignInError
from glance_widget.protocol.identifiers import groupid_from
from glance_widget.protocol.json_values import parse_object
from glance_widget.protocol.login_key import expiry_of, sign_login_key
from glance_widget.secret import Secret

SIGNED_FOR: Final = 3600
"""Seconds for which a login key signed here is good."""
REFRESH_BEFORE: Final = 60
"""Seconds before its expiry at which a login key is replaced."""
AUTHURL_TIMEOUT: Final = httpx.Timeout(15.0)

_HEADERS_HINT: Final = 'For example {"Authorization": "Bearer …"}, in ASCII and without line breaks.'
_FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"


class LoginKeys:
    """The login keys of one account: the present one as long as it is good, then the next.

    Args:
        account: Whose they are.
        http: The client to fetch them with.
    """

    def __init__(self, account: Account, http: Http) -> None:
        self._account = account
        self._http = http
        self._current: Credentials | None = None

    async def current(self, *, fresh: bool = False) -> Credentials:
        """A login key that is good for a while.

        Args:
            fresh: Fetch a new one although the present one looks good, because the platform refused it.

        Raises:
            PropertyError: A property that signing in needs is missing.
            LoginKeyError: The given login key is malformed or has expired.
            SignInError: The authurl gave none.
            CallbackError: ``authheaders`` or ``authbody`` failed.
        """
        known = self._current
        if known is None or fresh or known.expires - time.time() < REFRESH_BEFORE:
            known = self._current = await self._next()
        return known

    @property
    def renewable(self) -> bool:
        """Whether asking again can give another login key."""
        return self._account.loginkey is None

    async def _next(self) -> Credentials:
        account = self._account
        if account.method != "loginkey":
            raise SignInError(
                "authmethod_unsupported",
                f'Signing in by authmethod "{account.method}" is not possible yet.',
                'Use "loginkey" with an authurl.',
            )
        if account.puid is None:
            raise PropertyError("puid", "is missing", "It identifies the agent within the group.", code="puid_missing")
        if account.loginkey is not None:
            return self._given(account.loginkey, account.puid)
        if account.apikey is not None:
            return self._signed(account.apikey, account.puid)
        if account.authurl is not None:
            return await self._fetched(account.authurl, account.puid)
        raise PropertyError(
            "authurl",
            "is missing",
            "Give the address of your login key service, or set GLANCE_API_KEY in the kernel's environment.",
            code="authurl_missing",
        )

    def _given(self, loginkey: Secret, puid: str) -> Credentials:
        expires = expiry_of(loginkey.reveal())
        if expires is None:
            raise LoginKeyError("malformed", "The login key has the wrong form.", "Fetch a new one.")
        if expires <= time.time():
            raise LoginKeyError("expired", "The login key has expired.", "Fetch a new one and set loginkey again.")
        return Credentials(self._groupid(None), puid, loginkey, expires)

    def _signed(self, apikey: Secret, puid: str) -> Credentials:
        group = self._groupid(None)
        expires = int(time.time()) + SIGNED_FOR
        return Credentials(group, puid, Secret(sign_login_key(group, puid, apikey, expires)), expires)

    async def _fetched(self, authurl: str, puid: str) -> Credentials:
        headers, content = await self._request_parts()
        try:
            answer = await self._http.post(
                _with_puid(authurl, puid), headers=headers, content=content, timeout=AUTHURL_TIMEOUT
            )
        except Unreachable as error:
            code = "authurl_timeout" if error.slow else "authurl_unreachable"
            hint = "Check the address, and that it can be reached from the kernel's machine."
            raise SignInError(code, f"The login key service (authurl) {error.what}.", hint) from None
        key, group = _read_answer(answer)
        expires = expiry_of(key)
        if expires is None:
            raise _bad_answer("no login key of the right form")
        if expires <= time.time():
            raise SignInError(
                "loginkey_expired",
                "The login key service (authurl) gave a login key that has expired.",
                "Check the clocks of its machine and of this one.",
            )
        return Credentials(self._groupid(group), puid, Secret(key), expires)

    async def _request_parts(self) -> tuple[dict[str, str], bytes]:
        headers, body = self._account.authheaders, self._account.authbody
        given = await call("authheaders", headers, quiet=True) if callable(headers) else headers
        if given is not None and not _is_text_mapping(given):
            raise CallbackError("callback", "authheaders must give a mapping of text to text.", _HEADERS_HINT)
        merged: dict[str, str] = dict(given) if _is_text_mapping(given) else {}
        if not can_be_sent(merged):
            raise PropertyError("authheaders", "has a name or a value that no header can have", _HEADERS_HINT)
        content = await call("authbody", body, quiet=True) if callable(body) else body
        lower = {name.lower(): value for name, value in merged.items()}
        if "content-type" not in lower and content is not None:
            merged["Content-Type"] = _FORM
        return merged, _encode(content, as_json="json" in lower.get("content-type", ""))

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


def _with_puid(authurl: str, puid: str) -> str:
    parts = urlsplit(authurl)
    query = "&".join(filter(None, (parts.query, urlencode({"partneruserid": puid}))))
    return urlunsplit(parts._replace(query=query))


def _read_answer(answer: Answer) -> tuple[str, int | None]:
    if answer.refused:
        raise SignInError(
            "authurl_refused",
            f"The login key service (authurl) refused with status {answer.status}.",
            "Check authheaders and authbody, and that the agent is logged in there.",
        )
    if not 200 <= answer.status < 300:  # noqa: PLR2004
        raise _bad_answer(f"status {answer.status}")
    if not answer.text.strip():
        raise _bad_answer("nothing")
    try:
        fields = parse_object(answer.text)
    except MessageError:
        what = "a web page" if answer.content_type == "text/html" else "no JSON object"
        raise _bad_answer(what) from None
    key = fields.get("loginKey")
    if not isinstance(key, str):
        raise _bad_answer("JSON without a loginKey")
    return key, groupid_from(fields.get("groupId"))


def _bad_answer(what: str) -> SignInError:
    hint = 'It must answer a POST with JSON: {"loginKey": …, "groupId": …, "expiration": …}.'
    return SignInError("authurl_answer", f"The login key service (authurl) answered with {what}.", hint)


def _is_text_mapping(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())


def _encode(content: object, *, as_json: bool) -> bytes:
    if content is None:
        return b""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if isinstance(content, Mapping):
        plain = {str(name): str(value) for name, value in content.items()}
        return json.dumps(plain).encode() if as_json else urlencode(plain).encode()
    hint = 'For example {"user": "ann"}.'
    raise CallbackError("callback", "authbody must give a mapping, text or bytes.", hint)
