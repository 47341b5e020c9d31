"""A design as a drawing: the label as it prints, and each box outlined with its number. Lengths in µm."""

from __future__ import annotations

from collections.abc import Sequence

from . import preview
from .design import Box
from .run import RunSpec
from .stock import Stock

_LINE, _WRONG = "#1f4e79", "#b3261e"
_PLATES = (1_000, 2_000)  # least and most height of the plate that a box's number stands on


def svg(run: RunSpec, stock: Stock, dpi: int | None = None) -> str:
    """The run's sample with the boxes of its design, numbered from 1 in the design's order. Raises LabelError."""
    drawn = preview.svg(run, None, stock, dpi)
    boxes = run.design.boxes if run.design is not None else ()
    plate = _plate(stock)
    outlines = "".join(_outline(number, box, _LINE, plate) for number, box in enumerate(boxes, 1))
    return drawn.removesuffix("</svg>") + outlines + "</svg>"


def bare(stock: Stock, boxes: Sequence[Box], wrong: int | None = None) -> str:
    """Boxes on an empty label, whether they make a design or not; the one at index `wrong` is red."""
    wide, high = stock.label_width, stock.label_height
    outlines = "".join(
        _outline(number + 1, box, _WRONG if number == wrong else _LINE, _plate(stock))
        for number, box in enumerate(boxes)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide / 1000:g}mm" '
        f'height="{high / 1000:g}mm" role="img"><rect width="{wide}" height="{high}" rx="{stock.corner}" '
        f'fill="#ffffff"/>{outlines}</svg>'
    )


def _plate(stock: Stock) -> int:
    """As high as the label's size allows without hiding its words."""
    least, most = _PLATES
    return max(least, min(most, stock.label_height // 22))


def _outline(number: int, box: Box, colour: str, plate: int) -> str:
    wide = plate * (75 if number < 10 else 115) // 100  # one figure or two
    # At the right end, where most boxes are blank.
    left = box.right - wide
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{max(0, box.width)}" height="{max(0, box.height)}" fill="none" '
        f'stroke="{colour}" stroke-width="120" stroke-dasharray="500 350"/>'
        f'<rect x="{left}" y="{box.y}" width="{wide}" height="{plate}" fill="{colour}" fill-opacity="0.85"/>'
        f'<text x="{left + wide // 2}" y="{box.y + plate * 78 // 100}" font-size="{plate * 80 // 100}" '
        f'text-anchor="middle" fill="#ffffff">{number}</text>'
    )
