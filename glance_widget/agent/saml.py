"""Signing in by SAML: a browser has the identity provider's cookie, so a browser is asked for the login key."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

from glance_widget.agent.account import Account, Credentials
from glance_widget.agent.error_texts import LOGIN_KEY_ERROR
from glance_widget.errors import MessageError, SignInError
from glance_widget.protocol.saml import WAYS, Outcome, Way, login_key_page, parse_identity

Wait = Literal["browser", "frame", "press", "over"]
"""What signing in waits for: a browser, the frame in one, the agent's press of a button there; or no longer."""

Accept: TypeAlias = Callable[[Outcome, str | None], Credentials]
"""Takes what came of showing the page, and with ``done`` what the page said."""
AskBrowser: TypeAlias = Callable[[str, Way, Accept, Callable[[Wait], object]], Awaitable[Credentials]]
"""Asks for the page at an address, in a way; gives what ``accept`` makes of the answer, or raises what that raises."""

STILL_WAITING: Final = "saml_waiting"
BROWSER_LIMIT: Final = 20.0
"""Seconds for which something that needs a login key now waits for a browser. Signing in itself waits without end."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The agent's browser.

    Attributes:
        ask: Asks it.
        on_wait: Called whenever signing in waits for something else.
    """

    ask: AskBrowser
    on_wait: Callable[[Wait], object]


async def saml_credentials(account: Account, browser: Browser | None) -> Credentials:
    """Has the agent's browser fetch a login key; waits for it without end.

    Raises:
        SignInError: There is no browser to ask, or the identity provider gave no login key for this agent.
    """
    if browser is None:
        raise SignInError("saml_no_browser", LOGIN_KEY_ERROR, "Signing in by SAML needs a browser.")
    url = login_key_page(account.base, account.groupid)
    try:
        return await browser.ask(url, WAYS[account.method], partial(_accepted, account), browser.on_wait)
    finally:
        browser.on_wait("over")


def still_waiting(wait: Wait = "browser") -> SignInError:
    """The error for a sign-in that runs out while a browser is waited for."""
    hint = "Press Sign In." if wait == "press" else "Open this notebook in a browser to sign in again."
    return SignInError(STILL_WAITING, "Your sign-in has to be renewed.", hint)


def _accepted(account: Account, outcome: Outcome, said: str | None) -> Credentials:
    if outcome == "timedout":
        page = login_key_page(account.base, account.groupid, embedded=False)
        hint = (
            f"The identity provider did not answer within 15 seconds. Sign in at {page} in this browser, then press "
            'Try Again; or use authmethod="samlpopup", which shows its page.'
        )
        raise SignInError("saml_timeout", LOGIN_KEY_ERROR, hint)
    if outcome == "refused":
        hint = "The identity provider refused. Check groupid, and that you may use Glance."
        raise SignInError("saml_refused", LOGIN_KEY_ERROR, hint)
    try:
        identity = parse_identity(said or "")
    except MessageError as error:
        raise SignInError(error.code, LOGIN_KEY_ERROR, f"{error.message} Ask whoever runs it.") from None
    if account.groupid not in {None, identity.groupid}:
        hint = "Check groupid; in SAML it may be left out."
        raise SignInError("saml_group", "The identity provider signed in an agent of another group.", hint)
    if account.puid not in {None, identity.puid}:
        hint = "Sign out at the identity provider, or check puid; in SAML it may be left out."
        raise SignInError("saml_puid", "The identity provider signed in another agent than puid names.", hint)
    if identity.expires <= time.time():
        hint = "The identity provider gave a login key that has expired: compare its clock and this machine's."
        raise SignInError("loginkey_expired", LOGIN_KEY_ERROR, hint)
    return Credentials(identity.groupid, identity.puid, identity.loginkey, identity.expires)
