"""The automatic arrangements: where the QR, the typed number beneath it, and the text go. Lengths in µm.

Four serve all stocks: `side` (text left, QR right), `tiny` (QR left, a narrow column right), `crown` (names
across the top), `tall` (names, QR and facts one below the other). `plans` says which fields, in what order and size.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace

from . import picture as pictures
from . import plans
from .arranging import Wanted, above_scratch, best_column, finish, in_dots, no_room
from .errors import TextTooLong
from .flow import LEAST_SIZE, Frame, Item, Region, Setting, set_column
from .picture import Picture, Placed
from .place import Layout
from .stock import NUMBER_HEIGHT, Shape, Stock, Symbol, number_block
from .text import LabelText

_KEYED_FROM = 27_000  # a column narrower than this has no room for keys
_LOW = 24_000  # a column lower than this saves lines
_PICTURE_GAP = 1_200  # free beside a picture
_PICTURE_HEIGHTS = (11_000, 9_500, 8_000)
_SHORT = 8  # characters
_PICTURE_SHARE = 45  # per cent of its column's width that a picture takes at most


def arranged(
    text: LabelText, stock: Stock, made: Symbol, *, pin: bool = False, picture: Picture | None = None
) -> tuple[int, Layout]:
    """The label with this symbol, and the least scale (thousandths) of its text; TextTooLong if it does not fit."""
    return _ARRANGE[stock.shape](Wanted(text, stock, made, pin, picture))


def _beside_picture(
    wanted: Wanted, picture: Picture, titles: list[list[Item]], rest: list[Item], column: Region
) -> tuple[list[Setting], Placed, tuple[Frame, ...]]:
    """A column with the picture at its top left, the title at the picture's right, the rest beneath a rule."""
    # A short name in two lines beside a picture looks torn: rather no picture.
    plain = [
        [replace(item, rule="", most_lines=2 if len(item.text) > _SHORT else 1) for item in items]
        for items in titles
    ]
    refusal: TextTooLong | None = None
    for high in _PICTURE_HEIGHTS:
        box = (column.x, column.y, column.width * _PICTURE_SHARE // 100, high)
        placed = pictures.place(picture, box, wanted.symbol, wanted.stock.ink, "left")
        left = placed.x + placed.width + _PICTURE_GAP
        beside = Region(left, column.y, column.x + column.width - left, column.height, spread=False)
        try:
            title = best_column(plain, beside)
            if (free := placed.height - (title.bottom - column.y)) > 0:
                title = best_column(plain, replace(beside, y=column.y + free // 2))
            y = max(title.bottom, placed.y + placed.height) + 500
            rule = Frame(column.x, y, column.width, 0, 0, 150, wanted.colours.accent)
            y += 850
            facts = set_column(rest, replace(column, y=y, height=column.y + column.height - y))
        except TextTooLong as error:
            refusal = error
            continue
        return [title, facts], placed, (rule,)
    if refusal is None:
        raise RuntimeError("no size of picture was tried")
    raise refusal


def _side(wanted: Wanted) -> tuple[int, Layout]:
    """Text at the left; at the right the QR with the number beneath it."""
    text, stock, made = wanted.text, wanted.stock, wanted.symbol
    sizes, colours = wanted.sizes, wanted.colours
    block = number_block(stock, made)
    right = max(made.quiet, stock.inset_x) + (block - made.side) // 2
    qr_x = stock.label_width - right - made.side - int(made.dot) - 1
    whole = made.side + made.quiet + NUMBER_HEIGHT
    top = max(made.quiet, stock.inset_y, (stock.label_height - whole) // 2)
    corner = in_dots(made, qr_x, top)
    qr_left, under = int(corner[0] * made.dot), int(corner[1] * made.dot) + made.side + made.quiet
    number_width = max(block, made.side + 2 * (right - stock.inset_x) if block == made.side else block)
    number_x = qr_left - (number_width - made.side) // 2
    column_right = min(qr_left - made.quiet, number_x - 1_000)
    column = Region(
        stock.inset_x, stock.inset_y, column_right - stock.inset_x, stock.label_height - 2 * stock.inset_y
    )
    column, scratch = above_scratch(wanted, column)
    bottom = stock.label_height - stock.inset_y
    number = Region(number_x, under, number_width, min(bottom - under, 2 * NUMBER_HEIGHT), "centre")
    facts = plans.fact_items(
        text,
        stock,
        sizes,
        colours,
        room=column.width,
        keyed=column.width >= _KEYED_FROM,
    )
    rest = [*facts, *plans.certificate_items(text, sizes, colours)]
    titles = [plans.title_items(text, sizes, colours, badge=True, rule=True)]
    joined = plans.joined_title_items(text, sizes, colours, badge=True, rule=True)
    if joined and column.height < _LOW:
        titles.append(joined)
    if wanted.picture is not None:
        settings, placed, rules = _beside_picture(wanted, wanted.picture, titles, rest, column)
        return finish(wanted, corner, settings, number, 2_100, scratch=scratch, placed=placed, rules=rules)
    setting = best_column([[*title, *rest] for title in titles], column)
    return finish(wanted, corner, [setting], number, 2_100, scratch=scratch)


def _tiny(wanted: Wanted) -> tuple[int, Layout]:
    """QR at the left, everything else in a narrow column at its right, the number last."""
    if wanted.pin or wanted.picture is not None:
        raise no_room()
    text, stock, made = wanted.text, wanted.stock, wanted.symbol
    sizes, colours = wanted.sizes, wanted.colours
    left = max(made.quiet, stock.inset_x)
    corner = in_dots(made, left, (stock.label_height - made.side) // 2)
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
    return finish(wanted, corner, [best_column(tight, column)], number, 1_700)


def _crown(wanted: Wanted) -> tuple[int, Layout]:
    """Names across the top, QR at the lower left, facts at its right, the number along the bottom."""
    if wanted.picture is not None:
        raise no_room()
    text, stock, made = wanted.text, wanted.stock, wanted.symbol
    sizes, colours = wanted.sizes, wanted.colours
    bottom = stock.label_height - stock.inset_y
    dot_up = int(made.dot) + 1
    corner = in_dots(
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
            column, scratch = above_scratch(wanted, Region(column_x, y, column_width, number.y - 300 - y))
            settings = [crown, set_column(side, column)]
        except TextTooLong as error:
            refusal = error
            continue
        return finish(wanted, corner, settings, number, 2_300, scratch=scratch)
    if refusal is None:
        raise RuntimeError("no arrangement was tried")
    raise refusal


def _tall(wanted: Wanted) -> tuple[int, Layout]:
    """Names centred above the QR, the number beneath it, the facts below, the certificate at the foot."""
    stock, picture = wanted.stock, wanted.picture
    across = stock.label_width - 2 * stock.inset_x
    top = stock.inset_y + 600
    if picture is None:
        return _tower(wanted, Region(stock.inset_x, top, across, 0, "centre", spread=False), None)
    box = (stock.inset_x, stock.inset_y, across, _PICTURE_HEIGHTS[-1])
    above = pictures.place(picture, box, wanted.symbol, stock.ink)
    lower = Region(stock.inset_x, above.y + above.height + 600, across, 0, "centre", spread=False)
    box = (stock.inset_x, stock.inset_y, across * _PICTURE_SHARE // 100, _PICTURE_HEIGHTS[-1])
    beside = pictures.place(picture, box, wanted.symbol, stock.ink, "left")
    left = beside.x + beside.width + _PICTURE_GAP
    right = Region(left, top, stock.inset_x + across - left, 0, "centre", spread=False)
    made: list[tuple[int, Layout]] = []
    for head, placed in ((lower, above), (right, beside)):
        with contextlib.suppress(TextTooLong):
            made.append(_tower(wanted, head, placed))
    if not made:
        raise no_room()
    return max(made, key=lambda one: one[0])


def _tower(wanted: Wanted, head: Region, placed: Placed | None) -> tuple[int, Layout]:
    """Title in a region of any height, then QR, number, facts and certificate one below the other."""
    text, stock, made = wanted.text, wanted.stock, wanted.symbol
    sizes, colours = wanted.sizes, wanted.colours
    across = stock.label_width - 2 * stock.inset_x
    free = stock.label_height - 2 * stock.inset_y - made.side - 2 * made.quiet - NUMBER_HEIGHT
    items = plans.title_items(text, sizes, colours, badge=True, rule=False)
    title = set_column(items, replace(head, height=free * 45 // 100))
    above = max(title.bottom, stock.inset_y, placed.y + placed.height if placed else 0)
    corner = in_dots(made, (stock.label_width - made.side) // 2, above + max(made.quiet, 2_800))
    number_y = int(corner[1] * made.dot) + made.side + made.quiet
    number = Region(stock.inset_x, number_y, across, NUMBER_HEIGHT, "centre")
    y = number_y + NUMBER_HEIGHT + 1_100
    foot_width = across - 2_000
    column = Region(stock.inset_x + 1_000, y, foot_width, stock.label_height - stock.inset_y - y, "centre")
    column, scratch = above_scratch(wanted, column)
    foot = set_column(
        [
            *plans.fact_items(text, stock, sizes, colours, room=foot_width, keyed=foot_width >= _KEYED_FROM),
            *plans.certificate_items(text, sizes, colours),
        ],
        column,
    )
    # A long name gives way to the symbol: it may shrink further than the facts before that counts as cramped.
    eased = replace(title, scale=min(1000, title.scale + 250))
    return finish(wanted, corner, [eased, foot], number, 2_300, scratch=scratch, placed=placed)


_ARRANGE: dict[Shape, Callable[[Wanted], tuple[int, Layout]]] = {
    "side": _side,
    "tiny": _tiny,
    "crown": _crown,
    "tall": _tall,
}
