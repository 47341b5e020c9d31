"""Where everything stands on one label: the QR, the typed number beneath it, and the text. Lengths in µm.

Four arrangements serve all stocks: `side` (text left, QR right), `tiny` (QR left, a narrow column right),
`crown` (names across the top), `tall` (names, QR and facts one below the other). `plans` says which fields,
in what order and size.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

from . import plans
from .errors import TextTooLong
from .flow import LEAST_SIZE, Frame, Item, Region, Setting, Words, set_column
from .fonts import width
from .picture import Placed
from .qr import MODULES
from .stock import NUMBER_HEIGHT, Shape, Stock, Symbol, module_dots, number_block, symbols
from .text import LabelText

NUMBER_SAMPLE = "0000 0000 0000 0000 0000-0"
_NUMBER_BREAK = 15  # where two lines part: after three groups
_COMFORTABLE_SCALE = 800
_KEYED_FROM = 27_000  # a column narrower than this has no room for keys
_LOW = 24_000  # a column lower than this saves lines


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A slice of the printed number, with its left end and baseline."""

    x: int
    y: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class PinPlace:
    """Where the six digits of a PIN stand, to be covered by a scratch layer: left end, baseline, em, µm."""

    x: int
    y: int
    size: int


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
    pictures: tuple[Placed, ...] = ()
    pin: PinPlace | None = None

    @property
    def qr_box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the symbol with its quiet zone, µm: nothing else may stand here."""
        dot, quiet = self.symbol.dot, self.symbol.quiet_dots
        far = self.symbol.modules * self.symbol.dots + quiet
        return (
            int((self.qr_x - quiet) * dot),
            int((self.qr_y - quiet) * dot),
            int((self.qr_x + far) * dot),
            int((self.qr_y + far) * dot),
        )


@functools.lru_cache(maxsize=64)
def lay_out(text: LabelText, stock: Stock, dpi: int, modules: int = MODULES) -> Layout:
    """Arrange a label: the largest symbol at which the text stays comfortable.

    Raises StockTooSmall, or TextTooLong naming the field that does not fit at 1.6 mm.
    """
    module_dots(stock, dpi, modules)
    best: tuple[int, Layout] | None = None
    refusal: TextTooLong | None = None
    for made in symbols(stock, dpi, modules):
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
    """The typed number in a region on one line, or on two; None if it would be too small to read."""
    for parts in (((0, 26),), ((0, _NUMBER_BREAK), (_NUMBER_BREAK, 26))):
        pitch = region.height // len(parts)
        for size in range(min(colour_size, pitch), LEAST_SIZE - 1, -50):
            widths = [width(NUMBER_SAMPLE[start:stop].rstrip(), size) for start, stop in parts]
            if max(widths) <= region.width:
                # Figures are 0.73 em high and stand on the baseline: centre them in their share.
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


def _best_column(variants: list[list[Item]], region: Region) -> Setting:
    """The variant that fits at the largest scale, the first of equals; raise TextTooLong if none fits."""
    best: Setting | None = None
    refusal: TextTooLong | None = None
    for items in variants:
        try:
            made = set_column(items, region)
        except TextTooLong as error:
            refusal = refusal or error
            continue
        if best is None or made.scale > best.scale:
            best = made
    if best is not None:
        return best
    if refusal is None:
        raise RuntimeError("no variant was tried")
    raise refusal


def _side(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    """Text at the left; at the right the QR with the number beneath it."""
    sizes, colours = plans.SIZES["side"], plans.colours_of(text, stock)
    block = number_block(stock, made)
    right = max(made.quiet, stock.inset_x) + (block - made.side) // 2
    qr_x = stock.label_width - right - made.side - int(made.dot) - 1
    whole = made.side + made.quiet + NUMBER_HEIGHT
    top = max(made.quiet, stock.inset_y, (stock.label_height - whole) // 2)
    corner = _in_dots(made, qr_x, top)
    qr_left, under = int(corner[0] * made.dot), int(corner[1] * made.dot) + made.side + made.quiet
    number_width = max(block, made.side + 2 * (right - stock.inset_x) if block == made.side else block)
    number_x = qr_left - (number_width - made.side) // 2
    column_right = min(qr_left - made.quiet, number_x - 1_000)
    column = Region(
        stock.inset_x, stock.inset_y, column_right - stock.inset_x, stock.label_height - 2 * stock.inset_y
    )
    bottom = stock.label_height - stock.inset_y
    number = Region(number_x, under, number_width, min(bottom - under, 2 * NUMBER_HEIGHT), centred=True)
    facts = plans.fact_items(
        text,
        stock,
        sizes,
        colours,
        room=column.width,
        keyed=column.width >= _KEYED_FROM,
    )
    rest = [*facts, *plans.certificate_items(text, sizes, colours)]
    variants = [[*plans.title_items(text, sizes, colours, badge=True, rule=True), *rest]]
    joined = plans.joined_title_items(text, sizes, colours, badge=True, rule=True)
    if joined and column.height < _LOW:
        variants.append([*joined, *rest])
    return _finish(stock, made, corner, [_best_column(variants, column)], number, colours, 2_100)


def _tiny(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    """QR at the left, everything else in a narrow column at its right, the number last."""
    sizes, colours = plans.SIZES["tiny"], plans.colours_of(text, stock)
    left = max(made.quiet, stock.inset_x)
    corner = _in_dots(made, left, (stock.label_height - made.side) // 2)
    column_x = int(corner[0] * made.dot) + made.side + made.quiet + int(made.dot)
    column_width = stock.label_width - stock.inset_x - column_x
    number_height = 2 * LEAST_SIZE * 118 // 100
    bottom = stock.label_height - stock.inset_y
    column = Region(column_x, stock.inset_y, column_width, bottom - number_height - stock.inset_y - 300)
    number = Region(column_x, bottom - number_height, column_width, number_height)
    rest = [
        *plans.fact_items(text, stock, sizes, colours, room=column_width, keyed=False),
        *plans.certificate_items(text, sizes, colours),
    ]
    variants = [[*plans.title_items(text, sizes, colours, badge=False, rule=False), *rest]]
    if joined := plans.joined_title_items(text, sizes, colours, badge=False, rule=False):
        variants.append([*joined, *plans.gi_items(text, sizes, colours), *rest])
    tight = [[replace(item, space=130) for item in items] for items in variants]
    return _finish(stock, made, corner, [_best_column(tight, column)], number, colours, 1_700)


def _crown(text: LabelText, stock: Stock, made: Symbol) -> tuple[int, Layout]:
    """Names across the top, QR at the lower left, facts at its right, the number along the bottom."""
    sizes, colours = plans.SIZES["crown"], plans.colours_of(text, stock)
    bottom = stock.label_height - stock.inset_y
    dot_up = int(made.dot) + 1
    corner = _in_dots(
        made, max(made.quiet, stock.inset_x), bottom - NUMBER_HEIGHT - made.quiet - made.side - dot_up
    )
    across = stock.label_width - 2 * stock.inset_x
    head = Region(
        stock.inset_x,
        stock.inset_y,
        across,
        int(corner[1] * made.dot) - made.quiet - stock.inset_y,
        spread=False,
    )
    column_x = int(corner[0] * made.dot) + made.side + made.quiet + dot_up
    column_width = stock.label_width - stock.inset_x - column_x
    number = Region(stock.inset_x, bottom - NUMBER_HEIGHT, across, NUMBER_HEIGHT)
    facts = plans.fact_items(text, stock, sizes, colours, room=column_width, keyed=False)
    rest = [*facts, *plans.certificate_items(text, sizes, colours)]
    title = plans.title_items(text, sizes, colours, badge=True, rule=False)
    gi = plans.gi_items(text, sizes, colours)
    splits = [
        (title, rest),
        (title[:1], [*title[1:], *rest]),
        (title[1:], [*title[:1], *rest]),
        ([], [*title, *rest]),
    ]
    if joined := plans.joined_title_items(text, sizes, colours, badge=False, rule=False):
        splits.insert(1, (joined, [*gi, *rest]))
    refusal: TextTooLong | None = None
    for top, side in splits:
        try:
            crown = set_column([replace(item, space=150) for item in top], head)
            y = crown.bottom + 700 if top else stock.inset_y
            column = Region(column_x, y, column_width, number.y - 300 - y)
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
    free = stock.label_height - 2 * stock.inset_y - made.side - 2 * made.quiet - NUMBER_HEIGHT
    title = plans.title_items(text, sizes, colours, badge=True, rule=False)
    head = set_column(
        title,
        Region(stock.inset_x, stock.inset_y + 600, across, free * 45 // 100, centred=True, spread=False),
    )
    corner = _in_dots(
        made, (stock.label_width - made.side) // 2, max(head.bottom, stock.inset_y) + max(made.quiet, 2_800)
    )
    number_y = int(corner[1] * made.dot) + made.side + made.quiet - 300
    number = Region(stock.inset_x, number_y, across, NUMBER_HEIGHT, centred=True)
    y = number_y + NUMBER_HEIGHT + 1_400
    foot_width = across - 2_000
    foot = set_column(
        [
            *plans.fact_items(text, stock, sizes, colours, room=foot_width, keyed=foot_width >= _KEYED_FROM),
            *plans.certificate_items(text, sizes, colours),
        ],
        Region(stock.inset_x + 1_000, y, foot_width, stock.label_height - stock.inset_y - y, centred=True),
    )
    # A long name gives way to the symbol: it may shrink further than the facts before that counts as cramped.
    eased = replace(head, scale=min(1000, head.scale + 250))
    return _finish(stock, made, corner, [eased, foot], number, colours, 2_300)


_ARRANGE: dict[Shape, Callable[[LabelText, Stock, Symbol], tuple[int, Layout]]] = {
    "side": _side,
    "tiny": _tiny,
    "crown": _crown,
    "tall": _tall,
}
