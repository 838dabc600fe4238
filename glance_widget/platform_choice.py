"""Which platform the properties mean, and who the agent is there."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from glance_widget.agent.account import Account
from glance_widget.errors import SandboxError
from glance_widget.protocol.base_urls import SANDBOX, BaseUrl
from glance_widget.secret import Secret

if TYPE_CHECKING:
    from glance_widget.sandbox import SandboxLease

API_KEY_VARIABLE: Final = "GLANCE_API_KEY"
"""Environment variable that holds the group's API key; used when no login key, API key or authurl is given."""


class PlatformChoice:
    """The platform of one widget; holds the process's sandbox while that is chosen."""

    def __init__(self) -> None:
        self._lease: SandboxLease | None = None

    def account(self, base_url: str, wished: Account, *, in_use: bool = False) -> Account:
        """The account that the properties mean. The sandbox supplies what is not given.

        Args:
            base_url: The property ``glancebaseurl``.
            wished: What the other properties say.
            in_use: Whether the platform that was chosen so far is still needed: a sandbox is then held for longer.

        Raises:
            SandboxError: The sandbox is chosen and cannot be started.
        """
        unsigned = wished.loginkey is None and wished.apikey is None and wished.authurl is None
        if base_url == SANDBOX:
            sandbox = self._sandbox().address
            return replace(
                wished,
                base=replace(BaseUrl.parse(sandbox.url), pages=sandbox.public_url),
                groupid=sandbox.groupid if wished.groupid is None else wished.groupid,
                puid=sandbox.puid if wished.puid is None else wished.puid,
                authurl=sandbox.authurl if unsigned else wished.authurl,
            )
        if not in_use:
            self.release()
        variable = os.environ.get(API_KEY_VARIABLE)
        apikey = Secret(variable) if unsigned and variable else wished.apikey
        return replace(wished, base=BaseUrl.parse(base_url), apikey=apikey)

    def release(self) -> None:
        """Lets the sandbox go; the last to do so ends it."""
        lease, self._lease = self._lease, None
        if lease is not None:
            lease.release()

    def _sandbox(self) -> SandboxLease:
        if self._lease is None:
            try:
                from glance_widget.sandbox import shared_sandbox
            except ImportError as error:
                hint = "Install it: pip install 'glance-widget[sandbox]'."
                raise SandboxError("sandbox_missing", f"The sandbox needs {error.name}.", hint) from None
            self._lease = shared_sandbox.acquire()
        return self._lease
