"""Aiming back at what a printer misses."""

from __future__ import annotations

import pytest

from labels.adjust import NONE, Adjustment
from labels.errors import LabelError


def test_no_adjustment_moves_nothing() -> None:
    assert NONE.place(63_500, 38_100) == (63_500, 38_100)


def test_offset_and_scale() -> None:
    adjust = Adjustment(offset_x=-500, offset_y=1_000, scale_x=10_000)
    assert adjust.place(100_000, 100_000) == (100_500, 101_000)


@pytest.mark.parametrize("beyond", [{"offset_x": 10_001}, {"offset_y": -10_001}, {"scale_y": 30_001}])
def test_a_correction_no_sound_printer_needs(beyond: dict[str, int]) -> None:
    with pytest.raises(LabelError) as refused:
        Adjustment(**beyond)
    assert refused.value.code == "label.adjustment"
