"""One label with everything in its place, ready to draw; and how the typed number is set. Lengths in µm."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from .flow import LEAST_SIZE, FieldPlace, Frame, Region, Words
from .fonts import width
from .picture import Placed
from .stock import Symbol

HEAVY = Fraction(28, 1000)  # of the em: the line along the outline that makes text bold
NUMBER_SAMPLE = "0000 0000 0000 0000 0000-0"
_NUMBER_BREAK = 15  # where two lines part: after three groups


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A slice of the printed number, with its left end and baseline."""

    x: int
    y: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class PinPlace:
    """Where the six digits of a PIN stand: left end, baseline, em.

    `area` is what a scratch layer covers, `whole` also the words around it: left, top, width, height.
    """

    x: int
    y: int
    size: int
    area: tuple[int, int, int, int]
    whole: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """One label, ready to draw. `qr_x`, `qr_y` are in whole printer dots from the top left corner.

    `fields` says where each field stands, `omitted` names what has a value but no place on this label.
    """

    width: int
    height: int
    corner: int
    symbol: Symbol
    qr_x: int
    qr_y: int
    words: tuple[Words, ...]
    frames: tuple[Frame, ...]
    number: tuple[NumberLine, ...]
    number_size: int
    number_colour: str
    pictures: tuple[Placed, ...] = ()
    pin: PinPlace | None = None
    fields: tuple[FieldPlace, ...] = ()
    omitted: tuple[str, ...] = ()

    @property
    def qr_box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the symbol with its quiet zone, µm: nothing else may stand here."""
        dot, quiet = self.symbol.dot, self.symbol.quiet_dots
        far = self.symbol.modules * self.symbol.dots + quiet
        return (
            int((self.qr_x - quiet) * dot),
            int((self.qr_y - quiet) * dot),
            int((self.qr_x + far) * dot),
            int((self.qr_y + far) * dot),
        )


def legible(words: Iterable[Words], symbol: Symbol) -> tuple[Words, ...]:
    """The words, bold only where the stroke that makes them so is half a dot: thinner ones smear small characters."""
    least = symbol.dot / 2
    return tuple(
        replace(word, heavy=False) if word.heavy and HEAVY * word.size < least else word for word in words
    )


def number_lines(region: Region, wanted: int) -> tuple[tuple[NumberLine, ...], int] | None:
    """The typed number in a region on one line, or on two, and its size; None if too small to read.

    `wanted` is the largest em.
    """
    for parts in (((0, 26),), ((0, _NUMBER_BREAK), (_NUMBER_BREAK, 26))):
        pitch = region.height // len(parts)
        for size in range(min(wanted, pitch), LEAST_SIZE - 1, -50):
            widths = [width(NUMBER_SAMPLE[start:stop].rstrip(), size) for start, stop in parts]
            if max(widths) <= region.width:
                # Figures are 0.73 em high and stand on the baseline: centre them in their share.
                top = (
                    region.y + (region.height - (len(parts) - 1) * size * 118 // 100 - size * 73 // 100) // 2
                )
                return tuple(
                    NumberLine(
                        region.x + region.indent(wide),
                        top + size * 73 // 100 + index * size * 118 // 100,
                        start,
                        stop,
                    )
                    for index, ((start, stop), wide) in enumerate(zip(parts, widths, strict=True))
                ), size
    return None
