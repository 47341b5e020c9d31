"""Where everything stands on one label: the QR, the typed number beneath it, and the text. Lengths in µm.

Five arrangements serve all stocks: `side` (text left, QR right), `tiny` (the same, the number among the text),
`crown` (names across the top), `tall` (everything centred). Which fields, in what order and size, is data below.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

from . import plans
from .errors import TextTooLong
from .flow import LEAST_SIZE, Frame, Item, Region, Setting, Words, set_column
from .fonts import width
from .qr import MODULES
from .stock import NUMBER_HEIGHT, Shape, Stock, Symbol, module_dots, symbols
from .text import LabelText

NUMBER_SAMPLE = "0000 0000 0000 0000 0000-0"
_NUMBER_BREAK = 15  # where two lines part: after three groups
_COMFORTABLE_SCALE = 800
_KEYED_FROM = 27_000  # a column narrower than this has no room for keys


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A slice of the printed number, with its left end and baseline."""

    x: int
    y: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Layout:
    """One label, ready to draw. `qr_x`, `qr_y` are in whole printer dots from the top left corner."""

    width: int
    height: int
    corner: int
    symbol: Symbol
    qr_x: int
    qr_y: int
    words: tuple[Words, ...]
    frames: tuple[Frame, ...]
    number: tuple[NumberLine, ...]
    number_size: int
    number_colour: str

    @property
    def qr_box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the symbol with its quiet zone, µm: nothing else may stand here."""
        dot, quiet = self.symbol.dot, self.symbol.quiet_dots
        far = MODULES * self.symbol.dots + quiet
        return (
            int((self.qr_x - quiet) * dot),
            int((self.qr_y - quiet) * dot),
            int((self.qr_x + far) * dot),
            int((self.qr_y + far) * dot),
        )


@functools.lru_cache(maxsize=64)
def lay_out(text: LabelText, stock: Stock, dpi: int) -> Layout:
    """Arrange a label: the largest symbol at which the text stays comfortable.

    Raises StockTooSmall, or TextTooLong naming the field that does not fit at 1.6 mm.
    """
    module_dots(stock, dpi)
    best: tuple[int, Layout] | None = None
    refusal: TextTooLong | None = None
    for made in symbols(stock, dpi):
        try:
            scale, layout = _ARRANGE[stock.shape](text, stock, made)
        except TextTooLong as error:
            refusal = error
            continue
        if scale >= _COMFORTABLE_SCALE:
            return layout
        if best is None or scale > best[0]:
            best = (scale, layout)
    if best is not None:
        return best[1]
    if refusal is None:
        raise RuntimeError("a stock that carries a symbol was laid out without one")
    raise refusal


def _number_lines(region: Region, colour_size: int) -> tuple[tuple[NumberLine, ...], int] | None:
    """The typed number centred in a region on one line, or on two; None if it would be too small to read."""
    for parts in (((0, 26),), ((0, _NUMBER_BREAK), (_NUMBER_BREAK, 26))):
        pitch = region.height // len(parts)
        for size in range(min(colour_size, pitch), LEAST_SIZE - 1, -50):
            widths = [width(NUMBER_SAMPLE[start:stop].rstrip(), size) for start, stop in parts]
            if max(widths) <= region.width:
                # Figures are 0.73 em high and stand on the baseline: centre them in their share of the height.
                top = (
                    region.y + (region.height - (len(parts) - 1) * size * 118 // 100 - size * 73 // 100) // 2
                )
                return tuple(
                    NumberLine(
                        region.x + (region.width - wide) // 2 if region.centred else region.x,
                        top + size * 73 // 100 + index * size * 118 // 100,
                        start,
                        stop,
                    )
                    for index, ((start, stop), wide) in enumerate(zip(parts, widths, strict=True))
                ), size
    return None


def _finish(
    stock: Stock,
    made: Symbol,
    corner: tuple[int, int],
    settings: list[Setting],
    number_region: Region,
    colours: plans.Colours,
    number_size: int,
) -> tuple[int, Layout]:
    number = _number_lines(number_region, number_size)
    if number is None:
        raise TextTooLong(
            "label.number-room",
            "标签上没有地方印手输编号，请换大一点的标签纸。",
            "There is no room for the typed number on this label.",
            field="number",
        )
    layout = Layout(
        stock.label_width,
        stock.label_height,
        stock.corner,
        made,
        corner[0],
        corner[1],
        tuple(word for setting in settings for word in setting.words),
        tuple(frame for setting in settings for frame in setting.frames),
        number[0],
        number[1],
        colours.ink,
    )
    return min(setting.scale for setting in settings), layout


def _in_dots(made: Symbol, x: int, y: int) -> tuple[int, int]:
    """The nearest whole dots at or after a point."""
    return int(-(-x // made.dot)), int(-(-y // made.dot))


def _side(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    sizes, colours = plans.SIZES["side"], plans.colours_of(text, stock)
    dot_up = int(made.dot) + 1
    right = max(made.quiet, stock.inset_x)
    qr_x = stock.label_width - right - made.side - dot_up
    number_room = NUMBER_HEIGHT
    block = made.side + made.quiet + number_room
    top = max(made.quiet, stock.inset_y, (stock.label_height - block) // 2)
    corner = _in_dots(made, qr_x, top)
    under = int(corner[1] * made.dot) + made.side + made.quiet
    bottom = stock.label_height - stock.inset_y
    column = Region(
        stock.inset_x,
        stock.inset_y,
        qr_x - made.quiet - stock.inset_x,
        stock.label_height - 2 * stock.inset_y,
    )
    number_x = max(column.x + column.width, int(corner[0] * made.dot) - made.quiet)
    number = Region(
        number_x,
        under,
        min(stock.label_width - number_x, made.side + 2 * made.quiet),
        min(bottom - under, 2 * NUMBER_HEIGHT),
        centred=True,
    )
    items = [
        *plans.brand_items(text, sizes, colours),
        *plans.product_items(text, sizes, colours, ruled=True),
        *plans.facts_items(text, stock, sizes, colours, keyed=column.width >= _KEYED_FROM),
        *plans.certificate_items(text, sizes, colours),
    ]
    return _finish(stock, made, corner, [set_column(items, column)], number, colours, 2_100)


def _tiny(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    sizes, colours = plans.SIZES["tiny"], plans.colours_of(text, stock)
    left = max(made.quiet, stock.inset_x)
    corner = _in_dots(made, left, (stock.label_height - made.side) // 2)
    column_x = int(corner[0] * made.dot) + made.side + made.quiet + int(made.dot)
    column_width = stock.label_width - stock.inset_x - column_x
    number_height = 2 * LEAST_SIZE * 118 // 100
    bottom = stock.label_height - stock.inset_y
    column = Region(column_x, stock.inset_y, column_width, bottom - number_height - stock.inset_y - 300)
    number = Region(column_x, bottom - number_height, column_width, number_height)
    items = [
        *plans.brand_items(text, sizes, colours, badge=False),
        *plans.product_items(text, sizes, colours, ruled=False),
        *plans.gi_items(text, sizes, colours),
        *plans.facts_items(text, stock, sizes, colours, keyed=False),
        *plans.certificate_items(text, sizes, colours),
    ]
    tight = [replace(item, space=130) for item in items]
    return _finish(stock, made, corner, [set_column(tight, column)], number, colours, 1_700)


def _crown(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    """Names across the top, QR at the lower left, facts at its right, the number along the bottom."""
    sizes, colours = plans.SIZES["crown"], plans.colours_of(text, stock)
    bottom = stock.label_height - stock.inset_y
    left = max(made.quiet, stock.inset_x)
    dot_up = int(made.dot) + 1
    corner = _in_dots(made, left, bottom - NUMBER_HEIGHT - made.quiet - made.side - dot_up)
    quiet_top = int(corner[1] * made.dot) - made.quiet
    across = stock.label_width - 2 * stock.inset_x
    head = Region(stock.inset_x, stock.inset_y, across, quiet_top - stock.inset_y)
    column_x = int(corner[0] * made.dot) + made.side + made.quiet + dot_up
    number = Region(stock.inset_x, bottom - NUMBER_HEIGHT, across, NUMBER_HEIGHT)
    brand = plans.brand_items(text, sizes, colours, badge=False)
    product = plans.product_items(text, sizes, colours, ruled=False)
    rest = [
        *plans.gi_items(text, sizes, colours),
        *plans.facts_items(text, stock, sizes, colours, keyed=False),
        *plans.certificate_items(text, sizes, colours),
    ]
    refusal: TextTooLong | None = None
    for top, side in (([*brand, *product], rest), (product, [*brand, *rest]), (brand, [*product, *rest])):
        try:
            crown = set_column([replace(item, space=150) for item in top], head)
            y = max(crown.bottom, stock.inset_y) + 700
            column = Region(column_x, y, stock.label_width - stock.inset_x - column_x, number.y - 300 - y)
            settings = [crown, set_column(side, column)]
        except TextTooLong as error:
            refusal = error
            continue
        return _finish(stock, made, corner, settings, number, colours, 2_300)
    if refusal is None:
        raise RuntimeError("no arrangement was tried")
    raise refusal


def _tall(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    """Names centred above the QR, the number beneath it, the facts below, the certificate at the foot."""
    sizes, colours = plans.SIZES["tall"], plans.colours_of(text, stock)
    across = stock.label_width - 2 * stock.inset_x
    fixed = made.side + 2 * made.quiet + NUMBER_HEIGHT + int(made.dot) + 1
    free = stock.label_height - 2 * stock.inset_y - fixed
    head_items = [
        *plans.brand_items(text, sizes, colours),
        *plans.product_items(text, sizes, colours, ruled=False),
    ]
    head = set_column(
        head_items, Region(stock.inset_x, stock.inset_y + 500, across, free * 42 // 100, centred=True)
    )
    corner = _in_dots(
        made, (stock.label_width - made.side) // 2, max(head.bottom, stock.inset_y) + made.quiet
    )
    number_y = int(corner[1] * made.dot) + made.side + made.quiet
    number = Region(stock.inset_x, number_y, across, NUMBER_HEIGHT, centred=True)
    y = number_y + NUMBER_HEIGHT + 700
    foot_items = [
        *plans.facts_items(text, stock, sizes, colours, keyed=across >= _KEYED_FROM),
        *plans.certificate_items(text, sizes, colours),
    ]
    foot = set_column(
        foot_items,
        Region(stock.inset_x + 500, y, across - 1_000, stock.label_height - stock.inset_y - y, centred=True),
    )
    return _finish(stock, made, corner, [head, foot], number, colours, 2_400)


_ARRANGE: dict[Shape, Callable[[LabelText, Stock, Symbol], tuple[int, Layout]]] = {
    "side": _side,
    "tiny": _tiny,
    "crown": _crown,
    "tall": _tall,
}
