"""Laying out a label as its design says. Lengths in µm."""

from __future__ import annotations

from fractions import Fraction

from . import picture as pictures
from . import plans
from .design import KEYS, TEXTS, Box, Design
from .errors import BadDesign, TextTooLong
from .flow import LEAST_SIZE, Frame, Item, Region, Setting, set_column
from .picture import Picture, Placed
from .place import Layout, legible, number_lines
from .plans import CERTIFICATE_SIZE, Colours
from .scratch import Scratch, height_in, least_width, set_scratch
from .stock import Stock, Symbol, symbol
from .symbol import MIN_MODULE_DOTS, MIN_SYMBOL_AREA
from .text import CERTIFICATE_WORDS, FIELD_NAMES, GI_WORDS, LabelText, too_long

_EDGE = 50  # µm by which a box may reach over the edge that the printer leaves blank
_RULE = 150  # thickness


def lay_out(
    design: Design,
    text: LabelText,
    stock: Stock,
    dpi: int,
    modules: int,
    picture: Picture | None,
    pin: bool,
) -> Layout:
    """The label as designed. Raises BadDesign where design, stock and dpi do not go together; TextTooLong.

    A field without a value leaves its box blank; one without a box is named in `omitted`.
    """
    _check_stock(design, stock)
    colours = plans.colours_of(text, stock)
    made, corner = _placed_symbol(design, stock, dpi, modules)
    settings: list[Setting] = []
    frames: list[Frame] = []
    placed: list[Placed] = []
    scratch: Scratch | None = None
    number = None
    for box in design.boxes:
        if box.what == "number":
            number = number_lines(_region(box), box.size)
            if number is None:
                raise _too_small(box)
        elif box.what == "rule":
            frames.append(
                Frame(box.x, box.y + box.height // 2, box.width, 0, 0, _RULE, _colour(box, colours))
            )
        elif box.what == "pin":
            if box.width < least_width() or box.height < height_in(box.width):
                raise _too_small(box)
            scratch = set_scratch(_region(box), colours.ink, colours.muted) if pin else None
        elif box.what == "picture" and picture is not None:
            placed.append(
                pictures.place(picture, (box.x, box.y, box.width, box.height), made, stock.ink, box.align)
            )
        elif items := _items(box, text, colours):
            settings.append(_set(items, box))
    if number is None:
        raise RuntimeError("a design without a typed number was accepted")
    _check_rules(design, text, pin=pin)
    words = [word for setting in settings for word in setting.words]
    words += scratch.words if scratch else ()
    return Layout(
        stock.label_width,
        stock.label_height,
        stock.corner,
        made,
        corner[0],
        corner[1],
        legible(words, made),
        tuple(frame for setting in settings for frame in setting.frames)
        + tuple(frames)
        + (scratch.frames if scratch else ()),
        number[0],
        number[1],
        colours.ink,
        pictures=tuple(placed),
        pin=scratch.pin if scratch else None,
        fields=tuple(field for setting in settings for field in setting.fields),
        omitted=_omitted(design, text, picture),
    )


def _check_stock(design: Design, stock: Stock) -> None:
    if (design.label_width, design.label_height) != (stock.label_width, stock.label_height):
        raise BadDesign(
            "label.design-stock",
            f"这个版式是为 {design.label_width / 1000:g} × {design.label_height / 1000:g} mm 的标签做的，"
            f"和标签纸 {stock.name} 不一样大。",
            f"The design is for labels of {design.label_width / 1000:g} × {design.label_height / 1000:g} mm, "
            f"not for stock {stock.name}.",
            stock=stock.name,
        )
    for index, box in enumerate(design.boxes):
        if box.what != "qr" and _leaves(stock, box.x, box.y, box.right, box.bottom):
            raise BadDesign(
                "label.design-inset",
                f"{FIELD_NAMES[box.what][0]}离标签边太近，打印机印不到：左右各留 {stock.inset_x / 1000:g} mm，"
                f"上下各留 {stock.inset_y / 1000:g} mm。",
                f"The box of {FIELD_NAMES[box.what][1]} is too close to the edge: keep {stock.inset_x / 1000:g} mm "
                f"at the sides, {stock.inset_y / 1000:g} mm above and below.",
                box=index,
                what=box.what,
            )


def _leaves(stock: Stock, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether a rectangle reaches into the edge that a printer may leave blank."""
    return (
        min(left - stock.inset_x, stock.label_width - stock.inset_x - right) < -_EDGE
        or min(top - stock.inset_y, stock.label_height - stock.inset_y - bottom) < -_EDGE
    )


def _check_rules(design: Design, text: LabelText, *, pin: bool) -> None:
    if text.certificate and design.box("certificate") is None:
        raise BadDesign(
            "label.design-certificate",
            "这批产品的二维码兼作合格证，版式里必须有“承诺达标合格证”字样。",
            "The code serves as the commitment certificate: the design needs the words for it.",
            what="certificate",
        )
    if pin and design.box("pin") is None:
        raise BadDesign(
            "label.design-pin",
            "这个版式没有留刮开区，印不了刮开验证码。请在版式里加上，或者不印验证码。",
            "The design has no scratch area, so no PIN can be printed.",
            what="pin",
        )


def _placed_symbol(design: Design, stock: Stock, dpi: int, modules: int) -> tuple[Symbol, tuple[int, int]]:
    """The largest symbol that its box holds, in the middle; and the corner of its modules in dots."""
    box = design.box("qr")
    if box is None:
        raise RuntimeError("a design without a QR was accepted")
    dots = MIN_MODULE_DOTS
    found: tuple[Symbol, tuple[int, int]] | None = None
    needed = 0
    while True:
        made = symbol(dots, dpi, modules)
        whole = (modules * dots + 2 * made.quiet_dots) * made.dot
        legible = (modules * dots * made.dot) ** 2 >= MIN_SYMBOL_AREA
        x, y = _middle(box.x, box.width, whole, made.dot), _middle(box.y, box.height, whole, made.dot)
        if legible and not needed:
            needed = -int(-whole // 1)
        if legible and (x is None or y is None):
            break
        if legible and x is not None and y is not None:
            corner = (x + made.quiet_dots, y + made.quiet_dots)
            left, top = int(corner[0] * made.dot), int(corner[1] * made.dot)
            if not _leaves(stock, left, top, left + made.side, top + made.side):
                found = made, corner
        dots += 1
    if found is None:
        raise BadDesign(
            "label.design-qr",
            f"二维码的框太小或太靠边：在 {dpi} dpi 的打印机上每边至少 {_up_tenth(needed)} mm（含四周空白）。",
            f"The QR's box is too small or too close to the edge: at {dpi} dpi at least {_up_tenth(needed)} mm a side.",
            what="qr",
            box=design.boxes.index(box),
            least=needed,
        )
    return found


def _middle(start: int, length: int, whole: Fraction, dot: Fraction) -> int | None:
    """The first dot of something `whole` long in the middle of a stretch; None if it does not fit."""
    first = -int(-start // dot)
    free = start + length - first * dot - whole
    return None if free < 0 else first + int(free / 2 / dot)


def _up_tenth(length: int) -> str:
    return f"{-(-length // 100) / 10:.1f}"


def _region(box: Box) -> Region:
    return Region(box.x, box.y, box.width, box.height, box.align, spread=box.what == "lines")


def _colour(box: Box, colours: Colours) -> str:
    return {"ink": colours.ink, "muted": colours.muted, "accent": colours.accent}[box.colour]


def _items(box: Box, text: LabelText, colours: Colours) -> list[Item]:
    """What a box of text shows; nothing if its field is empty."""
    if box.what == "gi":
        values = [GI_WORDS] if text.gi_mark else []
    elif box.what == "certificate":
        values = [CERTIFICATE_WORDS] if text.certificate else []
    elif box.what == "fixed":
        values = [box.text]
    elif box.what == "lines":
        values = list(text.lines)
    elif box.what in TEXTS:
        values = [value] if (value := getattr(text, box.what)) else []
    else:
        return []
    least = CERTIFICATE_SIZE if box.what == "certificate" else LEAST_SIZE
    key = KEYS.get(box.what, "") if box.key == "column" else ""
    inline = plans.INLINE.get(box.what, "") if box.key == "inline" else ""
    return [
        Item(
            box.what,
            inline + value,
            box.size,
            _colour(box, colours),
            least=least,
            most_lines=max(1, box.height // least),
            unbroken=box.what in plans.UNBROKEN,
            heavy=box.heavy,
            key=key,
            key_colour=colours.muted,
            key_room=max(map(len, KEYS.values())),
            boxed=box.framed,
            snug=box.what == "gi",
            even=True,
        )
        for value in values
    ]


def _set(items: list[Item], box: Box) -> Setting:
    """The box's text inside it, as small as need be; raise TextTooLong naming its field."""
    least_scale = max(1, 1000 * items[0].least // box.size - 20)
    try:
        return set_column(items, _region(box), least_scale)
    except TextTooLong:
        raise too_long(box.what, "".join(item.text for item in items)) from None


def _too_small(box: Box) -> BadDesign:
    zh, en = FIELD_NAMES[box.what]
    return BadDesign(
        "label.design-small",
        f"{zh}的框太小，放不下，请加宽或加高。",
        f"The box of {en} is too small for it.",
        what=box.what,
    )


def _omitted(design: Design, text: LabelText, picture: Picture | None) -> tuple[str, ...]:
    there = {box.what for box in design.boxes}
    wanted = [name for name in TEXTS if name not in ("gi", "certificate") and getattr(text, name)]
    wanted += ["gi"] if text.gi_mark else []
    wanted += ["picture"] if picture is not None else []
    return tuple(name for name in wanted if name not in there)
