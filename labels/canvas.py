"""A PDF page drawn shape by shape in µm from its top left corner: for papers that are not labels."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import BinaryIO

from .fonts import Subset, width
from .pdffile import PdfFile, add_font

Number = int | Fraction
_POINT = Fraction(72, 25_400)  # points in a µm


class Canvas:
    """Collects one page; `write` makes the file. Colours are grey levels from 0 (black) to 1."""

    def __init__(self, page_width: int, page_height: int) -> None:
        self.page_width, self.page_height = page_width, page_height
        self.subset = Subset()
        self._shapes: list[bytes] = []

    def lines(
        self, points: Iterable[tuple[Number, Number, Number, Number]], thick: int, grey: float = 0
    ) -> None:
        """Straight lines, each from (x, y) to (x, y)."""
        path = b"".join(b"%s %s m %s %s l " % tuple(map(_number, ends)) for ends in points)
        self._shapes.append(b"%s G %d w %sS\n" % (_grey(grey), thick, path))

    def boxes(
        self, boxes: Iterable[tuple[Number, Number, Number, Number]], thick: int, grey: float = 0
    ) -> None:
        """Outlines of boxes given as x, y, width, height."""
        self._shapes.append(b"%s G %d w %sS\n" % (_grey(grey), thick, _rectangles(boxes)))

    def fill(self, boxes: Iterable[tuple[Number, Number, Number, Number]], grey: float = 0) -> None:
        """Filled boxes given as x, y, width, height."""
        self._shapes.append(b"%s g %sf\n" % (_grey(grey), _rectangles(boxes)))

    def text(
        self, x: Number, y: Number, size: int, words: str, *, middle: bool = False, grey: float = 0
    ) -> None:
        """One line of words: `y` its baseline, `x` its left end or with `middle` its middle."""
        self.subset.add(words)
        start = x - Fraction(width(words, size), 2) if middle else x
        self._shapes.append(
            b"%s g BT /F %d Tf 1 0 0 -1 %s %s Tm <%s> Tj ET\n"
            % (_grey(grey), size, _number(start), _number(y), self.subset.encode(words).hex().encode("ascii"))
        )

    def write(self, out: BinaryIO, title: str) -> None:
        """The file with this one page."""
        file = PdfFile(out)
        font = add_font(file, self.subset)
        scale, height = _number(_POINT), _number(self.page_height * _POINT)
        file.add_page(b"%s 0 0 -%s 0 %s cm\n%s" % (scale, scale, height, b"".join(self._shapes)))
        box = b"0 0 %s %s" % (_number(self.page_width * _POINT), height)
        file.close(box, b"/Font<</F %d 0 R>>" % font, title)


def _rectangles(boxes: Iterable[tuple[Number, Number, Number, Number]]) -> bytes:
    return b"".join(b"%s %s %s %s re " % tuple(map(_number, box)) for box in boxes)


def _number(value: Number) -> bytes:
    if isinstance(value, int):
        return b"%d" % value
    return f"{float(value):.8f}".rstrip("0").rstrip(".").encode("ascii")


def _grey(level: float) -> bytes:
    return f"{level:g}".encode("ascii")
