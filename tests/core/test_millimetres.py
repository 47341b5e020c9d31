"""Lengths as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import millimetres
from trace.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("63.5", 63_500), (" 297 ", 297_000), ("６３．５", 63_500), ("６３。５", 63_500), ("12，5", 12_500),
        ("1、5", 1_500), ("38.1mm", 38_100), ("38.1 毫米", 38_100), ("3.8 cm", 38_000), ("3.81厘米", 38_100),
        ("-0.5", -500), ("－０．５", -500), ("−1", -1_000), ("负0.5", -500), ("+2", 2_000), (".5", 500), ("0", 0),
    ],
)  # fmt: skip
def test_what_a_farmer_may_type(typed: str, length: int) -> None:
    assert millimetres.parse(typed, "x") == length


@pytest.mark.parametrize("typed", ["", "宽", "1.2.3", "1e3", "99999", "--1", "1.2345", "٣", "1 2", "5 m"])
def test_what_is_no_length_names_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        millimetres.parse(typed, "label_width")
    assert (refused.value.code, refused.value.field) == ("stock.millimetres", "label_width")


@given(st.integers(-999_999, 999_999))
def test_what_is_shown_is_read_back(length: int) -> None:
    shown = millimetres.show(length)
    assert millimetres.parse(shown, "x") == length
    assert not shown.endswith(".")
