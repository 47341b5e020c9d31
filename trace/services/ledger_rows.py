"""Read rows that somebody may have damaged: what cannot be read is left out, and does not hide the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Table, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from trace.tables.ledgered import payload_columns

# What reading a damaged row can raise: the driver's errors, our types' refusal of a wrong spelling, and what
# a value of a wrong type does to code that trusted it.
UNREADABLE = (SQLAlchemyError, ValueError, TypeError, AttributeError, KeyError, RecursionError)

Row = Mapping[str, Any]


def _strict(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # SQLite would read any non-zero byte as true.
    return type_coerce(column, Integer).label(column.key) if isinstance(column.type, Boolean) else column


def rows(session: Session, table: Table, key: str, keys: Sequence[Any]) -> dict[Any, list[Row]]:
    """Rows by key, truth values as the integers they are stored as."""
    query = select(*[_strict(column) for column in payload_columns(table)])
    found: dict[Any, list[Row]] = defaultdict(list)
    try:
        for row in session.execute(query.where(table.c[key].in_(keys))).mappings():
            found[row[key]].append({str(name): value for name, value in row.items()})
    except UNREADABLE:
        if len(keys) == 1:
            return {}
        middle = len(keys) // 2
        return rows(session, table, key, keys[:middle]) | rows(session, table, key, keys[middle:])
    return found


def plain(row: Row, table: Table) -> dict[str, Any]:
    """Undo `_strict`: 0 and 1 are the only written forms of false and true."""
    made = dict(row)
    for column in payload_columns(table):
        if isinstance(column.type, Boolean):
            if made[column.name] not in (0, 1) or isinstance(made[column.name], float):
                raise ValueError("stored truth value is not in its written form")
            made[column.name] = bool(made[column.name])
    return made
