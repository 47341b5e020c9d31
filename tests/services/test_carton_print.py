"""Carton labels: as many as their content needs, packed in the same act, weighing nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func
from sqlmodel import select

from tests.support.cartons import cartons, kinds, pack, refused, sound, split, texts
from tests.support.makers import BASE, MASTER, World, new_run, the_batch
from trace.core.carton import CARTON, PALLET, Held, Packing
from trace.core.errors import InvalidInput
from trace.services import (
    carton,
    carton_record,
    find,
    ranges,
    run,
)
from trace.services.carton import Content, PrintedCartons
from trace.services.run import Replaced
from trace.tables import CartonPack, Run


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
        assert run.words(row).net_weight.replace(carton.NO_BREAK, " ") == "24 × 500 g"
        assert run.words(row).lines == ("外箱标签",)
    sound(world)


def test_the_last_carton_says_on_the_label_that_it_holds_fewer(world: World) -> None:
    number = world.ready()
    made = cartons(world, number, Content(world.printed(number, 50)))
    assert made.cartons == 3
    assert texts(world, made.run_id).net_weight.replace(carton.NO_BREAK, " ") == "24 × 500 g，尾箱 2 × 500 g"
    few = cartons(world, number, Content(world.printed(number, 10)))
    assert texts(world, few.run_id).net_weight.replace(carton.NO_BREAK, " ") == "10 × 500 g"


def test_pallets_hold_cartons_and_say_their_weight_where_all_weigh_the_same(world: World) -> None:
    number = world.ready()
    boxes = cartons(world, number, Content(world.printed(number, 48)), per_carton=12)
    pallet = cartons(world, number, Content(boxes.run_id), per_carton=2, level=PALLET)
    assert pallet.cartons == 2
    assert texts(world, pallet.run_id).net_weight.replace(carton.NO_BREAK, " ") == "2 箱 × 6 kg"
    uneven = cartons(world, number, Content(world.printed(number, 13)), per_carton=12)
    other = cartons(world, number, Content(uneven.run_id), per_carton=2, level=PALLET)
    assert texts(world, other.run_id).net_weight.replace(carton.NO_BREAK, " ") == "2 箱"
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
    assert texts(world, empty.run_id).net_weight.replace(carton.NO_BREAK, " ") == "10 × 500 g"
    pack(
        world,
        Packing(
            run=empty.run_id, first=2, last=3, content=items, content_first=1, content_last=20, per_carton=10
        ),
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


def test_a_reprint_of_carton_labels_sets_their_content_loose(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 10)
    made = cartons(world, number, Content(items), per_carton=5)
    with world.write() as session:
        again = new_run(1, level=CARTON, inside="5 × 500 g", replaces=Replaced(made.run_id, 2, 2, "撕破"))
        fresh = run.create(session, world.coop, number, again, base_url=BASE, master=MASTER).run_id
    row = Packing(run=fresh, first=1, last=1, content=items, content_first=6, content_last=10, per_carton=5)
    pack(world, row)
    with world.db.read() as session:
        assert carton_record.home_of(session, items, 6) == (fresh, 1)
    sound(world)


def test_spoilt_carton_labels_are_printed_again_and_the_contents_move_over(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 20)
    boxes = cartons(world, number, Content(items), per_carton=5).run_id
    pallet = cartons(world, number, Content(boxes), per_carton=4, level=PALLET).run_id

    def again(**given: object) -> PrintedCartons:
        wanted = new_run(0, replaces=Replaced(boxes, 2, 3, "撕破"), **given)
        with world.write() as session:
            return carton.reprint(session, world.clerk, wanted, base_url=BASE, master=MASTER)

    made = again(request_id="one-form")
    assert (made.cartons, made.packed, made.repeated) == (2, 10, False)
    with world.db.read() as session:
        assert carton_record.homes_of(session, items, 6) == [(made.run_id, 1), (pallet, 1)]
        assert carton_record.contents(session, made.run_id, (2, 2)) == [Held(items, 11, 15)]
        assert ranges.counts(session, session.get_one(Run, boxes))["void"] == 2
        assert session.get_one(Run, made.run_id).level == CARTON
        assert session.get_one(Run, made.run_id).replaces_id == boxes
    assert texts(world, made.run_id).net_weight.replace(carton.NO_BREAK, " ") == "5 × 500 g"
    assert again(request_id="one-form").repeated
    assert refused(again) == "run.void-already"
    sound(world)


def test_only_carton_labels_replace_carton_labels(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 20)
    boxes = cartons(world, number, Content(items), per_carton=5).run_id
    split(world, boxes, 4)

    def again(run_id: int, first: int, last: int) -> None:
        wanted = new_run(0, replaces=Replaced(run_id, first, last, "撕破"))
        with world.write() as session:
            carton.reprint(session, world.coop, wanted, base_url=BASE, master=MASTER)

    assert refused(lambda: again(items, 1, 2)) == "carton.not-carton"
    assert refused(lambda: again(boxes, 4, 5)) == "carton.range"
    assert refused(lambda: again(boxes, 3, 4)) == "carton.opened"
    for level, old in ((CARTON, items), (None, boxes), (PALLET, boxes)):
        wanted = new_run(1, level=level, replaces=Replaced(old, 1, 1, "撕破"))
        with pytest.raises(InvalidInput) as caught, world.write() as session:
            run.create(session, world.coop, number, wanted, base_url=BASE, master=MASTER)
        assert caught.value.code == "carton.reprint"
    with world.db.read() as session:
        assert ranges.counts(session, session.get_one(Run, boxes))["void"] == 0
