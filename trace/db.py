"""Engines, pragmas, the read session and the write unit.

A write unit takes its lock before it reads: SQLite by BEGIN IMMEDIATE (a deferred read-then-write
fails at once with "database is locked", whatever the timeout), PostgreSQL by locking the ledger's
head row. What a unit reads is therefore still true when it commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlmodel import Session

from trace.glances import BUSY_MS, Glances, Row
from trace.tables import LedgerHead

_LOCK = select(LedgerHead.size).where(LedgerHead.id == 1).with_for_update()  # type: ignore[call-overload]


def make_engine(url: str, **options: Any) -> Engine:
    """Create an engine for `sqlite:///…` or `postgresql+psycopg://…`, set up as the records need it."""
    if "poolclass" not in options:
        # A thread that waits for its turn to write holds a connection: enough for every thread of a web process.
        options = {"pool_size": 10, "max_overflow": 40} | options
    if url.startswith("sqlite"):
        # Parameters are personal data: they stay out of error messages, and so out of logs.
        engine = create_engine(url, hide_parameters=True, **options)
        _prepare_sqlite(engine)
        return engine
    return create_engine(url, pool_pre_ping=True, hide_parameters=True, **options)


def _prepare_sqlite(engine: Engine) -> None:
    path = engine.url.database
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # SQLite would make the file readable to everybody on the machine.
        Path(path).touch(mode=0o600, exist_ok=True)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        # The driver's own transaction handling is off: `_begin` below says how a transaction starts.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        write = connection.get_execution_options().get("trace_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


class LedgerWatch(Protocol):
    """Told of every write unit that may enter something in the ledger."""

    def before(self, session: Session) -> None:
        """Under the lock, before anything is written; what it raises ends the unit."""

    def closing(self, session: Session) -> object | None:
        """Under the lock, when all is written: what `after` needs; None if the ledger has not grown."""

    def after(self, unit: object) -> None:
        """The unit has committed; `unit` is what `closing` gave."""


class Database:
    """The one door to the data: `read()` and `write()`.

    `keyring` opens the keys that sign entries (trace.services.keyring); a unit's session carries it. `watch` hears
    of the units that grow the ledger.
    """

    def __init__(self, url: str, keyring: object, watch: LedgerWatch | None = None) -> None:
        self.url = url
        self._info = {"keyring": keyring}
        self.watch = watch
        self.engine = make_engine(url)
        self._writing = self.engine.execution_options(trace_write=True)
        self._glances = Glances(url)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the data and is rolled back at the end."""
        with Session(self.engine, expire_on_commit=False, info=dict(self._info)) as session:
            yield session

    @contextmanager
    def write(self, *, ledger: bool = True, watched: bool = True) -> Iterator[Session]:
        """A unit of work: commits whole at the end, or not at all.

        With `ledger`, units run one after another in ledger order; without, only as the database needs
        (sign-ins, scan counts). The watch itself writes without being `watched`.
        """
        closed = None
        watch = self.watch if ledger and watched else None
        with (
            Session(self._writing, expire_on_commit=False, info=dict(self._info)) as session,
            session.begin(),
        ):
            if ledger:
                session.execute(_LOCK)
            if watch is not None:
                watch.before(session)
            yield session
            if watch is not None:
                session.flush()
                closed = watch.closing(session)
        if watch is not None and closed is not None:
            watch.after(closed)

    def glance(self, statement: str, values: tuple[str | int, ...]) -> Row | None:
        """The first row of one SELECT without a session, for the hottest reads, as `Glances.row` gives it."""
        return self._glances.row(statement, values)

    def dispose(self) -> None:
        """Close pooled connections."""
        self.engine.dispose()
        self._glances.close()
