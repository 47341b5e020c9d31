"""No column of any table under the ledger can be changed unseen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, select, update
from sqlmodel import Session

from tests.support.ledger_case import everything
from tests.support.makers import World, make_world
from tests.support.opened import opened
from tests.support.tampering import behind
from trace.core import clock
from trace.services import find, ledger_audit
from trace.services.ledger_audit import LedgerFault
from trace.tables.ledgered import LEDGERED, payload_columns


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> World:
    """A world in which every ledgered table has a row."""
    made = make_world(opened(sqlite_url))
    everything(made, tmp_path)
    return made


def other(column: Column[Any], value: Any) -> Any:
    """Some other value of the column's type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        return f"{value}x"
    return 1 if isinstance(column.type, Integer) else "x"


def change(link: Connection, round_: int) -> set[tuple[str, str, int]]:
    """Change one column of the newest row of every table that has so many: table, column, row."""
    done = set()
    for name, subject in LEDGERED.items():
        columns = payload_columns(subject.table)
        newest = select(subject.table).order_by(subject.table.c.id.desc()).limit(1)
        [row] = link.execute(newest).mappings().all()
        if round_ < len(columns):
            column = columns[round_]
            values = {column.name: other(column, row[column.name])}
            link.execute(update(subject.table).where(subject.table.c.id == row["id"]).values(values))
            done.add((name, column.name, row["id"]))
    return done


def faults_on(link: Connection) -> tuple[LedgerFault, ...]:
    with Session(link, join_transaction_mode="create_savepoint") as session:
        return ledger_audit.verify(session, every=True).faults


@pytest.mark.slow
def test_a_changed_value_in_any_column_of_any_ledgered_table_is_found(world: World) -> None:
    unseen, seen = [], 0
    with behind(world.db) as link:
        for round_ in range(max(len(payload_columns(one.table)) for one in LEDGERED.values())):
            savepoint = link.begin_nested()
            done = change(link, round_)
            named = {(one.code, one.subject, one.subject_id) for one in faults_on(link)}
            unseen += [one for one in done if ("ledger.record-changed", one[0], one[2]) not in named]
            seen += len(done)
            savepoint.rollback()
        assert faults_on(link) == ()
    assert unseen == []
    assert seen > 150


def test_what_is_no_record_may_change(world: World) -> None:
    """Telephones, stories and pictures: they must be erasable, so no entry vouches for them."""
    with clock.at(datetime(2026, 10, 2, tzinfo=UTC)), world.write() as session:
        found = find.organisation(session, int(world.coop.org_id))
        found.phone = "13900000000"
        session.add(found)
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
