"""Clerks who activate and void overlapping ranges at once: every label is counted once, by one of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from sqlmodel import col, select

from tests.support.at_once import MANY, at_once, made, refused
from tests.support.makers import BASE, MASTER, World, make_world, new_run, the_batch
from tests.support.opened import opened
from trace.core.ranges import Range, count, without
from trace.db import Database
from trace.services import find, ledger_audit, projection_audit, ranges, run
from trace.services.run import Replaced
from trace.tables import RangeState, Run

pytestmark = pytest.mark.race

LABELS = 60
WHOLE = (1, LABELS)
# Every span overlaps its neighbours, and all of them together leave labels out at both ends.
SPANS: list[Range] = [(3 * one + 2, 3 * one + 9) for one in range(MANY)]


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def world(db: Database) -> World:
    """A brand whose labels count only once they are activated at packing."""
    return make_world(db, activation="pack")


def covered(spans: list[Range]) -> int:
    """How many labels the spans cover together."""
    return LABELS - count(without(WHOLE, spans))


def entered(db: Database, run_id: int, state: str) -> list[Range]:
    """The ranges entered with a state; no label may stand in two of them."""
    with db.read() as session:
        query = select(RangeState).where(RangeState.run_id == run_id, RangeState.state == state)
        found = [
            (line.first, line.last) for line in session.exec(query.order_by(col(RangeState.first))).all()
        ]
    assert all(before[1] < after[0] for before, after in pairwise(found)), found
    return found


def counts(db: Database, run_id: int) -> dict[str, int]:
    with db.read() as session:
        return ranges.counts(session, session.get_one(Run, run_id))


def nothing_lost(db: Database) -> None:
    with db.read() as session:
        assert ledger_audit.verify(session).fault is None
        assert projection_audit.check(session) == []


def labelled(db: Database, number: str) -> int:
    """How many labels of 500 g the batch's balance counts."""
    with db.read() as session:
        return find.state(session, the_batch(session, number)).labelled_g // 500


def test_overlapping_activations_count_each_label_once(db: Database, world: World) -> None:
    run_id = world.printed(world.ready(), LABELS)

    def activate(one: int) -> int:
        with world.write() as session:
            return ranges.activate(session, world.clerk, run_id, *SPANS[one])

    assert sum(made(at_once(activate))) == covered(SPANS)
    assert count(entered(db, run_id, "active")) == covered(SPANS)
    assert counts(db, run_id) == {"printed": LABELS - covered(SPANS), "active": covered(SPANS), "void": 0}
    nothing_lost(db)


def test_overlapping_voidings_give_each_labels_weight_back_once(db: Database, world: World) -> None:
    number = world.ready()
    run_id = world.printed(number, LABELS)

    def void(one: int) -> int:
        with world.write() as session:
            return ranges.void(session, world.coop, run_id, *SPANS[one], "示例：试机")

    answers = at_once(void)
    assert refused(answers) <= {"run.void-already"}
    assert sum(made(answers)) == covered(SPANS)
    assert count(entered(db, run_id, "void")) == covered(SPANS)
    assert labelled(db, number) == LABELS - covered(SPANS)
    nothing_lost(db)


def test_activating_and_voiding_at_once_leaves_no_label_in_both_counts(db: Database, world: World) -> None:
    number = world.ready()
    run_id = world.printed(number, LABELS)
    active, void = SPANS[::2], [SPANS[one] for one in range(1, MANY, 4)]

    def work(one: int) -> int:
        with world.write() as session:
            if one % 2 == 0:
                return ranges.activate(session, world.clerk, run_id, *SPANS[one])
            if one % 4 == 1:
                return ranges.void(session, world.coop, run_id, *SPANS[one], "示例：破损")
            return 0

    at_once(work)
    gone = covered(void)
    live = LABELS - count(without(WHOLE, active + void)) - gone
    assert counts(db, run_id) == {"printed": LABELS - live - gone, "active": live, "void": gone}
    assert count(entered(db, run_id, "void")) == gone
    assert live <= count(entered(db, run_id, "active")) <= covered(active)
    assert labelled(db, number) == LABELS - gone
    with db.read() as session:
        states = [ranges.state_of(session, run_id, item)[0] for item in range(1, LABELS + 1)]
    assert {state: states.count(state) for state in ("printed", "active", "void")} == counts(db, run_id)
    nothing_lost(db)


def test_a_range_is_voided_by_hand_or_by_a_reprint_never_by_both(db: Database, world: World) -> None:
    number = world.ready(grams=30_000)
    run_id = world.printed(number, LABELS)

    def work(one: int) -> int:
        with world.write() as session:
            if one % 2:
                return ranges.void(session, world.coop, run_id, 11, 20, "示例：破损")
            given = new_run(10, replaces=Replaced(run_id, 11, 20, "示例：卡纸"))
            run.create(session, world.clerk, number, given, base_url=BASE, master=MASTER)
            return 10

    answers = at_once(work)
    assert made(answers) == [10]
    assert refused(answers) == {"run.void-already"}
    reprinted = any(isinstance(answer, int) for answer in answers[::2])
    assert labelled(db, number) == (LABELS if reprinted else LABELS - 10)
    assert counts(db, run_id)["void"] == 10
    nothing_lost(db)
