"""Whatever is changed behind the service's back, the walk through the ledger finds it and names the entry."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlmodel import Session

from tests.support.forging import regrow, resigned
from tests.support.ledger_case import MARK, Case, filled
from tests.support.makers import MASTER, World, make_world
from tests.support.opened import opened
from tests.support.tampering import behind, record_span, settled
from trace.db import Database
from trace.ledger import merkle
from trace.services import ledger, ledger_audit
from trace.services.ledger import ENTRY, HEAD
from trace.services.ledger_audit import Known, LedgerFault, LedgerReport
from trace.tables.ledgered import LEDGERED

EVENT = LEDGERED["event"].table
INPUT, CARRIED = LEDGERED["operation"].parts[0][0], LEDGERED["event"].parts[0][0]


@pytest.fixture
def case(world: World, tmp_path: Path) -> Case:
    return filled(world, tmp_path)


def report_of(db: Database) -> LedgerReport:
    with db.read() as session:
        return ledger_audit.verify(session)


def fault_of(db: Database) -> LedgerFault | None:
    return report_of(db).fault


def change(db: Database, table: Table, key: str, identity: int, **values: Any) -> None:
    with behind(db) as link:
        done = link.execute(update(table).where(table.c[key] == identity).values(**values))
        assert done.rowcount >= 1


OTHER_VALUES: dict[str, Any] = {
    "id": 999,
    "batch_id": 2,
    "organisation_id": 2,
    "stage": "packaging",
    "occurred_at": datetime(2026, 8, 23, 4, 0, 0, 1, tzinfo=UTC),
    "recorded_at": datetime(2026, 8, 23, 4, tzinfo=UTC),
    "recorded_by": 2,
    "source": "别处",
    "destination": "别处",
    "place": "示例鎮",
    "quantity_g": 1,
    "facts": '{"place":"别的库房"}',
    "corrects_id": None,
    "reason": "写错了库房 ",
    "withdrawn": True,
    "request_id": "another",
}


def test_an_untouched_ledger_has_no_fault(case: Case) -> None:
    found = report_of(case.db)
    assert found.fault is None
    with case.db.read() as session:
        edge = ledger.frontier(session)
    assert (found.entries, found.root) == (edge.size, edge.root().hex())


def test_a_changed_value_in_any_column_of_an_event_is_found(case: Case) -> None:
    assert set(OTHER_VALUES) == {column.name for column in EVENT.c}
    found = {}
    with behind(case.db) as link:
        for column, value in OTHER_VALUES.items():
            savepoint = link.begin_nested()
            link.execute(update(EVENT).where(EVENT.c.id == case.event_id).values({column: value}))
            with Session(link, join_transaction_mode="create_savepoint") as session:
                found[column] = ledger_audit.verify(session).fault
            savepoint.rollback()
    fault = LedgerFault(case.entry, "ledger.record-changed", "event.corrected", "event", case.event_id)
    assert found == dict.fromkeys(OTHER_VALUES, fault)


def test_a_deleted_event_is_found(case: Case) -> None:
    with behind(case.db) as link:
        link.execute(delete(CARRIED).where(CARRIED.c.event_id == case.carrier_id))
        link.execute(delete(EVENT).where(EVENT.c.id == case.carrier_id))
    assert fault_of(case.db) == LedgerFault(
        case.carrier_entry, "ledger.record-changed", "event.recorded", "event", case.carrier_id
    )


def test_an_event_put_in_without_an_entry_is_found(case: Case) -> None:
    with behind(case.db) as link:
        row = dict(link.execute(select(EVENT).where(EVENT.c.id == case.carrier_id)).mappings().one())
        link.execute(insert(EVENT).values(**row | {"id": 999, "request_id": None}))
        entries = link.execute(select(HEAD.c.size)).scalar_one()
    assert fault_of(case.db) == LedgerFault(entries, "ledger.record-without-entry", "", "event", 999)


Tampering = Callable[[Connection, Case], object]

PARTS: dict[str, tuple[str, Tampering]] = {
    "grams taken from a batch": (
        "split_entry",
        lambda link, case: link.execute(update(INPUT).values(quantity_g=INPUT.c.quantity_g + 1)),
    ),
    "another batch as the source": (
        "split_entry",
        lambda link, case: link.execute(update(INPUT).values(batch_id=INPUT.c.batch_id + 1)),
    ),
    "no source": ("split_entry", lambda link, case: link.execute(delete(INPUT))),
    "one more source": (
        "split_entry",
        lambda link, case: link.execute(
            insert(INPUT).from_select(
                ["operation_id", "batch_id", "quantity_g"],
                select(INPUT.c.operation_id, INPUT.c.batch_id + 1, INPUT.c.quantity_g),
            )
        ),
    ),
    "an attachment's title": (
        "carrier_entry",
        lambda link, case: link.execute(update(CARRIED).values(title="别的照片")),
    ),
    "an attachment taken away": ("carrier_entry", lambda link, case: link.execute(delete(CARRIED))),
    "an attachment moved to another event": (
        "entry",
        lambda link, case: link.execute(update(CARRIED).values(event_id=case.event_id)),
    ),
    "another file under the attachment": (
        "carrier_entry",
        lambda link, case: link.execute(update(CARRIED).values(attachment_id=CARRIED.c.attachment_id + 1)),
    ),
}


@pytest.mark.parametrize("what", PARTS)
def test_changed_rows_that_belong_to_a_record_are_found(case: Case, what: str) -> None:
    named, tamper = PARTS[what]
    with behind(case.db) as link:
        tamper(link, case)
    found = fault_of(case.db)
    assert found is not None
    assert (found.code, found.seq) == ("ledger.record-changed", getattr(case, named))


ENTRY_VALUES: dict[str, tuple[Any, str]] = {
    "kind": ("event.recorded", "ledger.entry-changed"),
    "envelope": (None, "ledger.entry-changed"),
    "salt": ("0" * 64, "ledger.record-changed"),
    "leaf_hash": ("0" * 64, "ledger.entry-changed"),
    "subject_id": (998, "ledger.entry-changed"),
}


@pytest.mark.parametrize("column", ENTRY_VALUES)
def test_a_changed_entry_is_found(case: Case, column: str) -> None:
    value, code = ENTRY_VALUES[column]
    if value is None:
        with case.db.read() as session:
            envelope = session.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq == case.entry)).scalar_one()
        value = envelope.replace('"org":1', '"org":2')
        assert value != envelope
    change(case.db, ENTRY, "seq", case.entry, **{column: value})
    found = fault_of(case.db)
    assert found is not None
    assert (found.seq, found.code) == (case.entry, code)


@pytest.mark.parametrize("salt", ["not hex at all", "zz" * 32])
def test_a_salt_that_is_none_is_found(case: Case, salt: str) -> None:
    change(case.db, ENTRY, "seq", case.entry, salt=salt)
    found = fault_of(case.db)
    assert found is not None
    assert found.seq == case.entry


@pytest.mark.parametrize("gap", [0, 5])
def test_a_deleted_entry_is_found(case: Case, gap: int) -> None:
    seq = case.entry if gap else 0
    with behind(case.db) as link:
        link.execute(delete(ENTRY).where(ENTRY.c.seq == seq))
    found = fault_of(case.db)
    assert found is not None
    assert (found.seq, found.code) == (seq, "ledger.missing")


def test_a_deleted_entry_is_found_where_the_others_were_moved_up(case: Case) -> None:
    with behind(case.db) as link:
        link.execute(delete(ENTRY).where(ENTRY.c.seq == case.entry))
        later = select(ENTRY.c.seq).where(ENTRY.c.seq > case.entry).order_by(ENTRY.c.seq)
        for seq in link.execute(later).scalars().all():
            link.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(seq=seq - 1))
        link.execute(update(HEAD).values(size=HEAD.c.size - 1))
    found = fault_of(case.db)
    assert found is not None
    assert (found.seq, found.code) == (case.entry, "ledger.reordered")


def test_two_swapped_entries_are_found(case: Case) -> None:
    first, second = case.entry, case.entry + 1
    with behind(case.db) as link:
        for old, new in ((first, 10_000), (second, first), (10_000, second)):
            link.execute(update(ENTRY).where(ENTRY.c.seq == old).values(seq=new))
    found = fault_of(case.db)
    assert found is not None
    assert (found.seq, found.code) == (first, "ledger.reordered")


def test_entries_cut_off_at_the_end_are_found(case: Case) -> None:
    last = report_of(case.db).entries - 1
    with behind(case.db) as link:
        link.execute(delete(ENTRY).where(ENTRY.c.seq == last))
    found = fault_of(case.db)
    assert found is not None
    assert (found.seq, found.code) == (last, "ledger.cut-off")


def cut_off_the_last_entry(db: Database) -> int:
    """Remove the last entry and make the head fit; returns the number it had."""
    last = report_of(db).entries - 1
    with behind(db) as link:
        link.execute(delete(ENTRY).where(ENTRY.c.seq == last))
        regrow(link)
    return last


def test_a_cut_with_a_fitting_head_leaves_a_record_that_no_entry_vouches_for(case: Case) -> None:
    last = cut_off_the_last_entry(case.db)
    assert fault_of(case.db) == LedgerFault(last, "ledger.record-without-entry", "", "event", case.carrier_id)


def test_an_earlier_head_finds_a_cut_that_took_the_record_along(case: Case) -> None:
    """Within the database nothing is left to see: only what somebody noted outside tells."""
    noted = report_of(case.db)
    last = cut_off_the_last_entry(case.db)
    with behind(case.db) as link:
        link.execute(delete(CARRIED).where(CARRIED.c.event_id == case.carrier_id))
        link.execute(delete(EVENT).where(EVENT.c.id == case.carrier_id))
    assert fault_of(case.db) is None
    with case.db.read() as session:
        found = ledger_audit.verify(session, Known(noted.entries, noted.root)).fault
    assert found == LedgerFault(last, "ledger.cut-off", detail="known")


def test_an_earlier_head_finds_a_history_rewritten_whole(case: Case) -> None:
    """As somebody would who owns the machine and its master key: all signatures and hashes fit."""
    noted = report_of(case.db)
    with case.db.read() as session:
        leaves = session.execute(select(ENTRY.c.leaf_hash).order_by(ENTRY.c.seq).limit(7)).scalars().all()
    with behind(case.db) as link:
        root = resigned(
            link, MASTER, lambda one: replace(one, recorded="2026-01-01T00:00:00Z") if one.seq == 7 else one
        )
    assert root != noted.root
    assert fault_of(case.db) is None
    with case.db.read() as session:
        found = ledger_audit.verify(session, Known(noted.entries, noted.root)).fault
        assert found is not None
        assert (found.seq, found.code) == (noted.entries - 1, "ledger.rewritten")
        first = merkle.root_of(bytes.fromhex(leaf) for leaf in leaves).hex()
        assert ledger_audit.verify(session, Known(7, first)).fault is None


def test_an_earlier_head_of_the_same_ledger_is_led_through(case: Case) -> None:
    noted = report_of(case.db)
    case.world.record(case.world.batch(), "planting", date(2026, 3, 28))
    with case.db.read() as session:
        later = ledger_audit.verify(session, Known(noted.entries, noted.root))
    assert later.fault is None
    assert later.entries > noted.entries


# From here on: one byte of the SQLite file.


@pytest.fixture
def file_case(sqlite_url: str, tmp_path: Path) -> Case:
    return filled(make_world(opened(sqlite_url)), tmp_path)


def as_read(path: Path, identity: int) -> object:
    """The event's values with their storage classes, as SQLite itself reads them."""
    columns = ", ".join(f"{column.name}, typeof({column.name})" for column in EVENT.c)
    with closing(sqlite3.connect(path)) as link:
        try:
            return link.execute(f"SELECT {columns} FROM event WHERE id = ?", (identity,)).fetchall()
        except sqlite3.Error:
            return None


def with_byte(path: Path, data: bytes, place: int, value: int) -> Database:
    path.write_bytes(data[:place] + bytes([value]) + data[place + 1 :])
    return opened(f"sqlite:///{path}")


@pytest.mark.slow
def test_one_changed_byte_of_an_events_record_is_found(file_case: Case, tmp_path: Path) -> None:
    """Every byte of the cell: its length, row id, header of serial types, and values.

    SQLite has a few spellings of NULL: a byte that only changes the spelling changes no value.
    """
    data = settled(file_case.db).read_bytes()
    copy = tmp_path / "copy.db"
    copy.write_bytes(data)
    before = as_read(copy, file_case.event_id)
    span = record_span(data, MARK.encode())
    assert len(span) > 80
    unseen, told = [], set()
    for number, place in enumerate(span):
        value = data[place] ^ (1 << number % 8)
        db = with_byte(copy, data, place, value)
        fault = fault_of(db)
        db.dispose()
        if fault is None:
            unseen.append((place - span.start, as_read(copy, file_case.event_id) == before))
        else:
            told.add((fault.seq, fault.subject, fault.subject_id))
    assert told == {(file_case.entry, "event", file_case.event_id)}
    assert [place for place, same in unseen if not same] == []
    assert len(unseen) <= 2


@pytest.mark.parametrize("table", ["event", "ledger_entry", "ledger_head", "batch"])
def test_a_page_that_cannot_be_read_is_a_fault_and_no_crash(
    file_case: Case, tmp_path: Path, table: str
) -> None:
    path = settled(file_case.db)
    with closing(sqlite3.connect(path)) as link:
        [page] = link.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        [size] = link.execute("PRAGMA page_size").fetchone()
    db = with_byte(tmp_path / "copy.db", path.read_bytes(), (page - 1) * size, 0xFF)
    assert fault_of(db) is not None
    db.dispose()


def test_an_index_that_hides_a_record_is_a_fault(file_case: Case, tmp_path: Path) -> None:
    path = settled(file_case.db)
    with closing(sqlite3.connect(path)) as link:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_event_batch_id'"
        [page] = link.execute(query).fetchone()
        [size] = link.execute("PRAGMA page_size").fetchone()
    data = path.read_bytes()
    start = (page - 1) * size
    assert data[start] == 0x0A
    cells = int.from_bytes(data[start + 3 : start + 5], "big")
    db = with_byte(tmp_path / "copy.db", data, start + 4, cells - 1)
    found = fault_of(db)
    db.dispose()
    assert found is not None
    assert found.code == "ledger.damaged"
