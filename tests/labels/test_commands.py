"""Command files for roll printers: an interpreter draws what raster draws, and phones read it."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from labels import code, tspl, zpl
from labels.adjust import Adjustment
from labels.commands import NativeTooLarge, NotARoll, Plates
from labels.errors import LabelError
from labels.layout import NUMBER_SAMPLE, lay_out
from labels.marks import Mark, marks
from labels.raster import draw
from labels.run import RunSpec
from labels.stock import STOCKS, Stock
from labels.text import LabelText
from tests.labels.samples import FULL, KEY, PLAIN, run_of
from tests.support.printer_languages import Dots, Tspl, Zpl, picture

ROLLS = ("roll-40x30", "roll-50x30", "roll-60x40", "roll-50x70")
WRITERS = {"tspl": tspl.write, "zpl": zpl.write}


def file_of(language: str, run: RunSpec, stock: Stock, dpi: int, **options: object) -> bytes:
    out = io.BytesIO()
    write: Callable[..., int] = WRITERS[language]
    assert write(out, run=run, signer=KEY, stock=stock, dpi=dpi, **options) == run.count
    return out.getvalue()


def printed(language: str, data: bytes, dpi: int) -> list[Dots]:
    return Tspl(dpi).feed(data) if language == "tspl" else Zpl().feed(data)


def expected(run: RunSpec, stock: Stock, dpi: int) -> list[NDArray[np.bool_]]:
    layout = run.layout(stock, dpi)
    return [
        ~np.asarray(draw(layout, mark.number, mark.symbol, mark.pin, dpi, "1"), dtype=np.bool_)
        for mark in marks(run, KEY)
    ]


def items_read(labels: list[Dots]) -> list[int]:
    items = []
    for label in labels:
        [found] = zxingcpp.read_barcodes(picture(label))
        items.append(code.verify(code.split_url(found.text), {KEY.key_id: KEY.public}).item)
    return items


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("stock", ROLLS)
@pytest.mark.parametrize("language", WRITERS)
def test_every_dot_is_the_rasters_and_every_code_is_read(language: str, stock: str, dpi: int) -> None:
    run = run_of(PLAIN if stock == "roll-40x30" else FULL, 12, first=95)
    paper = STOCKS[stock]
    labels = printed(language, file_of(language, run, paper, dpi), dpi)
    assert items_read(labels) == list(range(95, 107))
    for label, drawn in zip(labels, expected(run, paper, dpi), strict=True):
        assert label.shape == drawn.shape
        assert np.array_equal(label, drawn)


@pytest.mark.parametrize("language", WRITERS)
def test_a_symbol_that_the_printer_makes_stays_in_its_place(language: str) -> None:
    run, paper = run_of(FULL, 3), STOCKS["roll-60x40"]
    labels = printed(language, file_of(language, run, paper, 203, qr="native"), 203)
    assert items_read(labels) == [1, 2, 3]
    layout = run.layout(paper, 203)
    side, quiet = layout.symbol.modules * layout.symbol.dots, layout.symbol.quiet_dots
    rows, columns = (slice(at - quiet, at + side + quiet) for at in (layout.qr_y, layout.qr_x))
    for label, drawn in zip(labels, expected(run, paper, 203), strict=True):
        made = label[rows, columns].copy()
        label[rows, columns] = drawn[rows, columns] = False
        assert np.array_equal(label, drawn), "beside the symbol and its quiet zone nothing differs"
        if language == "tspl":
            # Manual mode says how to encode: the symbol has the same size.
            assert made[quiet, quiet : quiet + 7 * layout.symbol.dots].all()
            assert made[:, quiet].nonzero()[0][-1] == quiet + side - 1


def test_a_zpl_printer_that_encodes_badly_still_makes_a_symbol_that_is_read() -> None:
    run, paper = run_of(FULL, 2), STOCKS["roll-60x40"]
    labels = Zpl(bytes_only=True).feed(file_of("zpl", run, paper, 203, qr="native"))
    assert items_read(labels) == [1, 2]
    with pytest.raises(NativeTooLarge):
        file_of("zpl", run_of(PLAIN, 1), STOCKS["roll-40x30"], 203, qr="native")


@pytest.mark.parametrize("language", WRITERS)
def test_native_symbols_make_shorter_files(language: str) -> None:
    run, paper = run_of(FULL, 5), STOCKS["roll-60x40"]
    assert 3 * len(file_of(language, run, paper, 203, qr="native")) < 2 * len(
        file_of(language, run, paper, 203)
    )


@pytest.mark.parametrize("language", WRITERS)
def test_a_sheet_is_refused_and_the_rolls_are_named(language: str) -> None:
    with pytest.raises(NotARoll) as refusal:
        file_of(language, run_of(PLAIN, 1), STOCKS["a4-24"], 600)
    assert refusal.value.code == "label.not-a-roll"
    for roll in ROLLS:
        assert roll in refusal.value.diagnosis("zh")
        assert roll in refusal.value.diagnosis("en")


@pytest.mark.parametrize("language", WRITERS)
@pytest.mark.parametrize("aim", [(500, -400), (-700, 300)])
def test_an_adjustment_moves_the_whole_label(language: str, aim: tuple[int, int]) -> None:
    run, paper = run_of(FULL, 2), STOCKS["roll-60x40"]
    moved = printed(language, file_of(language, run, paper, 203, adjust=Adjustment(*aim)), 203)
    plain = expected(run, paper, 203)
    dx, dy = (round(by / (25_400 / 203)) for by in aim)
    for label, drawn in zip(moved, plain, strict=True):
        back = np.roll(label, (-dy, -dx), axis=(0, 1))
        inner = slice(abs(dy), -abs(dy)), slice(abs(dx), -abs(dx))
        assert np.array_equal(back[inner], drawn[inner])
    assert items_read(moved) == [1, 2]


@pytest.mark.parametrize("language", WRITERS)
def test_an_adjustment_that_takes_the_code_off_the_label_is_refused(language: str) -> None:
    with pytest.raises(LabelError) as refusal:
        file_of(language, run_of(PLAIN, 1), STOCKS["roll-40x30"], 203, adjust=Adjustment(-10_000, 0))
    assert refusal.value.code == "label.adjustment-off"


@pytest.mark.parametrize("language", WRITERS)
def test_the_same_run_gives_the_same_bytes_on_any_number_of_cores(language: str) -> None:
    run, paper = run_of(PLAIN, 40), STOCKS["roll-50x30"]
    assert file_of(language, run, paper, 203) == file_of(language, run, paper, 203, workers=2)


@pytest.mark.parametrize("language", WRITERS)
def test_progress_is_told_to_the_end(language: str) -> None:
    heard: list[tuple[int, int]] = []
    file_of(language, run_of(PLAIN, 70), STOCKS["roll-50x30"], 203, progress=lambda *done: heard.append(done))
    assert heard == [(32, 70), (64, 70), (70, 70)]


def test_tspl_says_the_size_of_the_label_and_of_the_gap() -> None:
    printer = Tspl(203)
    printer.feed(file_of("tspl", run_of(PLAIN, 1), STOCKS["roll-40x30"], 203))
    assert printer.settings == {"size": "40 mm,30 mm", "gap": "2 mm,0 mm"}


def test_zpl_sends_the_text_once_and_cleans_up() -> None:
    printer = Zpl()
    data = file_of("zpl", run_of(FULL, 8), STOCKS["roll-60x40"], 203)
    assert len(printer.feed(data)) == 8
    assert data.count(b"~DG") == 1
    assert printer.stored == {}
    assert data.isascii()


def test_a_tilde_in_an_address_starts_no_command() -> None:
    run = RunSpec("https://t.example/a~b", 100, 1, 2, LabelText(product="莲子"))
    data = file_of("zpl", run, STOCKS["roll-60x40"], 203, qr="native")
    assert data.count(b"~") == 1  # ~DG
    assert items_read(Zpl().feed(data)) == [1, 2]


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("stock", ["roll-60x40", "roll-50x70"])
def test_pins_stand_where_the_raster_draws_them(stock: str, dpi: int) -> None:
    layout = lay_out(PLAIN, STOCKS[stock], dpi, pin=True)
    assert layout.pin is not None
    run = replace(run_of(PLAIN, 60), pin_secret=bytes(32))
    plates = Plates(layout, dpi)
    made = list(marks(run, KEY))
    labels = [
        label
        for parts in plates.batches(made)
        for label in plates.whole((plates.symbol, *plates.lines), parts)
    ]
    for mark, label in zip(made, labels, strict=True):
        assert mark.pin.isdigit()
        drawn = draw(layout, mark.number, mark.symbol, mark.pin, dpi, "1")
        assert np.array_equal(label, ~np.asarray(drawn, dtype=np.bool_))


@pytest.mark.parametrize("dpi", [203, 300, 600])
@pytest.mark.parametrize("stock", ROLLS)
def test_any_digits_in_any_place_are_the_rasters(stock: str, dpi: int) -> None:
    layout = lay_out(PLAIN, STOCKS[stock], dpi)
    plates = Plates(layout, dpi)
    pairs = "".join(f"{left}{right}" for left in range(10) for right in range(10))
    for shift in range(0, 100, 4):
        typed = itertools.cycle(pairs[shift:] + pairs[:shift])
        number = "".join(next(typed) if char == "0" else char for char in NUMBER_SAMPLE)
        [label] = plates.whole(plates.lines, plates.typed([Mark(number, b"")]))
        drawn = draw(layout, number, bytes(6 * layout.symbol.modules), "", dpi, "1")
        assert np.array_equal(label, ~np.asarray(drawn, dtype=np.bool_)), number
