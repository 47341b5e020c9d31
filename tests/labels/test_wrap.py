"""Breaking lines: numbers and what no-break spaces hold together stay whole."""

from __future__ import annotations

import pytest

from labels.fonts import width
from labels.wrap import wrapped

SIZE = 2_000


@pytest.mark.parametrize("room", range(9_000, 26_000, 500))
def test_what_no_break_spaces_hold_is_never_parted(room: int) -> None:
    text = "12 × 500 g，尾箱 2 × 500 g".replace(" × ", "\u00a0×\u00a0").replace(" g", "\u00a0g")
    lines = wrapped(text, SIZE, room, 3)
    assert lines is not None
    assert all(width(line, SIZE) <= room for line in lines)
    if room > width("12 × 500 g，", SIZE):
        assert "".join(lines).count("\u00a0") == text.count("\u00a0")
        assert all(line.count("\u00a0") in (0, 3, 6) for line in lines)


def test_without_them_a_line_may_end_between_number_and_unit() -> None:
    lines = wrapped("12 × 500 g", SIZE, width("12 × 500", SIZE) + 100, 2)
    assert lines is not None
    assert len(lines) == 2
