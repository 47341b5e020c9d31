"""However many devices ask at once, in threads and in processes: each counts once, and one person decides."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import select

from tests.support.at_once import MANY, at_once, made, refused
from tests.support.makers import World, make_world
from tests.support.opened import opened
from tests.support.scanning import ask, clusters, months, reviews, seen
from tests.support.tree import ROOT
from trace.db import Database
from trace.services import code_alarm, review
from trace.tables import ItemSeen, RangeState

pytestmark = pytest.mark.race

PROCESSES, EACH = 4, 12
DAY = date(2026, 11, 2)

# A process of its own, as another web process would be: some devices of its own, some that all processes have.
_COUNTER = """
import sys
sys.path.insert(0, sys.argv[1])
from datetime import date
from tests.support.opened import opened
from tests.support.scanning import ask

db = opened(sys.argv[2])
run_id, process, each = (int(word) for word in sys.argv[3:6])
for number in range(each):
    ask(db, run_id, 1, net=1000 * process + number, province=str(11 + process), day=date(2026, 11, 2))
    ask(db, run_id, 1, net=number, province="36", day=date(2026, 11, 2))
    ask(db, run_id, 2 + number, net=process, day=date(2026, 11, 2))
db.dispose()
"""


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def run_id(world: World) -> int:
    return world.printed(world.ready(), 2 * MANY)


def test_threads_that_ask_for_one_item_count_each_once(db: Database, run_id: int) -> None:
    def work(one: int) -> int:
        ask(db, run_id, net=one, province=("36", "44", "")[one % 3], day=DAY)
        return ask(db, run_id, net=one, province="11", day=DAY).devices

    assert len(made(at_once(work))) == MANY
    with db.read() as session:
        assert seen(session, run_id) == (MANY, 2)
        assert len(clusters(session, run_id)) == MANY
        assert months(session, run_id) == {("2026-11", "36"): 6, ("2026-11", "44"): 5, ("2026-11", ""): 5}
        [one] = reviews(session, run_id)
        assert (one.devices, one.decision) == (8, "")


def test_one_device_on_many_threads_counts_once(db: Database, run_id: int) -> None:
    assert made(at_once(lambda _: ask(db, run_id, day=DAY).devices)) == [1] * MANY
    with db.read() as session:
        assert seen(session, run_id) == (1, 0)


def test_one_household_on_many_threads_counts_once(db: Database, run_id: int) -> None:
    at_once(lambda one: ask(db, run_id, browser=f"{one}", day=DAY).devices)
    with db.read() as session:
        assert seen(session, run_id) == (1, 0)
        assert sum(months(session, run_id).values()) == 1


def test_threads_that_ask_for_different_items_lose_none(db: Database, run_id: int) -> None:
    def work(one: int) -> int:
        for step in range(6):
            ask(db, run_id, 1 + (one + step) % MANY, net=one, province="36", day=DAY)
        return one

    assert len(made(at_once(work))) == MANY
    with db.read() as session:
        assert {seen(session, run_id, 1 + item) for item in range(MANY)} == {(6, 1)}
        assert months(session, run_id) == {("2026-11", "36"): 6 * MANY}


def test_processes_that_ask_for_the_same_and_for_different_items(
    db: Database, run_id: int, database_url: str
) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _COUNTER, str(ROOT), database_url, str(run_id), str(process), str(EACH)],
            cwd=ROOT,
        )
        for process in range(1, PROCESSES + 1)
    ]
    assert [one.wait(timeout=120) for one in running] == [0] * PROCESSES
    with db.read() as session:
        assert seen(session, run_id) == (PROCESSES * EACH + EACH, PROCESSES + 1)
        assert len(clusters(session, run_id)) == PROCESSES * EACH + EACH
        assert {seen(session, run_id, 2 + item) for item in range(EACH)} == {(PROCESSES, 0)}
        told = months(session, run_id)
        assert sum(told.values()) == 2 * PROCESSES * EACH + EACH
        assert told["2026-11", "36"] == EACH
        assert len(reviews(session, run_id)) == 1


@pytest.mark.parametrize("decision", ["copied", "cleared"])
def test_of_many_who_decide_at_once_one_does(db: Database, world: World, run_id: int, decision: str) -> None:
    for net in range(8):
        ask(db, run_id, net=net, day=DAY)
    with db.read() as session:
        wanted = reviews(session, run_id)[0].id or 0

    def work(one: int) -> int:
        with db.write() as session:
            actor = world.office if one % 2 else world.regulator
            review.decide(session, actor, wanted, decision, f"示例 {one}")
        return one

    answers = at_once(work)
    [winner] = made(answers)
    assert refused(answers) == {"review.decided"}
    with db.read() as session:
        [row] = reviews(session, run_id)
        assert (row.decision, row.reason) == (decision, f"示例 {winner}")
        lines = session.exec(select(RangeState).where(RangeState.state == "void")).all()
        assert [line.reason for line in lines] == ([row.reason] if decision == "copied" else [])


def decide_while_others_ask(db: Database, world: World, run_id: int, decision: str) -> None:
    for net in range(8):
        ask(db, run_id, net=net, day=DAY)
    with db.read() as session:
        wanted = reviews(session, run_id)[0].id or 0

    def work(one: int) -> int:
        if one:
            return ask(db, run_id, net=100 + one, day=DAY).devices
        with db.write() as session:
            review.decide(session, world.office, wanted, decision, "示例")
        return 0

    assert len(made(at_once(work))) == MANY


def test_devices_that_ask_while_somebody_clears(db: Database, world: World, run_id: int) -> None:
    decide_while_others_ask(db, world, run_id, "cleared")
    with db.read() as session:
        row = session.get_one(ItemSeen, (run_id, 1))
        assert row.devices == 8 + MANY - 1
        assert 8 <= row.cleared <= row.devices
        # A new look is asked for exactly if as many asked after the clearing.
        again = [one for one in reviews(session, run_id) if not one.decision]
        assert len(again) == (row.devices - row.cleared >= 8)


def test_devices_that_ask_while_somebody_confirms_a_copy(db: Database, world: World, run_id: int) -> None:
    decide_while_others_ask(db, world, run_id, "copied")
    with db.read() as session:
        assert seen(session, run_id) == (8 + MANY - 1, 0)
        assert [one.decision for one in reviews(session, run_id)] == ["copied"]


def test_alarms_at_once_are_one_row_that_counts_all(db: Database, world: World, run_id: int) -> None:
    from labels.code import ED25519, ItemCode
    from trace.tables import CodeAlarm, Run

    with db.read() as session:
        code = ItemCode(ED25519, session.get_one(Run, run_id).key_id, 777, 7)

    def work(one: int) -> int:
        with db.write(ledger=False) as session:
            code_alarm.raise_for(session, code)
        return one

    assert len(made(at_once(work))) == MANY
    with db.read() as session:
        assert [row.times for row in session.exec(select(CodeAlarm)).all()] == [MANY]
