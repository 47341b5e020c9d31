"""What all automatic arrangements share: one label wanted, its columns, and its parts put together. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from . import plans
from .errors import TextTooLong
from .flow import Frame, Item, Region, Setting, set_column
from .picture import Picture, Placed
from .place import Layout, legible, number_lines
from .scratch import Scratch, height_in, least_width, set_scratch
from .stock import Stock, Symbol
from .text import LabelText

_PIN_GAP = 1_000  # free above a scratch area


@dataclass(frozen=True, slots=True)
class Wanted:
    """One label to be arranged: its words, its paper, the symbol, and what else it carries."""

    text: LabelText
    stock: Stock
    symbol: Symbol
    pin: bool
    picture: Picture | None

    @property
    def sizes(self) -> plans.Sizes:
        return plans.SIZES[self.stock.shape]

    @property
    def colours(self) -> plans.Colours:
        return plans.colours_of(self.text, self.stock)


def no_room() -> TextTooLong:
    """The refusal of an arrangement that lacks room for something other than words."""
    return TextTooLong(
        "label.no-room",
        "这种标签纸放不下这么多内容，请换大一点的标签纸。",
        "All this does not fit on this stock.",
    )


def finish(
    wanted: Wanted,
    corner: tuple[int, int],
    settings: list[Setting],
    number_region: Region,
    number_size: int,
    *,
    scratch: Scratch | None = None,
    placed: Placed | None = None,
    rules: tuple[Frame, ...] = (),
) -> tuple[int, Layout]:
    """The layout of these parts, and the least scale of its text; TextTooLong if the typed number finds no room."""
    stock = wanted.stock
    number = number_lines(number_region, number_size)
    if number is None:
        raise TextTooLong(
            "label.number-room",
            "标签上没有地方印手输编号，请换大一点的标签纸。",
            "There is no room for the typed number on this label.",
            field="number",
        )
    words = [word for setting in settings for word in setting.words]
    words += scratch.words if scratch else ()
    layout = Layout(
        stock.label_width,
        stock.label_height,
        stock.corner,
        wanted.symbol,
        corner[0],
        corner[1],
        legible(words, wanted.symbol),
        tuple(frame for setting in settings for frame in setting.frames)
        + rules
        + (scratch.frames if scratch else ()),
        number[0],
        number[1],
        wanted.colours.ink,
        pictures=(placed,) if placed else (),
        pin=scratch.pin if scratch else None,
        fields=tuple(field for setting in settings for field in setting.fields),
        omitted=plans.omitted_fields(stock, wanted.text),
    )
    return min(setting.scale for setting in settings), layout


def in_dots(made: Symbol, x: int, y: int) -> tuple[int, int]:
    """The nearest whole dots at or after a point."""
    return int(-(-x // made.dot)), int(-(-y // made.dot))


def best_column(variants: list[list[Item]], region: Region) -> Setting:
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


def above_scratch(wanted: Wanted, column: Region) -> tuple[Region, Scratch | None]:
    """What is left of a column above the scratch area at its foot."""
    if not wanted.pin:
        return column, None
    high = height_in(column.width)
    if column.width < least_width() or column.height < high + _PIN_GAP:
        raise no_room()
    foot = replace(column, y=column.y + column.height - high, height=high)
    colours = wanted.colours
    return replace(column, height=column.height - high - _PIN_GAP), set_scratch(
        foot, colours.ink, colours.muted
    )
