"""Which label goes where: the free cells of part-used sheets first, then whole sheets. Lengths in µm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .errors import BadCount
from .stock import Stock


@dataclass(frozen=True, slots=True)
class Cell:
    """A label's place: page from 0, cell from 1 (left to right, then down), top left corner on the page."""

    page: int
    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Paper:
    """The sheets to print on: for each part-used sheet (旧纸), fed first and in order, its free cells (from 1).

    After those come whole sheets. The default is whole sheets only.
    """

    parts: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def starting(cls, stock: Stock, start_cell: int) -> Paper:
        """One sheet whose cells before `start_cell` are used; raise BadCount if the stock has no such cell."""
        check_start(stock, start_cell)
        return cls() if start_cell == 1 else cls((tuple(range(start_cell, stock.per_page + 1)),))

    def check(self, stock: Stock) -> Paper:
        """Return self if every cell exists and is named once, in ascending order; else raise BadCount."""
        for cells in self.parts:
            if not cells or list(cells) != sorted(set(cells)):
                raise _bad_cells(stock)
            check_start(stock, cells[0])
            check_start(stock, cells[-1])
        return self


class Page(NamedTuple):
    """One page: index (from 0) of its first label in the run, and the cells it fills, in order."""

    first: int
    cells: tuple[int, ...]


WHOLE = Paper()


def _bad_cells(stock: Stock) -> BadCount:
    return BadCount(
        "label.cells",
        f"旧纸的空格要从小到大、各写一次，在 1 到 {stock.per_page} 之间。",
        f"Free cells are named once each, ascending, from 1 to {stock.per_page}.",
        most=stock.per_page,
    )


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


def corner(stock: Stock, number: int) -> tuple[int, int]:
    """Top left corner of a cell (from 1) on its page, µm."""
    row, column = divmod(number - 1, stock.columns)
    return stock.margin_left + column * stock.pitch_x, stock.margin_top + row * stock.pitch_y


def cell(stock: Stock, paper: Paper, index: int) -> Cell:
    """The place of the index-th label (from 0)."""
    for page, cells in enumerate(paper.parts):
        if index < len(cells):
            return Cell(page, cells[index], *corner(stock, cells[index]))
        index -= len(cells)
    page, place = divmod(index, stock.per_page)
    return Cell(len(paper.parts) + page, place + 1, *corner(stock, place + 1))


def pages_needed(stock: Stock, paper: Paper, count: int) -> int:
    """Pages that count labels take; raise BadCount for cells the stock lacks."""
    paper.check(stock)
    for page, cells in enumerate(paper.parts):
        if count <= len(cells):
            return page + 1
        count -= len(cells)
    return len(paper.parts) + -(-count // stock.per_page)


def pages(stock: Stock, paper: Paper, count: int) -> Iterator[Page]:
    """The pages that count labels fill, in order; raise BadCount for cells the stock lacks."""
    paper.check(stock)
    whole = tuple(range(1, stock.per_page + 1))
    first = 0
    for cells in paper.parts:
        if first < count:
            yield Page(first, cells[: count - first])
            first += len(cells)
    while first < count:
        yield Page(first, whole[: count - first])
        first += stock.per_page


def left_over(stock: Stock, paper: Paper, count: int) -> tuple[int, ...]:
    """The cells of the last page that stay free; empty if it is full, or on a roll."""
    if stock.kind == "roll":
        return ()
    for cells in paper.check(stock).parts:
        if count <= len(cells):
            return cells[count:]
        count -= len(cells)
    used = count % stock.per_page
    return tuple(range(used + 1, stock.per_page + 1)) if used else ()
