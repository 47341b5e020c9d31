"""The SVG preview: the same label, safe to put into a page."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from labels import code, preview, qr
from labels.stock import STOCKS, Stock
from labels.text import LabelText
from tests.labels.samples import BASE, FULL, KEY, run_of

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
