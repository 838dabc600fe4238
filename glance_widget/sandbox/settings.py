"""What a sandbox is told once, at its start, and never changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from glance_widget.protocol.live_view import HELLO_WITHIN, MAX_FRAME
from glance_widget.protocol.presence import VISITOR_GONE_AFTER
from glance_widget.protocol.privileges import CAMERA_SHARE
from glance_widget.protocol.visitor_settings import VisitorSettings
from glance_widget.sandbox.place import Place
from glance_widget.secret import Secret

DEFAULT_GROUPID: Final = 21489
DEFAULT_PUID: Final = "agent@sandbox"


@dataclass(frozen=True, slots=True)
class Timings:
    """How long things may take, in seconds.

    Attributes:
        grace: How long a visitor, or the last agent, may be away from a session before it is given up.
        visitor_gone_after: The 5 second rule of presence (wire sheet, section 5.3).
        waiting: How long a session waits for its first agent, and a viewer for its session.
        hello: Within which a socket's first message must come.
        end_notice: How long the visitor's own script has to report a session's end before the service does.
        invitation: How long an invitation waits for the visitor's answer.
        assist_question: How long an agent's question for remote assist waits for the visitor's answer.
        recording: How long an answer may take to be recorded; nothing is shown before, and nothing after that.
        assist_away: How long the visitor may be without a page before remote assist ends.
        code: How long a random session code waits for its agent.
        code_rest: How long a code that was used is not given out again.
        viewer_ticket: How long an address that opens the viewer is good.
        loginkey: For how long the keys that ``authurl`` hands out are good.
    """

    grace: float = 30.0
    visitor_gone_after: float = VISITOR_GONE_AFTER
    waiting: float = 600.0
    hello: float = HELLO_WITHIN
    end_notice: float = 1.0
    invitation: float = 30.0
    assist_question: float = 30.0
    recording: float = 10.0
    assist_away: float = 5.0
    code: float = 600.0
    code_rest: float = 3600.0
    viewer_ticket: float = 120.0
    loginkey: int = 3600


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one sender may ask for (ours: Glance publishes none).

    Attributes:
        sessions_per_address: Open sessions that one client address may have.
        starts_per_minute: Sessions that one client address may start in a minute.
        events_per_second: Recorded events that one page of a visitor may send, over some seconds.
        event_bytes_per_second: Bytes of recorded events that one page may send, over some seconds.
        wrong_codes_per_address: Different wrong session codes that may come from one address in ten minutes.
        wrong_codes: Wrong session codes that may come from all addresses together in ten minutes.
        sign_ins_per_minute: Uses of the identity provider's page in a minute, by all agents together.
        viewer_queue: Bytes of page content that may wait for one viewer before it is taken out of the stream.
        pictures_per_second: Pictures that one camera may send, over some seconds.
        invitations_per_minute: Customers whom one agent may invite in a minute.
        messages_per_number: Text messages that one phone number may get in ten minutes.
    """

    sessions_per_address: int = 100
    starts_per_minute: int = 300
    events_per_second: float = 1_000.0
    event_bytes_per_second: float = MAX_FRAME
    wrong_codes_per_address: int = 10
    wrong_codes: int = 100
    sign_ins_per_minute: int = 120
    viewer_queue: int = 2 * MAX_FRAME
    pictures_per_second: float = 20.0
    invitations_per_minute: int = 10
    messages_per_number: int = 5


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server needs to speak TLS.

    Attributes:
        chain_file: The server's certificate, PEM.
        key_file: Its private key, PEM.
        ca_file: The authority's certificate, PEM: what clients must trust.
    """

    chain_file: Path
    key_file: Path
    ca_file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the parts of a sandbox need to know about it.

    Attributes:
        groupid: The one group of this platform.
        puid: The agent for whom ``authurl`` signs login keys.
        apikey: The group's API key.
        database: Where session records are kept: a SQLAlchemy URL, the path of an SQLite file, or None for memory.
        data_folder: Where certificates are kept; None means the user's data folder.
        secure: Whether it speaks https and wss.
        loopback: Whether it listens on this machine only.
        public: The place where browsers reach it through a proxy; None when they reach it as everybody does.
        load_balanced: Which of the two kinds of presence it plays (wire sheet, section 5.1).
        keepalive: Seconds between the keep-alive messages of presence sockets.
        allowed_origins: Web origins, beside those of this machine, whose pages may use the platform.
        allowed_hosts: Host names, beside those of this machine, under which it may be addressed.
        visitor_settings: What its site shows and hides.
        privileges: What its agents may do.
        timings, limits: See there.
        clock: Gives the present in Unix seconds.
    """

    groupid: int
    puid: str
    apikey: Secret
    database: str | os.PathLike[str] | None = None
    data_folder: str | os.PathLike[str] | None = None
    secure: bool = False
    loopback: bool = True
    public: Place | None = None
    load_balanced: bool = False
    keepalive: float = 30.0
    allowed_origins: frozenset[str] = frozenset()
    allowed_hosts: frozenset[str] = frozenset()
    visitor_settings: VisitorSettings = field(default_factory=VisitorSettings)
    privileges: frozenset[str] = frozenset({CAMERA_SHARE})
    timings: Timings = field(default_factory=Timings)
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], float] = time.time
