"""Sixteen packers at once: never one label in two cartons, never a carton on two pallets."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import select

from tests.support.at_once import MANY, at_once, made, refused
from tests.support.makers import BASE, MASTER, World, make_world
from tests.support.opened import opened
from trace.core import carton as rules
from trace.core.carton import Packing
from trace.core.ranges import count, union
from trace.services import carton, carton_record, ledger_audit, projection_audit
from trace.services.carton import Content, NewCartons
from trace.tables import CartonPack

pytestmark = pytest.mark.race


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    db = opened(database_url)
    yield make_world(db)
    db.dispose()


def boxes(world: World, number: str, cartons: int, level: int = 1) -> int:
    with world.write() as session:
        wanted = NewCartons("a4-24", f"boxes-{level}", 10, count=cartons, level=level)
        return carton.print_cartons(session, world.coop, number, wanted, base_url=BASE, master=MASTER).run_id


def pack(world: World, row: Packing) -> int:
    with world.write() as session:
        return carton.pack(session, world.coop, row).id or 0


def lying(world: World, run_id: int) -> list[tuple[int, int]]:
    """The labels of a run in live cartons, a range for each packing; and that all records are sound."""
    with world.db.read() as session:
        rows = [carton_record.packing(row) for row in session.exec(select(CartonPack)).all()]
        assert ledger_audit.verify(session).fault is None
        assert projection_audit.check(session) == []
        closed = carton_record.closed(session, [row.run for row in rows])
        return rules.packed(rows, closed, run_id)


def test_packers_of_overlapping_labels_never_put_one_into_two_cartons(world: World) -> None:
    number = world.ready()
    items, run_id = world.printed(number, 95), boxes(world, number, MANY)
    # Packer n takes labels 5n + 1 … 5n + 10: each shares five with the next.
    answers = at_once(lambda n: pack(world, Packing(run_id, n + 1, n + 1, items, 5 * n + 1, 5 * n + 10, 10)))
    assert refused(answers) == {"carton.content-packed"}
    assert MANY // 3 <= len(made(answers)) <= MANY // 2
    found = lying(world, items)
    assert count(found) == 10 * len(made(answers)) == count(union(found))


def test_the_same_labels_and_cartons_from_sixteen_packers_are_packed_once(world: World) -> None:
    number = world.ready()
    items, run_id = world.printed(number, 40), boxes(world, number, 4)
    answers = at_once(lambda _n: pack(world, Packing(run_id, 1, 4, items, 1, 40, 10)))
    assert len(made(answers)) == 1
    assert lying(world, items) == [(1, 40)]


def test_a_whole_run_is_packed_by_one_of_sixteen_printers_of_carton_labels(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 50)

    def work(n: int) -> int:
        with world.write() as session:
            wanted = NewCartons("a4-24", f"request-{n:02d}-of-sixteen", 10, Content(items))
            done = carton.print_cartons(session, world.coop, number, wanted, base_url=BASE, master=MASTER)
            return done.run_id

    answers = at_once(work)
    assert len(made(answers)) == 1
    assert refused(answers) == {"carton.nothing-loose"}
    assert lying(world, items) == [(1, 50)]


def test_a_carton_stands_on_one_pallet_and_takes_nothing_more_there(world: World) -> None:
    number = world.ready()
    items, run_id = world.printed(number, 60), boxes(world, number, 6)
    pallets = boxes(world, number, MANY, level=2)
    pack(world, Packing(run_id, 1, 3, items, 1, 30, 10))

    def work(n: int) -> int:
        if n % 2:
            return pack(world, Packing(pallets, n + 1, n + 1, run_id, 1, 3, 3))
        return pack(world, Packing(run_id, 1, 3, items, 31, 60, 10))

    answers = at_once(work)
    assert lying(world, run_id) == [(1, 3)]
    # Whichever came first: the second filling either went in before the pallet, once, or was refused.
    assert len(made(answers)) in (1, 2)
    assert refused(answers) <= {"carton.content-packed", "carton.in-pallet"}


def test_a_carton_is_opened_once_and_its_labels_packed_anew_once(world: World) -> None:
    number = world.ready()
    items, run_id = world.printed(number, 10), boxes(world, number, MANY)
    pack(world, Packing(run_id, 1, 1, items, 1, 10, 10))

    def work(n: int) -> int:
        if n % 2:
            with world.write() as session:
                return carton.split(session, world.coop, run_id, 1, "换箱").id or 0
        return pack(world, Packing(run_id, n + 2, n + 2, items, 1, 10, 10))

    answers = at_once(work)
    assert len([answer for answer in answers[1::2] if isinstance(answer, int)]) == 1
    assert len([answer for answer in answers[::2] if isinstance(answer, int)]) <= 1
    assert count(lying(world, items)) in (0, 10)
