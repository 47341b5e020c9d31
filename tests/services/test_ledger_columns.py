"""No column of any table under the ledger can be changed unseen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Connection, Integer, select, update
from sqlmodel import Session

from tests.services.test_ledger_tamper import filled
from tests.support.makers import BASE, MASTER, World, make_world
from tests.support.opened import opened
from tests.support.tampering import behind
from trace.core import clock
from trace.services import authorisation, carton, find, freeze, key, ledger_audit, ranges, recall, sheet
from trace.services.ledger_audit import LedgerFault
from trace.tables import Run
from trace.tables.ledgered import LEDGERED, payload_columns


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> World:
    """A world in which every ledgered table has a row."""
    made = make_world(opened(sqlite_url))
    filled(made, tmp_path)
    number = made.ready()
    run_id = made.printed(number, pin=True, start_cell=3)
    drawn = made.drawn(run_id, tmp_path)
    with made.write() as session:
        ranges.void(session, made.coop, run_id, 2, 3, "示例：印坏了")
        sheet.hand_out(session, made.coop, run_id, drawn, outlet="pdf")
        wanted = carton.NewCartons("roll-60x40", "cartons", 4, carton.Content(run_id))
        boxes = carton.print_cartons(session, made.coop, number, wanted, base_url=BASE, master=MASTER)
        carton.split(session, made.coop, boxes.run_id, 1, "示例：拆开零卖")
        held = freeze.freeze(session, made.regulator, number, "示例：抽检")
        freeze.lift(session, made.regulator, held.id or 0, "示例：合格")
        begun = recall.open_recall(session, made.regulator, number, "示例：异物", "示例：退回")
        recall.close_recall(session, made.regulator, begun.id or 0, "示例：已收回")
        key.end(session, made.operator, session.get_one(Run, run_id).key_id, "retired", "示例：到期")
        leave = authorisation.standings(session, find.brand(session, made.slug).id or 0)[0]
        authorisation.revoke(session, made.office, leave.row.id or 0, "示例：违规")
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


def changes(link: Connection) -> Iterator[tuple[str, str, int]]:
    """Change one column of one row after another, each put back before the next: table, column, row."""
    for name, subject in LEDGERED.items():
        newest = select(subject.table).order_by(subject.table.c.id.desc()).limit(1)
        rows = link.execute(newest).mappings().all()
        assert rows, f"no row in {name}"
        for column in payload_columns(subject.table):
            before = rows[0][column.name]
            where = subject.table.c.id == rows[0]["id"]
            savepoint = link.begin_nested()
            link.execute(update(subject.table).where(where).values({column.name: other(column, before)}))
            yield name, column.name, rows[0]["id"]
            savepoint.rollback()


def fault_on(link: Connection) -> LedgerFault | None:
    with Session(link, join_transaction_mode="create_savepoint") as session:
        return ledger_audit.verify(session).fault


@pytest.mark.slow
def test_a_changed_value_in_any_column_of_any_ledgered_table_is_found(world: World) -> None:
    wrong, seen = [], 0
    with behind(world.db) as link:
        for table, column, identity in changes(link):
            fault = fault_on(link)
            named = fault and (fault.code, fault.subject, fault.subject_id)
            if named != ("ledger.record-changed", table, identity):
                wrong.append((table, column, fault))
            seen += 1
        assert fault_on(link) is None
    assert wrong == []
    assert seen > 150


def test_what_is_no_record_may_change(world: World) -> None:
    """Telephones, stories and pictures: they must be erasable, so no entry vouches for them."""
    with clock.at(datetime(2026, 10, 2, tzinfo=UTC)), world.write() as session:
        found = find.organisation(session, int(world.coop.org_id))
        found.phone = "13900000000"
        session.add(found)
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
