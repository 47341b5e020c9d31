"""Everything that stands in a database, to see that a refusal changed nothing and lost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from labels.errors import LabelError
from trace.core.errors import TraceError
from trace.db import Database
from trace.tables import metadata

# Written by asking, whatever the answer is.
_OF_VISITS = frozenset({"login_session", "ledger_checkpoint"})


def everything(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of records, by table, in order of the primary key."""
    with db.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
            if table.name not in _OF_VISITS
        }


@contextmanager
def unchanged(db: Database) -> Iterator[None]:
    """What happens inside must leave every table as it was."""
    before = everything(db)
    yield
    after = everything(db)
    changed = {name for name in before if before[name] != after[name]}
    assert not changed, f"changed: {sorted(changed)}"


@contextmanager
def refused(db: Database, code: str, about: str = "") -> Iterator[None]:
    """What happens inside must be refused with this code and leave every table as it was."""
    with unchanged(db), pytest.raises((TraceError, LabelError)) as refusal:
        yield
    error = refusal.value
    assert isinstance(error, TraceError | LabelError)
    assert error.code == code, f"{error.code} instead of {code} {about}"
