"""The label font: the same glyphs, widths and subsets as reportlab finds in it, to the byte."""

from __future__ import annotations

import functools
import random

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from labels.fonts import FONT_PATH
from labels.truetype import TrueType

OURS = TrueType(FONT_PATH)


@functools.cache
def reportlab() -> TTFontFile:
    return TTFontFile(str(FONT_PATH))


def test_every_character_has_the_glyph_and_the_width_that_reportlab_finds() -> None:
    theirs = reportlab()
    assert {code: glyph for code in range(0x110000) if (glyph := OURS.glyph(code)) is not None} == dict(
        theirs.charToGlyph
    )
    assert {code: OURS.advance(OURS.glyph(code) or 0) for code in theirs.charToGlyph} == {
        code: round(width) for code, width in theirs.charWidths.items()
    }


@pytest.mark.parametrize("count", [0, 1, 2, 60, 3000])
def test_a_subset_is_what_reportlab_makes(count: int) -> None:
    known = sorted(reportlab().charToGlyph)
    codes = random.Random(count).sample(known, count)
    assert OURS.subset(codes) == reportlab().makeSubset(codes)


@pytest.mark.parametrize(
    "text", ["0123456789 -", "通芯白莲 500 g", "示例𬭎𬬭㕮", "一\u2f00", "\u00a0 ", "WWWWii…——"]
)
def test_a_label_s_subset_is_what_reportlab_makes(text: str) -> None:
    codes = [*map(ord, dict.fromkeys(text))]
    assert OURS.subset(codes) == reportlab().makeSubset(codes)
