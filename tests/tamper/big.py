"""A ledger of ten thousand entries as it was yesterday and as it is today, on both kinds of database."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text

from tests.support.databases import sqlite_url_of
from tests.support.ledger_case import cosigned, everything, watched
from tests.support.makers import World, make_world, the_batch
from tests.support.opened import opened
from tests.support.postgres import PostgresServer
from tests.support.tampering import behind
from trace.db import Database
from trace.ledger.canonical import canonical
from trace.services import ledger, log_identity, steady_file
from trace.services.ledger import HEAD
from trace.services.ledger_report import Known
from trace.tables import Event
from trace.tables.base import key_of, metadata

ENTRIES = 10_000
_LATER = 40  # entries between yesterday's backup and today
_BATCHES = 40
_FIRST = datetime(2026, 9, 1, 4, tzinfo=UTC)


@dataclass(frozen=True)
class State:
    """The ledger at one moment: its SQLite file and folder, its checkpoint outside, what a label and a witness hold."""

    path: Path
    folder: Path
    outside: str
    known: Known
    witnessed: str


@dataclass(frozen=True)
class Big:
    """Yesterday's state, today's, the batches that most entries are about, and the world that both are of."""

    yesterday: State
    today: State
    batches: tuple[str, ...]
    world: World
    origin: str
    log_key: bytes


def shared(folder: Path, template: Path) -> Big:
    """Both states in `folder`, made by the first that asks: tests that run side by side share them."""
    folder.mkdir(exist_ok=True)
    made = folder / "big.pickle"
    with steady_file.locked(folder / "lock"):
        if not made.exists():
            made.write_bytes(pickle.dumps(_build(template, folder)))
    big: Big = pickle.loads(made.read_bytes())
    return big


def _build(template: Path, folder: Path) -> Big:
    """Make both states by the services themselves."""
    path = folder / "big.db"
    shutil.copyfile(template, path)
    db = opened(sqlite_url_of(path))
    world = make_world(db)
    everything(world, folder)
    with db.read() as session:
        have = ledger.size(session)
    batches = [world.batch() for _ in range(_BATCHES)]
    store(world, batches, ENTRIES - have)
    yesterday = _state(db, folder, "yesterday")
    store(world, batches, _LATER)
    today = _state(db, folder, "today")
    with db.read() as session:
        key = log_identity.in_force(session).verifier
    db.dispose()
    # Whoever takes a copy opens it anew.
    unopened = replace(world, db=None)  # type: ignore[arg-type]  # see above
    return Big(yesterday, today, tuple(batches), unopened, key.name, key.public)


def store(world: World, batches: list[str], count: int) -> None:
    """Record so many events of storing, in one write unit."""
    with world.db.write() as session:
        ids = {number: key_of(the_batch(session, number)) for number in batches}
        names = [batches[one % len(batches)] for one in range(count)]
        rows = [
            Event(
                batch_id=ids[number],
                organisation_id=int(world.coop.org_id),
                stage="storage",
                occurred_at=_FIRST + timedelta(minutes=one),
                recorded_at=_FIRST + timedelta(days=3, minutes=one),
                recorded_by=int(world.coop.user_id),
                source="示例琴江白莲专业合作社",
                destination="示例琴江白莲专业合作社",
                facts=canonical({"place": "示例一号库", "temperature": str(one % 20)}),
            )
            for one, number in enumerate(names)
        ]
        session.add_all(rows)
        session.flush()
        for row, number in zip(rows, names, strict=True):
            ledger.append(
                session,
                "event.recorded",
                row,
                organisation=row.organisation_id,
                occurred=row.occurred_at,
                batches=[number],
            )


def _state(db: Database, folder: Path, name: str) -> State:
    log = watched(db, folder / "log")
    kept = cosigned(db, log)
    with db.read() as session:
        edge = ledger.frontier(session)
    db.dispose()
    path = folder / f"{name}.db"
    with (
        closing(sqlite3.connect(str(db.engine.url.database))) as link,
        closing(sqlite3.connect(path)) as copy,
    ):
        link.backup(copy)
    outside = (folder / "log" / "checkpoint").read_text("utf-8")
    # What is printed on labels: the size, and the first digits of the root.
    return State(path, folder, outside, Known(edge.size, edge.root().hex()[:16]), kept)


def to_postgres(server: PostgresServer, state: State, template: str) -> str:
    """A PostgreSQL database with the same rows; returns its name."""
    name = server.create(template=template)
    source, target = opened(sqlite_url_of(state.path)), opened(server.url(name))
    with source.engine.connect() as read, behind(target) as link:
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in read.execute(select(table)).mappings()]
            if table.name == HEAD.name:
                link.execute(text("DELETE FROM ledger_head"))
            if rows:
                link.execute(insert(table), rows)
            if "id" in table.c and table.c.id.autoincrement is not False and rows:
                newest = link.execute(select(func.max(table.c.id))).scalar_one()
                link.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :newest)"),
                    {"name": table.name, "newest": newest},
                )
    source.dispose()
    target.dispose()
    return name
