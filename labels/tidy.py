"""A design in tenths of a millimetre, for people to read and type. Lengths in µm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from .design import Box, Design
from .errors import BadDesign
from .fonts import width
from .stock import Stock
from .text import CERTIFICATE_WORDS, GI_WORDS

_TENTH = 100
_SIZE_STEP = 50
# Of these the height or width is all that they need: they are moved rather than made smaller.
_RIGID = ("number", "pin", "picture", "gi", "certificate")


def tidied(design: Design, stock: Stock) -> Design:
    """The design with every place in tenths of a millimetre, nothing moved by more than two of them.

    Raises BadDesign where the boxes stand so close that this cannot be.
    """
    kept: dict[int, Box] = {}
    for index in sorted(range(len(design.boxes)), key=lambda index: _rank(design.boxes[index])):
        box = design.boxes[index]
        fitting = (
            one
            for one in _rounded(box)
            if _inside(one, stock) and not any(one.overlaps(other) for other in kept.values())
        )
        found = next(fitting, None)
        if found is None:
            raise BadDesign(
                "label.design-tight",
                "这些框挨得太近，不能取整到 0.1 mm。",
                "The boxes stand too close to be written in tenths of a millimetre.",
                what=box.what,
            )
        kept[index] = found
    return replace(design, boxes=tuple(kept[index] for index in range(len(design.boxes))))


def _rank(box: Box) -> int:
    """The symbol first, then what cannot shrink, then the rest."""
    return 0 if box.what == "qr" else 1 if box.what in _RIGID else 2


def _inside(box: Box, stock: Stock) -> bool:
    if box.what == "qr":
        return True
    return (
        box.x >= stock.inset_x
        and box.y >= stock.inset_y
        and box.right <= stock.label_width - stock.inset_x
        and box.bottom <= stock.label_height - stock.inset_y
    )


def _rounded(box: Box) -> Iterator[Box]:
    """The box in tenths, nearest first."""
    size = box.size // _SIZE_STEP * _SIZE_STEP if box.is_text else box.size
    if box.what == "qr":
        x, y = box.x // _TENTH * _TENTH, box.y // _TENTH * _TENTH
        yield replace(box, x=x, y=y, width=_up(box.right) - x, height=_up(box.bottom) - y)
        return
    x, y, wide, high = (round(at / _TENTH) * _TENTH for at in (box.x, box.y, box.width, box.height))
    if box.what in _RIGID:
        wide, high = _up(box.width), _up(box.height)
    steps: Sequence[int] = (0, -_TENTH, _TENTH, -2 * _TENTH, 2 * _TENTH)
    less = (0,) if box.what in ("pin", "picture") else (0, _TENTH, 2 * _TENTH)
    least_wide, least_high = _least(box, size)
    for dx, dy, narrower, lower in sorted(
        product(steps, steps, less, less), key=lambda step: sum(map(abs, step))
    ):
        if wide - narrower >= least_wide and high - lower >= least_high:
            yield replace(box, x=x + dx, y=y + dy, width=wide - narrower, height=high - lower, size=size)


def _least(box: Box, size: int) -> tuple[int, int]:
    """What words of one size need, so that taking a tenth away never costs them."""
    words = {"gi": GI_WORDS, "certificate": CERTIFICATE_WORDS}.get(box.what, "")
    if not words:
        return 1, 1
    pad = size * 3 // 10 if box.framed else 0
    return width(words, size) + 2 * pad, size + (pad if box.what == "gi" else 2 * pad)


def _up(length: int) -> int:
    return -(-length // _TENTH) * _TENTH
