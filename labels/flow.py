"""Setting lines of text into a column: shrink, then wrap, never overlap, never drop a word. Lengths in µm."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .errors import TextTooLong
from .fonts import width
from .text import too_long, too_much

LEAST_SIZE = 1_600  # em of the smallest text that is still read, µm
_ASCENT = 880  # thousandths of the em above the baseline; the rest is below
_LEADING = 1_180  # thousandths of the em from baseline to baseline inside an item
_EASY_SHRINK = 780  # thousandths: an item shrinks this far before it wraps
_SCALES = range(1000, 540, -20)
_WORDS = re.compile(r"[A-Za-z0-9.,:/%+\-]+|\s+|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：！？）》」』”’…·,.;:!?)%")


@dataclass(frozen=True, slots=True)
class Words:
    """One piece of text in place: `x` its left end, `y` its baseline from the label's top, `size` its em."""

    x: int
    y: int
    size: int
    text: str
    colour: str
    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A rounded box drawn with a line of the given thickness; a rule is a box without height."""

    x: int
    y: int
    width: int
    height: int
    radius: int
    thickness: int
    colour: str


@dataclass(frozen=True, slots=True)
class Item:
    """One field as it should look: wanted and least size, most lines, and what goes around it.

    `key` is set before the value in a column of its own, `lead` on the same line, `badge` in a box after it;
    `boxed` draws a box around the text, `rule` is the colour of a thin line beneath; `even` items of a column
    share one size.
    """

    field: str
    text: str
    size: int
    colour: str
    least: int = LEAST_SIZE
    most_lines: int = 1
    heavy: bool = False
    key: str = ""
    key_colour: str = ""
    badge: str = ""
    boxed: bool = False
    lead: str = ""
    lead_colour: str = ""
    rule: str = ""
    even: bool = False
    space: int = 260  # thousandths of the size kept free above


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the label, measured from its top left corner."""

    x: int
    y: int
    width: int
    height: int
    centred: bool = False
    spread: bool = True


@dataclass(frozen=True, slots=True)
class Setting:
    """Text and boxes in place, and the scale (thousandths) at which everything fitted."""

    words: tuple[Words, ...]
    frames: tuple[Frame, ...]
    scale: int
    bottom: int


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
    def lead_width(self) -> int:
        return width(self.item.lead, self.size) + self.size * 4 // 10 if self.item.lead else 0

    @property
    def height(self) -> int:
        inner = self.size + (len(self.lines) - 1) * self.size * _LEADING // 1000
        return inner + 2 * self.pad + (self.size * 3 // 10 if self.item.rule else 0)

    @property
    def space(self) -> int:
        return self.size * self.item.space // 1000


def set_column(items: Sequence[Item], region: Region) -> Setting:
    """Set items one under the other at the largest scale that fits; raise TextTooLong, naming a field."""
    worst: TextTooLong | None = None
    for scale in _SCALES:
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
    wanted = [max(item.least, item.size * scale // 1000) for item in items]
    key_width = 0
    if any(item.key for item in items):
        key_size = max(size for size, item in zip(wanted, items, strict=True) if item.key)
        key_width = max(width(item.key, key_size) for item in items) + key_size * 6 // 10
    made = [
        _fitted(item, size, available, key_width if item.key else 0)
        for item, size in zip(items, wanted, strict=True)
    ]
    if not any(item.even for item in items):
        return made
    common = min(one.size for one in made if one.item.even)
    return [
        _fitted(one.item, common, available, one.key_width) if one.item.even and one.size > common else one
        for one in made
    ]


def _fitted(item: Item, size: int, available: int, key_width: int) -> _Set:
    """Shrink a little to stay on one line; then wrap; then shrink further, down to the least size."""
    easy = max(item.least, size * _EASY_SHRINK // 1000)
    for most_lines, smallest in ((1, easy), (item.most_lines, easy), (item.most_lines, item.least)):
        for tried in range(size, smallest - 1, -40):
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


@functools.lru_cache(maxsize=4096)
def wrapped(text: str, size: int, room: int, most_lines: int) -> tuple[str, ...] | None:
    """Text broken into at most so many lines, each within room; None if that cannot be done."""
    if width(text, size) <= room:
        return (text,)
    if most_lines == 1 or width(text, size) > room * most_lines:
        return None
    lines: list[list[str]] = [[]]
    for word in _pieces(text, size, room):
        line = lines[-1]
        if width("".join(line) + word.rstrip(), size) <= room:
            line.append(word)
        elif word[0] in _NOT_FIRST and len(line) > 1:
            lines.append([line.pop(), word])
        else:
            lines.append([word])
    broken = tuple(joined for line in lines if (joined := "".join(line).strip()))
    if len(broken) > most_lines or any(width(line, size) > room for line in broken):
        return None
    return broken


def _pieces(text: str, size: int, room: int) -> Iterator[str]:
    """Words that stay together: Latin words and numbers if they fit on a line, else single characters."""
    for word in _WORDS.findall(text):
        if len(word) > 1 and width(word, size) > room:
            yield from word
        else:
            yield word


def _placed(made: list[_Set], region: Region, left_over: int, scale: int) -> Setting:
    """Put the items in place; room left over widens the spaces, by at most half a line each."""
    words: list[Words] = []
    frames: list[Frame] = []
    gaps = max(1, len(made) - 1)
    y = region.y
    for index, one in enumerate(made):
        if index:
            extra = min(left_over // gaps, one.size * 45 // 100) if region.spread else 0
            y += one.space + extra
        _place_one(one, region, y, words, frames)
        y += one.height
    return Setting(tuple(words), tuple(frames), scale, y)


def _place_one(one: _Set, region: Region, top: int, words: list[Words], frames: list[Frame]) -> None:
    item, size = one.item, one.size
    first = top + one.pad + size * _ASCENT // 1000
    widest = max(width(line, size) for line in one.lines)
    before = one.key_width + one.lead_width + one.pad
    whole = before + widest + _badge_width(item, size) + one.pad
    left = region.x + ((region.width - whole) // 2 if region.centred and not item.key else 0)
    if item.key:
        words += _justified_key(item, size, left, first, one.key_width)
    if item.lead:
        words.append(Words(left + one.pad, first, size, item.lead, item.lead_colour, item.heavy))
    for number, line in enumerate(one.lines):
        shift = (widest - width(line, size)) // 2 if region.centred and not item.key else 0
        x = left + before + shift
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
