"""A design as a drawing: the label as it prints, and each box outlined with its number. Lengths in µm."""

from __future__ import annotations

from collections.abc import Sequence

from . import preview
from .design import Box
from .run import RunSpec
from .stock import Stock

_LINE, _WRONG = "#1f4e79", "#b3261e"
_PLATE = 2_000  # height of the plate that a box's number stands on


def svg(run: RunSpec, stock: Stock, dpi: int | None = None) -> str:
    """The run's sample with the boxes of its design, numbered from 1 in the design's order. Raises LabelError."""
    drawn = preview.svg(run, None, stock, dpi)
    boxes = run.design.boxes if run.design is not None else ()
    outlines = "".join(_outline(number, box, _LINE) for number, box in enumerate(boxes, 1))
    return drawn.removesuffix("</svg>") + outlines + "</svg>"


def bare(stock: Stock, boxes: Sequence[Box], wrong: int | None = None) -> str:
    """Boxes on an empty label, whether they make a design or not; the one at index `wrong` is red."""
    wide, high = stock.label_width, stock.label_height
    outlines = "".join(
        _outline(number + 1, box, _WRONG if number == wrong else _LINE) for number, box in enumerate(boxes)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide / 1000:g}mm" '
        f'height="{high / 1000:g}mm" role="img"><rect width="{wide}" height="{high}" rx="{stock.corner}" '
        f'fill="#ffffff"/>{outlines}</svg>'
    )


def _outline(number: int, box: Box, colour: str) -> str:
    wide = 1_500 if number < 10 else 2_300  # one figure or two
    # At the right end, where most boxes are blank.
    left = box.right - wide
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{max(0, box.width)}" height="{max(0, box.height)}" fill="none" '
        f'stroke="{colour}" stroke-width="120" stroke-dasharray="500 350"/>'
        f'<rect x="{left}" y="{box.y}" width="{wide}" height="{_PLATE}" fill="{colour}" fill-opacity="0.85"/>'
        f'<text x="{left + wide // 2}" y="{box.y + 1_550}" font-size="1600" text-anchor="middle" '
        f'fill="#ffffff">{number}</text>'
    )
