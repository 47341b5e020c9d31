"""Label stocks (标签纸) as data, and whether one carries a readable code. Lengths in whole micrometres (µm)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from .errors import LabelError, StockTooSmall, UnknownStock
from .geometry import Ink, Shape, Stock, mm
from .qr import MODULES
from .symbol import NUMBER_HEIGHT, Symbol, missing_room, number_block, symbol, symbols

__all__ = [
    "NUMBER_HEIGHT",
    "STOCKS",
    "Ink",
    "Shape",
    "Stock",
    "Symbol",
    "check_dpi",
    "mm",
    "module_dots",
    "number_block",
    "stock_named",
    "symbol",
    "symbols",
]


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
        gap_y=mm(2),
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
    """Printer dots per QR module on this stock.

    Raises StockTooSmall, naming the smallest stock of the table that would do and, for a stock that is not in
    the table, by how much it is too small.
    """
    check_dpi(dpi)
    fitting = symbols(stock, dpi, modules)
    if fitting:
        return fitting[0].dots
    others = sorted(
        (other for other in _TABLE if other.kind == stock.kind and symbols(other, dpi, modules)),
        key=lambda other: other.label_width * other.label_height,
    )
    finer = [other for other in (203, 300, 600) if other != dpi and symbols(stock, other, modules)]
    growths = () if stock.name in STOCKS else missing_room(stock, dpi, modules)
    advice_zh = f"最小可用 {others[0].name}" if others else "没有更合适的标签纸"
    advice_en = f"the smallest that fits is {others[0].name}" if others else "no stock fits"
    if growths:
        zh = "，或".join(_more(*growth, "再宽", "再高") for growth in growths)
        en = ", or ".join(_more(*growth, "wider by", "higher by") for growth in growths)
        advice_zh, advice_en = f"{zh} 就够；{advice_zh}", f"{en} would do; {advice_en}"
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
        growths=growths,
        dpi_that_fit=tuple(finer),
    )


def _more(wider: int, higher: int, wide_word: str, high_word: str) -> str:
    parts = ((wide_word, wider), (high_word, higher))
    return " + ".join(f"{word} {more / 1000:g} mm" for word, more in parts if more)
