"""Opening the viewer of a session: its form, its address, and the user's own way (wire sheet, section 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

from glance_widget.agent.authorization import OK
from glance_widget.agent.callables import call
from glance_widget.agent.http import Unreachable
from glance_widget.agent.platform import Platform
from glance_widget.errors import CallbackError, GlanceError, MessageError, ViewerError
from glance_widget.protocol import base_urls
from glance_widget.protocol.json_values import parse_object
from glance_widget.protocol.session_lookup import FoundSession
from glance_widget.protocol.viewer_form import plain_query, ticket_query, viewer_fields
from glance_widget.secret import MASK

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


async def viewer_form(platform: Platform, found: FoundSession, extra: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The viewer's address and the form fields that open it, login key included.

    Args:
        platform: The platform.
        found: The session.
        extra: Further fields, for the session's record.

    Raises:
        GlanceError: No login key was to be had.
    """
    credentials = await platform.authorization.credentials()
    fields = viewer_fields(
        groupid=credentials.groupid,
        puid=credentials.puid,
        loginkey=credentials.loginkey.reveal(),
        agentjoinurl=found.agentjoinurl,
        extra=extra,
    )
    return platform.account.base.page(base_urls.AGENT_VIEW_PATH), fields


async def viewer_address(platform: Platform, found: FoundSession, extra: Mapping[str, str]) -> str:
    """An address that opens the viewer, in which no login key stands.

    From a platform that gives tickets, one that is good once and soon. From any other, the session's plain address: the
    agent then signs in there.

    Raises:
        ViewerError: The platform should have given a ticket and gave none.
        GlanceError: No login key was to be had.
    """
    base = platform.account.base
    address = base.page(base_urls.AGENT_VIEW_PATH)
    if not found.viewertickets:
        return f"{address}?{plain_query(found.agentjoinurl)}"
    _address, fields = await viewer_form(platform, found, extra)
    try:
        asked = urlencode(fields).encode()
        answer = await platform.http.post(base.web(base_urls.VIEWER_TICKET_PATH), headers=_FORM, content=asked)
        if answer.status != OK:
            raise _no_ticket(f"answered with status {answer.status}")
        return f"{address}?{ticket_query(parse_object(answer.text))}"
    except Unreachable as error:
        raise _no_ticket(error.what) from None
    except MessageError:
        raise _no_ticket("sent an answer that cannot be read") from None


async def open_with(function: Callable[[str], object], address: str) -> None:
    """Has the user's own function open the viewer.

    Raises:
        CallbackError: It raised an exception. The address is struck out of the text, as it may not have been used yet.
        ViewerError: It returned False, as ``webbrowser.open`` does where there is no browser.
    """
    try:
        said = await call("openwindow", function, address)
    except GlanceError as error:
        message = error.message.replace(address, MASK).replace(address.rpartition("=")[2], MASK)
        raise CallbackError("callback", message, error.hint) from None
    if said is False:
        hint = "Press Open Viewer to try again, or look at the function given as openwindow."
        raise ViewerError("viewer_not_opened", "openwindow said that it opened nothing.", hint)


def _no_ticket(what: str) -> ViewerError:
    message = f"There is no address for the viewer: the platform {what}."
    return ViewerError("viewer_ticket", message, "Press Open Viewer.")
