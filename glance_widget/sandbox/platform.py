"""All that one running sandbox consists of."""

from __future__ import annotations

import asyncio

from starlette.requests import HTTPConnection

from glance_widget.sandbox.agents import Tokens
from glance_widget.sandbox.invitations import Invitation
from glance_widget.sandbox.page_frames import FrameReader
from glance_widget.sandbox.presence import PresenceHub
from glance_widget.sandbox.rate_limit import RateLimit
from glance_widget.sandbox.receipts import Answer, ConsentReceipt
from glance_widget.sandbox.records import Records, database_url, moment
from glance_widget.sandbox.sessions import Sessions
from glance_widget.sandbox.settings import Settings
from glance_widget.sandbox.sockets import Peers
from glance_widget.sandbox.text_messages import TextMessages
from glance_widget.sandbox.tickets import Tickets


class Platform:
    """The parts of one running sandbox. Made, used and closed on the sandbox's own thread.

    Args:
        settings: What the sandbox was told.

    Raises:
        SandboxError: The database cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        loop = asyncio.get_running_loop()
        timings = settings.timings
        self.settings = settings
        self.peers = Peers()
        self.tokens = Tokens(settings.clock)
        self.web_sessions = Tokens(settings.clock)
        per_minute = settings.limits.sign_ins_per_minute
        self.sign_ins = RateLimit(per_minute / 60, per_minute, loop.time)
        self.tickets = Tickets(timings.waiting, loop.time)
        self.viewer_tickets = Tickets(timings.viewer_ticket, loop.time)
        self.hub = PresenceHub(timings, settings.clock, loop, self._unanswered)
        self.records = Records(database_url(settings.database))
        self.frames = FrameReader()
        self.messages = TextMessages()
        self.sessions = Sessions(settings, self.hub, self.records, self.tickets, loop)

    def _unanswered(self, invitation: Invitation, answer: Answer) -> None:
        """No session comes of an invitation. Nothing depends on that, so that nobody waits for its receipt."""
        at = moment(self.settings.clock())
        key, puid, visitorid = invitation.session_key, invitation.puid, invitation.visitorid
        self.records.add_receipt_soon(ConsentReceipt(None, key, "view", answer, puid, at, "", "", visitorid))

    async def close_sockets(self) -> None:
        """Ends all sessions, says so to everybody, and closes all sockets."""
        self.sessions.end_all()
        self.hub.report_all_due()
        await self.peers.close_all()

    def close_records(self) -> None:
        """Writes what is left, closes the database, and leaves no thread behind."""
        self.frames.close()
        self.records.close()


def platform_of(connection: HTTPConnection) -> Platform:
    """The platform to which a request or socket came."""
    platform = connection.app.state.platform
    if not isinstance(platform, Platform):
        raise TypeError
    return platform
