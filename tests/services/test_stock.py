"""Stocks an organisation measured itself: its own, by name, and never changed behind a run's back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from labels.errors import LabelError, UnknownStock
from labels.stock import STOCKS, Stock
from tests.support.makers import World
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.services import part_sheet, stock
from trace.tables import LabelStock, PartSheet

SIZES = {
    "page_width": 210_000, "page_height": 297_000, "label_width": 64_000, "label_height": 60_000, "columns": 3,
    "rows": 4, "margin_left": 7_000, "margin_top": 20_000, "gap_x": 2_000, "gap_y": 3_000, "dpi": 600,
}  # fmt: skip


def own(**change: Any) -> Stock:
    return stock.describe("示例十二枚", "sheet", SIZES | change)


def save(world: World, made: Stock, instead_of: int | None = None) -> int:
    with world.write() as session:
        return stock.save(session, world.clerk, made, instead_of)


def names(world: World, who: str = "coop") -> list[str]:
    with world.db.read() as session:
        return [one.name for one in stock.available(session, int(getattr(world, who).org_id))]


def test_what_one_organisation_measured_only_it_can_print_on(world: World) -> None:
    save(world, own())
    assert names(world) == [*STOCKS, "示例十二枚"]
    assert names(world, "rival") == list(STOCKS)
    with world.db.read() as session:
        assert stock.find(session, int(world.coop.org_id), "示例十二枚") == own()
        assert stock.find(session, int(world.coop.org_id), "a4-24") is STOCKS["a4-24"]
        with pytest.raises(UnknownStock) as unknown:
            stock.find(session, int(world.rival.org_id), "示例十二枚")
    assert "a4-24" in unknown.value.zh


def test_a_roll_is_as_large_as_its_label() -> None:
    roll = stock.describe(
        "示例卷", "roll", {"label_width": 55_000, "label_height": 35_000, "dpi": 203, "gap_y": 3_000}
    )
    assert (roll.page_width, roll.page_height, roll.per_page, roll.gap_y) == (55_000, 35_000, 1, 3_000)
    assert roll.title_zh == "示例卷（55 × 35 mm）"


def test_saving_twice_is_saving_once_and_a_name_is_taken_once(world: World) -> None:
    number = save(world, own())
    assert save(world, own()) == number
    with pytest.raises(Conflict) as taken:
        save(world, own(margin_top=21_000))
    assert taken.value.code == "stock.exists"


def test_a_change_is_a_new_edition_and_the_old_one_stays_for_the_record(world: World) -> None:
    old = save(world, own())
    new = save(world, own(margin_top=21_000), old)
    assert new != old
    assert save(world, own(margin_top=21_000), new) == new
    with world.db.read() as session:
        assert stock.find(session, int(world.coop.org_id), "示例十二枚").margin_top == 21_000
        before = stock.edition(session, world.clerk, old)
    assert before.stock == own()
    assert before.retired_at is not None


def test_a_retired_stock_is_offered_no_more_and_its_name_is_free(world: World) -> None:
    number = save(world, own())
    for _ in range(2):
        with world.write() as session:
            stock.retire(session, world.clerk, number)
    assert names(world) == list(STOCKS)
    assert save(world, own(margin_top=21_000)) != number


@pytest.mark.parametrize(("change", "open_after"), [({"margin_top": 21_000}, 1), ({"rows": 3}, 0)])
def test_part_used_sheets_stay_while_their_cells_are_the_same(
    world: World, change: dict[str, int], open_after: int
) -> None:
    number = save(world, own())
    with world.write() as session:
        made = session.get_one(LabelStock, number)
        session.add(
            PartSheet(
                organisation_id=made.organisation_id,
                stock=made.name,
                per_page=12,
                opened_at=made.created_at,
                opened_by=made.created_by,
            )
        )
    save(world, own(**change), number)
    with world.db.read() as session:
        assert len(part_sheet.open_sheets(session, int(world.coop.org_id))) == open_after


def test_stocks_that_cannot_be_are_refused(world: World) -> None:
    with pytest.raises(LabelError) as geometry:
        own(rows=5)
    assert geometry.value.code == "label.stock-geometry"
    with pytest.raises(LabelError) as small:
        save(world, own(label_width=20_000, label_height=20_000))
    assert small.value.code == "label.stock-too-small"
    with pytest.raises(InvalidInput):
        stock.describe("=1+1", "sheet", SIZES)
    with pytest.raises(LabelError) as name:
        save(world, replace(own(), name="a4-24"))
    assert name.value.code == "label.stock-name"


def test_who_may(world: World) -> None:
    number = save(world, own())
    with pytest.raises(Forbidden), world.write() as session:
        stock.save(session, world.reader, own(margin_top=21_000), number)
    for act in (stock.edition, stock.retire):
        with pytest.raises(NotFound), world.write() as session:
            act(session, world.rival, number)
