"""User-made stocks (自己量的标签纸) as data and back: canonical JSON, every length in whole µm."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from .errors import BadStock
from .stock import STOCKS, Stock, check_dpi, module_dots

LEAST_SIDE, MOST_SIDE = 10_000, 300_000  # µm of a label
MOST_PAGE = 500_000  # µm: A3 and what large roll printers take
MOST_SPACE = 150_000  # µm of a margin or gap
MOST_CELLS = 500
MOST_NAME = 40

_TEXTS = ("name", "kind", "title_zh", "title_en")
_FIELDS = tuple(field.name for field in fields(Stock))
# Field → what the person who measured calls it.
NAMES = {
    "page_width": ("整张纸的宽", "page width"),
    "page_height": ("整张纸的高", "page height"),
    "label_width": ("标签的宽", "label width"),
    "label_height": ("标签的高", "label height"),
    "columns": ("一排几枚", "labels across"),
    "rows": ("几排", "rows"),
    "margin_left": ("左边距", "left margin"),
    "margin_top": ("上边距", "top margin"),
    "gap_x": ("左右间隔", "gap between columns"),
    "gap_y": ("上下间隔", "gap between rows"),
    "corner": ("圆角半径", "corner radius"),
    "inset_x": ("左右留白", "blank at the sides"),
    "inset_y": ("上下留白", "blank above and below"),
    "dpi": ("分辨率", "resolution"),
}


def to_data(stock: Stock) -> dict[str, Any]:
    """Every field of a stock, ready for canonical JSON: texts and whole numbers only."""
    return asdict(stock)


def written(stock: Stock) -> str:
    """A stock as canonical JSON: keys in order, no spaces."""
    return json.dumps(to_data(stock), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_data(data: Mapping[str, Any]) -> Stock:
    """The stock that `to_data` wrote, whatever rules for new stocks have been added since.

    Raises BadStock label.stock-keys for a key too many or too few, label.stock-type for a value of another
    type, StockTooSmall label.stock-geometry for cells that leave the page.
    """
    odd = sorted(set(data) ^ set(_FIELDS))
    if odd:
        raise BadStock(
            "label.stock-keys",
            f"标签纸数据里多了或少了：{'、'.join(map(str, odd))[:200]}。",
            f"Keys too many or too few in the stock's data: {', '.join(map(str, odd))[:200]}.",
            keys=tuple(odd),
        )
    for name in _FIELDS:
        # bool is a kind of int in Python, but no length.
        if type(data[name]) is not (str if name in _TEXTS else int):
            raise _bad_type(name)
    if data["kind"] not in ("sheet", "roll"):
        raise _bad_type("kind")
    return Stock(**data)


def read(text: str) -> Stock:
    """The stock in what `written` gave; raises as `from_data` does."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise _bad_type("spec") from error
    if not isinstance(data, dict):
        raise _bad_type("spec")
    return from_data(data)


def check(stock: Stock) -> Stock:
    """Return a new stock if it makes sense and can carry a readable code, else raise what is wrong first.

    BadStock names the field in its context; StockTooSmall says by how much the label is too small.
    """
    if not 0 < len(stock.name.strip()) <= MOST_NAME or stock.name.casefold() in STOCKS:
        raise BadStock(
            "label.stock-name",
            f"给标签纸起个名字，最多 {MOST_NAME} 字，不要和现成的（{'、'.join(STOCKS)}）重名。",
            f"The stock needs a name of at most {MOST_NAME} characters that no built-in stock has.",
            field="name",
        )
    _within(stock, LEAST_SIDE, MOST_SIDE, "label_width", "label_height")
    _within(stock, LEAST_SIDE, MOST_PAGE, "page_width", "page_height")
    _within(stock, 0, MOST_SPACE, "margin_left", "margin_top", "gap_x", "gap_y")
    shorter = min(stock.label_width, stock.label_height)
    _within(stock, 0, shorter // 2, "corner")
    _within(stock, 0, stock.label_width // 4, "inset_x")
    _within(stock, 0, stock.label_height // 4, "inset_y")
    if stock.per_page > MOST_CELLS or (stock.kind == "roll" and stock.per_page != 1):
        raise BadStock(
            "label.stock-cells",
            f"一张纸最多 {MOST_CELLS} 枚；卷装的一排只能有一枚。",
            f"A sheet has at most {MOST_CELLS} labels, a roll one across.",
            field="columns",
        )
    check_dpi(stock.dpi)
    module_dots(stock, stock.dpi)
    return stock


def _within(stock: Stock, least: int, most: int, *names: str) -> None:
    for name in names:
        if not least <= getattr(stock, name) <= most:
            zh, en = NAMES[name]
            span = f"{least / 1000:g}–{most / 1000:g} mm"
            raise BadStock(
                "label.stock-size",
                f"{zh}要在 {span} 之间，现在是 {getattr(stock, name) / 1000:g} mm。请再量一次。",
                f"The {en} is {span}, not {getattr(stock, name) / 1000:g} mm; measure again.",
                field=name,
            )


def _bad_type(name: str) -> BadStock:
    zh, en = NAMES.get(name, (name, name))
    return BadStock(
        "label.stock-type",
        f"标签纸数据里“{zh}”的值不对：长度要写成整数微米。",
        f"The stock's {en} is of the wrong type; lengths are whole µm.",
        field=name,
    )
