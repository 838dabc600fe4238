"""A link to a visitor's page, for notebooks."""

from __future__ import annotations

import html
from typing import Final, Protocol

import ipywidgets  # type: ignore[import-untyped]

# ipywidgets' own box leaves links as they are, which in JupyterLab is as plain text.
_STYLE: Final = "color: var(--jp-content-link-color, #1266c4); text-decoration: underline"


class HasVisitorUrl(Protocol):
    """Anything that knows a visitor's page: ``Sandbox``, ``SandboxAddress``."""

    def visitor_url(self, visitorid: str, /) -> str:
        """The demo shop for a visitor."""


class VisitorLink(ipywidgets.HTML):  # type: ignore[misc]
    """A link that opens the demo shop as one visitor sees it.

    The address is different every time a sandbox starts. It is shown, but neither saved with the notebook's output nor
    part of the text that comparing notebooks looks at.

    Args:
        sandbox: A sandbox, or its address.
        visitorid: The visitor.
        text: What the link says; the address when None.
    """

    def __init__(self, sandbox: HasVisitorUrl, visitorid: str, text: str | None = None) -> None:
        self.visitorid = visitorid
        self.url = sandbox.visitor_url(visitorid)
        address = html.escape(self.url)
        shown = address if text is None else html.escape(text)
        super().__init__(f'<a href="{address}" target="_blank" rel="noopener" style="{_STYLE}">{shown}</a>')

    def __repr__(self) -> str:
        """The same text every time."""
        return f"VisitorLink({self.visitorid!r})"
