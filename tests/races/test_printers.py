"""Sixteen printers at once: never one label too many, never the same request twice, no gap in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.support.makers import BASE, MASTER, make_world, new_run, the_batch
from trace.core.errors import Conflict
from trace.db import Database
from trace.services import find, ledger_audit, run, scan
from trace.services.scan import Reader
from trace.tables import ItemSeen, Run

PRINTERS = 16

pytestmark = pytest.mark.race


def _at_once(work: Callable[[int], object]) -> list[object]:
    """Run `work` in sixteen threads that start together; refusals are answers too."""
    gate = Barrier(PRINTERS)

    def one(number: int) -> object:
        gate.wait()
        try:
            return work(number)
        except Conflict as refusal:
            return refusal.code

    with ThreadPoolExecutor(PRINTERS) as pool:
        return list(pool.map(one, range(PRINTERS)))


def test_printers_never_exceed_the_weight_by_one_label(database_url: str) -> None:
    db = Database(database_url)
    world = make_world(db)
    number = world.ready(grams=50_000)  # 100 labels of 500 g; sixteen printers want 160

    def work(_number: int) -> object:
        with world.write() as session:
            return run.create(session, world.coop, number, new_run(10), base_url=BASE, master=MASTER).run_id

    answers = _at_once(work)
    made = [answer for answer in answers if isinstance(answer, int)]
    assert len(made) == 10
    assert set(answers) - set(made) == {"run.too-many"}
    with db.read() as session:
        state = find.state(session, the_batch(session, number))
        assert (state.labelled_g, state.total_g) == (50_000, 50_000)
        assert ledger_audit.verify(session).fault is None
    db.dispose()


def test_the_same_request_from_sixteen_printers_is_one_run(database_url: str) -> None:
    db = Database(database_url)
    world = make_world(db)
    number = world.ready()

    def work(_number: int) -> object:
        with world.write() as session:
            given = new_run(7, request_id="one-form")
            return run.create(session, world.coop, number, given, base_url=BASE, master=MASTER).run_id

    assert len(set(_at_once(work))) == 1
    with db.read() as session:
        assert find.state(session, the_batch(session, number)).labelled_g == 3_500
        assert ledger_audit.verify(session).fault is None
    db.dispose()


def test_devices_that_ask_at_once_are_each_counted_once(database_url: str) -> None:
    db = Database(database_url)
    world = make_world(db)
    run_id = world.printed(world.ready(), 1)
    with db.read() as session:
        [url] = run.urls(session, session.get_one(Run, run_id), MASTER)
    digits = url.rpartition("/c/")[2]

    def work(number: int) -> object:
        for _ in range(3):
            with db.write(ledger=False) as session:
                scan.seen(session, digits, Reader(f"10.0.{number // 2}.0", "phone"), b"secret")
        return number

    _at_once(work)
    with db.read() as session:
        assert session.get_one(ItemSeen, (run_id, 1)).clusters == PRINTERS // 2
    db.dispose()
