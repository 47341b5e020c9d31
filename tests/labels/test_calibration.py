"""Measuring a printer: the page, what its scales read, and that the correction meets the cells."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from labels import calibration, sheet
from labels.adjust import NONE, Adjustment
from labels.calibration import Readings
from labels.errors import LabelError
from labels.layout import lay_out
from labels.stock import STOCKS, Stock
from tests.labels.a_printer import DPI, Printer, read_scales
from tests.labels.samples import PLAIN, page_images, page_texts, pdf_of, run_of

ALL = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
CROOKED = Printer(shift_x=1_300, shift_y=-800, stretch_x=-4_000, stretch_y=6_000)
ROLLS_SHIFT = Printer(shift_x=-900, shift_y=-700)
NEAR = 100  # µm: a tenth of a millimetre


def page(stock: Stock, adjust: Adjustment = NONE, dpi: int | None = None) -> bytes:
    out = io.BytesIO()
    calibration.render(out, stock, dpi or stock.dpi, adjust)
    return out.getvalue()


def measured(stock: Stock, printer: Printer, printed_with: Adjustment = NONE) -> Readings:
    (image,) = page_images(page(stock, printed_with), DPI)
    return read_scales(printer.print(image), stock, printed_with, printer)


def misses(stock: Stock, printer: Printer, adjust: Adjustment) -> float:
    """By how much the worst label's corner is off its cell, µm."""
    worst = 0.0
    for number in range(1, stock.per_page + 1):
        x, y = sheet.corner(stock, number)
        landed = printer.lands(*(float(aim) for aim in adjust.place(x, y)))
        worst = max(worst, abs(landed[0] - x), abs(landed[1] - y))
    return worst


def symbol_place(paper: Image.Image, stock: Stock, number: int) -> tuple[float, float]:
    """The outer corner of the code's first finder on the paper, µm: the first dark pixels of its area."""
    layout = lay_out(PLAIN, stock, stock.dpi)
    x, y = sheet.corner(stock, number)
    left, top, right, bottom = layout.qr_box
    dot = 25_400 / DPI
    quiet = layout.symbol.quiet - 800  # a clear rim of the quiet zone, in which a miss would show
    start_x = round((x + left + layout.symbol.quiet - quiet) / dot)
    start_y = round((y + top + layout.symbol.quiet - quiet) / dot)
    area = np.asarray(paper)[start_y : round((y + bottom) / dot), start_x : round((x + right) / dot)]
    dark = area < 128
    return (
        (start_x + int(np.flatnonzero(dark.any(axis=0))[0])) * dot,
        (start_y + int(np.flatnonzero(dark.any(axis=1))[0])) * dot,
    )


@pytest.mark.parametrize("name", ["a4-21", "a4-24", "a4-65"])
def test_a_crooked_printer_meets_the_cells_after_one_page(name: str) -> None:
    stock = STOCKS[name]
    adjust = calibration.solve(stock, measured(stock, CROOKED))
    assert misses(stock, CROOKED, NONE) > 1_000
    assert misses(stock, CROOKED, adjust) < NEAR
    layout = lay_out(PLAIN, stock, stock.dpi)
    labels, _ = pdf_of(run_of(PLAIN, stock.per_page), stock, adjust=adjust)
    paper = CROOKED.print(page_images(labels, DPI)[0])
    for number in (1, stock.columns, stock.per_page):
        x, y = sheet.corner(stock, number)
        dot = float(layout.symbol.dot)
        # The label itself is never stretched by us, but it is by the printer.
        wide, high = 1 + CROOKED.stretch_x / 1e6, 1 + CROOKED.stretch_y / 1e6
        found = symbol_place(paper, stock, number)
        assert found[0] - layout.qr_x * dot * wide == pytest.approx(x, abs=NEAR)
        assert found[1] - layout.qr_y * dot * high == pytest.approx(y, abs=NEAR)


@pytest.mark.parametrize("name", ["roll-40x30", "roll-50x70"])
def test_a_roll_is_shifted_but_never_stretched(name: str) -> None:
    # What lies beyond the paper's edge is not printed: of these shifts the scales still show the zero.
    stock = replace(STOCKS[name], page_width=70_000, page_height=90_000, margin_left=8_000, margin_top=8_000)
    adjust = calibration.solve(stock, measured(stock, ROLLS_SHIFT))
    assert (adjust.scale_x, adjust.scale_y) == (0, 0)
    assert misses(stock, ROLLS_SHIFT, adjust) < NEAR


def test_a_page_printed_with_an_adjustment_is_measured_from_there() -> None:
    stock, drifted = STOCKS["a4-24"], replace(CROOKED, shift_x=1_700)
    first = calibration.solve(stock, measured(stock, CROOKED))
    assert max(map(abs, (measured(stock, CROOKED, first).a, measured(stock, CROOKED, first).d))) < NEAR
    second = calibration.solve(stock, measured(stock, drifted, first), first)
    assert misses(stock, drifted, second) < NEAR


LENGTH = st.integers(-3_000, 3_000)
STRETCH = st.integers(-8_000, 8_000)


@given(
    st.sampled_from(list(STOCKS.values())), LENGTH, LENGTH, STRETCH, STRETCH, st.integers(-500, 500), STRETCH
)
def test_exact_readings_give_an_exact_adjustment(
    stock: Stock, shift_x: int, shift_y: int, stretch_x: int, stretch_y: int, before: int, before_scale: int
) -> None:
    x_stretches, y_stretches = stock.columns > 1, stock.rows > 1
    printer = Printer(shift_x, shift_y, stretch_x * x_stretches, stretch_y * y_stretches)
    used = Adjustment(before, -before, before_scale * x_stretches, before_scale * y_stretches)
    on = calibration.edges(stock)

    def read(edge_x: int, edge_y: int, level: bool) -> int:
        aim = [float(one) for one in used.place(edge_x, edge_y)]
        # The tick on the edge is the one that was aimed where the printer lands on the edge.
        if level:
            return round((edge_x - printer.shift_x) / (1 + printer.stretch_x / 1e6) - aim[0])
        return round((edge_y - printer.shift_y) / (1 + printer.stretch_y / 1e6) - aim[1])

    readings = Readings(
        read(on.a, on.b, True), read(on.a, on.b, False), read(on.c, on.d, True), read(on.c, on.d, False)
    )
    assert misses(stock, printer, calibration.solve(stock, readings, used)) < 10


def test_the_signs_are_those_of_the_scales() -> None:
    """A label edge that reads +1 mm lies right of where we aimed: aim further right."""
    adjust = calibration.solve(STOCKS["a4-21"], Readings(a=1_000, b=-500, c=1_000, d=-500))
    assert adjust == Adjustment(offset_x=1_000, offset_y=-500)
    wider = calibration.solve(STOCKS["a4-21"], Readings(c=1_000))
    assert wider.scale_x > 0
    assert wider.scale_y == 0


@pytest.mark.parametrize("name", "abcd")
def test_readings_no_ruler_gives_are_refused(name: str) -> None:
    with pytest.raises(LabelError) as refused:
        Readings(**{name: -10_001})
    assert (refused.value.code, refused.value.context["field"]) == ("label.reading", name)


def test_a_page_that_was_scaled_to_fit_is_refused_with_what_to_do() -> None:
    stock = STOCKS["a4-21"]
    with pytest.raises(LabelError) as refused:
        calibration.solve(stock, Readings(a=-5_000, c=5_000))
    assert refused.value.code == "label.adjustment"
    assert "适应页面" in refused.value.zh


@ALL
def test_scales_lie_where_a_printer_can_print_and_far_apart(stock: Stock) -> None:
    on = calibration.edges(stock)
    if stock.kind == "roll":
        assert (on.a, on.b, on.c, on.d) == (0, 0, stock.label_width, stock.label_height)
        return
    for low, high, page_size in ((on.a, on.c, stock.page_width), (on.b, on.d, stock.page_height)):
        assert calibration.REACH <= low < high <= page_size - calibration.REACH
        assert high - low >= calibration.LEAST_BASE


@ALL
def test_the_page_has_the_paper_s_size_is_sound_and_always_the_same(stock: Stock) -> None:
    made = page(stock)
    assert made == page(stock)
    with pikepdf.open(io.BytesIO(made)) as file:
        assert file.check_pdf_syntax() == []
        assert len(file.pages) == 1
        box = [float(value) * 25_400 / 72 for value in file.pages[0].mediabox]
    assert box == pytest.approx([0, 0, stock.page_width, stock.page_height], abs=2)


def test_sheets_say_what_to_do_and_where_to_look() -> None:
    (words,) = page_texts(page(STOCKS["a4-24"]))
    for said in ("实际大小（100%）", "100 mm", "A：第 1 格的右边", "D：最后一格的上边", "3 点", "5 点"):
        assert said in words


@pytest.mark.parametrize("name", ["a4-24", "roll-40x30", "roll-50x70"])
@pytest.mark.parametrize("dpi", [203, 300])
def test_the_sample_codes_read_back(name: str, dpi: int) -> None:
    (image,) = page_images(page(STOCKS[name], dpi=dpi), dpi)
    found = {code.text for code in zxingcpp.read_barcodes(image)}
    assert f"3 DOTS AT {dpi} DPI" in found
    if name == "a4-24":
        assert len(found) == 3


def test_resolutions_no_printer_has() -> None:
    with pytest.raises(LabelError):
        page(STOCKS["a4-24"], dpi=72)
