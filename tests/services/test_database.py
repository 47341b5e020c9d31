"""The door to the data: how many may stand in it at once."""

from __future__ import annotations

from contextlib import ExitStack

from sqlmodel import select

from trace.db import Database
from trace.tables import LedgerHead


def test_a_writer_gets_in_while_forty_others_hold_a_connection(db: Database) -> None:
    with ExitStack() as others:
        for _ in range(40):
            session = others.enter_context(db.read())
            assert session.exec(select(LedgerHead.size)).one() == 0
        with db.write() as session:
            assert session.exec(select(LedgerHead.size)).one() == 0
