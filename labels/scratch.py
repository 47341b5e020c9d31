"""The scratch area (刮开区) of a label: six covered digits, a frame to cover, and words that say so. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass

from .flow import Frame, Region, Words
from .fonts import width
from .place import PinPlace

SCRATCH_WORDS = "刮开验证"
BENEATH_WORDS = "涂层下 6 位验证码"
_PIN_SAMPLE = "000000"
_PIN_SIZE = 2_800
_AREA_WIDTH = 14_000
_AREA_HEIGHT = 4_400
_HEAVY_SIZE = 1_800
_SIZE = 1_600
_GAP = 800
_LINE = 1_900
_HAIR = 100


@dataclass(frozen=True, slots=True)
class Scratch:
    """The area in place, with its words and frame."""

    pin: PinPlace
    words: tuple[Words, ...]
    frames: tuple[Frame, ...]


def _beside() -> int:
    """Width of the words beside the area."""
    return max(width(SCRATCH_WORDS, _HEAVY_SIZE), width(BENEATH_WORDS, _SIZE))


def least_width() -> int:
    """The narrowest column that holds a scratch area."""
    return max(_AREA_WIDTH, width(BENEATH_WORDS, _SIZE))


def height_in(room: int) -> int:
    """How high area and words stand in a column so wide: words beside the area, else on two lines beneath."""
    return _AREA_HEIGHT if room >= _beside() + _GAP + _AREA_WIDTH else _AREA_HEIGHT + 300 + 2 * _LINE


def set_scratch(region: Region, ink: str, muted: str) -> Scratch:
    """Put area and words at the top of a region that is at least `least_width` wide and `height_in` high."""
    beside = height_in(region.width) == _AREA_HEIGHT
    whole = _beside() + _GAP + _AREA_WIDTH if beside else least_width()
    left = region.x + region.indent(whole)
    lines = ((SCRATCH_WORDS, _HEAVY_SIZE, ink, True), (BENEATH_WORDS, _SIZE, muted, False))
    area_x = left + _beside() + _GAP if beside else left
    top = region.y
    first = top + 300 if beside else top + _AREA_HEIGHT + 300
    words = tuple(
        Words(left, first + index * (_LINE + 200 * beside) + size * 88 // 100, size, text, colour, heavy)
        for index, (text, size, colour, heavy) in enumerate(lines)
    )
    frame = Frame(area_x, top, _AREA_WIDTH, _AREA_HEIGHT, 600, _HAIR, muted)
    pin = PinPlace(
        area_x + (_AREA_WIDTH - width(_PIN_SAMPLE, _PIN_SIZE)) // 2,
        top + (_AREA_HEIGHT + _PIN_SIZE * 73 // 100) // 2,
        _PIN_SIZE,
        (area_x, top, _AREA_WIDTH, _AREA_HEIGHT),
        (left, top, whole, height_in(region.width)),
    )
    return Scratch(pin, words, (frame,))
