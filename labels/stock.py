"""Label stocks (标签纸) as data, and the QR symbol each carries. Lengths in whole micrometres (µm)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from .errors import LabelError, StockTooSmall, UnknownStock
from .qr import MODULES, QUIET_MODULES

MIN_MODULE_DOTS = 3
MIN_QUIET = 2_000  # µm
MIN_SYMBOL_AREA = 200_000_000  # µm², that is 2 cm²
COMFORTABLE = 21_000  # µm: 4 dots a module at 203 dpi, which survive twice the blur of 3
_INCH = 25_400

Shape = Literal["side", "tiny", "crown", "tall"]
Ink = Literal["colour", "black"]


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of label paper; a roll is a page of one label. `inset` is the edge a printer may not reach.

    Raises StockTooSmall if the cells overlap or leave the page.
    """

    name: str
    kind: Literal["sheet", "roll"]
    title_zh: str
    title_en: str
    page_width: int
    page_height: int
    label_width: int
    label_height: int
    columns: int = 1
    rows: int = 1
    margin_left: int = 0
    margin_top: int = 0
    gap_x: int = 0
    gap_y: int = 0
    corner: int = 0
    inset_x: int = 1_500
    inset_y: int = 1_300
    dpi: int = 203

    def __post_init__(self) -> None:
        sizes = (self.label_width, self.label_height, self.columns, self.rows, self.dpi)
        spaces = (
            self.margin_left,
            self.margin_top,
            self.gap_x,
            self.gap_y,
            self.corner,
            self.inset_x,
            self.inset_y,
        )
        right = self.margin_left + self.columns * self.pitch_x - self.gap_x
        bottom = self.margin_top + self.rows * self.pitch_y - self.gap_y
        if min(sizes) < 1 or min(spaces) < 0 or right > self.page_width or bottom > self.page_height:
            raise StockTooSmall(
                "label.stock-geometry",
                f"标签纸 {self.name} 的尺寸有误：格子超出了页面，或有负数。",
                f"Stock {self.name}: the cells leave the page, or a length is negative.",
                stock=self.name,
            )

    @property
    def pitch_x(self) -> int:
        """From one column to the next, µm."""
        return self.label_width + self.gap_x

    @property
    def pitch_y(self) -> int:
        """From one row to the next, µm."""
        return self.label_height + self.gap_y

    @property
    def per_page(self) -> int:
        """Labels on a full page."""
        return self.columns * self.rows

    @property
    def ink(self) -> Ink:
        """Roll printers know black only; office printers take colour."""
        return "black" if self.kind == "roll" else "colour"

    @property
    def shape(self) -> Shape:
        """Which arrangement of QR and text suits the label's proportions."""
        if self.label_height > self.label_width:
            return "tall"
        if self.label_height < 24_000:
            return "tiny"
        return "crown" if self.label_width < 46_000 else "side"


def mm(value: str | int | Decimal) -> int:
    """Millimetres as whole micrometres: mm("63.5") is 63500."""
    return int((Decimal(value) * 1000).to_integral_value())


def _a4(name: str, columns: int, rows: int, width: str, height: str, **rest: int) -> Stock:
    count = columns * rows
    return Stock(
        name=name,
        kind="sheet",
        title_zh=f"A4 不干胶 {count} 枚（{width} × {height} mm）",
        title_en=f"A4 sheet of {count} ({width} × {height} mm)",
        page_width=mm(210),
        page_height=mm(297),
        label_width=mm(width),
        label_height=mm(height),
        columns=columns,
        rows=rows,
        dpi=600,
        **rest,
    )


def _roll(width: int, height: int) -> Stock:
    return Stock(
        name=f"roll-{width}x{height}",
        kind="roll",
        title_zh=f"卷装标签 {width} × {height} mm",
        title_en=f"Roll {width} × {height} mm",
        page_width=mm(width),
        page_height=mm(height),
        label_width=mm(width),
        label_height=mm(height),
        corner=mm("1.5"),
    )


_TABLE = (
    _a4(
        "a4-21", 3, 7, "63.5", "38.1",
        margin_left=7_250, margin_top=15_150, gap_x=2_500, corner=1_500, inset_x=2_200, inset_y=2_200,
    ),
    # These two reach the paper's edge, where office printers leave 4 mm blank.
    _a4("a4-24", 3, 8, "70", "37", margin_top=500, inset_x=4_800, inset_y=4_200),
    _a4("a4-33", 3, 11, "70", "25.4", margin_top=8_800, inset_x=4_800, inset_y=1_500),
    _a4(
        "a4-65", 5, 13, "38.1", "21.2",
        margin_left=4_750, margin_top=10_700, gap_x=2_500, corner=1_000, inset_x=1_100, inset_y=1_400,
    ),
    _roll(40, 30),
    _roll(50, 30),
    _roll(60, 40),
    _roll(50, 70),
)  # fmt: skip

STOCKS: Mapping[str, Stock] = MappingProxyType({stock.name: stock for stock in _TABLE})


def stock_named(name: str) -> Stock:
    """The stock of the table with this name; raise UnknownStock, which lists the names there are."""
    try:
        return STOCKS[name]
    except KeyError:
        raise UnknownStock(
            "label.stock-unknown",
            f"没有“{name[:40]}”这种标签纸。可用的有：{'、'.join(STOCKS)}。",
            f"There is no stock {name[:40]!r}. Known: {', '.join(STOCKS)}.",
            stock=name[:200],
            known=tuple(STOCKS),
        ) from None


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


def check_dpi(dpi: int) -> int:
    """Return the printer resolution if it is 150 to 2400 dots per inch, else raise LabelError."""
    if not 150 <= dpi <= 2400:
        raise LabelError(
            "label.dpi",
            f"打印机分辨率应在 150 到 2400 dpi 之间，现在是 {dpi}。",
            f"The printer resolution is 150 to 2400 dpi, not {dpi}.",
            dpi=dpi,
        )
    return dpi


def module_dots(stock: Stock, dpi: int, modules: int = MODULES) -> int:
    """Printer dots per QR module on this stock; raise StockTooSmall, naming the smallest that would do."""
    check_dpi(dpi)
    fitting = symbols(stock, dpi, modules)
    if fitting:
        return fitting[0].dots
    others = sorted(
        (other for other in _TABLE if other.kind == stock.kind and symbols(other, dpi, modules)),
        key=lambda other: other.label_width * other.label_height,
    )
    finer = [other for other in (203, 300, 600) if other != dpi and symbols(stock, other, modules)]
    advice_zh = f"最小可用 {others[0].name}" if others else "没有更合适的标签纸"
    advice_en = f"the smallest that fits is {others[0].name}" if others else "no stock fits"
    if finer:
        advice_zh += f"；或把分辨率设为 {'、'.join(map(str, finer))} dpi"
        advice_en += f"; or print at {', '.join(map(str, finer))} dpi"
    raise StockTooSmall(
        "label.stock-too-small",
        f"标签纸 {stock.name} 在 {dpi} dpi 下放不下能扫得出的二维码，{advice_zh}。",
        f"Stock {stock.name} cannot carry a readable code at {dpi} dpi: {advice_en}.",
        stock=stock.name,
        dpi=dpi,
        smallest=others[0].name if others else None,
        dpi_that_fit=tuple(finer),
    )


def _up(value: Fraction) -> int:
    return -int(-value // 1)
