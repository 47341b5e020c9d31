"""A ledger of which nothing can be read: the walk ends, and says so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.makers import make_world
from tests.support.opened import opened
from trace.core.errors import Unavailable
from trace.services import ledger_audit


def test_a_database_without_a_ledger_is_told_apart_from_a_damaged_one(empty_database_url: str) -> None:
    db = opened(empty_database_url)
    with db.read() as session, pytest.raises(Unavailable) as caught:
        ledger_audit.verify(session)
    assert caught.value.code == "ledger.no-table"
    db.dispose()


@pytest.mark.parametrize("table", ["ledger_entry", "ledger_head", "event"])
def test_a_table_whose_first_page_is_gone_is_a_fault_and_no_endless_walk(sqlite_url: str, table: str) -> None:
    db = opened(sqlite_url)
    make_world(db).ready()
    db.dispose()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [size] = link.execute("PRAGMA page_size").fetchone()
        [page] = link.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    db = opened(sqlite_url)
    with db.read() as session:
        found = ledger_audit.verify(session, every=True)
    assert found.fault is not None
    db.dispose()
