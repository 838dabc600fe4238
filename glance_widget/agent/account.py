"""Who the agent is, on which platform, and how a login key is had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from glance_widget.protocol.base_urls import PRODUCTION, BaseUrl
from glance_widget.secret import Secret

AuthMethod = Literal["loginkey", "samlloginkey", "saml", "samlpopup"]
Headers: TypeAlias = Mapping[str, str]
Body: TypeAlias = Mapping[str, str] | str | bytes
AuthHeaders: TypeAlias = Headers | Callable[[], Headers | Awaitable[Headers]]
AuthBody: TypeAlias = Body | Callable[[], Body | Awaitable[Body]]


@dataclass(frozen=True, slots=True)
class Account:
    """What signing in needs.

    Attributes:
        groupid: The group; None when the authurl shall say it.
        puid: The partner user id; None while it is not given.
        method: How a login key is had.
        authurl: The customer's login key service.
        authheaders: Headers for it, or a function that gives them.
        authbody: Body for it, or a function that gives it.
        loginkey: A ready login key.
        apikey: The group's API key, to sign login keys here.
        base: The platform.
    """

    groupid: int | None = None
    puid: str | None = None
    method: AuthMethod = "loginkey"
    authurl: str | None = None
    authheaders: AuthHeaders | None = field(default=None, repr=False)
    authbody: AuthBody | None = field(default=None, repr=False)
    loginkey: Secret | None = None
    apikey: Secret | None = None
    base: BaseUrl = PRODUCTION

    def same_agent(self, other: Account) -> bool:
        """Whether both are the same agent on the same platform, however they sign in."""
        mine, theirs = ((each.groupid, each.puid, each.base) for each in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login key with whom it is for.

    Attributes:
        groupid: The group.
        puid: The partner user.
        loginkey: The login key.
        expires: Unix seconds until which it is good.
    """

    groupid: int
    puid: str
    loginkey: Secret
    expires: int
