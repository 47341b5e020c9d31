"""Changing a database behind the service's back: raw statements, and single bytes of a SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection

from trace.db import Database


@contextmanager
def behind(db: Database) -> Iterator[Connection]:
    """A connection on which foreign keys and, where the database allows it, CHECKs do not hold."""
    with db.engine.connect() as link:
        if db.engine.dialect.name == "sqlite":
            link.exec_driver_sql("COMMIT")
            link.exec_driver_sql("PRAGMA foreign_keys=OFF")
            link.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
            link.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            link.exec_driver_sql("SET session_replication_role = replica")
        yield link
        link.commit()
    db.dispose()


def settled(db: Database) -> Path:
    """The path of the SQLite file, with everything in it and no log beside it; the database is closed."""
    path = Path(str(db.engine.url.database))
    db.dispose()
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def record_span(data: bytes, within: bytes) -> range:
    """Where in a SQLite file the one record lies that holds `within`: its cell of a table leaf page.

    SQLite file format, section 1.6: payload length and row id, then header with serial types, then values.
    """
    assert data.count(within) == 1, "the mark stands in one record only"
    page_size = int.from_bytes(data[16:18], "big") or 65_536
    at = data.index(within)
    page = at // page_size * page_size
    assert data[page] == 0x0D, "a leaf page of a table"
    count = int.from_bytes(data[page + 3 : page + 5], "big")
    pointers = [
        page + int.from_bytes(data[place : place + 2], "big")
        for place in range(page + 8, page + 8 + 2 * count, 2)
    ]
    start = max(pointer for pointer in pointers if pointer <= at)
    length, after_length = _varint(data, start)
    _row_id, payload = _varint(data, after_length)
    return range(start, payload + length)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(at, at + 8):
        value = value << 7 | data[place] & 0x7F
        if data[place] < 0x80:
            return value, place + 1
    return value << 8 | data[at + 8], at + 9
