"""Sixteen writers in four processes append at once: every entry has its own number, and there is one tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import appender
from tests.support.appender import Order
from tests.support.makers import make_world
from tests.support.opened import opened
from trace.services import ledger, ledger_audit
from trace.services.outside import Outside

pytestmark = pytest.mark.race

WRITERS, THREADS, UNITS = 4, 4, 6


def test_there_are_no_gaps_and_no_forks(database_url: str, tmp_path: Path) -> None:
    world = make_world(opened(database_url))
    batches = tuple(world.batch() for _ in range(3))
    with world.db.read() as session:
        before = ledger.size(session)
    world.db.dispose()
    order = Order(database_url, tmp_path, world.coop, batches, writers=WRITERS, threads=THREADS, units=UNITS)
    appender.run(order)
    entries = [entry for _, entry in order.acknowledged()]
    assert len(entries) >= WRITERS * THREADS * UNITS
    with world.db.read() as session:
        # The log's own first entry (its name and key) is the one that nobody told of.
        numbers = set(range(before, ledger.size(session)))
        assert len(entries) == len(set(entries)) == len(numbers) - 1
        assert set(entries) < numbers
        kept = Outside(tmp_path / "log").read()
        assert kept is not None
        report = ledger_audit.verify(session, outside=kept.note)
    assert report.fault is None
    # The last writer's checkpoint covers everything.
    assert kept.checkpoint.size == report.entries
    assert kept.checkpoint.root.hex() == report.root
    world.db.dispose()
