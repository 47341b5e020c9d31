"""Once a day the worker has the newest checkpoint stamped, and devices of long ago forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.support.entries import register
from tests.support.hostile import saying, serving
from tests.support.makers import make_world
from tests.support.scanning import ask, clusters, seen
from trace.config import Settings
from trace.core import clock, dates
from trace.db import Database
from trace.jobs import runner
from trace.jobs.handlers import HANDLERS, LEDGER_STAMP, SCAN_PRUNE
from trace.jobs.queue import JOB
from trace.services.database import open_database


@pytest.fixture
def db(settings: Settings) -> Iterator[Database]:
    database = open_database(settings)
    yield database
    database.dispose()


def days_asked_for(db: Database, settings: Settings, kind: str = LEDGER_STAMP) -> list[int]:
    """The days of stamps (or other work) that were asked for, after a worker has looked once."""
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    runner.work(db, settings, stop, pause=0.05)
    with db.read() as session:
        query = select(JOB.c.subject_id).where(JOB.c.kind == kind).order_by(JOB.c.subject_id)
        return list(session.execute(query).scalars())


def test_nothing_is_asked_for_where_no_authority_is_configured(db: Database, settings: Settings) -> None:
    register(db)
    assert days_asked_for(db, settings) == []


def test_each_day_is_asked_for_once_and_a_failure_is_tried_again(db: Database, settings: Settings) -> None:
    with serving(saying(b"busy", 503)) as url:
        configured = settings.model_copy(update={"tsa_url": url})
        assert days_asked_for(db, configured) == []
        register(db)
        today = dates.local_day(clock.now()).toordinal()
        assert days_asked_for(db, configured) == [today]
        assert days_asked_for(db, configured) == [today]
        with db.read() as session:
            row = session.execute(select(JOB.c.state, JOB.c.error).where(JOB.c.subject_id == today)).one()
        assert (row.state, row.error) == ("queued", "tsa.unreachable")
        assert not HANDLERS[LEDGER_STAMP].is_done(db, configured, today)
        with time_machine.travel(clock.now() + timedelta(days=1), tick=True):
            assert days_asked_for(db, configured) == [today, today + 1]


def test_devices_of_long_ago_are_forgotten_on_the_day_there_are_any(db: Database, settings: Settings) -> None:
    world = make_world(db)
    run_id = world.printed(world.ready(), 1)
    ask(db, run_id, net=1)
    assert days_asked_for(db, settings, SCAN_PRUNE) == []
    later = clock.now() + timedelta(days=31 * 19)
    with time_machine.travel(later, tick=True):
        ask(db, run_id, net=2)
        day = dates.local_day(later).toordinal()
        assert not HANDLERS[SCAN_PRUNE].is_done(db, settings, day)
        assert days_asked_for(db, settings, SCAN_PRUNE) == [day]
        assert HANDLERS[SCAN_PRUNE].is_done(db, settings, day)
        assert days_asked_for(db, settings, SCAN_PRUNE) == [day]
    with db.read() as session:
        assert len(clusters(session, run_id)) == 1
        assert seen(session, run_id) == (2, 0)
        assert session.execute(select(JOB.c.state).where(JOB.c.kind == SCAN_PRUNE)).scalars().all() == [
            "done"
        ]
