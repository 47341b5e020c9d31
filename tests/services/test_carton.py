"""Packing and splitting: a label lies in one carton at most, and what is opened stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import select

from tests.support.cartons import cartons, kinds, pack, refused, sound, split
from tests.support.makers import BASE, MASTER, PLANTED, World, make_world, new_certificate
from trace.core.carton import PALLET, Held, Packing
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.db import Database
from trace.services import (
    batch,
    carton,
    carton_record,
    certificate,
    freeze,
    ledger_audit,
    ranges,
    recall,
)
from trace.services.carton import Content, NewCartons
from trace.tables import CartonPack, Run


def test_what_belongs_to_others_is_neither_packed_nor_split_by_us(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, None, count=2)
    row = Packing(
        run=made.run_id, first=1, last=1, content=items, content_first=1, content_last=5, per_carton=5
    )
    with pytest.raises(NotFound):
        pack(world, row, world.rival)
    with pytest.raises(Forbidden):
        pack(world, row, world.reader)
    with pytest.raises(Forbidden):
        pack(world, row, world.regulator)
    pack(world, row, world.clerk)
    for actor, refusal in ((world.rival, NotFound), (world.reader, Forbidden)):
        with pytest.raises(refusal), world.write() as session:
            carton.split(session, actor, made.run_id, 1, "零售")


def test_another_organisations_labels_are_refused(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    with world.write() as session:
        given = batch.NewBatch(world.product_id, PLANTED, world.rival_plot_id, "一级", "RIVAL-1")
        batch.create(session, world.rival, given)
    for stage, day in (("planting", date(2026, 3, 28)), ("harvest", date(2026, 8, 12))):
        world.record(
            "RIVAL-1", stage, day, world.rival, **({"quantity_g": 9_000} if stage == "harvest" else {})
        )
    world.record("RIVAL-1", "packaging", date(2026, 8, 20), world.rival)
    world.record("RIVAL-1", "inspection", date(2026, 8, 22), world.rival)
    with world.write() as session:
        certificate.issue(session, world.rival, "RIVAL-1", new_certificate(9_000))
        wanted = NewCartons("a4-24", "rivals", 5, count=2)
        made = carton.print_cartons(session, world.rival, "RIVAL-1", wanted, base_url=BASE, master=MASTER)
    row = Packing(
        run=made.run_id, first=1, last=1, content=items, content_first=1, content_last=5, per_carton=5
    )
    assert refused(lambda: pack(world, row, world.rival)) == "carton.other-organisation"


def test_a_split_frees_the_content_for_another_carton_and_is_final(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    more = cartons(world, number, None, count=1, per_carton=5)
    row = Packing(
        run=more.run_id, first=1, last=1, content=items, content_first=1, content_last=5, per_carton=5
    )
    assert refused(lambda: pack(world, row)) == "carton.content-packed"
    assert refused(lambda: split(world, made.run_id, 1, "  ")) == "text.required"
    split(world, made.run_id, 1)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 1) is None
        assert kinds(session)[-1] == "carton.split"
    pack(world, row)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 1) == (more.run_id, 1)
        # The opened carton still tells what had been in it.
        assert carton_record.contents(session, made.run_id, (1, 1)) == [Held(items, 1, 5)]
    assert refused(lambda: split(world, made.run_id, 1)) == "carton.opened-already"
    assert refused(lambda: pack(world, replace(row, run=made.run_id))) == "carton.opened"
    sound(world)


def test_what_cannot_be_split_is_refused(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    empty = cartons(world, number, None, count=2)
    assert refused(lambda: split(world, items, 1)) == "carton.not-carton"
    assert refused(lambda: split(world, empty.run_id, 3)) == "carton.range"
    assert refused(lambda: split(world, empty.run_id, 1)) == "carton.empty"
    assert refused(lambda: split(world, 99, 1)) == "run.unknown"
    with world.write() as session:
        ranges.void(session, world.coop, empty.run_id, 2, 2, "受潮")
    assert refused(lambda: split(world, empty.run_id, 2)) == "carton.void"


def test_nothing_of_a_stopped_batch_is_packed_but_its_cartons_may_be_opened(world: World) -> None:
    number = world.ready(number="L-1")
    other = world.ready(number="L-2")
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items, (1, 5)), per_carton=5)
    mixed = cartons(world, other, None, count=1)
    pallet = cartons(world, other, None, count=1, level=PALLET)
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
    row = Packing(
        run=mixed.run_id, first=1, last=1, content=items, content_first=6, content_last=10, per_carton=5
    )
    onto = Packing(
        run=pallet.run_id, first=1, last=1, content=made.run_id, content_first=1, content_last=1, per_carton=1
    )
    assert refused(lambda: pack(world, row)) == "batch.frozen"
    assert refused(lambda: pack(world, onto)) == "batch.frozen"
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    assert refused(lambda: pack(world, row)) == "batch.recalled"
    split(world, made.run_id, 1, "退货清点")
    sound(world)


def test_packing_activates_where_the_brand_wants_it_and_a_packaging_record_does_not(db: Database) -> None:
    world = make_world(db, activation="pack")
    number = world.ready()
    items = world.printed(number, 20)
    world.record(number, "packaging", date(2026, 8, 30))
    with world.db.read() as session:
        assert ranges.counts(session, session.get_one(Run, items)) == {"printed": 20, "active": 0, "void": 0}
    boxes = cartons(world, number, Content(items, (1, 10)), per_carton=5)
    empty = cartons(world, number, None, count=2)
    with world.db.read() as session:
        found = {
            key: ranges.counts(session, session.get_one(Run, key))
            for key in (items, boxes.run_id, empty.run_id)
        }
    assert found[items] == {"printed": 10, "active": 10, "void": 0}
    assert found[boxes.run_id] == {"printed": 0, "active": 2, "void": 0}
    assert found[empty.run_id] == {"printed": 2, "active": 0, "void": 0}
    sound(world)


def test_a_refused_packing_activates_nothing(db: Database) -> None:
    world = make_world(db, activation="pack")
    number = world.ready()
    items = world.printed(number, 20)
    boxes = cartons(world, number, Content(items, (1, 10)), per_carton=5)
    row = Packing(
        run=boxes.run_id, first=1, last=1, content=items, content_first=10, content_last=15, per_carton=6
    )
    assert refused(lambda: pack(world, row)) == "carton.content-packed"
    with world.db.read() as session:
        assert ranges.counts(session, session.get_one(Run, items))["active"] == 10


def test_the_ledger_notices_a_packing_that_was_changed(world: World) -> None:
    number = world.ready()
    made = cartons(world, number, Content(world.printed(number, 10)), per_carton=5)
    with world.write() as session:
        row = session.exec(select(CartonPack).where(CartonPack.run_id == made.run_id)).one()
        row.content_last = 9
        session.add(row)
    with world.db.read() as session:
        fault = ledger_audit.verify(session).fault
    assert fault is not None
    assert (fault.code, fault.subject) == ("ledger.record-changed", "carton_pack")


def test_the_table_itself_refuses_cartons_that_do_not_fit_their_content(world: World) -> None:
    from sqlalchemy.exc import IntegrityError

    number = world.ready()
    made = cartons(world, number, Content(world.printed(number, 10)), per_carton=5)
    with pytest.raises(IntegrityError), world.write() as session:
        row = session.exec(select(CartonPack).where(CartonPack.run_id == made.run_id)).one()
        row.content_last = 5
        session.add(row)
        session.flush()


def test_errors_are_conflicts_or_bad_input(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    with pytest.raises(InvalidInput), world.write() as session:
        carton.pack(session, world.coop, Packing(made.run_id, 1, 3, items, 1, 10, 5))
    with pytest.raises(Conflict), world.write() as session:
        carton.pack(session, world.coop, Packing(made.run_id, 1, 2, items, 1, 10, 5))
