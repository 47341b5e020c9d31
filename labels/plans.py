"""Which fields stand on a label, in what order, size and colour, for each arrangement. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .flow import Item
from .fonts import width
from .stock import Stock
from .text import CERTIFICATE_WORDS, GI_WORDS, LabelText

INK = "#1c211e"
MUTED = "#5a635d"
BLACK = "#000000"
# What stands before a value where it is run into the line.
INLINE = {"grade": "等级 ", "net_weight": "净含量 ", "batch_no": "批次 ", "packed_on": "包装 "}
UNBROKEN = ("batch_no", "packed_on", "credit_code")  # numbers: read wrong where they are broken
CERTIFICATE_SIZE = 2_400  # em at which each of the seven characters is at least 2 mm high


@dataclass(frozen=True, slots=True)
class Colours:
    ink: str
    muted: str
    accent: str


@dataclass(frozen=True, slots=True)
class Sizes:
    """Wanted sizes (em) for one arrangement."""

    brand: int
    product: int
    fact: int
    certificate: int
    packer_lines: int = 2
    boxed: bool = True
    joined_least: int = 2_600


SIZES = {
    "side": Sizes(2_900, 4_300, 2_150, 2_700),
    "tiny": Sizes(1_900, 2_700, 1_700, CERTIFICATE_SIZE, boxed=False, joined_least=1_900),
    "crown": Sizes(2_700, 3_300, 2_050, 2_450, packer_lines=3, boxed=False),
    "tall": Sizes(3_500, 5_600, 2_400, 3_100),
}
# The smallest labels leave these to the page behind the code.
OMITTED = {"side": (), "tiny": ("packer", "lines"), "crown": (), "tall": ()}


def omitted_fields(stock: Stock, text: LabelText) -> tuple[str, ...]:
    """Names of the fields that have a value but no place on this stock."""
    return tuple(name for name in OMITTED[stock.shape] if getattr(text, name))


def colours_of(text: LabelText, stock: Stock) -> Colours:
    if stock.ink == "black":
        return Colours(BLACK, BLACK, BLACK)
    return Colours(INK, MUTED, text.accent)


def title_items(text: LabelText, sizes: Sizes, colours: Colours, *, badge: bool, rule: bool) -> list[Item]:
    """Brand, product beneath it; GI words (地理标志产品) beside the brand or on their own line."""
    line = colours.accent if rule else ""
    items = []
    if text.brand:
        items.append(
            Item(
                "brand",
                text.brand,
                sizes.brand,
                colours.accent,
                heavy=True,
                most_lines=2,
                badge=GI_WORDS if text.gi_mark and badge else "",
                rule="" if text.product else line,
            )
        )
    if text.product:
        items.append(
            Item("product", text.product, sizes.product, colours.ink, heavy=True, most_lines=3, rule=line)
        )
    return items + ([] if badge and text.brand else gi_items(text, sizes, colours))


def joined_title_items(
    text: LabelText, sizes: Sizes, colours: Colours, *, badge: bool, rule: bool
) -> list[Item]:
    """Brand and product on one line, where height is scarce; empty unless there are both."""
    if not (text.brand and text.product):
        return []
    return [
        Item(
            "product",
            text.product,
            sizes.product,
            colours.ink,
            least=sizes.joined_least,
            heavy=True,
            lead=text.brand,
            lead_colour=colours.accent,
            badge=GI_WORDS if text.gi_mark and badge else "",
            rule=colours.accent if rule else "",
        )
    ]


def gi_items(text: LabelText, sizes: Sizes, colours: Colours) -> list[Item]:
    """The words 地理标志产品 on a line of their own."""
    return [Item("gi", GI_WORDS, sizes.fact, colours.accent, heavy=True)] if text.gi_mark else []


def fact_items(
    text: LabelText,
    stock: Stock,
    sizes: Sizes,
    colours: Colours,
    *,
    room: int,
    keyed: bool,
    low: bool = False,
) -> list[Item]:
    """Grade to credit code; with keys in a column of their own, or run into the line where room is scarce.

    Grade and net weight share a line if they fit.
    """
    size, found = sizes.fact, []
    skip = OMITTED[stock.shape]
    value_room = room - 5 * size if keyed else room

    def add(field: str, key: str, value: str, most_lines: int = 2, *, named: bool = True) -> None:
        if not value or field in skip:
            return
        short = INLINE.get(field, "") if named else ""
        item = Item(
            field, value, size, colours.ink, most_lines=most_lines, unbroken=field in UNBROKEN, even=True
        )
        found.append(
            replace(item, key=key, key_colour=colours.muted) if keyed else replace(item, text=short + value)
        )

    between = "　" if keyed else " · "
    graded = f"{text.grade}{between}{INLINE['net_weight']}{text.net_weight}"
    if text.grade and text.net_weight and width(graded, size * 8 // 10) <= value_room:
        add("net_weight", "等级", graded, named=False)
    else:
        add("grade", "等级", text.grade)
        add("net_weight", "净含量", text.net_weight)
    add("batch_no", "批次", text.batch_no)
    add("packed_on", "包装日期", text.packed_on)
    add("packer", "生产单位", text.packer, most_lines=sizes.packer_lines)
    for line in () if "lines" in skip else text.lines:
        found.append(Item("lines", line, size, colours.ink, most_lines=2, even=True))
    add("credit_code", "信用代码", text.credit_code)
    return found


def certificate_items(text: LabelText, sizes: Sizes, colours: Colours) -> list[Item]:
    """The words 承诺达标合格证, never less than 2 mm high."""
    if not text.certificate:
        return []
    return [
        Item(
            "certificate",
            CERTIFICATE_WORDS,
            sizes.certificate,
            colours.accent,
            least=CERTIFICATE_SIZE,
            heavy=True,
            boxed=sizes.boxed,
            space=420 if sizes.boxed else 200,
        )
    ]
