"""Events recorded and the ledger verified, on both databases."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import psycopg
from sqlalchemy import text

from bench.measure import Row, Work, compared, row
from tests.support.postgres import PostgresServer
from tests.support.processes import ServerFailed
from trace.config import Settings
from trace.core.dates import SHANGHAI
from trace.db import Database
from trace.demo import cast
from trace.demo.teller import Teller
from trace.migrate import upgrade
from trace.services import event, ledger_audit, plot
from trace.services.database import open_database
from trace.tables.base import key_of

BEGUN = date(2025, 3, 26)
WEEDED = datetime(2025, 5, 24, 10, tzinfo=SHANGHAI)
FACTS = {"activity": "weeding", "note": "示例：人工薅草、修田埂。", "worker": "示例农户乙"}
_TABLE = "CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)"


def rows(folder: Path) -> list[Row]:
    """One event a transaction, as a clerk records it, beside the bare commits of the same database."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    settings = Settings(instance=folder, DATABASE_URL="")
    found = []
    with closing(_bare_sqlite(folder / "bare.db")) as link:
        db, record = _prepared(settings.url, settings)
        found.append(
            row(
                "events recorded, SQLite on this disk, one writer",
                "events/s",
                compared(record, _sqlite_commit(link)),
                "bare commits of one row, same disk and safety",
            )
        )
    found.append(
        row(
            "ledger verified, records included",
            "entries/s",
            compared(lambda: _verified(db), lambda: _hashed(db), rounds=3),
            "reading the entries and hashing them once",
        )
    )
    db.dispose()
    return found + _on_postgres(settings)


def _on_postgres(settings: Settings) -> list[Row]:
    try:
        server = PostgresServer()
    except ServerFailed as error:
        print(f"no PostgreSQL, its row is left out: {error}")
        return []
    try:
        name = server.create()
        db, record = _prepared(server.url(name), settings)
        bare = f"host={server.home} port=5432 user=postgres dbname={name}"
        with psycopg.connect(bare, autocommit=True) as link:
            link.execute("CREATE TABLE bare (id BIGSERIAL PRIMARY KEY, body TEXT)")

            def commit() -> int:
                link.execute("INSERT INTO bare (body) VALUES (%s)", ("x" * 400,))
                return 1

            rates = compared(record, commit)
        db.dispose()
    finally:
        server.stop()
    return [
        row(
            "events recorded, PostgreSQL that waits for no disk, one writer",
            "events/s",
            rates,
            "its bare commits",
        )
    ]


def _prepared(url: str, settings: Settings) -> tuple[Database, Work]:
    """A migrated database with a batch under way, and the work of recording one event of it."""
    upgrade(url)
    # Each database has an outside checkpoint of its own.
    settings = settings.model_copy(update={"instance": settings.instance / url.partition(":")[0]})
    db = open_database(settings, url)
    teller = Teller(db, settings, "http://127.0.0.1:5000")
    people = cast.gather(teller, date(2024, 8, 20), date(2025, 3, 1))
    with teller.write(date(2025, 3, 1), 9) as session:
        field = plot.create(
            session, people.lotus_coop, plot.NewPlot("B-01", "示例莲田", "360735", "琴江镇", "36.5", "示例村")
        )
        plot_id = key_of(field)
    number = teller.begin(people.lotus_coop, BEGUN, people.lotus_raw, plot_id)
    given = event.NewEvent(stage="planting", occurred_at=WEEDED, facts=FACTS, place="示例村莲田")

    def record() -> int:
        with db.write() as session:
            event.record(session, people.lotus_coop, number, given)
        return 1

    return db, record


def _bare_sqlite(path: Path) -> sqlite3.Connection:
    link = sqlite3.connect(path, isolation_level=None)
    link.execute("PRAGMA journal_mode=WAL")
    link.execute("PRAGMA synchronous=FULL")
    link.execute(_TABLE)
    return link


def _sqlite_commit(link: sqlite3.Connection) -> Work:
    def commit() -> int:
        link.execute("BEGIN IMMEDIATE")
        link.execute("INSERT INTO bare (body) VALUES (?)", ("x" * 400,))
        link.execute("COMMIT")
        return 1

    return commit


def _verified(db: Database) -> int:
    with db.read() as session:
        report = ledger_audit.verify(session)
    if report.fault is not None:
        raise RuntimeError(f"the ledger does not hold: {report.fault}")
    return report.entries


def _hashed(db: Database) -> int:
    with db.read() as session:
        entries = session.connection().execute(text("SELECT envelope FROM ledger_entry ORDER BY seq")).all()
    for (envelope,) in entries:
        hashlib.sha256(envelope.encode()).digest()
    return len(entries)
