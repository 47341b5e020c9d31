"""Which fields stand on a label, in what order, size and colour, for each arrangement. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass

from .flow import LEAST_SIZE, Item
from .stock import Stock
from .text import CERTIFICATE_WORDS, GI_WORDS, LabelText

INK = "#1c211e"
MUTED = "#5a635d"
BLACK = "#000000"
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
    product_lines: int = 2
    packer_lines: int = 2
    boxed: bool = True


SIZES = {
    "side": Sizes(2_900, 4_300, 2_150, 2_700),
    "tiny": Sizes(1_900, 2_700, 1_700, CERTIFICATE_SIZE, boxed=False),
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


def brand_items(text: LabelText, sizes: Sizes, colours: Colours, badge: bool = True) -> list[Item]:
    if not text.brand:
        return gi_items(text, sizes, colours) if badge else []
    return [
        Item(
            "brand", text.brand, sizes.brand, colours.accent, heavy=True, most_lines=2,
            badge=GI_WORDS if text.gi_mark and badge else "",
        )
    ]  # fmt: skip


def gi_items(text: LabelText, sizes: Sizes, colours: Colours) -> list[Item]:
    return [Item("brand", GI_WORDS, sizes.fact, colours.accent, heavy=True)] if text.gi_mark else []


def product_items(text: LabelText, sizes: Sizes, colours: Colours, ruled: bool) -> list[Item]:
    if not text.product:
        return []
    return [
        Item(
            "product", text.product, sizes.product, colours.ink, heavy=True, ruled=ruled,
            least=LEAST_SIZE, most_lines=sizes.product_lines + 1,
        )
    ]  # fmt: skip


def facts_items(text: LabelText, stock: Stock, sizes: Sizes, colours: Colours, keyed: bool) -> list[Item]:
    """Grade to credit code; with keys in a column of their own, or run into the line where room is scarce."""
    size, found = sizes.fact, []
    skip = OMITTED[stock.shape]

    def add(field: str, key: str, value: str, short: str, most_lines: int = 1) -> None:
        if value and field not in skip:
            if keyed:
                item = Item(
                    field, value, size, colours.ink, most_lines=most_lines, key=key, key_colour=colours.muted
                )
            else:
                item = Item(field, short + value, size, colours.ink, most_lines=most_lines)
            found.append(item)

    if text.grade and text.net_weight:
        joined = (
            f"{text.grade}　净含量 {text.net_weight}" if keyed else f"{text.grade} · 净含量 {text.net_weight}"
        )
        add("net_weight", "等级", joined, "", most_lines=2)
    else:
        add("grade", "等级", text.grade, "等级 ", most_lines=2)
        add("net_weight", "净含量", text.net_weight, "净含量 ", most_lines=2)
    add("batch_no", "批次", text.batch_no, "批次 ", most_lines=2)
    add("packed_on", "包装日期", text.packed_on, "包装 ")
    add("packer", "生产单位", text.packer, "", most_lines=sizes.packer_lines)
    for line in () if "lines" in skip else text.lines:
        found.append(Item("lines", line, size, colours.ink, most_lines=2))
    add("credit_code", "信用代码", text.credit_code, "", most_lines=2)
    return found


def certificate_items(text: LabelText, sizes: Sizes, colours: Colours) -> list[Item]:
    if not text.certificate:
        return []
    return [
        Item(
            "certificate", CERTIFICATE_WORDS, sizes.certificate, colours.accent, heavy=True,
            least=CERTIFICATE_SIZE, boxed=sizes.boxed, space=420,
        )
    ]  # fmt: skip
