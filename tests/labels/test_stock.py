"""Stocks and sheets: every cell on its paper, every symbol large enough to be read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import sheet, stock
from labels.errors import BadCount, LabelError, StockTooSmall, UnknownStock
from labels.sheet import Paper
from labels.stock import STOCKS, Stock

ALL = pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS)


def test_the_table() -> None:
    assert {name: (one.label_width, one.label_height, one.per_page) for name, one in STOCKS.items()} == {
        "a4-21": (63_500, 38_100, 21),
        "a4-24": (70_000, 37_000, 24),
        "a4-33": (70_000, 25_400, 33),
        "a4-65": (38_100, 21_200, 65),
        "roll-40x30": (40_000, 30_000, 1),
        "roll-50x30": (50_000, 30_000, 1),
        "roll-60x40": (60_000, 40_000, 1),
        "roll-50x70": (50_000, 70_000, 1),
    }


@ALL
def test_cells_lie_on_the_page_and_do_not_overlap(paper: Stock) -> None:
    cells = [sheet.cell(paper, sheet.WHOLE, index) for index in range(paper.per_page)]
    assert [cell.number for cell in cells] == list(range(1, paper.per_page + 1))
    for cell in cells:
        assert cell.page == 0
        assert 0 <= cell.x <= paper.page_width - paper.label_width
        assert 0 <= cell.y <= paper.page_height - paper.label_height
    for one in cells:
        for other in cells:
            if one != other:
                apart_x = abs(one.x - other.x) >= paper.label_width
                apart_y = abs(one.y - other.y) >= paper.label_height
                assert apart_x or apart_y


@ALL
def test_the_grid_is_centred_on_the_page(paper: Stock) -> None:
    last = sheet.cell(paper, sheet.WHOLE, paper.per_page - 1)
    assert last.x + paper.label_width == paper.page_width - paper.margin_left
    assert last.y + paper.label_height == paper.page_height - paper.margin_top


@given(st.sampled_from(list(STOCKS.values())), st.integers(1, 500), st.data())
def test_every_label_has_one_free_cell(stock: Stock, count: int, data: st.DataObject) -> None:
    free = st.sets(st.integers(1, stock.per_page), min_size=1).map(lambda cells: tuple(sorted(cells)))
    paper = Paper(tuple(data.draw(st.lists(free, max_size=3))))
    pages = list(sheet.pages(stock, paper, count))
    assert len(pages) == sheet.pages_needed(stock, paper, count)
    assert [page.first for page in pages] == [
        sum(len(p.cells) for p in pages[:at]) for at in range(len(pages))
    ]
    assert sum(len(page.cells) for page in pages) == count
    for number, page in enumerate(pages):
        offered = set(paper.parts[number]) if number < len(paper.parts) else set(range(1, stock.per_page + 1))
        assert set(page.cells) <= offered
        for at, cell in enumerate(page.cells):
            place = sheet.cell(stock, paper, page.first + at)
            assert (place.page, place.number) == (number, cell)
    if stock.kind == "sheet":
        last = pages[-1].cells
        number = len(pages) - 1
        offered = set(paper.parts[number]) if number < len(paper.parts) else set(range(1, stock.per_page + 1))
        assert set(sheet.left_over(stock, paper, count)) == offered - set(last)


@ALL
@pytest.mark.parametrize("start", [0, -1, 1000])
def test_a_start_cell_that_the_sheet_lacks(paper: Stock, start: int) -> None:
    with pytest.raises(BadCount):
        Paper.starting(paper, start)


@pytest.mark.parametrize("cells", [(), (2, 1), (1, 1), (0, 1), (24, 25)])
def test_cells_that_the_sheet_lacks_or_has_once(cells: tuple[int, ...]) -> None:
    with pytest.raises(BadCount):
        sheet.pages_needed(STOCKS["a4-24"], Paper((cells,)), 1)


@given(st.sampled_from(list(STOCKS.values())), st.integers(150, 1200))
def test_symbols_obey_the_rules_at_any_resolution(paper: Stock, dpi: int) -> None:
    for made in stock.symbols(paper, dpi):
        dot = Fraction(25_400, dpi)
        assert made.dots >= 3
        assert made.quiet_dots >= 4 * made.dots
        assert made.quiet_dots * dot >= 2_000
        assert (41 * made.dots * dot) ** 2 >= 200_000_000
        assert made.side + 2 * made.quiet <= min(paper.label_width, paper.label_height)


@ALL
def test_every_stock_works_at_its_own_resolution(paper: Stock) -> None:
    assert stock.module_dots(paper, paper.dpi) >= 3
    if paper.kind == "roll":
        assert stock.module_dots(paper, 203) >= 3
        assert stock.module_dots(paper, 300) >= 5


@pytest.mark.parametrize(
    ("name", "dots"), [("roll-40x30", 3), ("roll-50x30", 4), ("roll-60x40", 4), ("roll-50x70", 5)]
)
def test_modules_are_as_many_dots_as_leave_room_for_text(name: str, dots: int) -> None:
    assert stock.module_dots(STOCKS[name], 203) == dots


def test_a_stock_too_small_names_what_would_do() -> None:
    with pytest.raises(StockTooSmall) as caught:
        stock.module_dots(
            replace(STOCKS["roll-40x30"], name="roll-30x20", label_width=30_000, label_height=20_000), 203
        )
    assert caught.value.context["smallest"] == "roll-40x30"
    assert "roll-40x30" in caught.value.zh
    with pytest.raises(StockTooSmall) as caught:
        stock.module_dots(STOCKS["a4-65"], 300)
    assert caught.value.context["dpi_that_fit"] == (203, 600)


@pytest.mark.parametrize("dpi", [0, -203, 72, 10_000])
def test_impossible_resolutions(dpi: int) -> None:
    with pytest.raises(LabelError) as caught:
        stock.module_dots(STOCKS["a4-24"], dpi)
    assert caught.value.code == "label.dpi"


@pytest.mark.parametrize(
    "change",
    [{"columns": 4}, {"rows": 9}, {"margin_left": -1}, {"label_width": 0}, {"gap_x": -5}, {"gap_x": 1}],
)
def test_a_stock_whose_cells_leave_the_page_is_refused(change: dict[str, int]) -> None:
    with pytest.raises(StockTooSmall) as caught:
        replace(STOCKS["a4-24"], **change)
    assert caught.value.code == "label.stock-geometry"


def test_an_unknown_name_lists_the_known_ones() -> None:
    assert stock.stock_named("a4-24") is STOCKS["a4-24"]
    with pytest.raises(UnknownStock) as caught:
        stock.stock_named("a4-25")
    assert "a4-24" in caught.value.zh


def test_millimetres() -> None:
    assert (stock.mm("63.5"), stock.mm(297), stock.mm("0.0005")) == (63_500, 297_000, 0)
