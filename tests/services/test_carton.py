"""Cartons: printed for what they hold, never holding a label twice, opened for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from tests.support.makers import BASE, MASTER, World, make_world, new_certificate, the_batch
from trace.core.carton import CARTON, PALLET, Held, Packing
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound, TraceError
from trace.core.policy import Actor
from trace.db import Database
from trace.services import (
    carton,
    carton_record,
    certificate,
    find,
    freeze,
    ledger_audit,
    projection_audit,
    ranges,
    recall,
    run,
)
from trace.services.carton import Content, NewCartons, PrintedCartons
from trace.services.run import Replaced
from trace.tables import CartonPack, LedgerEntry, Run


def cartons(world: World, number: str, content: Content | None, **given: object) -> PrintedCartons:
    cartons.counter += 1  # type: ignore[attr-defined]
    words: dict[str, object] = {
        "stock": "a4-24",
        "request_id": f"cartons-{cartons.counter}",  # type: ignore[attr-defined]
        "per_carton": 24,
        "content": content,
    }
    wanted = NewCartons(**{**words, **given})  # type: ignore[arg-type]
    with world.write() as session:
        return carton.print_cartons(session, world.coop, number, wanted, base_url=BASE, master=MASTER)


cartons.counter = 0  # type: ignore[attr-defined]


def pack(world: World, actor: Actor | None = None, **given: int) -> None:
    with world.write() as session:
        carton.pack(session, actor or world.coop, Packing(**given))


def split(world: World, run_id: int, item: int, reason: str = "零售拆箱") -> None:
    with world.write() as session:
        carton.split(session, world.coop, run_id, item, reason)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(TraceError) as caught:
        act()
    return caught.value.code


def sound(world: World) -> None:
    """The ledger vouches for every record, and every projection follows from them."""
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
        assert projection_audit.check(session) == []


def texts(world: World, run_id: int) -> run.LabelText:  # type: ignore[name-defined]
    with world.db.read() as session:
        return run.spec(session.get_one(Run, run_id)).text


def kinds(session: Session) -> list[str]:
    return list(session.exec(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all())  # type: ignore[arg-type]


def test_2400_items_at_24_need_100_cartons_and_one_row(world: World) -> None:
    number = world.ready(grams=1_200_000)
    items = world.printed(number, 2_400)
    made = cartons(world, number, Content(items))
    assert (made.cartons, made.packed) == (100, 2_400)
    with world.db.read() as session:
        row = session.get_one(Run, made.run_id)
        assert (row.count, row.level) == (100, CARTON)
        assert session.exec(select(func.count()).select_from(CartonPack)).one() == 1
        assert carton_record.contents(session, made.run_id, (100, 100)) == [Held(items, 2_377, 2_400)]
        assert carton_record.homes_of(session, items, 25) == [(made.run_id, 2)]
        assert kinds(session)[-2:] == ["range.activated", "carton.packed"]
        assert find.state(session, the_batch(session, number)).labelled_g == 1_200_000
        assert run.spec(row).text.net_weight == "24 × 500 g"
        assert run.spec(row).text.lines == ("外箱标签",)
    sound(world)


def test_the_last_carton_says_on_the_label_that_it_holds_fewer(world: World) -> None:
    number = world.ready()
    made = cartons(world, number, Content(world.printed(number, 50)))
    assert made.cartons == 3
    assert texts(world, made.run_id).net_weight == "24 × 500 g，尾箱 2 × 500 g"
    few = cartons(world, number, Content(world.printed(number, 10)))
    assert texts(world, few.run_id).net_weight == "10 × 500 g"


def test_pallets_hold_cartons_and_say_their_weight_where_all_weigh_the_same(world: World) -> None:
    number = world.ready()
    boxes = cartons(world, number, Content(world.printed(number, 48)), per_carton=12)
    pallet = cartons(world, number, Content(boxes.run_id), per_carton=2, level=PALLET)
    assert pallet.cartons == 2
    assert texts(world, pallet.run_id).net_weight == "2 箱 × 6 kg"
    uneven = cartons(world, number, Content(world.printed(number, 13)), per_carton=12)
    other = cartons(world, number, Content(uneven.run_id), per_carton=2, level=PALLET)
    assert texts(world, other.run_id).net_weight == "2 箱"
    with world.db.read() as session:
        items = session.exec(select(CartonPack)).all()[0].content_run_id
        assert carton_record.homes_of(session, items, 30) == [(boxes.run_id, 3), (pallet.run_id, 2)]
        inside = carton_record.contents(session, pallet.run_id, (2, 2))
        assert inside == [Held(boxes.run_id, 3, 4)]
        assert carton_record.items_within(session, inside) == [Held(items, 25, 48)]
    sound(world)


def test_only_loose_labels_are_packed_around_void_ones_and_those_packed_before(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 20)
    with world.write() as session:
        ranges.void(session, world.coop, items, 3, 4, "贴坏")
    first = cartons(world, number, Content(items, (1, 8)), per_carton=4)
    rest = cartons(world, number, Content(items), per_carton=5)
    assert (first.packed, rest.packed, rest.cartons) == (6, 12, 3)
    with world.db.read() as session:
        held = carton_record.contents(session, first.run_id, (1, 1))
        assert held == [Held(items, 1, 2), Held(items, 5, 6)]
    assert refused(lambda: cartons(world, number, Content(items))) == "carton.nothing-loose"
    sound(world)


def test_carton_labels_weigh_nothing_and_their_voiding_gives_nothing_back(world: World) -> None:
    number = world.ready(grams=5_000)
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    with world.write() as session:
        ranges.void(session, world.coop, made.run_id, 1, 2, "受潮")
    with world.db.read() as session:
        assert find.state(session, the_batch(session, number)).labelled_g == 5_000
        # What was in a carton whose label is void is loose.
        assert carton_record.home_of(session, items, 1) is None
    again = cartons(world, number, Content(items), per_carton=5)
    assert again.packed == 10
    sound(world)


def test_empty_cartons_are_printed_to_be_packed_later(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 20)
    empty = cartons(world, number, None, count=3, per_carton=10)
    assert (empty.cartons, empty.packed) == (3, 0)
    assert texts(world, empty.run_id).net_weight == "10 × 500 g"
    pack(
        world,
        run=empty.run_id,
        first=2,
        last=3,
        content=items,
        content_first=1,
        content_last=20,
        per_carton=10,
    )
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 11) == (empty.run_id, 3)
        assert carton_record.contents(session, empty.run_id, (1, 1)) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"per_carton": 0}, "carton.per-carton"),
        ({"per_carton": 10**6}, "carton.per-carton"),
        ({"level": 3}, "carton.level"),
        ({"content": None, "count": 0}, "run.count"),
        ({"content": None, "count": -1}, "run.count"),
        ({"content": None, "count": 10**7}, "run.count"),
        ({"content": Content(1, (0, 3))}, "carton.content-range"),
        ({"content": Content(1, (5, 11))}, "carton.content-range"),
        ({"content": Content(99)}, "run.unknown"),
        ({"stock": "a4-65"}, "carton.stock"),
    ],
)
def test_carton_labels_that_cannot_be_are_refused(world: World, given: dict[str, object], code: str) -> None:
    number = world.ready(number="L-1")
    assert world.printed(number, 10) == 1
    assert refused(lambda: cartons(world, number, **({"content": Content(1)} | given))) == code  # type: ignore[arg-type]
    with world.db.read() as session:
        assert session.exec(select(func.count()).select_from(Run)).one() == 1


def test_the_same_request_prints_and_packs_once(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 30)
    first = cartons(world, number, Content(items), request_id="one-form")
    again = cartons(world, number, Content(items), request_id="one-form")
    assert (again.run_id, again.packed, again.repeated) == (first.run_id, 30, True)
    for other in ({"per_carton": 10}, {"level": PALLET}, {"content": None, "count": 2}, {"stock": "a4-21"}):
        wanted = {"content": Content(items), "request_id": "one-form"} | other
        assert refused(lambda wanted=wanted: cartons(world, number, **wanted)) == "run.request-differs"  # type: ignore[misc]


def test_a_batch_that_is_not_ready_gets_no_carton_labels(world: World) -> None:
    number = world.batch()
    assert refused(lambda: cartons(world, number, None, count=1)).startswith("run.")


def test_what_belongs_to_others_is_neither_packed_nor_split_by_us(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, None, count=2)
    row = {"run": made.run_id, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 1, "content_last": 5, "per_carton": 5}
    with pytest.raises(NotFound):
        pack(world, world.rival, **row)
    with pytest.raises(Forbidden):
        pack(world, world.reader, **row)
    with pytest.raises(Forbidden):
        pack(world, world.regulator, **row)
    pack(world, world.clerk, **row)
    for actor, refusal in ((world.rival, NotFound), (world.reader, Forbidden)):
        with pytest.raises(refusal), world.write() as session:
            carton.split(session, actor, made.run_id, 1, "零售")


def test_another_organisations_labels_are_refused(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    with world.write() as session:
        from tests.support.makers import PLANTED
        from trace.services import batch

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
    row = {"run": made.run_id, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 1, "content_last": 5, "per_carton": 5}
    assert refused(lambda: pack(world, world.rival, **row)) == "carton.other-organisation"


def test_a_split_frees_the_content_for_another_carton_and_is_final(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    more = cartons(world, number, None, count=1, per_carton=5)
    row = {"run": more.run_id, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 1, "content_last": 5, "per_carton": 5}
    assert refused(lambda: pack(world, **row)) == "carton.content-packed"
    assert refused(lambda: split(world, made.run_id, 1, "  ")) == "text.required"
    split(world, made.run_id, 1)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 1) is None
        assert kinds(session)[-1] == "carton.split"
    pack(world, **row)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 1) == (more.run_id, 1)
        # The opened carton still tells what had been in it.
        assert carton_record.contents(session, made.run_id, (1, 1)) == [Held(items, 1, 5)]
    assert refused(lambda: split(world, made.run_id, 1)) == "carton.opened-already"
    assert refused(lambda: pack(world, **(row | {"run": made.run_id}))) == "carton.opened"
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
    row = {"run": mixed.run_id, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 6, "content_last": 10, "per_carton": 5}
    onto = {"run": pallet.run_id, "first": 1, "last": 1, "content": made.run_id}
    onto |= {"content_first": 1, "content_last": 1, "per_carton": 1}
    assert refused(lambda: pack(world, **row)) == "batch.frozen"
    assert refused(lambda: pack(world, **onto)) == "batch.frozen"
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    assert refused(lambda: pack(world, **row)) == "batch.recalled"
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
    row = {"run": boxes.run_id, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 10, "content_last": 15, "per_carton": 6}
    assert refused(lambda: pack(world, **row)) == "carton.content-packed"
    with world.db.read() as session:
        assert ranges.counts(session, session.get_one(Run, items))["active"] == 10


def test_a_reprint_of_carton_labels_sets_their_content_loose(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    with world.write() as session:
        from tests.support.makers import new_run

        again = new_run(1, level=CARTON, inside="5 × 500 g", replaces=Replaced(made.run_id, 2, 2, "撕破"))
        fresh = run.create(session, world.coop, number, again, base_url=BASE, master=MASTER).run_id
    row = {"run": fresh, "first": 1, "last": 1, "content": items}
    row |= {"content_first": 6, "content_last": 10, "per_carton": 5}
    pack(world, **row)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 6) == (fresh, 1)
    sound(world)


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
