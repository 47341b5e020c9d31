"""Scans of cartons and of what is in them: the honest verdict, the contents, what reached whom."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.cartons import cartons, pack, split
from tests.support.makers import MASTER, World, make_world, the_batch
from trace.core.carton import PALLET, Packing
from trace.db import Database
from trace.services import carton_trace, freeze, history, key, own_view, pages, ranges, recall, run, scan
from trace.services.carton import Content
from trace.services.label_book import LabelBook
from trace.services.public_view import ScanView
from trace.tables import Run


def look(world: World, run_id: int, item: int, book: LabelBook | None = None) -> ScanView:
    with world.db.read() as session:
        url = list(run.urls(session, session.get_one(Run, run_id), MASTER))[item - 1]
        return scan.look(session, url.rpartition("/c/")[2], book=book)


def test_a_carton_tells_what_it_holds_and_an_item_where_it_lies(world: World) -> None:
    number = world.ready(number="L-1")
    items = world.printed(number, 30)
    boxes = cartons(world, number, Content(items), per_carton=12).run_id
    pallet = cartons(world, number, Content(boxes), per_carton=3, level=PALLET).run_id
    box = look(world, boxes, 3)
    assert box.verdict == "first"
    assert box.carton is not None
    assert (box.carton.level, box.carton.number, box.carton.count, box.carton.weight_g) == (1, 3, 6, 3_000)
    [held] = box.carton.contents
    assert (held.first, held.last, held.batch_no, held.product) == (25, 30, "L-1", "通芯白莲")
    assert [home.level for home in box.packed_in] == [2]
    top = look(world, pallet, 1)
    assert top.carton is not None
    assert [(one.level, one.first, one.last) for one in top.carton.contents] == [(1, 1, 3)]
    assert [(one.first, one.last) for one in top.carton.items] == [(1, 30)]
    assert top.carton.weight_g == 15_000
    item = look(world, items, 13)
    assert item.carton is None
    assert [(home.run, home.number) for home in item.packed_in] == [(boxes, 2), (pallet, 1)]
    second = look(world, boxes, 2)
    assert second.item is not None
    assert item.packed_in[0].printed == second.item.printed


def test_nothing_signed_of_the_carton_is_given_to_whoever_scans_an_item(world: World) -> None:
    number = world.ready()
    items = world.printed(number, 3)
    boxes = cartons(world, number, Content(items), per_carton=3).run_id
    with world.db.read() as session:
        [box] = run.urls(session, session.get_one(Run, boxes), MASTER)
    assert box.rpartition("/c/")[2][20:] not in repr(look(world, items, 1))


def test_an_empty_carton_says_so(world: World) -> None:
    boxes = cartons(world, world.ready(), None, count=1).run_id
    view = look(world, boxes, 1)
    assert view.carton is not None
    assert (view.carton.contents, view.carton.count) == ((), 0)


def test_a_carton_is_recalled_or_frozen_with_the_batch_of_anything_in_it(world: World) -> None:
    mine, theirs = world.ready(number="L-1"), world.ready(number="L-2")
    one, other = world.printed(mine, 5), world.printed(theirs, 5)
    boxes = cartons(world, mine, Content(one), per_carton=5).run_id
    mixed = cartons(world, mine, None, count=2).run_id
    pack(
        world,
        Packing(run=mixed, first=1, last=1, content=other, content_first=1, content_last=5, per_carton=5),
    )
    pallet = cartons(world, mine, Content(mixed, (1, 1)), per_carton=1, level=PALLET).run_id
    book = LabelBook()
    assert [look(world, key, 1, book).verdict for key in (boxes, mixed, pallet)] == ["first"] * 3
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, theirs, "示例：抽检")
    assert [look(world, key, 1, book).verdict for key in (boxes, mixed, pallet)] == [
        "first",
        "frozen",
        "frozen",
    ]
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, theirs, "示例：超标", "示例：停止食用")
    found = look(world, mixed, 1, book)
    # All in it is of the one batch, so its page is that batch's.
    assert (found.verdict, found.batch.number if found.batch else "") == ("recalled", "L-2")
    assert found.notice is not None
    assert (found.notice.batch_no, found.notice.advice) == ("L-2", "示例：停止食用")
    assert look(world, pallet, 1, book).verdict == "recalled"
    # The second carton of that run holds nothing of it.
    assert look(world, mixed, 2, book).verdict == "first"


def test_void_and_inactive_cartons_say_so(db: Database) -> None:
    world = make_world(db, activation="pack")
    number = world.ready()
    items = world.printed(number, 10)
    empty = cartons(world, number, None, count=2, per_carton=5).run_id
    assert look(world, empty, 1).verdict == "inactive"
    assert look(world, items, 1).verdict == "inactive"
    pack(
        world,
        Packing(run=empty, first=1, last=1, content=items, content_first=1, content_last=5, per_carton=5),
    )
    assert look(world, empty, 1).verdict == "first"
    assert look(world, items, 5).verdict == "first"
    assert look(world, items, 6).verdict == "inactive"
    with world.write() as session:
        ranges.void(session, world.coop, empty, 1, 1, "箱标撕破")
        ranges.void(session, world.coop, items, 2, 3, "贴坏")
    view = look(world, empty, 1)
    assert view.verdict == "void"
    assert view.carton is not None
    assert view.carton.contents[0].void == 2
    assert look(world, items, 1).packed_in == ()


def test_labels_of_a_key_revoked_before_are_forged_cartons_too(world: World) -> None:
    boxes = cartons(world, world.ready(), None, count=1).run_id
    with world.db.read() as session:
        [url] = run.urls(session, session.get_one(Run, boxes), MASTER)
    with world.write() as session:
        row = session.get_one(Run, boxes)
        key.end(session, None, row.key_id, "revoked", "示例：失窃", datetime(2020, 1, 1, tzinfo=UTC))
    with world.db.read() as session:
        assert scan.look(session, url.rpartition("/c/")[2]).verdict == "forged"


def test_an_opened_carton_says_when_and_why_and_its_chain_has_the_step(world: World) -> None:
    number = world.ready(number="L-1")
    items = world.printed(number, 10)
    boxes = cartons(world, number, Content(items), per_carton=5).run_id
    split(world, boxes, 2, "门店零售，电话 13800000000")
    view = look(world, boxes, 2)
    assert view.carton is not None
    assert view.carton.opened_at is not None
    assert "13800000000" not in view.carton.opened_reason
    assert view.carton.opened_reason.startswith("门店零售")
    assert [held.first for held in view.carton.contents] == [6]
    assert look(world, items, 6).packed_in == ()
    steps = [step for step in view.chain if step.stage == "unpack"]
    assert [step.title for step in steps] == ["拆箱"]
    assert "13800000000" not in repr(steps)
    assert steps[0].ledger_seq
    with world.db.read() as session:
        own = own_view.own_batch(session, world.clerk, number)
        assert [one.step.title for one in own.steps if one.step.stage == "unpack"] == ["拆箱"]


def test_the_chain_of_a_batch_inside_anothers_carton_has_the_split_too(world: World) -> None:
    mine, theirs, third = (world.ready(number=name) for name in ("L-1", "L-2", "L-3"))
    other, loose = world.printed(theirs, 10), world.printed(third, 5)
    mixed = cartons(world, mine, None, count=3).run_id
    pack(
        world,
        Packing(run=mixed, first=1, last=2, content=other, content_first=1, content_last=10, per_carton=5),
    )
    pack(
        world,
        Packing(run=mixed, first=3, last=3, content=loose, content_first=1, content_last=5, per_carton=5),
    )
    split(world, mixed, 1)
    with world.db.read() as session:
        found = {
            name: [step.stage for step in pages.batch_page(session, name).chain].count("unpack")
            for name in (mine, theirs, third)
        }
    assert found == {"L-1": 1, "L-2": 1, "L-3": 0}


@pytest.mark.parametrize("opened", [False, True])
def test_a_recall_knows_the_cartons_and_pallets_that_hold_its_labels_now(world: World, opened: bool) -> None:
    number, other, none = world.ready(number="L-1"), world.ready(number="L-2"), world.batch()
    items = world.printed(number, 40)
    boxes = cartons(world, number, Content(items), per_carton=5).run_id
    pallets = cartons(world, number, Content(boxes, (1, 6)), per_carton=2, level=PALLET).run_id
    direct = cartons(world, other, None, count=1, level=PALLET).run_id
    more = world.printed(number, 3)
    pack(
        world,
        Packing(run=direct, first=1, last=1, content=more, content_first=1, content_last=3, per_carton=3),
    )
    cartons(world, other, Content(world.printed(other, 10)), per_carton=5)
    if opened:
        split(world, pallets, 3)
        split(world, boxes, 1)
    with world.db.read() as session:
        found = carton_trace.affected(session, [the_batch(session, number)])
        nothing = carton_trace.affected(session, [the_batch(session, none)])
        printings = [one.run for one in history.of_batch(session, world.regulator, number).printings]
        lines = carton_trace.lines(session, printings)
    assert dict(found.cartons) == {boxes: ((2, 8),) if opened else ((1, 8),)}
    assert dict(found.pallets) == {pallets: ((1, 2),) if opened else ((1, 3),), direct: ((1, 1),)}
    assert (found.carton_count, found.pallet_count) == ((7, 3) if opened else (8, 4))
    assert (nothing.carton_count, nothing.pallet_count) == (0, 0)
    assert [line.content is None for line in lines[boxes]] == ([True] if opened else []) + [False, False]
    assert all(line.entry for one in lines.values() for line in one)


def test_a_carton_shows_the_record_of_what_is_in_it_and_is_stopped_with_its_own_batch_too(
    world: World,
) -> None:
    mine, theirs = world.ready(number="L-1"), world.ready(number="L-2")
    one, other = world.printed(mine, 5), world.printed(theirs, 10)
    boxes = cartons(world, mine, None, count=3).run_id
    pack(world, Packing(boxes, 1, 2, other, 1, 10, 5))
    pack(world, Packing(boxes, 2, 2, one, 1, 5, 5))

    def shown(item: int) -> tuple[str, str]:
        view = look(world, boxes, item)
        assert view.batch is not None
        assert view.certificate is not None
        assert view.certificate.number == f"HGZ-{view.batch.number}-1"
        return view.verdict, view.batch.number

    assert [shown(item) for item in (1, 2, 3)] == [("first", "L-2"), ("first", "L-1"), ("first", "L-1")]
    with world.write() as session:
        recall.open_recall(session, world.regulator, mine, "示例：超标", "示例：停止食用")
    assert [shown(item)[0] for item in (1, 2, 3)] == ["recalled"] * 3
