"""The tables of session records (SQLAlchemy Core)."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from glance_widget.protocol.session_lookup import CallType

SCHEMA_VERSION: Final = 2
"""A further table may come without a new version: older versions of this package do not look at it."""

MOMENT: Final = sa.String(24)
"""ISO 8601 in UTC with milliseconds: sorts by time, and is the same in every database."""

METADATA = sa.MetaData()
SCHEMA = sa.Table("glance_schema", METADATA, sa.Column("version", sa.Integer, primary_key=True, autoincrement=False))

SESSIONS = sa.Table(
    "glance_sessions",
    METADATA,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("key", sa.String(62), nullable=False),
    sa.Column("groupid", sa.Integer, nullable=False),
    sa.Column("visitorid", sa.String(62)),
    sa.Column("name", sa.String(63)),
    sa.Column("email", sa.String(127)),
    sa.Column("status", sa.String(1), nullable=False, index=True),
    sa.Column("started_at", MOMENT, nullable=False, index=True),
    sa.Column("joined_at", MOMENT),
    sa.Column("ended_at", MOMENT),
    sa.Column("end_reason", sa.String(16)),
    sa.Column("consent_at", MOMENT),
    sa.Column("consent_version", sa.String(32)),
    sa.Column("consent_language", sa.String(35)),
    sa.Column("origin", sa.String(255)),
    sa.Column("xid", sa.String(255)),
)

AGENTS = sa.Table(
    "glance_session_agents",
    METADATA,
    sa.Column("session_id", sa.String(20), sa.ForeignKey("glance_sessions.id"), primary_key=True),
    sa.Column("num", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("puid", sa.String(255), nullable=False),
    sa.Column("name", sa.String(255)),
    sa.Column("joined_at", MOMENT, nullable=False),
    sa.Column("left_at", MOMENT),
)

CHANNELS = sa.Table(
    "glance_session_channels",
    METADATA,
    sa.Column("session_id", sa.String(20), sa.ForeignKey("glance_sessions.id"), primary_key=True),
    sa.Column("num", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(16), nullable=False),
)
"""What was shown in a session. A session without a line is older than this table: a cobrowse session."""

CHANNEL_TYPES: Final[dict[CallType, str]] = {"C": "cobrowse", "G": "screenshare", "V": "video"}
"""``type`` of a channel by the lookup's ``calltype``; all but ``cobrowse`` ours (wire sheet, section 7.1)."""

RECEIPTS = sa.Table(
    "glance_consent_receipts",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session_id", sa.String(20), sa.ForeignKey("glance_sessions.id"), index=True),
    sa.Column("session_key", sa.String(62), nullable=False),
    sa.Column("power", sa.String(16), nullable=False),
    sa.Column("answer", sa.String(16), nullable=False),
    sa.Column("agent", sa.String(255)),
    sa.Column("at", MOMENT, nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("visitorid", sa.String(62)),
)
"""Lines are added and never changed. The fields are those of ``ConsentReceipt``."""
