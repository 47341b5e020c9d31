"""Processes that append are killed two hundred times: no acknowledged entry is lost, and the tree is never torn."""

from __future__ import annotations

import os
import secrets
from datetime import date
from pathlib import Path

import pytest
from sqlmodel import select

from tests.support import appender
from tests.support.appender import Order
from tests.support.makers import make_world, new_event
from tests.support.opened import opened
from trace.services import event, ledger, ledger_audit
from trace.services.outside import Outside
from trace.tables import Event

pytestmark = [pytest.mark.crash, pytest.mark.slow]
KILLS = 100  # on each kind of database


def test_kills_lose_no_acknowledged_entry_and_tear_no_tree(database_url: str, tmp_path: Path) -> None:
    seed = os.environ.get("TRACE_CRASH_SEED") or secrets.token_hex(4)
    print(f"TRACE_CRASH_SEED={seed}")
    world = make_world(opened(database_url))
    batches = tuple(world.batch() for _ in range(3))
    world.db.dispose()
    order = Order(database_url, tmp_path, world.coop, batches, writers=4, kills=KILLS, seed=seed)
    appender.run(order)
    told = order.acknowledged()
    assert len(told) > KILLS / 4
    with world.db.read() as session:
        # A checkpoint is signed once its entries are committed: the outside one is never ahead.
        kept = Outside(tmp_path / "log").read()
        assert kept is not None
        assert kept.checkpoint.size <= ledger.size(session)
        report = ledger_audit.verify(session, outside=kept.note)
        assert report.fault is None
        ids = [one for one in session.exec(select(Event.id)).all() if one is not None]
        assert dict(told).items() <= ledger.entries_of(session, "event", ids).items()
    # And the next unit finds everything in order.
    db = appender.watched(order)
    with db.write() as session:
        before = ledger.size(session)
        event.record(session, world.coop, batches[0], new_event("storage", date(2026, 8, 24)))
    after = Outside(tmp_path / "log").read()
    assert after is not None
    assert after.checkpoint.size == before + 1
    db.dispose()
    world.db.dispose()
