"""The SVG preview: the same label, safe to put into a page."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from labels import code, preview, qr
from labels.design import Box, Design
from labels.stock import STOCKS, Stock
from labels.text import LabelText
from tests.labels.samples import BASE, FULL, KEY, PLAIN, photograph, run_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS)
def test_it_shows_the_first_label(paper: Stock) -> None:
    root = ElementTree.fromstring(preview.svg(run_of(FULL, 9, first=3), KEY, paper))
    assert root.get("viewBox") == f"0 0 {paper.label_width} {paper.label_height}"
    words = [element.text for element in root.iter(SVG + "text")]
    assert FULL.product in words
    assert "样张" not in words
    path = next(element.get("d") for element in root.iter(SVG + "path"))
    dark = {
        (int(x) + step, int(y))
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)", path)
        for step in range(int(wide))
    }
    matrix = qr.matrix(code.url(BASE, code.sign(KEY, 100, 3)))
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, on in enumerate(row) if on}


def test_without_a_key_it_is_a_sample_that_no_reader_accepts() -> None:
    root = ElementTree.fromstring(preview.svg(run_of(FULL, 1), None, STOCKS["a4-24"]))
    assert "样张" in [element.text for element in root.iter(SVG + "text")]


def test_text_is_never_markup() -> None:
    text = LabelText(product="<script>\"&'", brand="</svg><b>")
    svg = preview.svg(run_of(text, 1), None, STOCKS["roll-60x40"])
    root = ElementTree.fromstring(svg)
    assert "<script>\"&'" in [element.text for element in root.iter(SVG + "text")]
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "rect", "line", "text", "path")
    }
    for element in root.iter():
        assert not {"style", "href", "onload"} & set(element.keys())


@pytest.mark.parametrize("name", ["a4-21", "roll-60x40"])
def test_a_scratch_area_is_hatched_and_shows_no_digits(name: str) -> None:
    paper, run = STOCKS[name], replace(run_of(FULL, 1), pin_secret=bytes(32))
    layout = run.layout(paper, paper.dpi)
    assert layout.pin is not None
    left, top, wide, high = layout.pin.area
    root = ElementTree.fromstring(preview.svg(run, KEY, paper))
    layers = [
        one
        for one in root.iter(SVG + "rect")
        if int(one.get("x", "0")) <= left
        and int(one.get("width", "0")) >= wide
        and one.get("fill") == "#d9d6cb"
    ]
    assert len(layers) == 1
    assert not [one.text for one in root.iter(SVG + "text") if re.fullmatch(r"\d{6}", one.text or "")]
    image = Image.open(io.BytesIO(preview.png(run, KEY, paper))).convert("RGB")
    box = [round(at / layout.symbol.dot) for at in (left, top, left + wide, top + high)]
    colours = {colour for _, colour in image.crop(tuple(box)).getcolors(10_000) or []}
    assert colours == {(0xD9, 0xD6, 0xCB), (0x8A, 0x87, 0x7C)}


def test_a_picture_is_drawn_without_leave_for_pictures_from_elsewhere() -> None:
    paper, run = STOCKS["a4-21"], replace(run_of(FULL, 1), picture=photograph())
    drawing = preview.svg(run, None, paper)
    assert "data:" not in drawing
    assert "<image" not in drawing
    assert len(drawing) < 200_000
    (placed,) = run.layout(paper, paper.dpi).pictures
    fills = {
        one.get("fill")
        for one in ElementTree.fromstring(drawing).iter(SVG + "path")
        if f"translate({placed.x} {placed.y})" in one.get("transform", "")
    }
    assert len(fills) >= 10


def test_a_design_is_previewed() -> None:
    paper = STOCKS["roll-60x40"]
    boxes = (Box("qr", 33_000, 6_000, 25_000, 25_000), Box("number", 33_000, 31_000, 25_000, 2_000, 2_000))
    words = Box("fixed", 1_500, 5_000, 25_000, 4_000, 3_000, text="产地直供")
    run = replace(run_of(PLAIN, 1), design=Design(60_000, 40_000, (*boxes, words)))
    root = ElementTree.fromstring(preview.svg(run, KEY, paper))
    shown = [element.text for element in root.iter(SVG + "text")]
    assert "产地直供" in shown
    assert PLAIN.product not in shown
