"""Session records, kept in a database from the first moment of a session to its end (SQLAlchemy Core)."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from datetime import datetime, timezone
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from glance_widget.errors import SandboxError
from glance_widget.protocol.session_lookup import CallType
from glance_widget.protocol.session_report import iso_ms
from glance_widget.sandbox.receipts import ConsentReceipt
from glance_widget.sandbox.records_schema import (
    AGENTS,
    CHANNEL_TYPES,
    CHANNELS,
    METADATA,
    RECEIPTS,
    SCHEMA,
    SCHEMA_VERSION,
    SESSIONS,
)

_log = logging.getLogger("glance_widget.sandbox")
_OPEN: Final = ("W", "A")


def database_url(database: str | os.PathLike[str] | None) -> sa.URL:
    """The SQLAlchemy URL for what a user gives as database: a URL, the path of an SQLite file, or None for memory.

    Raises:
        SandboxError: It looks like a URL and is none.
    """
    if database is None:
        return sa.URL.create("sqlite")
    text = os.fspath(database)
    if "://" not in text:
        return sa.URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        return sa.make_url(text)
    except sa.exc.ArgumentError as error:
        raise _unusable(error) from None


class Records:
    """The session records of one sandbox. One thread of its own writes, so that a slow database delays no live view.

    Args:
        url: The database.

    Raises:
        SandboxError: The database cannot be opened, or was made by another version of this package.
    """

    def __init__(self, url: sa.URL) -> None:
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="glance-sandbox-records")
        try:
            self._engine = self._writer.submit(_opened, url).result()
        except (sa.exc.SQLAlchemyError, ImportError, OSError) as error:
            self._writer.shutdown()
            raise _unusable(error) from None
        except SandboxError:
            self._writer.shutdown()
            raise

    async def add(self, calltype: CallType, **values: str | int | None) -> None:
        """Adds a session with its one channel.

        Raises:
            SandboxError: The database refused it.
        """
        try:
            channel = {"session_id": values["id"], "num": 1, "type": CHANNEL_TYPES[calltype]}
            statements = (sa.insert(SESSIONS).values(values), sa.insert(CHANNELS).values(channel))
            await asyncio.wrap_future(self._writer.submit(self._execute, *statements))
        except (sa.exc.SQLAlchemyError, RuntimeError) as error:
            raise _unusable(error) from None

    def change(self, session_id: str, **values: str | int | None) -> None:
        """Changes a session's record, soon."""
        self._soon(sa.update(SESSIONS).where(SESSIONS.c.id == session_id).values(values))

    def agent_joined(self, session_id: str, num: int, values: Mapping[str, str | None]) -> None:
        """Adds an agent's stay in a session, soon."""
        self._soon(sa.insert(AGENTS).values(session_id=session_id, num=num, **values))

    def agent_stay(self, session_id: str, num: int, left_at: str | None) -> None:
        """Notes that an agent left a session, or is back (None), soon."""
        where = (AGENTS.c.session_id == session_id) & (AGENTS.c.num == num)
        self._soon(sa.update(AGENTS).where(where).values(left_at=left_at))

    def add_receipt(self, receipt: ConsentReceipt) -> asyncio.Future[bool]:
        """Adds a visitor's answer. Called on the event loop's thread.

        Returns:
            Whether it is kept for good, as soon as the database has said so.
        """
        try:
            return asyncio.wrap_future(self._writer.submit(self._write_receipt, receipt))
        except RuntimeError:
            # The interpreter is shutting down and starts no more work in threads.
            unwritten: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            unwritten.set_result(False)
            return unwritten

    def add_receipt_soon(self, receipt: ConsentReceipt) -> None:
        """Adds what became of an invitation, soon."""
        self._soon(sa.insert(RECEIPTS).values(asdict(receipt)))

    def receipts(self, session_id: str | None = None) -> list[ConsentReceipt]:
        """The visitors' answers, oldest first. Waits for the database; may be called on any thread.

        Args:
            session_id: Only those of one session.

        Raises:
            SandboxError: The database cannot be read, or was closed.
        """
        columns = [RECEIPTS.c[part.name] for part in fields(ConsentReceipt)]
        query = sa.select(*columns).order_by(RECEIPTS.c.id)
        if session_id is not None:
            query = query.where(RECEIPTS.c.session_id == session_id)
        try:
            # Behind everything that is still to be written.
            return self._writer.submit(self._read_receipts, query).result()
        except (sa.exc.SQLAlchemyError, RuntimeError) as error:
            raise _unusable(error) from None

    def close(self) -> None:
        """Writes what is left and closes the database."""
        self._writer.shutdown(wait=True)
        self._engine.dispose()

    def _soon(self, statement: sa.Executable) -> None:
        try:
            self._writer.submit(self._execute_or_log, statement)
        except RuntimeError:
            # The interpreter is shutting down and starts no more work in threads.
            self._execute_or_log(statement)

    def _execute(self, *statements: sa.Executable) -> None:
        with self._engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def _write_receipt(self, receipt: ConsentReceipt) -> bool:
        statements: list[sa.Executable] = [sa.insert(RECEIPTS).values(asdict(receipt))]
        if (receipt.power, receipt.answer) == ("view", "accepted"):
            consent = {
                "consent_at": receipt.at,
                "consent_version": receipt.version,
                "consent_language": receipt.language,
            }
            statements.append(sa.update(SESSIONS).where(SESSIONS.c.id == receipt.session_id).values(consent))
        try:
            self._execute(*statements)
        except sa.exc.SQLAlchemyError as error:
            _log.error("A visitor's answer could not be recorded (%s).", type(error).__name__)
            return False
        return True

    def _read_receipts(self, query: sa.Select[tuple[object, ...]]) -> list[ConsentReceipt]:
        with self._engine.begin() as connection:
            return [ConsentReceipt(**row) for row in connection.execute(query).mappings()]

    def _execute_or_log(self, statement: sa.Executable) -> None:
        try:
            self._execute(statement)
        except sa.exc.SQLAlchemyError as error:
            _log.error("A session record could not be written (%s).", type(error).__name__)


def _opened(url: sa.URL) -> sa.Engine:
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            METADATA.create_all(connection)
            _check_version(connection)
            _mark_interrupted(connection)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(url: sa.URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        # Values of statements are personal data; they belong neither into logs nor into errors.
        return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    in_memory = url.database in {None, "", ":memory:"}
    if url.database and not in_memory and not url.database.startswith("file:"):
        _make_private(Path(url.database))
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 10},
        **({"poolclass": StaticPool} if in_memory else {}),
    )
    sa.event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: object, _record: object) -> None:
    execute: Callable[[str], object] = getattr(connection, "execute")  # noqa: B009
    # FULL: what a visitor agreed to is still there after a power cut, and only then is anything shown.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        execute(f"PRAGMA {pragma}")


def _make_private(path: Path) -> None:
    """Records hold names and addresses of visitors: their file is for this user only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _check_version(connection: sa.Connection) -> None:
    version = connection.execute(sa.select(sa.func.max(SCHEMA.c.version))).scalar()
    if version is None:
        connection.execute(sa.insert(SCHEMA).values(version=SCHEMA_VERSION))
    elif version != SCHEMA_VERSION:
        other, hint = (
            ("a newer", "Upgrade glance-widget, or give") if version > SCHEMA_VERSION else ("an older", "Give")
        )
        message = f"The database of session records was made by {other} version of glance-widget."
        raise SandboxError("sandbox_database", message, f"{hint} another database.")


def _mark_interrupted(connection: sa.Connection) -> None:
    """Sessions that were open when the service last died ended without a clean close, nobody knows when."""
    values = {"status": "X", "end_reason": "conndrop"}
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.status.in_(_OPEN)).values(values))


def moment(unix_seconds: float) -> str:
    """A time as it stands in records and messages."""
    return iso_ms(datetime.fromtimestamp(unix_seconds, timezone.utc))


def _unusable(error: Exception) -> SandboxError:
    # Not the error's own text: it may repeat the URL, and with it a password.
    return SandboxError(
        "sandbox_database",
        f"The database of session records cannot be used ({type(error).__name__}).",
        "Give a writable path or a SQLAlchemy URL whose driver is installed.",
    )
