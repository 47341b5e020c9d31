"""Sixteen printers at once: never one label too many, never the same request twice, no gap in the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from threading import Event

import pytest
from sqlmodel import col, select

from tests.support.at_once import MANY, at_once, made, refused
from tests.support.makers import BASE, MASTER, World, make_world, new_run, the_batch
from tests.support.opened import opened
from trace.core import clock, dates
from trace.core.errors import Conflict
from trace.db import Database
from trace.services import authorisation, find, ledger, ledger_audit, projection_audit, ranges, run, scan
from trace.services.part_sheet import Part
from trace.services.run import Replaced
from trace.services.scan_count import Reader
from trace.tables import Authorisation, AuthorisationRevocation, AuthorisationUse, ItemSeen, Run, SheetCell

pytestmark = pytest.mark.race


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


def printed(world: World, number: str, labels: int, **given: object) -> int:
    """Print a run in a write unit of its own and return its number."""
    with world.write() as session:
        wanted = new_run(labels, **given)
        return run.create(session, world.coop, number, wanted, base_url=BASE, master=MASTER).run_id


def labelled_g(db: Database, number: str) -> int:
    with db.read() as session:
        return find.state(session, the_batch(session, number)).labelled_g


def used_g(db: Database) -> int:
    """Grams under all authorisations."""
    with db.read() as session:
        return sum(use.labelled_g for use in session.exec(select(AuthorisationUse)).all())


def nothing_lost(db: Database) -> None:
    """The ledger is whole, and every balance is what its runs and voided ranges make it."""
    with db.read() as session:
        assert ledger_audit.verify(session).fault is None
        assert projection_audit.check(session) == []


def test_printers_never_exceed_the_weight_by_one_label(db: Database) -> None:
    world = make_world(db)
    number = world.ready(grams=50_250)  # 100 labels of 500 g; sixteen printers want 160
    answers = at_once(lambda _: printed(world, number, 10))
    assert len(made(answers)) == 10
    assert refused(answers) == {"run.too-many"}
    assert labelled_g(db, number) == 50_000
    nothing_lost(db)


def test_printers_of_several_batches_never_exceed_the_brands_quota(db: Database) -> None:
    world = make_world(db, quota_g=50_250)
    numbers = [world.ready() for _ in range(4)]
    answers = at_once(lambda one: printed(world, numbers[one % 4], 7))
    assert len(made(answers)) == 14, "98 labels of 500 g under a quota for 100"
    assert refused(answers) == {"run.too-many"}
    assert used_g(db) == 49_000
    printed(world, numbers[0], 2)
    assert at_once(lambda _: printed(world, numbers[1], 1)) == ["run.too-many"] * MANY
    nothing_lost(db)


def test_harvests_of_one_plot_never_exceed_its_yield_cap(db: Database) -> None:
    world = make_world(db)  # 12.5 mu, 100 kg of seed from each
    numbers = [world.batch() for _ in range(MANY)]

    def harvest(one: int) -> int:
        return world.record(numbers[one], "harvest", date(2026, 8, 12), quantity_g=100_000).event_id

    answers = at_once(harvest)
    assert (len(made(answers)), refused(answers)) == (12, {"batch.over-yield-cap"})
    nothing_lost(db)


def test_no_label_is_printed_the_moment_after_the_last_day_of_the_authorisation(db: Database) -> None:
    world = make_world(db)
    number = world.ready()
    midnight = dates.day_start(date(2028, 1, 1))

    def work(one: int) -> int:
        # Half of the printers are in the last second of the last day, half in the first of the next.
        with clock.at(midnight + timedelta(seconds=0 if one % 2 else -1)):
            return printed(world, number, 1)

    answers = at_once(work)
    assert [isinstance(answer, int) for answer in answers] == [True, False] * (MANY // 2)
    assert refused(answers) == {"run.no-authorisation"}
    assert labelled_g(db, number) == 500 * (MANY // 2)


def test_no_label_is_printed_after_the_authorisation_was_revoked(db: Database) -> None:
    world = make_world(db)
    number = world.ready(grams=1_000_000)
    enough = Event()

    def work(one: int) -> int:
        if one == 0:
            assert enough.wait(60)
            with world.write() as session:
                [mine] = session.exec(
                    select(Authorisation.id).where(col(Authorisation.organisation_id) == world.coop.org_id)
                ).all()
                return authorisation.revoke(session, world.office, mine or 0, "示例：到期收回").id or 0
        for turn in count(1):
            printed(world, number, 1)
            if turn == 2:
                enough.set()
        raise AssertionError

    answers = at_once(work)
    assert made(answers[:1])
    assert answers[1:] == ["run.no-authorisation"] * (MANY - 1)
    with db.read() as session:
        [ended] = session.exec(select(AuthorisationRevocation.id)).all()
        revoked = ledger.entry_of(session, "authorisation_revocation", ended or 0)
        runs = [row or 0 for row in session.exec(select(Run.id)).all()]
        entered = ledger.entries_of(session, "run", runs).values()
    assert revoked is not None
    assert len(entered) == len(runs) >= 2
    assert max(entered) < revoked
    assert labelled_g(db, number) == 500 * len(runs)
    nothing_lost(db)


def test_the_same_request_from_sixteen_printers_is_one_run(db: Database) -> None:
    world = make_world(db)
    number = world.ready()
    answers = at_once(lambda _: printed(world, number, 7, request_id="one-form"))
    assert len(set(answers)) == 1
    assert labelled_g(db, number) == 3_500
    nothing_lost(db)


def test_one_request_number_with_other_contents_is_the_run_of_the_first(db: Database) -> None:
    world = make_world(db)
    number = world.ready()
    answers = at_once(lambda one: printed(world, number, 1 + one % 4, request_id="one-form"))
    [run_id] = set(made(answers))
    assert (len(made(answers)), refused(answers)) == (4, {"run.request-differs"})
    with db.read() as session:
        labels = session.get_one(Run, run_id).count
    assert labelled_g(db, number) == 500 * labels
    nothing_lost(db)


def test_of_clerks_who_reprint_the_same_labels_one_wins(db: Database) -> None:
    world = make_world(db)
    number = world.ready(grams=5_000)
    old = printed(world, number, 10)
    answers = at_once(lambda _: printed(world, number, 3, replaces=Replaced(old, 4, 6, "示例：卡纸")))
    [fresh] = made(answers)
    assert refused(answers) == {"run.void-already"}
    with db.read() as session:
        assert ranges.counts(session, session.get_one(Run, old)) == {"printed": 0, "active": 7, "void": 3}
        assert session.get_one(Run, fresh).replaces_id == old
    assert labelled_g(db, number) == 5_000
    nothing_lost(db)


def test_overlapping_reprints_never_exceed_the_weight(db: Database) -> None:
    world = make_world(db)
    number = world.ready(grams=10_000)
    old = printed(world, number, 20)

    def work(one: int) -> int:
        return printed(world, number, 5, replaces=Replaced(old, one + 1, one + 5, "示例：卡纸"))

    fresh = made(at_once(work))
    assert 1 <= len(fresh) <= 4
    with db.read() as session:
        void = ranges.counts(session, session.get_one(Run, old))["void"]
    assert void == 5 * len(fresh), "as many are void as were printed anew: there was weight for no more"
    assert labelled_g(db, number) == 10_000
    nothing_lost(db)


def test_printing_voiding_and_reprinting_at_once_under_weight_and_quota(db: Database) -> None:
    world = make_world(db, quota_g=60_000)
    numbers = [world.ready(grams=40_000), world.ready(grams=40_000)]
    first = [printed(world, number, 20) for number in numbers]

    def work(one: int) -> int:
        which, turn = one % 2, one // 2
        if turn < 4:
            return printed(world, numbers[which], 15)
        if turn < 6:
            with world.write() as session:
                return ranges.void(session, world.coop, first[which], turn, turn + 4, "示例：试机")
        spoilt = Replaced(first[which], 2 * turn, 2 * turn + 3, "示例：卡纸")
        return printed(world, numbers[which], 4, replaces=spoilt)

    answers = at_once(work)
    assert refused(answers) <= {"run.too-many", "run.void-already"}
    with db.read() as session:
        live = dict.fromkeys(numbers, 0)
        for row, batch in run.of_organisation(session, int(world.coop.org_id)):
            live[batch.number] += row.count - ranges.counts(session, row)["void"]
    assert all(labels <= 80 for labels in live.values())
    assert sum(live.values()) <= 120
    assert {number: labelled_g(db, number) for number in numbers} == {
        number: 500 * labels for number, labels in live.items()
    }
    assert used_g(db) == 500 * sum(live.values())
    nothing_lost(db)


def test_no_cell_of_a_part_used_sheet_goes_to_two_runs(db: Database) -> None:
    world = make_world(db)
    number = world.ready()
    printed(world, number, 4)  # leaves cells 5 to 24 of sheet 1

    def work(one: int) -> int:
        # Half of them want the same three cells; the others overlap by one with their neighbours.
        cells = (5, 6, 7) if one % 2 else (8 + one, 9 + one, 10 + one)
        return printed(world, number, 3, sheets=(Part(1, cells),))

    answers = at_once(work)
    assert refused(answers) == {"sheet.cells-taken"}
    assert len(made(answers[1::2])) == 1
    with db.read() as session:
        cells = session.exec(select(SheetCell)).all()
        assert sum(cell.run_id != 1 for cell in cells) == 3 * len(made(answers))
    assert labelled_g(db, number) == 500 * (4 + 3 * len(made(answers)))
    nothing_lost(db)


def test_devices_that_ask_at_once_are_each_counted_once(db: Database) -> None:
    world = make_world(db)
    run_id = world.printed(world.ready(), 1)
    with db.read() as session:
        [url] = run.urls(session, session.get_one(Run, run_id), MASTER)
    digits = url.rpartition("/c/")[2]

    def work(one: int) -> int:
        for _ in range(3):
            with db.write(ledger=False) as session:
                scan.seen(session, digits, Reader(f"10.0.{one // 2}.0", "phone"), b"secret")
        return one

    at_once(work)
    with db.read() as session:
        assert session.get_one(ItemSeen, (run_id, 1)).devices == MANY // 2


def test_a_refusal_within_a_unit_leaves_nothing_of_it(db: Database) -> None:
    """A reprint voids first: what it is refused for must take the voiding back, whoever prints meanwhile."""
    world = make_world(db)
    number = world.ready(grams=5_000)
    old = printed(world, number, 10)

    def work(one: int) -> int:
        spoilt = Replaced(old, 1, 1 + one % 3, "示例：卡纸")
        return printed(world, number, 4 + one % 3, replaces=spoilt)

    assert refused(at_once(work)) == {"run.too-many"}
    with db.read() as session:
        assert ranges.counts(session, session.get_one(Run, old))["void"] == 0
    assert labelled_g(db, number) == 5_000
    with pytest.raises(Conflict):
        printed(world, number, 1)
    nothing_lost(db)
