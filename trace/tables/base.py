"""What every table shares: naming convention, strict time and day types, canonical JSON text, ids.

A stored value that is not in its one written form is an error on reading: a record changed behind
the service's back must not read as some other, valid value.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.types import Date, TypeEngine
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Before the first table: Alembic can only rename or drop constraints that have a predictable name.
SQLModel.metadata.naming_convention = NAMING
metadata: MetaData = SQLModel.metadata

# Columns that are not part of the ledgered payload: projections and presentation, free to change.
MUTABLE = {"ledger": False}

# Columns that came after the first records: part of the payload only when set, so that older rows keep their hash.
IF_SET = {"ledger": "if-set"}

# Text columns that hold a canonical JSON object: an entry commits to each of its members by itself.
MEMBERS = {"members": True}

NAME_LENGTH = 200

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; naive values are refused (ValueError), in and out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite has no time zones: one fixed text form, so that text order is time order."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive values, write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime refused: times are UTC and aware")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Read the one written form only."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
            raise ValueError("stored time is not in its written form")
        return datetime.fromisoformat(value)


class Day(TypeDecorator[date]):
    """A calendar day, read back strictly."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """SQLite keeps ten characters, PostgreSQL a date."""
        return dialect.type_descriptor(String(10) if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Refuse a datetime where a day belongs."""
        if value is None:
            return None
        if isinstance(value, datetime):
            raise ValueError("a day is wanted, not an instant")
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Read the one written form only."""
        if value is None or isinstance(value, date):
            return value
        if not isinstance(value, str) or _DAY.fullmatch(value) is None:
            raise ValueError("stored day is not in its written form")
        return date.fromisoformat(value)


def key_of(row: SQLModel) -> int:
    """The primary key of a row that was flushed."""
    identity = getattr(row, "id", None)
    if not isinstance(identity, int):
        raise RuntimeError("the row has no id yet: flush first")
    return identity
