"""A stock as an SVG drawing: its cells with their numbers, or its measures with arrows. User unit: 1 µm.

Every shape has a class for a page's own colours and plain attributes for readers that have none; no scripts,
no style attributes, so a strict content security policy may stay strict.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import Literal

from .adjust import Adjustment
from .sheet import corner
from .stock import Stock

_FONTS = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_LOOKS = {
    "free": 'fill="#ffffff" stroke="#2c6a4a"',
    "chosen": 'fill="#d5e8dc" stroke="#2c6a4a"',
    "used": 'fill="#d9d8d2" stroke="#a5a49d"',
}
_WORDS = {
    "zh": ("左边距", "宽", "间隔", "上边距", "高", "间隔", "纸宽", "纸高"),
    "en": ("margin", "width", "gap", "margin", "height", "gap", "page", "page"),
}


def cells(
    stock: Stock,
    *,
    used: Collection[int] = (),
    chosen: Collection[int] = (),
    title: str = "",
    numbers: bool = True,
) -> str:
    """The page with its cells numbered as printed (from 1): used ones crossed out, chosen ones filled."""
    edge = max(stock.page_width, stock.page_height) // 60
    shapes = [_page(stock, edge // 4)]
    for number in range(1, stock.per_page + 1):
        state = "used" if number in used else "chosen" if number in chosen else "free"
        shapes.append(_cell(stock, number, state, numbers))
    box = f"{-edge} {-edge} {stock.page_width + 2 * edge} {stock.page_height + 2 * edge}"
    return _svg(box, title or stock.title_zh, shapes)


def measures(stock: Stock, lang: Literal["zh", "en"] = "zh") -> str:
    """The page with an arrow and a number of mm for everything that has to be measured."""
    size = max(stock.page_width, stock.page_height) // 19  # em of the words
    words = _WORDS[lang]
    shapes = [_page(stock, size // 24)]
    shapes += [_cell(stock, number, "free" if number > 1 else "chosen", False) for number in _all(stock)]
    left, top = stock.margin_left, stock.margin_top
    across = [(words[0], 0, left), (words[1], left, left + stock.label_width)]
    down = [(words[3], 0, top), (words[4], top, top + stock.label_height)]
    if stock.columns > 1:
        across.append((words[2], left + stock.label_width, left + stock.pitch_x))
    if stock.rows > 1 or stock.kind == "roll":
        down.append((words[5], top + stock.label_height, top + stock.pitch_y))
    if stock.kind == "sheet":
        across.append((words[6], 0, stock.page_width))
        down.append((words[7], 0, stock.page_height))
    # One level for each measure, the whole page outermost, so that words never meet.
    level = 0
    for word, start, end in across:
        if end > start:
            level += 1
            shapes.append(_arrow(word, start, end, level, size, lying=True))
    high, level = level, 0
    for word, start, end in down:
        if end > start:
            level += 1
            shapes.append(_arrow(word, start, end, level, size, lying=False))
    above, beside = (2 * high + 1) * size, (2 * level + 1) * size
    bottom = max(stock.page_height, stock.margin_top + stock.rows * stock.pitch_y) + size
    box = f"{-beside} {-above} {stock.page_width + beside + size} {bottom + above}"
    return _svg(box, stock.title_zh if lang == "zh" else stock.title_en, shapes)


def drift(stock: Stock, missed: Adjustment, times: int = 5, title: str = "") -> str:
    """The page with its cells, and dashed where the printer puts them, its miss drawn so many times as large."""
    size = max(stock.page_width, stock.page_height)
    shapes = [_page(stock, size // 240)]
    shapes += [_cell(stock, number, "free", False) for number in _all(stock)]
    for number in _all(stock):
        x, y = corner(stock, number)
        landed_x, landed_y = missed.place(x, y)
        shapes.append(
            f'<rect class="printed" x="{round(x + times * (landed_x - x))}" '
            f'y="{round(y + times * (landed_y - y))}" width="{stock.label_width}" height="{stock.label_height}" '
            f'fill="none" stroke="#b3261e" stroke-width="{size // 240}" stroke-dasharray="{size // 60}"/>'
        )
    edge = size // 12
    box = f"{-edge} {-edge} {stock.page_width + 2 * edge} {stock.page_height + 2 * edge}"
    return _svg(box, title or stock.title_zh, shapes)


def _all(stock: Stock) -> range:
    return range(1, stock.per_page + 1)


def _svg(box: str, title: str, shapes: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="stock" viewBox="{box}" role="img" '
        f'font-family="{_FONTS}"><title>{escape(title)}</title>{"".join(shapes)}</svg>'
    )


def _page(stock: Stock, line: int) -> str:
    round_ = stock.corner if stock.kind == "roll" else 0
    return (
        f'<rect class="page" width="{stock.page_width}" height="{stock.page_height}" rx="{round_}" '
        f'fill="#fbfaf5" stroke="#6b6f6a" stroke-width="{max(line, 1)}"/>'
    )


def _cell(stock: Stock, number: int, state: str, numbered: bool) -> str:
    x, y = corner(stock, number)
    wide, high = stock.label_width, stock.label_height
    line = max(stock.page_width, stock.page_height) // 450
    shape = (
        f'<rect class="{state}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="{stock.corner}" '
        f'{_LOOKS[state]} stroke-width="{line}"/>'
    )
    if state == "used":
        shape += (
            f'<path class="cross" d="M{x} {y}l{wide} {high}M{x + wide} {y}l{-wide} {high}" fill="none" '
            f'stroke="#a5a49d" stroke-width="{line}"/>'
        )
    if numbered:
        size = min(wide // 2, high * 6 // 10)
        shape += (
            f'<text class="{state}" x="{x + wide // 2}" y="{y + high // 2 + size * 36 // 100}" '
            f'font-size="{size}" text-anchor="middle" fill="#1c211e">{number}</text>'
        )
    return shape


def _arrow(word: str, start: int, end: int, level: int, size: int, *, lying: bool) -> str:
    """A measure between two positions of one axis: bar with stops, thin leads to the page, and its words."""
    at, stop, middle = (1 - 2 * level) * size, size * 3 // 10, (start + end) // 2
    line, lead = size // 14, size // 40
    text = f"{word} {(end - start) / 1000:g}"
    paths = (
        (f"M{start} {at}H{end}M{start} {at - stop}v{2 * stop}M{end} {at - stop}v{2 * stop}", line, ""),
        (f"M{start} {at}V0M{end} {at}V0", lead, f' stroke-dasharray="{lead * 6}"'),
    )
    x, y, anchor = middle, at - size * 4 // 10, "middle"
    turn = ""
    if not lying:
        paths = (
            (f"M{at} {start}V{end}M{at - stop} {start}h{2 * stop}M{at - stop} {end}h{2 * stop}", line, ""),
            (f"M{at} {start}H0M{at} {end}H0", lead, f' stroke-dasharray="{lead * 6}"'),
        )
        x, y = at - size * 4 // 10, middle
        turn = f' transform="rotate(-90 {x} {y})"'
    # Words wider than a short measure at the page's corner would leave the drawing.
    if lying and middle < len(text) * size // 3:
        x, anchor = min(start, 0), "start"
    if not lying and middle < len(text) * size // 3:
        anchor = "end"
        x, y = at - size * 4 // 10, 0
        turn = f' transform="rotate(-90 {x} {y})"'
    shapes = "".join(
        f'<path class="measure" d="{d}" fill="none" stroke="#1f4e79" stroke-width="{max(wide, 1)}"{dash}/>'
        for d, wide, dash in paths
    )
    return shapes + (
        f'<text class="measure" x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="#1f4e79"{turn}>{escape(text)}</text>'
    )
