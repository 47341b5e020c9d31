"""PDF operators (ISO 32000-1) for what a layout holds: text, boxes, pictures. Lengths come in µm from the top left."""

from __future__ import annotations

import functools
from fractions import Fraction

from .flow import Frame, Words
from .fonts import Subset
from .picture import Placed

_ROUND = 0.5523  # control points of a quarter circle


@functools.lru_cache(maxsize=4096)
def points(length: int | Fraction) -> bytes:
    """Micrometres as PDF points with at most four decimals."""
    text = f"{float(length * 72 / Fraction(25_400)):.4f}".rstrip("0").rstrip(".")
    return (text if text not in ("", "-0") else "0").encode("ascii")


@functools.lru_cache(maxsize=64)
def rgb(colour: str) -> bytes:
    """`#rrggbb` as three numbers from 0 to 1."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return " ".join(f"{channel:.3f}".rstrip("0").rstrip(".") for channel in channels).encode("ascii")


def text(word: Words, subset: Subset, height: int) -> bytes:
    """A line of text on a label or page of this height; heavy text is stroked as well."""
    style = b"0 Tr"
    if word.heavy:
        style = b"2 Tr %b w %b RG" % (points(word.size * 28 // 1000), rgb(word.colour))
    return b"BT %b %b rg/F %b Tf %b %b Td<%b>Tj ET\n" % (
        style,
        rgb(word.colour),
        points(word.size),
        points(word.x),
        points(height - word.y),
        subset.encode(word.text).hex().encode("ascii"),
    )


def box(frame: Frame, height: int) -> bytes:
    """A rule, or a rectangle with rounded corners, stroked."""
    start = b"%b RG %b w " % (rgb(frame.colour), points(frame.thickness))
    left, right, top = frame.x, frame.x + frame.width, height - frame.y
    if not frame.height:
        return start + b"%b %b m %b %b l S\n" % (points(left), points(top), points(right), points(top))
    bottom, r = top - frame.height, min(frame.radius, frame.height // 2)
    bend = round(r * (1 - _ROUND))
    steps = (
        (b"m", left + r, bottom),
        (b"l", right - r, bottom),
        (b"c", right - bend, bottom, right, bottom + bend, right, bottom + r),
        (b"l", right, top - r),
        (b"c", right, top - bend, right - bend, top, right - r, top),
        (b"l", left + r, top),
        (b"c", left + bend, top, left, top - bend, left, top - r),
        (b"l", left, bottom + r),
        (b"c", left, bottom + bend, left + bend, bottom, left + r, bottom),
    )
    path = b" ".join(b" ".join(points(value) for value in values) + b" " + verb for verb, *values in steps)
    return start + path + b" s\n"


def picture(placed: Placed, name: bytes, height: int) -> bytes:
    """The picture that the resources call `name`, in its box."""
    return b"q %b 0 0 %b %b %b cm/%b Do Q\n" % (
        points(placed.width),
        points(placed.height),
        points(placed.x),
        points(height - placed.y - placed.height),
        name,
    )
