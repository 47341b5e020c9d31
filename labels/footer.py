"""The lower margin of sheets: which run, items and page this is, and how to print it. Lengths in µm."""

from __future__ import annotations

from collections.abc import Mapping

from . import operators, sheet
from .errors import TextTooLong
from .flow import LEAST_SIZE, Words
from .fonts import Subset, width
from .plans import MUTED
from .run import RunSpec
from .sheet import Paper
from .stock import Stock
from .text import too_long

_MARGIN = 8_000  # µm of blank paper that a footer needs
_BASELINE = 5_200  # µm from the lower edge, above what office printers leave blank
_SIZE = 2_200
_SIDE = 10_000


def has_room(run: RunSpec, stock: Stock, paper: Paper, words: str, notes: Mapping[int, str]) -> bool:
    """Whether the lower margin is deep enough for a footer, and wide enough for one that has these words too."""
    try:
        return Footer(run, stock, paper, words, notes).characters != ""
    except TextTooLong:
        return False


class Footer:
    """Run, items, page and the caller's words in the lower margin; TextTooLong if they are too long."""

    def __init__(
        self, run: RunSpec, stock: Stock, paper: Paper, words: str, notes: Mapping[int, str]
    ) -> None:
        self._run, self._stock, self._words, self._notes = run, stock, words, notes
        self._page_count = sheet.pages_needed(stock, paper, run.count)
        self._old_sheets = len(paper.parts)
        margin = stock.page_height - stock.margin_top - stock.rows * stock.pitch_y + stock.gap_y
        self._fits = stock.kind == "sheet" and margin >= _MARGIN
        self.characters = ""
        if self._fits:
            left, right = self._texts(0, run.first, run.count)
            self.characters = left + right + "".join(notes.values()) + "0123456789"
            for page in (self._page_count - 1, *notes):
                self._size(*self._texts(page, run.first, run.count))

    def _texts(self, page: int, first: int, count: int) -> tuple[str, str]:
        items = f"{first}–{first + count - 1}" if count > 1 else f"{first}"
        words = (f"印制批 {self._run.run}", f"单品 {items}", self._words, self._notes.get(page, ""))
        left = " · ".join(part for part in words if part)
        return left, f"按实际大小（100%）打印 · 第 {page + 1}/{self._page_count} 页"

    def _size(self, left: str, right: str) -> int:
        room = self._stock.page_width - 2 * _SIDE
        size = _SIZE
        while width(left + "　" + right, size) > room:
            size -= 50
            if size < LEAST_SIZE:
                raise too_long("footer", self._words)
        return size

    def drawn(self, page: int, first: int, count: int, subset: Subset) -> bytes:
        """The footer of a page (from 0) that holds so many labels, beginning with item `first`; may be nothing.

        A part-used sheet had its footer printed before, so it gets one only to say what it is noted to be.
        """
        if not self._fits or (page < self._old_sheets and page not in self._notes):
            return b""
        left, right = self._texts(page, first, count)
        size = self._size(left, right)
        right_x = self._stock.page_width - _SIDE - width(right, size)
        return b"".join(
            operators.text(Words(x, 0, size, text, MUTED), subset, _BASELINE)
            for x, text in ((_SIDE, left), (right_x, right))
        )
