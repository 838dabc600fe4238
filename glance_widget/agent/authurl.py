"""Fetching a login key from the customer's login key service, the authurl (wire sheet, section 1.3)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeGuard
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from glance_widget.agent.account import Account
from glance_widget.agent.callables import call
from glance_widget.agent.error_texts import LOGIN_KEY_ERROR
from glance_widget.agent.http import Answer, Http, Unreachable, can_be_sent
from glance_widget.errors import CallbackError, MessageError, PropertyError, SignInError
from glance_widget.protocol.identifiers import groupid_from
from glance_widget.protocol.json_values import parse_object
from glance_widget.protocol.login_key import expiry_of

TIMEOUT: Final = httpx.Timeout(15.0)

_HEADERS_HINT: Final = 'For example {"Authorization": "Bearer …"}, in ASCII and without line breaks.'
_FORM: Final = "application/x-www-form-urlencoded;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class FetchedKey:
    """What a login key service answered.

    Attributes:
        loginkey: The login key.
        expires: Unix seconds until which it is good.
        groupid: The group for which it is signed; None when the service does not say.
    """

    loginkey: str = field(repr=False)
    expires: int
    groupid: int | None


async def fetch_login_key(http: Http, account: Account, authurl: str, puid: str) -> FetchedKey:
    """Asks for a login key; once more when the service says 401 or 403, as functions may give other headers then.

    Raises:
        SignInError: The service gave none.
        CallbackError: ``authheaders`` or ``authbody`` failed.
        PropertyError: ``authheaders`` gave what no header can be.
    """
    answer = await _ask(http, account, authurl, puid)
    if answer.refused:
        answer = await _ask(http, account, authurl, puid)
    key, group = _read_answer(answer)
    expires = expiry_of(key)
    if expires is None:
        raise _bad_answer("no login key of the right form")
    if expires <= time.time():
        hint = (
            "The login key service (authurl) gave a login key that has expired: "
            "check the clocks of its machine and of this one."
        )
        raise SignInError("loginkey_expired", LOGIN_KEY_ERROR, hint)
    return FetchedKey(key, expires, group)


async def _ask(http: Http, account: Account, authurl: str, puid: str) -> Answer:
    headers, content = await _request_parts(account)
    try:
        return await http.post(_with_puid(authurl, puid), headers=headers, content=content, timeout=TIMEOUT)
    except Unreachable as error:
        code = "authurl_timeout" if error.slow else "authurl_unreachable"
        hint = (
            f"The login key service (authurl) {error.what}: "
            "check the address, and that it can be reached from the kernel's machine."
        )
        raise SignInError(code, LOGIN_KEY_ERROR, hint) from None


async def _request_parts(account: Account) -> tuple[dict[str, str], bytes]:
    headers, body = account.authheaders, account.authbody
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


def _with_puid(authurl: str, puid: str) -> str:
    parts = urlsplit(authurl)
    query = "&".join(filter(None, (parts.query, urlencode({"partneruserid": puid}))))
    return urlunsplit(parts._replace(query=query))


def _read_answer(answer: Answer) -> tuple[str, int | None]:
    if answer.refused:
        hint = (
            f"The login key service (authurl) refused with status {answer.status}: "
            "check authheaders and authbody, and that the agent is logged in there."
        )
        raise SignInError("authurl_refused", LOGIN_KEY_ERROR, hint)
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
    hint = (
        f"The login key service (authurl) answered with {what}: "
        'it must answer a POST with JSON, {"loginKey": …, "groupId": …, "expiration": …}.'
    )
    return SignInError("authurl_answer", LOGIN_KEY_ERROR, hint)


def _is_text_mapping(value: object) -> TypeGuard[Mapping[str, str]]:
    return isinstance(value, Mapping) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items())


def _encode(content: object, *, as_json: bool) -> bytes:
    if content is None:
        return b""
    if isinstance(content, bytes):
        return content
    if isinstance(content, str):
        return content.encode()
    if _is_text_mapping(content):
        return json.dumps(dict(content)).encode() if as_json else urlencode(content).encode()
    hint = 'For example {"user": "ann"}.'
    raise CallbackError("callback", "authbody must give a mapping of text to text, text or bytes.", hint)
