"""The QR symbol that a stock can carry beside its text, in whole printer dots. Lengths in µm."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from .geometry import Shape, Stock
from .qr import MODULES, QUIET_MODULES

MIN_MODULE_DOTS = 3
MIN_QUIET = 2_000  # µm
MIN_SYMBOL_AREA = 200_000_000  # µm², that is 2 cm²
COMFORTABLE = 21_000  # µm: 4 dots a module at 203 dpi, which survive twice the blur of 3
_INCH = 25_400
_STEP = 100  # µm
_MOST_MISSING = 80_000  # µm: nobody is helped by hearing of more


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol in whole printer dots. `dot` is in µm; `side` and `quiet` are rounded up to whole µm.

    `modules` is 41, or 45 where a long base URL needs version 7.
    """

    dots: int
    quiet_dots: int
    dot: Fraction
    modules: int = MODULES

    @property
    def side(self) -> int:
        """Edge of the modules, without the quiet zone, µm."""
        return _up(self.modules * self.dots * self.dot)

    @property
    def quiet(self) -> int:
        """Quiet zone on each side: at least 4 modules and 2 mm, µm."""
        return _up(self.quiet_dots * self.dot)


def symbol(dots: int, dpi: int, modules: int = MODULES) -> Symbol:
    """The symbol with this many printer dots a module."""
    dot = Fraction(_INCH, dpi)
    return Symbol(dots, max(QUIET_MODULES * dots, _up(MIN_QUIET / dot)), dot, modules)


@dataclass(frozen=True, slots=True)
class _Room:
    """What an arrangement needs beside the symbol: least width and height of text, µm."""

    text_width: int
    text_height: int
    most_share: Fraction  # of the label's shorter side that a symbol over COMFORTABLE may take


_ROOM: Mapping[Shape, _Room] = MappingProxyType(
    {
        "side": _Room(23_500, 0, Fraction(62, 100)),
        "tiny": _Room(16_000, 0, Fraction(1)),
        "crown": _Room(17_000, 3_400, Fraction(1)),
        "tall": _Room(0, 30_000, Fraction(60, 100)),
    }
)
NUMBER_HEIGHT = 2_400  # one printed line of the typed number with the space around it, µm
NUMBER_WIDTH = 20_600  # one line of it at the smallest legible size, µm


def symbols(stock: Stock, dpi: int, modules: int = MODULES) -> list[Symbol]:
    """The symbols that the stock can carry beside its text, largest first; never below 3 dots or 2 cm²."""
    room = _ROOM[stock.shape]
    found = []
    dots = MIN_MODULE_DOTS
    while (made := symbol(dots, dpi, modules)).side <= min(stock.label_width, stock.label_height):
        if _carries(stock, made, room):
            found.append(made)
        dots += 1
    return found[::-1]


def number_block(stock: Stock, made: Symbol) -> int:
    """Width that symbol and typed number share at the side of a label, µm.

    The symbol's own where that holds the number, or where two lines of it fit beneath; else one line's.
    """
    right = max(made.quiet, stock.inset_x)
    own = made.side + 2 * (right - stock.inset_x)
    beneath = stock.label_height - 2 * made.quiet - made.side - stock.inset_y
    return made.side if own >= NUMBER_WIDTH or beneath >= 2 * NUMBER_HEIGHT else NUMBER_WIDTH


def _carries(stock: Stock, made: Symbol, room: _Room) -> bool:
    side, quiet = made.side, made.quiet
    edge_x, edge_y = max(quiet, stock.inset_x), max(quiet, stock.inset_y)
    beneath = edge_y if stock.shape == "tiny" else quiet + NUMBER_HEIGHT + stock.inset_y
    block = number_block(stock, made) if stock.shape == "side" else side
    width = edge_x + block + quiet + room.text_width + stock.inset_x
    height = edge_y + side + beneath
    if stock.shape == "tall":
        width = edge_x + side + edge_x
    if room.text_height:
        height = stock.inset_y + room.text_height + quiet + side + beneath
    legible = (made.modules * made.dots * made.dot) ** 2 >= MIN_SYMBOL_AREA
    shorter = min(stock.label_width, stock.label_height)
    roomy = side <= COMFORTABLE or side <= room.most_share * shorter
    return legible and roomy and width <= stock.label_width and height <= stock.label_height


def missing_room(stock: Stock, dpi: int, modules: int = MODULES) -> tuple[tuple[int, int], ...]:
    """The least growths (wider, higher) with which the label would carry a symbol, µm in steps of 0.1 mm.

    In width alone and in height alone; in both only where neither helps. For a stock that carries none.
    """

    def carries(wider: int, higher: int) -> bool:
        wide, high = stock.label_width + wider, stock.label_height + higher
        # Alone on its page, so that it may grow.
        grown = Stock(
            stock.name,
            stock.kind,
            "",
            "",
            wide,
            high,
            wide,
            high,
            inset_x=stock.inset_x,
            inset_y=stock.inset_y,
        )
        return bool(symbols(grown, dpi, modules))

    def least(*axes: int) -> tuple[tuple[int, int], ...]:
        found = ((axes[0] * more, axes[1] * more) for more in range(_STEP, _MOST_MISSING + 1, _STEP))
        return tuple(itertools.islice((growth for growth in found if carries(*growth)), 1))

    return least(1, 0) + least(0, 1) or least(1, 1)


def _up(value: Fraction) -> int:
    return -int(-value // 1)
