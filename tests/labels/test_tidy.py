"""Designs in tenths of a millimetre, as people type them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from labels.design import Box, Design
from labels.editable import from_layout
from labels.errors import BadDesign, StockTooSmall
from labels.layout import lay_out
from labels.stock import STOCKS
from labels.tidy import tidied
from tests.labels.checks import check_clear, check_whole
from tests.labels.samples import FULL, drawing

QR = Box("qr", 35_000, 6_000, 25_000, 25_000)
NUMBER = Box("number", 33_000, 31_000, 25_000, 2_400, 2_000)


@pytest.mark.parametrize("name", STOCKS)
@pytest.mark.parametrize("pin", [False, True], ids=["", "pin"])
def test_a_design_in_tenths_of_a_millimetre_prints_as_well(name: str, pin: bool) -> None:
    paper, picture = STOCKS[name], drawing()
    try:
        automatic = lay_out(FULL, paper, paper.dpi, picture=picture, pin=pin)
    except StockTooSmall:
        return
    made = tidied(from_layout(automatic, FULL, paper), paper)
    for box in made.boxes:
        assert {at % 100 for at in (box.x, box.y, box.width, box.height)} == {0}
    layout = lay_out(FULL, paper, paper.dpi, design=made, picture=picture, pin=pin)
    check_clear(layout, paper)
    check_whole(layout, FULL)
    assert layout.symbol == automatic.symbol
    drawn = {word.text: word for word in layout.words}
    for word in automatic.words:
        if word.text in drawn:
            assert abs(drawn[word.text].size - word.size) <= 120
            assert abs(drawn[word.text].y - word.y) <= 300


def test_boxes_too_close_for_tenths_are_said_to_be() -> None:
    paper = replace(STOCKS["roll-60x40"], inset_x=1_550)
    tight = Design(60_000, 40_000, (QR, NUMBER, Box("picture", 1_550, 34_000, 56_900, 4_000)))
    with pytest.raises(BadDesign) as caught:
        tidied(tight, paper)
    assert caught.value.code == "label.design-tight"
