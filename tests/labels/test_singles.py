"""One picture a label in a zip: each is the label that its name says."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from labels import code, digits, pin, singles
from labels.errors import BadCount
from labels.marks import marks
from labels.raster import draw
from labels.run import RunSpec
from labels.stock import STOCKS, Stock
from tests.labels.samples import FULL, KEY, PLAIN, run_of

FORMS: tuple[singles.Form, ...] = ("svg", "png")


def zip_of(form: singles.Form, run: RunSpec, stock: Stock, **options: object) -> zipfile.ZipFile:
    out = io.BytesIO()
    assert singles.write(out, form, run=run, signer=KEY, stock=stock, **options) == run.count
    return zipfile.ZipFile(out)


@pytest.mark.parametrize("form", FORMS)
def test_names_sort_by_item_and_carry_the_typed_number(form: singles.Form) -> None:
    names = zip_of(form, run_of(PLAIN, 12, first=95), STOCKS["roll-40x30"]).namelist()
    assert names == sorted(names)
    number = digits.printed(code.item_code(KEY.key_id, 100, 106)).replace(" ", "").replace("-", "")
    assert names[-1] == f"00000100-000106-{number}.{form}"


@pytest.mark.parametrize(("stock", "dpi", "mode"), [("roll-60x40", 203, "1"), ("a4-24", 300, "RGB")])
def test_a_png_is_the_raster_at_the_printers_resolution(stock: str, dpi: int, mode: str) -> None:
    run, paper = run_of(FULL, 3), STOCKS[stock]
    archive = zip_of("png", run, paper, dpi=dpi)
    layout = run.layout(paper, dpi)
    for item, (name, mark) in enumerate(zip(archive.namelist(), marks(run, KEY), strict=True), 1):
        image = Image.open(io.BytesIO(archive.read(name)))
        assert image.mode == mode
        assert [round(value) for value in image.info["dpi"]] == [dpi, dpi]
        drawn = draw(layout, mark.number, mark.symbol, "", dpi, mode)  # type: ignore[arg-type]  # a Mode, as above
        assert np.array_equal(np.asarray(image), np.asarray(drawn))
        [found] = zxingcpp.read_barcodes(image)
        assert code.verify(code.split_url(found.text), {KEY.key_id: KEY.public}).item == item


def test_an_svg_stands_alone_and_says_its_number() -> None:
    archive = zip_of("svg", run_of(FULL, 2), STOCKS["roll-60x40"])
    for name, mark in zip(archive.namelist(), marks(run_of(FULL, 2), KEY), strict=True):
        text = archive.read(name).decode("utf-8")
        assert text.startswith("<svg ")
        assert f">{mark.number}<" in text
        assert "style=" not in text
        assert "样张" not in text
        assert "通芯白莲" in text
        dark = np.zeros((41, 48), dtype=np.uint8)
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)", text):
            dark[int(y), int(x) : int(x) + int(wide)] = 1
        assert np.packbits(dark, axis=1).tobytes() == mark.symbol


def test_a_pin_stands_on_its_own_label() -> None:
    run, paper = replace(run_of(PLAIN, 3), pin_secret=bytes(32)), STOCKS["roll-60x40"]
    drawings, dots = zip_of("svg", run, paper), zip_of("png", run, paper)
    layout = run.layout(paper, 203)
    for of_item, mark, svg, png in zip(
        pin.pins(bytes(32), 100, range(1, 4)),
        marks(run, KEY),
        drawings.namelist(),
        dots.namelist(),
        strict=True,
    ):
        assert f">{of_item}</text>" in drawings.read(svg).decode("utf-8")
        drawn = draw(layout, mark.number, mark.symbol, of_item, 203, "1")
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(dots.read(png)))), np.asarray(drawn))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_run_gives_the_same_bytes(form: singles.Form) -> None:
    first, second = io.BytesIO(), io.BytesIO()
    for out in (first, second):
        singles.write(out, form, run=run_of(PLAIN, 5), signer=KEY, stock=STOCKS["roll-50x30"])
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_too_many_for_one_zip_are_refused_before_anything_is_written(form: singles.Form) -> None:
    out = io.BytesIO()
    most = singles.MOST[form]
    with pytest.raises(BadCount) as refusal:
        singles.write(out, form, run=run_of(PLAIN, most + 1), signer=KEY, stock=STOCKS["roll-50x30"])
    assert refusal.value.code == "label.singles-count"
    assert str(most) in refusal.value.diagnosis("zh")
    assert out.getvalue() == b""
