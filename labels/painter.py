"""The content streams of a run's pages: on each label what is its own, beside the form that all share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from . import sheet
from .adjust import Adjustment
from .layout import NUMBER_SAMPLE, Layout
from .marks import Mark
from .operators import points, rgb
from .qr import ROW_BYTES
from .stock import Stock

_HAIR = Fraction(1, 5)  # µm


class Painter:
    """Draws pages of one run. The form `L` has what is the same on every label, `F` is the font."""

    def __init__(self, layout: Layout, stock: Stock, adjust: Adjustment) -> None:
        self._layout = layout
        self._cells = [_cell(layout, stock, adjust, number) for number in range(1, stock.per_page + 1)]
        self._lines = [
            slice(line.start, line.start + len(NUMBER_SAMPLE[line.start : line.stop].rstrip()))
            for line in layout.number
        ]
        self._before_pin, self._before_number, self._between_lines = self._typing()
        self._before_symbol, self._raw = self._symbol()

    def _typing(self) -> tuple[bytes, bytes, bytes]:
        """What stands before the PIN, before the number, and between its lines."""
        layout = self._layout
        pin = b""
        if layout.pin is not None:
            pin = _begin_text(layout, layout.pin.size, layout.pin.x, layout.pin.y)
        first, *second = layout.number
        number = _begin_text(layout, layout.number_size, first.x, first.y)
        between = b"".join(
            b")Tj %b %b Td(" % (points(line.x - first.x), points(first.y - line.y)) for line in second
        )
        return pin, number, between

    def _symbol(self) -> tuple[bytes, bytes]:
        """What stands before the image data, and what more if the data is raw."""
        layout = self._layout
        # A hair inside its dots: renderers round a picture's edges outwards, and would add a row of dots.
        side = layout.symbol.modules * layout.symbol.dots * layout.symbol.dot - 2 * _HAIR
        x = layout.qr_x * layout.symbol.dot + _HAIR
        y = layout.height - layout.qr_y * layout.symbol.dot - side - _HAIR
        modules = layout.symbol.modules
        return (
            b")Tj ET 0 g %b 0 0 %b %b %b cm\nBI/W %d/H %d/BPC 1/IM true/D[1 0]"
            % (points(side), points(side), points(x), points(y), modules, modules),
            b"/L %d ID " % (modules * ROW_BYTES),
        )

    def content(self, cells: Iterable[int], marks: Iterator[Mark]) -> bytes:
        """The content stream of a page that fills these cells with the next of the marks."""
        parts: list[bytes] = []
        for cell in cells:
            mark = next(marks)
            typed = [mark.number[line].encode("utf-16-be") for line in self._lines]
            parts += (
                self._cells[cell - 1],
                self._pin(mark.pin) if self._before_pin else b"",
                self._before_number,
                self._between_lines.join(typed),
                self._before_symbol,
            )
            if b"EI" not in mark.symbol:
                parts += (self._raw, mark.symbol, b"\nEI Q\n")
            else:
                # Readers find the end of inline data by looking for EI: write this in hexadecimal.
                parts += (b"/F/AHx ID ", mark.symbol.hex().encode("ascii"), b">\nEI Q\n")
        return b"".join(parts)

    def _pin(self, digits: str) -> bytes:
        return self._before_pin + digits.encode("utf-16-be") + b")Tj ET\n"


def _begin_text(layout: Layout, size: int, x: int, y: int) -> bytes:
    return b"BT %b rg/F %b Tf %b %b Td(" % (
        rgb(layout.number_colour),
        points(size),
        points(x),
        points(layout.height - y),
    )


def _cell(layout: Layout, stock: Stock, adjust: Adjustment, number: int) -> bytes:
    """Move to a cell's lower left corner, shifted by less than a dot so that modules meet whole dots."""
    dot = layout.symbol.dot
    aim_x, aim_y = adjust.place(*sheet.corner(stock, number))
    x = round(aim_x / dot) * dot
    y = round(aim_y / dot) * dot
    return b"q 1 0 0 1 %b %b cm/L Do\n" % (points(x), points(stock.page_height - y - layout.height))
