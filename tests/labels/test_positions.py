"""Where things stand on the rendered page, measured at 1200 dpi against the stock: to a tenth of a millimetre."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from labels import sheet
from labels.adjust import NONE, Adjustment
from labels.stock import STOCKS, Stock
from tests.labels.samples import FULL, pdf_of, run_of

DPI = 1_200
NEAR = 100  # µm
STROKE = 200  # µm by which heavy letters may stand beyond the box they are set in
_DOT = 25_400 / DPI
_UNIT = 25_400 / 72  # µm in a PDF unit

ODD = Stock(
    "奇怪的纸", "sheet", "奇怪的纸", "odd", 205_300, 291_700, 61_370, 44_630, columns=3, rows=6,
    margin_left=5_110, margin_top=9_430, gap_x=3_190, gap_y=1_070, corner=2_300, inset_x=1_730, inset_y=1_910, dpi=300,
)  # fmt: skip
PAPERS = [*STOCKS.values(), ODD]
ADJUSTED = Adjustment(offset_x=700, offset_y=-430, scale_x=2_600, scale_y=-3_100)

Dark = NDArray[np.bool_]


def rendered(pdf: bytes, box: tuple[int, int, int, int]) -> tuple[Dark, float, float]:
    """What is dark in a box (left, top, right, bottom in µm) of the first page; and the box's true left and top."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        wide, high = page.get_size()
        left, top, right, bottom = (round(edge / _DOT) * _DOT / _UNIT for edge in box)
        crop = (left, high - bottom, wide - right, top)
        grey = page.render(scale=DPI / 72, crop=crop, grayscale=True).to_numpy()
    return np.squeeze(grey) < 160, left * _UNIT, top * _UNIT


def extent(dark: Dark) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of what is dark, µm from the picture's corner."""
    columns, rows = np.flatnonzero(dark.any(axis=0)), np.flatnonzero(dark.any(axis=1))
    return columns[0] * _DOT, rows[0] * _DOT, (columns[-1] + 1) * _DOT, (rows[-1] + 1) * _DOT


def some_cells(stock: Stock) -> list[int]:
    """The four corners of the page and a cell in its middle."""
    last = stock.per_page
    return sorted({1, stock.columns, last // 2 + 1, last - stock.columns + 1, last})


@pytest.fixture(scope="module", params=[NONE, ADJUSTED], ids=["plain", "adjusted"])
def adjust(request: pytest.FixtureRequest) -> Adjustment:
    made: Adjustment = request.param
    return made


@pytest.fixture(scope="module", params=PAPERS, ids=lambda stock: stock.name if stock is not ODD else "own")
def measured(request: pytest.FixtureRequest, adjust: Adjustment) -> tuple[Stock, Adjustment, bytes]:
    stock: Stock = request.param
    # A roll has no neighbours to miss: its page ends where the label does.
    used = Adjustment(300, -200) if adjust is ADJUSTED and stock.kind == "roll" else adjust
    return stock, used, pdf_of(run_of(FULL, stock.per_page), stock, adjust=used)[0]


def cells(measured: tuple[Stock, Adjustment, bytes]) -> Iterator[tuple[float, float]]:
    """Where each of some cells has to be on the page, µm."""
    stock, used, _ = measured
    for number in some_cells(stock):
        x, y = used.place(*sheet.corner(stock, number))
        yield float(x), float(y)


def test_the_finders_of_every_code_stand_where_the_stock_says(
    measured: tuple[Stock, Adjustment, bytes],
) -> None:
    stock, _, pdf = measured
    layout = run_of(FULL, 1).layout(stock, stock.dpi)
    module = float(layout.symbol.dots * layout.symbol.dot)
    left, top = float(layout.qr_x * layout.symbol.dot), float(layout.qr_y * layout.symbol.dot)
    side = layout.symbol.modules * module
    finder, rim = 7 * module, 1_200
    for x, y in cells(measured):
        for name, at_x, at_y in (
            ("top left", 0.0, 0.0),
            ("top right", side - finder, 0.0),
            ("bottom left", 0.0, side - finder),
        ):
            want_x, want_y = x + left + at_x, y + top + at_y
            # On the sides that face the quiet zone there is room to see a miss.
            box = (
                want_x - (rim if at_x == 0 else 0),
                want_y - (rim if at_y == 0 else 0),
                want_x + finder + (rim if at_x else 0),
                want_y + finder + (rim if at_y else 0),
            )
            dark, from_x, from_y = rendered(pdf, tuple(map(round, box)))  # type: ignore[arg-type]  # four numbers
            found = extent(dark)
            edge_x = from_x + found[2 if at_x else 0]
            edge_y = from_y + found[3 if at_y else 1]
            assert edge_x == pytest.approx(want_x + (finder if at_x else 0), abs=NEAR), name
            assert edge_y == pytest.approx(want_y + (finder if at_y else 0), abs=NEAR), name


def test_what_a_label_holds_stays_within_its_edge_and_is_the_same_on_every_cell(
    measured: tuple[Stock, Adjustment, bytes],
) -> None:
    stock, _, pdf = measured
    # What a neighbour prints within half the gap, or where there is none within the blank edge, would show.
    rim_x, rim_y = (stock.gap_x // 2 or stock.inset_x // 2), (stock.gap_y // 2 or stock.inset_y // 2)
    first: tuple[float, ...] = ()
    for x, y in cells(measured):
        box = (
            max(0, round(x) - rim_x),
            max(0, round(y) - rim_y),
            min(stock.page_width, round(x) + stock.label_width + rim_x),
            min(stock.page_height, round(y) + stock.label_height + rim_y),
        )
        dark, from_x, from_y = rendered(pdf, box)
        left, top, right, bottom = extent(dark)
        found = (left + from_x - x, top + from_y - y, right + from_x - x, bottom + from_y - y)
        assert found[0] >= stock.inset_x - STROKE
        assert found[1] >= stock.inset_y - STROKE
        assert found[2] <= stock.label_width - stock.inset_x + STROKE
        assert found[3] <= stock.label_height - stock.inset_y + STROKE
        first = first or found
        assert found == pytest.approx(first, abs=NEAR)
