"""Connections for the hottest reads: one SELECT that needs no transaction, without pool, test or rollback."""

from __future__ import annotations

from threading import local
from typing import Any, Protocol
from weakref import WeakSet

import psycopg
from psycopg import pq
from psycopg.errors import error_from_result
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool, PoolProxiedConnection

BUSY_MS = 30_000
_LONGEST_MS = 10_000  # a read by keys alone that takes longer has met trouble
_READ_ONLY = f"-c default_transaction_read_only=on -c statement_timeout={_LONGEST_MS}"

Cell = str | int | None  # what one column says: PostgreSQL answers in text
Row = tuple[Cell, ...]


class _Link(Protocol):
    def row(self, statement: str, values: tuple[str | int, ...]) -> Row | None: ...

    def close(self) -> None: ...


class _Sqlite:
    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._connection = connection
        driver: Any = connection.driver_connection
        driver.isolation_level = None
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        driver.execute("PRAGMA query_only=ON")
        self._driver = driver

    def row(self, statement: str, values: tuple[str | int, ...]) -> Row | None:
        found: Row | None = self._driver.execute(statement.replace("%s", "?"), values).fetchone()
        return found

    def close(self) -> None:
        self._connection.close()


class _Postgres:
    """Statements prepared once and sent by libpq itself: a third less time, and no thread holds up another."""

    def __init__(self, connection: PoolProxiedConnection) -> None:
        self._connection = connection
        driver: Any = connection.driver_connection
        self._link: pq.abc.PGconn = driver.pgconn
        self._names: dict[str, bytes] = {}

    def row(self, statement: str, values: tuple[str | int, ...]) -> Row | None:
        name = self._names.get(statement)
        if name is None:
            name = self._names[statement] = self._prepared(statement)
        result = self._link.exec_prepared(name, [str(one).encode("utf-8") for one in values])
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise error_from_result(result)
        if not result.ntuples:
            return None
        cells = (result.get_value(0, column) for column in range(result.nfields))
        return tuple(None if cell is None else str(cell, "utf-8") for cell in cells)

    def _prepared(self, statement: str) -> bytes:
        first, *rest = statement.split("%s")
        numbered = first + "".join(f"${number}{part}" for number, part in enumerate(rest, 1))
        name = f"glance_{len(self._names)}".encode("ascii")
        result = self._link.prepare(name, numbered.encode("utf-8"))
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise error_from_result(result)
        return name

    def close(self) -> None:
        self._connection.close()


class Glances:
    """A connection a thread for single SELECTs: in autocommit, read only, and kept open."""

    def __init__(self, url: str) -> None:
        self._kind = _Sqlite if url.startswith("sqlite") else _Postgres
        options: dict[str, Any] = {"check_same_thread": False}
        if self._kind is _Postgres:
            options = {"autocommit": True, "options": _READ_ONLY}
        self._engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=options)
        self._failed: tuple[type[Exception], ...] = (self._engine.dialect.loaded_dbapi.Error, psycopg.Error)
        self._own = local()
        self._all: WeakSet[Any] = WeakSet()

    def row(self, statement: str, values: tuple[str | int, ...]) -> Row | None:
        """The first row, numbers as numbers or in decimal digits, days as ISO 8601. Parameters stand as %s.

        A connection that has gone away is replaced once; after that OperationalError.
        """
        try:
            return self._link().row(statement, values)
        except self._failed:
            self._drop()
        try:
            return self._link().row(statement, values)
        except self._failed as error:
            self._drop()
            raise OperationalError(statement, None, error) from error

    def _link(self) -> _Link:
        link: _Link | None = getattr(self._own, "link", None)
        if link is None:
            link = self._own.link = self._kind(self._engine.raw_connection())
            self._all.add(link)
        return link

    def _drop(self) -> None:
        link: _Link | None = getattr(self._own, "link", None)
        self._own.link = None
        if link is not None:
            link.close()

    def close(self) -> None:
        """Close the connections of all threads; the next statement of a thread opens one again."""
        for link in list(self._all):
            link.close()
        self._all.clear()
        self._own = local()
