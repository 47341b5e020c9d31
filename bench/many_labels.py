"""A database of as many labels as a county prints in years: a few real batches, their runs copied, scans made up."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Table, insert, select, text, update
from sqlmodel import Session

from labels.code import sign
from labels.keys import SigningKey
from tests.support.makers import MASTER, World, make_world
from trace.config import Settings
from trace.db import Database
from trace.migrate import upgrade
from trace.services import key
from trace.services.database import open_database
from trace.services.quick_scan import checked
from trace.tables import ItemCluster, ItemSeen, RangeState, Run
from trace.web.context import App

RUN: Table = Run.__table__  # type: ignore[attr-defined]
STATE: Table = RangeState.__table__  # type: ignore[attr-defined]
SEEN: Table = ItemSeen.__table__  # type: ignore[attr-defined]
CLUSTER: Table = ItemCluster.__table__  # type: ignore[attr-defined]
_LINES = 20_000
_FIRST = date(2026, 8, 23)


@dataclass(frozen=True, slots=True)
class Size:
    """How many batches, runs and labels a run; how many labels of each run were asked for."""

    batches: int
    runs: int
    labels: int
    asked: int


@dataclass(frozen=True, slots=True)
class Codes:
    """Paths of labels that were asked for before, and of labels that nobody has asked for yet."""

    asked: list[str]
    fresh: list[str]


def made(url: str, settings: Settings, size: Size, sample: int) -> Codes:
    """Fill an empty database; `sample` codes of each sort. Rows without ledger entries: good for measuring only."""
    upgrade(url)
    db = open_database(settings, url)
    world = make_world(db)
    for _ in range(size.batches):
        world.printed(world.ready(grams=2_000), 2)
    runs = _copied_runs(world, size)
    _scans(db, runs, size.asked)
    codes = _codes(App(db, settings), runs, size, sample)
    db.dispose()
    return codes


def _copied_runs(world: World, size: Size) -> list[int]:
    """The runs there are, and copies of them, each of `labels` labels and all active."""
    with world.db.engine.begin() as link:
        own = [dict(row) for row in link.execute(select(RUN)).mappings()]
        states = {row["run_id"]: dict(row) for row in link.execute(select(STATE)).mappings()}
        newest_run, newest_state = max(row["id"] for row in own), max(row["id"] for row in states.values())
        for number in range(len(own), size.runs):
            row = dict(own[number % len(own)])
            newest_run, newest_state = newest_run + 1, newest_state + 1
            state = states[row["id"]] | {"id": newest_state, "run_id": newest_run}
            link.execute(insert(RUN).values(row | {"id": newest_run}))
            link.execute(insert(STATE).values(state))
        link.execute(update(RUN).values(count=size.labels))
        link.execute(update(STATE).values(last=size.labels))
        return list(link.execute(select(RUN.c.id).order_by(RUN.c.id)).scalars())


def _scans(db: Database, runs: list[int], asked: int) -> None:
    dice = random.Random(20_261_122)  # the same every time

    def day(item: int) -> str:
        return (_FIRST + timedelta(days=item % 90)).isoformat()

    def seen() -> Iterator[tuple[Any, ...]]:
        for run in runs:
            for item in range(1, asked + 1):
                yield run, item, day(item), day(item), 1 + item % 3, 0, 0, f"{dice.getrandbits(128):032x}"

    def clusters() -> Iterator[tuple[Any, ...]]:
        for run in runs:
            for item in range(1, asked + 1):
                hashes = sorted(f"{dice.getrandbits(64):016x}" for _ in range(1 + item % 3))
                for one in hashes:
                    yield run, item, one, one, day(item), ""

    _poured(db, SEEN, seen())
    _poured(db, CLUSTER, clusters())
    with db.engine.begin() as link:
        link.execute(text("ANALYZE"))


def _poured(db: Database, table: Table, lines: Iterable[tuple[Any, ...]]) -> None:
    """Rows in the order of the table's columns, as fast as the database takes them."""
    raw = db.engine.raw_connection()
    driver: Any = raw.driver_connection
    try:
        if isinstance(driver, psycopg.Connection):
            # A foreign key looked up for each of ten million rows would take longer than all the rest.
            driver.execute("SET session_replication_role = replica")
            with driver.cursor().copy(f"COPY {table.name} FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
            driver.execute("SET session_replication_role = DEFAULT")
            driver.commit()
            return
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("PRAGMA synchronous=OFF")
        marks = ", ".join("?" for _ in table.c)
        everything = iter(lines)
        while part := list(islice(everything, _LINES)):
            driver.execute("BEGIN")
            driver.executemany(f"INSERT INTO {table.name} VALUES ({marks})", part)  # noqa: S608  # our table
            driver.execute("COMMIT")
    finally:
        raw.invalidate()
        raw.close()


def _codes(parts: App, runs: list[int], size: Size, sample: int) -> Codes:
    dice = random.Random(8)  # the same every time
    with parts.db.read() as session:
        signer = _signer(session, runs[0])
    asked = [sign(signer, dice.choice(runs), dice.randint(1, size.asked)) for _ in range(sample)]
    fresh = [
        sign(signer, dice.choice(runs), dice.randint(size.asked + 1, size.labels)) for _ in range(sample)
    ]
    with parts.db.engine.begin() as link:
        for digits in asked:
            found = (SEEN.c.run_id == int(digits[6:14]), SEEN.c.item == int(digits[14:20]))
            link.execute(update(SEEN).where(*found).values(checked=checked(parts.readers_secret, digits)))
    return Codes([f"/c/{digits}" for digits in asked], [f"/c/{digits}" for digits in fresh])


def _signer(session: Session, run_id: int) -> SigningKey:
    return key.open_key(session, session.get_one(Run, run_id).key_id, MASTER)
