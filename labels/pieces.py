"""The pieces that text is set from and into: items, regions, words in place. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LEAST_SIZE = 1_600  # em of the smallest text that is still read, µm

Align = Literal["left", "centre", "right"]


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

    `key` is set before the value in a column of its own, at least `key_room` characters wide; `lead` on the
    same line, `badge` in a box after it; `boxed` draws a box around the text, a close one if `snug`; `rule` is
    the colour of a thin line beneath; `even` items of a column share one size; `unbroken` ones wrap last.
    """

    field: str
    text: str
    size: int
    colour: str
    least: int = LEAST_SIZE
    most_lines: int = 1
    unbroken: bool = False
    heavy: bool = False
    key: str = ""
    key_colour: str = ""
    key_room: int = 0
    badge: str = ""
    boxed: bool = False
    snug: bool = False
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
    align: Align = "left"
    spread: bool = True

    def indent(self, wide: int) -> int:
        """How far from its left end something so wide begins."""
        free = self.width - wide
        return {"left": 0, "centre": free // 2, "right": free}[self.align]


@dataclass(frozen=True, slots=True)
class FieldPlace:
    """Where one field of an item came to stand: the item's text, its lead or its badge.

    The box is as wide as the text's column, which starts `indent` before the text itself; `size` is the em it
    was set at, `key_width` what its key took.
    """

    field: str
    part: Literal["text", "lead", "badge"]
    x: int
    y: int
    width: int
    height: int
    size: int
    item: Item
    align: Align = "left"
    indent: int = 0
    key_width: int = 0


@dataclass(frozen=True, slots=True)
class Setting:
    """Text and boxes in place, and the scale (thousandths) at which everything fitted."""

    words: tuple[Words, ...]
    frames: tuple[Frame, ...]
    fields: tuple[FieldPlace, ...]
    scale: int
    bottom: int
