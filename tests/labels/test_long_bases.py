"""Long base URLs need QR version 7 (45 modules a side): every outlet draws it and readers read it."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from labels import code, preview, qr, raster, singles, table, tspl, zpl
from labels.commands import NativeTooLarge
from labels.layout import Layout
from labels.marks import marks
from labels.readback import check
from labels.run import RunSpec
from labels.stock import STOCKS, Stock
from tests.labels.samples import FULL, KEY, decoded, pdf_of
from tests.support.printer_languages import Tspl, Zpl, picture

BASE = "https://suyuan.shili-hezuoshe.example.cn"
ITEMS = range(8, 11)
RUN = RunSpec(BASE, 100, ITEMS[0], len(ITEMS), FULL)
ADDRESSES = [code.url(BASE, code.sign(KEY, RUN.run, item)) for item in ITEMS]

Drawn = list[Image.Image]


def written(write: Callable[..., int], **options: object) -> bytes:
    out = io.BytesIO()
    assert write(out, run=RUN, signer=KEY, **options) == RUN.count
    return out.getvalue()


def from_svg(drawing: str, layout: Layout) -> Image.Image:
    """The modules of an SVG's symbol, with a quiet zone, 3 pixels each."""
    side = layout.symbol.modules
    dots = np.zeros((side + 8, side + 8), dtype=np.bool_)
    for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)", drawing):
        dots[int(y) + 4, int(x) + 4 : int(x) + 4 + int(wide)] = True
    return picture(dots.repeat(3, axis=0).repeat(3, axis=1))


def zipped(form: singles.Form, stock: Stock, dpi: int) -> list[bytes]:
    out = io.BytesIO()
    singles.write(out, form, run=RUN, signer=KEY, stock=stock, dpi=dpi)
    archive = zipfile.ZipFile(out)
    return [archive.read(name) for name in archive.namelist()]


def as_tspl(stock: Stock, dpi: int) -> Drawn:
    return [picture(one) for one in Tspl(dpi).feed(written(tspl.write, stock=stock, dpi=dpi))]


def as_native_tspl(stock: Stock, dpi: int) -> Drawn:
    return [picture(one) for one in Tspl(dpi).feed(written(tspl.write, stock=stock, dpi=dpi, qr="native"))]


def as_zpl(stock: Stock, dpi: int) -> Drawn:
    return [picture(one) for one in Zpl().feed(written(zpl.write, stock=stock, dpi=dpi))]


def as_png(stock: Stock, dpi: int) -> Drawn:
    return [Image.open(io.BytesIO(data)) for data in zipped("png", stock, dpi)]


def as_svg(stock: Stock, dpi: int) -> Drawn:
    layout = RUN.layout(stock, dpi)
    return [from_svg(data.decode("utf-8"), layout) for data in zipped("svg", stock, dpi)]


def as_raster(stock: Stock, dpi: int) -> Drawn:
    layout = RUN.layout(stock, dpi)
    return [raster.draw(layout, mark.number, mark.symbol, mark.pin, dpi, "RGB") for mark in marks(RUN, KEY)]


def as_preview_png(stock: Stock, dpi: int) -> Drawn:
    return [Image.open(io.BytesIO(preview.png(RUN, KEY, stock, dpi)))]


def as_preview_svg(stock: Stock, dpi: int) -> Drawn:
    return [from_svg(preview.svg(RUN, KEY, stock, dpi), RUN.layout(stock, dpi))]


OUTLETS = (
    as_tspl,
    as_native_tspl,
    as_zpl,
    as_png,
    as_svg,
    as_raster,
    as_preview_png,
    as_preview_svg,
)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("stock", ["roll-60x40", "roll-50x70"])
@pytest.mark.parametrize("drawn", OUTLETS, ids=lambda one: one.__name__.removeprefix("as_"))
def test_every_outlet_draws_codes_that_are_read(
    drawn: Callable[[Stock, int], Drawn], stock: str, dpi: int
) -> None:
    assert len(BASE) == 40
    assert RUN.layout(STOCKS[stock], dpi).symbol.modules == 45
    images = drawn(STOCKS[stock], dpi)
    read = [decoded(image) for image in images]
    assert read == [[address] for address in ADDRESSES[: len(images)]]
    assert len(images) in (1, RUN.count)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("stock", ["a4-21", "roll-60x40", "roll-50x70"])
def test_the_self_check_reads_its_own_pdf(tmp_path: Path, stock: str, dpi: int) -> None:
    paper = STOCKS[stock]
    path = tmp_path / "labels.pdf"
    path.write_bytes(pdf_of(RUN, paper, dpi=dpi)[0])
    assert check(path, RUN, KEY.public, paper, dpi=dpi).checked == RUN.count


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_zpl_printer_makes_the_code_itself_only_where_even_the_worst_one_fits(dpi: int) -> None:
    fitting = []
    for name in ("roll-60x40", "roll-50x70"):
        try:
            data = written(zpl.write, stock=STOCKS[name], dpi=dpi, qr="native")
        except NativeTooLarge:
            continue
        fitting.append(name)
        for bytes_only in (False, True):
            labels = Zpl(bytes_only=bytes_only).feed(data)
            assert [decoded(picture(one)) for one in labels] == [[address] for address in ADDRESSES]
    assert "roll-50x70" in fitting


def test_tables_carry_the_whole_address() -> None:
    out = io.BytesIO()
    table.write_csv(out, RUN, KEY)
    rows = list(csv.reader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))[1:]
    assert [row[1] for row in rows] == ADDRESSES
    out = io.BytesIO()
    table.write_xlsx(out, RUN, KEY)
    cells = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml").decode("utf-8")
    assert re.findall(r"https:[^<]+", cells) == ADDRESSES
    # Made as the notes tell the print shop, the symbol is version 7 at level M.
    [read] = zxingcpp.read_barcodes(
        picture(np.pad(np.array(qr.reference(ADDRESSES[0])), 4).repeat(3, 0).repeat(3, 1))
    )
    assert read.text == ADDRESSES[0]
    assert len(qr.reference(ADDRESSES[0])) == 45
