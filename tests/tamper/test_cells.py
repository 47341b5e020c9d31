"""Several hundred cells, in every table under the ledger and in each of the ledger's own: each changed one is named."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select, update
from sqlalchemy.exc import IntegrityError

from tests.support.tampering import behind
from tests.tamper.big import Big
from tests.tamper.conftest import Copy
from trace.db import Database
from trace.services import ledger_audit
from trace.services.ledger import BATCH, ENTRY, HEAD, NODE
from trace.services.ledger_audit import LedgerFault
from trace.services.ledger_points import CHECKPOINT, COSIGNATURE
from trace.services.ledger_record import OPENING
from trace.tables.ledgered import LEDGERED, payload_columns

pytestmark = pytest.mark.slow
OF_ONE_TABLE = 40
OF_ENTRIES = 200


@dataclass(frozen=True)
class Cell:
    """A cell by its table, its row's key and its column; `name` is what a fault must name it by."""

    table: Table
    key: tuple[Any, ...]
    column: str
    name: tuple[str, Any]


def chance() -> random.Random:
    """Chance that can be repeated: TRACE_TAMPER_SEED sets it, a failure shows it."""
    seed = os.environ.get("TRACE_TAMPER_SEED") or secrets.token_hex(4)
    print(f"TRACE_TAMPER_SEED={seed}")
    return random.Random(seed)


def cells(link: Connection, luck: random.Random) -> Iterator[Cell]:
    """Cells of rows drawn by lot, one of a row."""
    for name, subject in LEDGERED.items():
        columns = [column.name for column in payload_columns(subject.table)]
        ids = link.execute(select(subject.table.c.id)).scalars().all()
        # Erasures are told apart from what they are of: another test changes those.
        for identity in luck.sample(ids, min(OF_ONE_TABLE, len(ids))) if name != "erasure" else ():
            yield Cell(subject.table, (identity,), luck.choice(columns), (name, identity))
        for table, owner in subject.parts:
            keys = [column.name for column in table.primary_key]
            [row] = link.execute(select(table).limit(1)).mappings().all()
            yield Cell(
                table,
                tuple(row[key] for key in keys),
                "event_id" if name == "event" else "quantity_g",
                (name, row[owner]),
            )
    taken = ("kind", "subject", "subject_id", "envelope", "salt", "leaf_hash")
    seqs = (
        link.execute(select(ENTRY.c.seq).where(ENTRY.c.subject == "event", ENTRY.c.salt != ""))
        .scalars()
        .all()
    )
    for seq in luck.sample(seqs, OF_ENTRIES):
        yield Cell(ENTRY, (seq,), luck.choice(taken), ("seq", seq))
    own: list[tuple[Table, str, str]] = [
        (NODE, "hash", "{level}:{number}"),
        (BATCH, "number", "{number}"),
        (CHECKPOINT, "note", "{size}"),
        (COSIGNATURE, "line", "{id}"),
    ]
    for table, column, told in own:
        keys = [one.name for one in table.primary_key]
        rows = link.execute(select(table)).mappings().all()
        assert rows, f"no row in {table.name}"
        for row in luck.sample(rows, min(10, len(rows))):
            yield Cell(table, tuple(row[key] for key in keys), column, ("detail", told.format_map(row)))


def of_the_end(link: Connection) -> Iterator[Cell]:
    """The head, and what is left to open a record that something was erased from."""
    yield Cell(HEAD, (1,), "frontier", ("code", "ledger.head-changed"))
    row = link.execute(select(OPENING).limit(1)).mappings().one()
    yield Cell(OPENING, (row["seq"], row["field"]), "digest", ("seq", row["seq"]))


def other(value: Any, luck: random.Random) -> Any:
    """Another value, one byte or one step away."""
    if value is None:
        return None
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + luck.randrange(100_000, 200_000)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if not value:
        return "x"
    at = luck.randrange(len(value))
    return value[:at] + luck.choice([one for one in "0123456789abcdef" if one != value[at]]) + value[at + 1 :]


def change(link: Connection, cell: Cell, luck: random.Random) -> bool:
    """Change the cell's value; whether there was one to change."""
    keys = list(cell.table.primary_key)
    where = [key == value for key, value in zip(keys, cell.key, strict=True)]
    before = link.execute(select(cell.table.c[cell.column]).where(*where)).scalar_one()
    after = other(before, luck)
    if after is None or after == before:
        return False
    try:
        with link.begin_nested():
            link.execute(update(cell.table).where(*where).values({cell.column: after}))
    except IntegrityError:
        # The database itself refuses it (a CHECK that PostgreSQL keeps even for its owner).
        return False
    return True


def names(fault: LedgerFault) -> set[tuple[str, Any]]:
    """What a fault names: the record, the entry, the hash or batch or checkpoint."""
    return {
        (fault.subject, fault.subject_id),
        ("seq", fault.seq),
        ("detail", fault.detail),
        ("code", fault.code),
    }


def test_every_changed_cell_is_named(copied: Copy, big: Big) -> None:
    luck = chance()
    db = copied(big.today)
    with behind(db) as link:
        done = [cell for cell in [*cells(link, luck), *of_the_end(link)] if change(link, cell, luck)]
    assert len(done) > 200
    named = named_in(db)
    assert [(cell.table.name, cell.key, cell.column) for cell in done if cell.name not in named] == []


def named_in(db: Database) -> set[tuple[str, Any]]:
    with db.read() as session:
        faults = ledger_audit.verify(session, every=True).faults
    return {name for fault in faults for name in names(fault)}
