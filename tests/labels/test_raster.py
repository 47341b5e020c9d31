"""A label as dots: the same as the PDF prints, its modules whole dots."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image

from labels import code, preview, qr, raster, sheet
from labels.editable import from_layout
from labels.fonts import width
from labels.layout import Layout, lay_out
from labels.marks import marks
from labels.raster import Mode
from labels.run import RunSpec
from labels.stock import STOCKS, Stock
from tests.labels.samples import BASE, FULL, KEY, LONG, decoded, drawing, pdf_of, photograph, run_of

Dots = NDArray[np.int16]
PLACES = [
    (paper, dpi)
    for paper in STOCKS.values()
    for dpi in ((paper.dpi,) if paper.kind == "sheet" else (203, 300))
]
EACH = pytest.mark.parametrize(("paper", "dpi"), PLACES, ids=lambda one: getattr(one, "name", one))


def drawn(run: RunSpec, paper: Stock, dpi: int, mode: Mode) -> tuple[Layout, Image.Image]:
    layout = run.layout(paper, dpi)
    mark = next(marks(run, KEY, 1))
    return layout, raster.draw(layout, mark.number, mark.symbol, mark.pin, dpi, mode)


def printed(pdf: bytes, box: tuple[int, int, int, int], dpi: int) -> Image.Image:
    """A part of the first page (left, top, width, height in dots), each pixel exactly one dot."""
    left, top, wide, high = box
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = pypdfium2.PdfBitmap.new_native(wide, high, pdfium.FPDFBitmap_BGR)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, wide, high)
        matrix = pdfium.FS_MATRIX(dpi / 72, 0, 0, dpi / 72, -left, -top)
        pdfium.FPDF_RenderPageBitmapWithMatrix(
            bitmap, document[0], matrix, pdfium.FS_RECTF(0, 0, wide, high), 0
        )
        return bitmap.to_pil().convert("RGB")
    finally:
        document.close()


def grey(image: Image.Image) -> Dots:
    return np.asarray(image.convert("L"), dtype=np.int16)


def symbol_of(layout: Layout, dots: Dots) -> Dots:
    side = layout.symbol.modules * layout.symbol.dots
    return dots[layout.qr_y : layout.qr_y + side, layout.qr_x : layout.qr_x + side]


def both(run: RunSpec, paper: Stock, dpi: int) -> tuple[Layout, Image.Image, Image.Image]:
    """The run's first label as the raster draws it and as its PDF renders."""
    layout, image = drawn(run, paper, dpi, "RGB")
    corner = tuple(round(at / layout.symbol.dot) for at in sheet.corner(paper, 1))
    page = printed(pdf_of(run, paper, dpi=dpi)[0], (corner[0], corner[1], *image.size), dpi)
    return layout, image, page


def check_same(layout: Layout, image: Image.Image, page: Image.Image) -> None:
    ours, theirs = grey(image), grey(page)
    assert (symbol_of(layout, ours) == symbol_of(layout, theirs)).all()
    # Renderers differ by less than a dot at the edges of letters; words elsewhere would differ by far more.
    soft = [grey(one.reduce(4)) for one in (image, page)]
    assert np.abs(soft[0] - soft[1]).mean() < 4
    assert (np.abs(soft[0] - soft[1]) > 110).mean() < 0.002


@EACH
def test_it_is_what_the_pdf_prints(paper: Stock, dpi: int) -> None:
    check_same(*both(run_of(LONG if paper.label_height > 35_000 else FULL, 1), paper, dpi))


@pytest.mark.parametrize(("name", "dpi"), [("a4-21", 600), ("roll-60x40", 203), ("roll-50x70", 300)])
def test_pictures_pins_and_designs_are_what_the_pdf_prints(name: str, dpi: int) -> None:
    paper, made = STOCKS[name], photograph()
    automatic = lay_out(FULL, paper, dpi, picture=made, pin=True)
    design = from_layout(automatic, FULL, paper)
    for run in (
        replace(run_of(FULL, 1), picture=made, pin_secret=bytes(32)),
        replace(run_of(FULL, 1), picture=made, pin_secret=bytes(32), design=design),
    ):
        layout, image, page = both(run, paper, dpi)
        check_same(layout, image, page)
        (placed,) = layout.pictures
        left, top, wide, high = (
            round(at / layout.symbol.dot) for at in (placed.x, placed.y, placed.width, placed.height)
        )
        parts = [grey(one.crop((left, top, left + wide, top + high))) for one in (image, page)]
        if paper.ink == "black":
            assert (parts[0] == parts[1]).all()
        else:
            assert np.abs(parts[0] - parts[1]).mean() < 3


def test_letters_stand_where_the_pdf_has_them() -> None:
    paper, dpi = STOCKS["roll-60x40"], 1_200
    layout, image, page = both(run_of(FULL, 1), paper, dpi)
    for text in (FULL.product, FULL.packer):
        word = next(word for word in layout.words if word.text == text)
        left, top = int(word.x / layout.symbol.dot), int((word.y - word.size) / layout.symbol.dot)
        wide = int(width(text, word.size) / layout.symbol.dot)
        box = (left, top, left + wide, top + int(word.size * 1.2 / layout.symbol.dot))
        parts = [grey(one.crop(box)) for one in (image, page)]
        # One dot aside, that is 21 µm, they would differ by more than 4.
        assert np.abs(parts[0] - parts[1]).mean() < 3


def test_long_addresses_take_version_7() -> None:
    run = RunSpec("https://suyuan.shili-hezuoshe.example.com", 100, 1, 1, FULL)
    for name in ("a4-21", "roll-60x40"):
        layout, image, page = both(run, STOCKS[name], STOCKS[name].dpi)
        assert layout.symbol.modules == 45
        check_same(layout, image, page)
        assert decoded(image.convert("L")) == [code.url(run.base_url, code.sign(KEY, 100, 1))]


@EACH
@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_modules_are_whole_dots(paper: Stock, dpi: int, mode: Mode) -> None:
    run = run_of(FULL, 1)
    layout, image = drawn(run, paper, dpi, mode)
    assert image.mode == mode
    assert image.size == raster.size_in_dots(layout)
    found = symbol_of(layout, grey(image)) == 0
    matrix = np.array(qr.matrix(code.url(BASE, code.sign(KEY, run.run, 1))))
    assert (found == matrix.repeat(layout.symbol.dots, 0).repeat(layout.symbol.dots, 1)).all()
    assert decoded(image.convert("L")) == [code.url(BASE, code.sign(KEY, run.run, 1))]


def test_black_and_white_has_no_greys_and_loses_no_stroke() -> None:
    paper = STOCKS["roll-40x30"]
    image = drawn(run_of(FULL, 1), paper, 203, "1")[1]
    soft = grey(drawn(run_of(FULL, 1), paper, 203, "L")[1])
    hard = grey(image)
    assert set(np.unique(hard)) == {0, 255}
    assert (hard[soft < 100] == 0).all()
    assert (hard[soft > 200] == 255).all()


def test_a_picture_for_black_ink_is_printed_dot_by_dot() -> None:
    for made in (drawing(), photograph()):
        run = replace(run_of(FULL, 1), picture=made)
        layout, image = drawn(run, STOCKS["roll-60x40"], 203, "1")
        (placed,) = layout.pictures
        x, y = (round(at / layout.symbol.dot) for at in (placed.x, placed.y))
        wide, high = placed.picture.width_px, placed.picture.height_px
        part = image.convert("RGB").crop((x, y, x + wide, y + high))
        assert part.tobytes() == placed.picture.rgb


def test_a_design_and_its_colours_are_drawn() -> None:
    paper = STOCKS["a4-21"]
    layout, automatic = drawn(run_of(FULL, 1), paper, 600, "RGB")
    run = replace(run_of(FULL, 1), design=from_layout(layout, FULL, paper))
    designed = drawn(run, paper, 600, "RGB")[1]
    assert np.abs(grey(automatic) - grey(designed)).mean() < 0.5
    assert (0x2C, 0x6A, 0x4A) in {colour for _, colour in designed.getcolors(1_000_000) or []}


def test_a_pin_is_drawn_where_its_place_is() -> None:
    layout = run_of(FULL, 1).layout(STOCKS["roll-60x40"], 203)
    with_pin = lay_out(FULL, STOCKS["roll-60x40"], 203, pin=True)
    blank, pinned = (grey(raster.draw(with_pin, "", bytes(41 * 6), pin, 203, "1")) for pin in ("", "048151"))
    assert layout.pin is None
    assert with_pin.pin is not None
    left, top, wide, high = (round(at / with_pin.symbol.dot) for at in with_pin.pin.area)
    changed = np.argwhere(blank != pinned)
    assert changed.min(0)[0] > top
    assert changed.max(0)[0] < top + high
    assert changed.min(0)[1] > left
    assert changed.max(0)[1] < left + wide


def test_the_dpi_must_be_the_layouts() -> None:
    layout = run_of(FULL, 1).layout(STOCKS["roll-60x40"], 203)
    with pytest.raises(ValueError, match="300 dpi"):
        raster.draw(layout, "", bytes(41 * 6), "", 300)


@pytest.mark.parametrize("name", ["a4-24", "roll-40x30"])
def test_the_preview_is_the_same_dots(name: str) -> None:
    paper, run = STOCKS[name], run_of(FULL, 1)
    _, image = drawn(run, paper, paper.dpi, "1" if paper.ink == "black" else "RGB")
    for scale in (1, 3):
        found = Image.open(io.BytesIO(preview.png(run, KEY, paper, paper.dpi, scale)))
        assert found.size == (image.width * scale, image.height * scale)
        assert np.array_equal(np.asarray(found)[::scale, ::scale], np.asarray(image.convert("RGB")))
    sample = Image.open(io.BytesIO(preview.png(run, None, paper)))
    assert decoded(sample.convert("L")) == [] or decoded(sample.convert("L"))[0].endswith("0" * 155)
