"""User-made stocks: what is written reads back, what cannot be is refused and names the field."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import stock_spec
from labels.errors import LabelError
from labels.stock import STOCKS, Stock

OWN = Stock(
    "自己的 12 枚", "sheet", "自己的 12 枚", "own 12", 210_000, 297_000, 63_500, 60_000,
    columns=3, rows=4, margin_left=7_300, margin_top=20_450, gap_x=2_450, gap_y=3_100, corner=2_000, dpi=300,
)  # fmt: skip


@pytest.mark.parametrize("stock", [OWN, *STOCKS.values()], ids=lambda stock: stock.name)
def test_what_is_written_reads_back(stock: Stock) -> None:
    assert stock_spec.from_data(stock_spec.to_data(stock)) == stock
    text = stock_spec.written(stock)
    assert stock_spec.read(text) == stock
    assert stock_spec.written(stock_spec.read(text)) == text
    assert stock_spec.check(replace(stock, name="另外的名字"))


@given(
    st.integers(20_000, 100_000),
    st.integers(20_000, 100_000),
    st.integers(0, 5_000),
    st.sampled_from([203, 300, 600]),
)
def test_any_stock_reads_back_exactly(wide: int, high: int, gap: int, dpi: int) -> None:
    stock = Stock(
        "纸", "sheet", "纸", "", 210_000, 297_000, wide, high, columns=2, rows=2, gap_x=gap, dpi=dpi
    )
    assert stock_spec.read(stock_spec.written(stock)) == stock


def refusal(data: dict[str, Any]) -> LabelError:
    with pytest.raises(LabelError) as refused:
        stock_spec.from_data(data)
    return refused.value


def test_keys_too_many_or_too_few_are_named() -> None:
    data = stock_spec.to_data(OWN)
    assert refusal(data | {"colour": 1}).context["keys"] == ("colour",)
    assert refusal({key: value for key, value in data.items() if key != "dpi"}).code == "label.stock-keys"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label_width", 63.5),
        ("label_width", "63500"),
        ("columns", True),
        ("name", 5),
        ("kind", "plate"),
        ("dpi", None),
    ],
)
def test_values_of_another_type_are_refused(field: str, value: object) -> None:
    error = refusal(stock_spec.to_data(OWN) | {field: value})
    assert (error.code, error.context["field"]) == ("label.stock-type", field)


@pytest.mark.parametrize("text", ["", "[]", "{", "7", json.dumps({"name": "x"})])
def test_text_that_is_no_stock_is_refused(text: str) -> None:
    with pytest.raises(LabelError) as refused:
        stock_spec.read(text)
    assert refused.value.code in ("label.stock-type", "label.stock-keys")


def test_cells_that_leave_the_page_are_refused() -> None:
    assert refusal(stock_spec.to_data(OWN) | {"rows": 5}).code == "label.stock-geometry"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "label.stock-name", "name"),
        ({"name": "A4-24"}, "label.stock-name", "name"),
        ({"name": "长" * 41}, "label.stock-name", "name"),
        ({"label_width": 9_999}, "label.stock-size", "label_width"),
        ({"label_height": 301_000, "rows": 1, "page_height": 400_000}, "label.stock-size", "label_height"),
        ({"page_width": 501_000}, "label.stock-size", "page_width"),
        ({"corner": 30_001}, "label.stock-size", "corner"),
        ({"inset_x": 16_000}, "label.stock-size", "inset_x"),
        ({"kind": "roll"}, "label.stock-cells", "columns"),
        ({"columns": 18, "rows": 28, "label_width": 10_000, "label_height": 10_000, "gap_x": 0, "gap_y": 0,
          "margin_left": 0, "margin_top": 0}, "label.stock-cells", "columns"),
    ],
)  # fmt: skip
def test_sizes_that_make_no_sense_name_the_field(change: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(LabelError) as refused:
        stock_spec.check(replace(OWN, **change))
    assert (refused.value.code, refused.value.context["field"]) == (code, field)
    assert refused.value.zh
    assert refused.value.en


def test_resolutions_no_printer_has_are_refused() -> None:
    with pytest.raises(LabelError) as refused:
        stock_spec.check(replace(OWN, dpi=72))
    assert refused.value.code == "label.dpi"


def test_a_label_too_small_for_a_code_says_by_how_much_and_what_would_do() -> None:
    small = Stock("小纸", "roll", "小纸", "", 30_000, 20_000, 30_000, 20_000)
    with pytest.raises(LabelError) as refused:
        stock_spec.check(small)
    error = refused.value
    assert (error.code, error.context["smallest"]) == ("label.stock-too-small", "roll-40x30")
    wider = error.context["growths"][0][0]
    assert f"再宽 {wider / 1000:g} mm" in error.zh
    grown = replace(small, page_width=30_000 + wider, label_width=30_000 + wider)
    assert stock_spec.check(grown)
    with pytest.raises(LabelError):
        stock_spec.check(replace(grown, label_width=grown.label_width - 100))
