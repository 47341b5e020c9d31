"""Setting lines of text into a column: shrink, then wrap, never overlap, never drop a word. Lengths in µm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .errors import TextTooLong
from .fonts import width
from .pieces import LEAST_SIZE, Align, FieldPlace, Frame, Item, Region, Setting, Words
from .text import too_long, too_much
from .wrap import wrapped

__all__ = ["LEAST_SIZE", "Align", "FieldPlace", "Frame", "Item", "Region", "Setting", "Words", "set_column"]

_ASCENT = 880  # thousandths of the em above the baseline; the rest is below
_LEADING = 1_180  # thousandths of the em from baseline to baseline inside an item
_EASY_SHRINK = 780  # thousandths: an item shrinks this far before it wraps
_STEP = 20  # thousandths
EASY_SCALE = 560  # thousandths: below this, items of one column no longer look as they were meant


@dataclass(frozen=True, slots=True)
class _Set:
    """An item at its final size, broken into lines."""

    item: Item
    size: int
    lines: tuple[str, ...]
    key_width: int

    @property
    def pad(self) -> int:
        return self.size * 3 // 10 if self.item.boxed else 0

    @property
    def pad_y(self) -> int:
        return self.pad // 2 if self.item.snug else self.pad

    @property
    def drop(self) -> int:
        """How far a badge that is higher than the line pushes the line down."""
        return max(0, _badge_size(self.size) * 65 // 100 - self.size // 2) if self.item.badge else 0

    @property
    def lead_width(self) -> int:
        return width(self.item.lead, self.size) + self.size * 4 // 10 if self.item.lead else 0

    @property
    def height(self) -> int:
        inner = self.size + (len(self.lines) - 1) * self.size * _LEADING // 1000
        return inner + 2 * self.pad_y + 2 * self.drop + (self.size * 3 // 10 if self.item.rule else 0)

    @property
    def space(self) -> int:
        return self.size * self.item.space // 1000


def set_column(items: Sequence[Item], region: Region, least_scale: int = EASY_SCALE) -> Setting:
    """Set items one under the other at the largest scale that fits; raise TextTooLong, naming a field."""
    worst: TextTooLong | None = None
    for scale in range(1000, least_scale - 1, -_STEP):
        try:
            made = _at_scale(tuple(items), region.width, scale)
        except TextTooLong as error:
            worst = error
            continue
        height = sum(one.height for one in made) + sum(one.space for one in made[1:])
        if height <= region.height:
            return _placed(made, region, region.height - height, scale)
        worst = too_much([item.field for item in items])
    if worst is None:
        raise RuntimeError("a column was set at no scale")
    raise worst


def _at_scale(items: tuple[Item, ...], available: int, scale: int) -> list[_Set]:
    made = [
        _fitted(item, size, available, _key_width(items, size) if item.key else 0)
        for item in items
        for size in (max(item.least, item.size * scale // 1000),)
    ]
    even = [one for one in made if one.item.even]
    if not even:
        return made
    common = _even(items, even, available)
    return [common.pop(0) if one.item.even else one for one in made]


def _even(items: tuple[Item, ...], made: list[_Set], available: int) -> list[_Set]:
    """The even items at the largest size that none of them exceeds: smaller keys leave the values more room."""
    smallest = min(one.size for one in made)
    largest = max(one.size for one in made)
    for size in (*range(largest, smallest, -40), smallest):
        key = _key_width(items, size)
        tried = [_fitted(one.item, size, available, key if one.item.key else 0) for one in made]
        if size == smallest or all(
            new.size == size and len(new.lines) <= len(old.lines)
            for new, old in zip(tried, made, strict=True)
        ):
            return tried
    return made


def _key_width(items: tuple[Item, ...], size: int) -> int:
    """The column that the keys of all items take at a size, with the space after it."""
    return max(max(width(item.key, size), item.key_room * size) for item in items) + size * 6 // 10


def _fitted(item: Item, size: int, available: int, key_width: int) -> _Set:
    """Shrink a little to stay on one line; then wrap; then shrink further, down to the least size."""
    easy = max(item.least, size * _EASY_SHRINK // 1000)
    one_line = item.least if item.unbroken else easy
    for most_lines, smallest in ((1, one_line), (item.most_lines, easy), (item.most_lines, item.least)):
        for tried in (*range(size, smallest, -40), smallest):
            made = _Set(item, tried, (), key_width)
            room = available - key_width - 2 * made.pad - made.lead_width - _badge_width(item, tried)
            lines = wrapped(item.text, tried, room, most_lines)
            if lines is not None:
                return replace(made, lines=lines)
    raise too_long(item.field, item.text)


def _badge_size(size: int) -> int:
    return max(LEAST_SIZE, size * 70 // 100)


def _badge_width(item: Item, size: int) -> int:
    if not item.badge:
        return 0
    small = _badge_size(size)
    return width(item.badge, small) + small * 6 // 10 + size // 2


def _placed(made: list[_Set], region: Region, left_over: int, scale: int) -> Setting:
    """Put the items in place; room left over widens the spaces, by at most half a line each."""
    words: list[Words] = []
    frames: list[Frame] = []
    fields: list[FieldPlace] = []
    gaps = max(1, len(made) - 1)
    y = region.y
    for index, one in enumerate(made):
        if index:
            extra = min(left_over // gaps, one.size * 45 // 100) if region.spread else 0
            y += one.space + extra
        _place_one(one, region, y, words, frames)
        fields += _fields_of(one, region, y)
        y += one.height
    return Setting(tuple(words), tuple(frames), tuple(fields), scale, y)


def _fields_of(one: _Set, region: Region, top: int) -> Iterator[FieldPlace]:
    """The places of an item's text, lead and badge; the text's reaches to the end of its column."""
    item, size = one.item, one.size
    high = one.height - 2 * one.drop - (size * 3 // 10 if item.rule else 0)
    left, whole = region.x, region.width
    if item.lead or item.badge:
        badge = _badge_width(item, size)
        lead = one.lead_width
        wide = 2 * one.pad + max(width(line, size) for line in one.lines)
        start = region.x + region.indent(lead + wide + badge)
        if item.lead:
            yield FieldPlace("brand", "lead", start, top + one.drop, width(item.lead, size), high, size, item)
        if item.badge:
            small = _badge_size(size)
            x = start + lead + wide + size // 2
            middle = top + one.drop + one.pad_y + size * _ASCENT // 1000 - size * 380 // 1000
            y, tall = middle - small * 65 // 100, small * 130 // 100
            yield FieldPlace("gi", "badge", x, y, badge - size // 2, tall, small, item)
        left = start + lead
        whole = wide if item.badge else region.x + region.width - left
    wide = one.key_width + 2 * one.pad + max(width(line, size) for line in one.lines)
    align = "left" if item.key or item.lead or item.badge else region.align
    indent = Region(0, 0, whole, 0, align).indent(wide)
    yield FieldPlace(
        item.field, "text", left, top + one.drop, whole, high, size, item, align, indent, one.key_width
    )


def _place_one(one: _Set, region: Region, top: int, words: list[Words], frames: list[Frame]) -> None:
    item, size = one.item, one.size
    first = top + one.drop + one.pad_y + size * _ASCENT // 1000
    widest = max(width(line, size) for line in one.lines)
    before = one.key_width + one.lead_width + one.pad
    whole = before + widest + _badge_width(item, size) + one.pad
    left = region.x + (0 if item.key else region.indent(whole))
    ragged = Region(0, 0, widest, 0, "left" if item.key else region.align)
    if item.key:
        words += _justified_key(item, size, left, first, one.key_width)
    if item.lead:
        words.append(Words(left + one.pad, first, size, item.lead, item.lead_colour, item.heavy))
    for number, line in enumerate(one.lines):
        x = left + before + ragged.indent(width(line, size))
        words.append(Words(x, first + number * size * _LEADING // 1000, size, line, item.colour, item.heavy))
    if item.boxed:
        inner = one.height
        thickness = size * 7 // 100
        frames.append(Frame(left, top, widest + 2 * one.pad, inner, size * 35 // 100, thickness, item.colour))
    if item.badge:
        small = _badge_size(size)
        colour = item.lead_colour or item.colour
        x = left + before + widest + size // 2
        middle = first - size * 380 // 1000  # optical middle of a Chinese character
        frames.append(
            Frame(
                x,
                middle - small * 65 // 100,
                width(item.badge, small) + small * 6 // 10,
                small * 130 // 100,
                small * 30 // 100,
                small * 6 // 100,
                colour,
            )
        )
        words.append(Words(x + small * 3 // 10, middle + small * 380 // 1000, small, item.badge, colour))
    if item.rule:
        y = top + one.height - size // 20
        frames.append(Frame(region.x, y, region.width, 0, 0, 150, item.rule))


def _justified_key(item: Item, size: int, left: int, baseline: int, key_width: int) -> Iterator[Words]:
    """The key spread over its column, as Chinese packaging does: 批　　次 under 包装日期."""
    ink = key_width - size * 6 // 10
    step = (ink - size) // (len(item.key) - 1) if len(item.key) > 1 else 0
    for index, char in enumerate(item.key):
        yield Words(left + index * step, baseline, size, char, item.key_colour)
