"""Drawings of a stock: every cell where the stock says, numbered, and every measure in mm."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from labels import sheet, stock_picture
from labels.stock import STOCKS, Stock

ALL = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(svg: str) -> ElementTree.Element:
    assert "style=" not in svg
    assert "<script" not in svg
    return ElementTree.fromstring(svg)


@ALL
def test_cells_stand_where_the_stock_says_and_carry_their_numbers(stock: Stock) -> None:
    picture = drawn(stock_picture.cells(stock, used={1}, chosen={2}))
    places = [(int(one.get("x")), int(one.get("y"))) for one in picture.iter(f"{SVG}rect") if one.get("x")]
    assert places == [sheet.corner(stock, number) for number in range(1, stock.per_page + 1)]
    numbers = [one.text for one in picture.iter(f"{SVG}text")]
    assert numbers == [str(number) for number in range(1, stock.per_page + 1)]
    states = [one.get("class") for one in picture.iter(f"{SVG}rect")][1:]
    assert states == ["used", *(["chosen"] if stock.per_page > 1 else []), *["free"] * (stock.per_page - 2)]


@ALL
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_measures_are_given_in_millimetres(stock: Stock, lang: str) -> None:
    picture = drawn(stock_picture.measures(stock, lang))
    words = " ".join(str(one.text) for one in picture.iter(f"{SVG}text"))
    given = {float(number) for number in re.findall(r"\d+(?:\.\d+)?", words)}
    wanted = {stock.label_width, stock.label_height}
    if stock.kind == "sheet":
        wanted |= {stock.margin_top, stock.page_width, stock.page_height}
    assert {one / 1000 for one in wanted} <= given


def test_names_are_escaped() -> None:
    assert "<b>" not in stock_picture.cells(STOCKS["a4-24"], title="<b>x")
