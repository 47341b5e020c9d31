"""Which label goes where: cells of a sheet, from a part-used first sheet on. Lengths in µm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .errors import BadCount
from .stock import Stock


@dataclass(frozen=True, slots=True)
class Cell:
    """A label's place: page from 0, cell from 1 (left to right, then down), top left corner on the page."""

    page: int
    number: int
    x: int
    y: int


def check_start(stock: Stock, start_cell: int) -> int:
    """Return the first cell to use (1 = top left) if the sheet has it, else raise BadCount."""
    if not 1 <= start_cell <= stock.per_page:
        raise BadCount(
            "label.start-cell",
            f"起始格应在 1 到 {stock.per_page} 之间（从左到右、从上到下数），现在是 {start_cell}。",
            f"The first cell is 1 to {stock.per_page}, not {start_cell}.",
            start_cell=start_cell,
            most=stock.per_page,
        )
    return start_cell


def cell(stock: Stock, start_cell: int, index: int) -> Cell:
    """The place of the index-th label (from 0) when printing begins at start_cell."""
    page, place = divmod(start_cell - 1 + index, stock.per_page)
    row, column = divmod(place, stock.columns)
    return Cell(
        page,
        place + 1,
        stock.margin_left + column * stock.pitch_x,
        stock.margin_top + row * stock.pitch_y,
    )


def pages_needed(stock: Stock, start_cell: int, count: int) -> int:
    """Pages that count labels take when the first stands in start_cell; raise BadCount."""
    check_start(stock, start_cell)
    return -(-(start_cell - 1 + count) // stock.per_page)


def pages(stock: Stock, start_cell: int, count: int) -> Iterator[tuple[int, int, int]]:
    """For each page: index of its first label, how many labels, and the cell (from 1) of the first."""
    check_start(stock, start_cell)
    index, first_cell = 0, start_cell
    while index < count:
        here = min(count - index, stock.per_page - first_cell + 1)
        yield index, here, first_cell
        index, first_cell = index + here, 1
