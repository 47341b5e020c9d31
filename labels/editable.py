"""A design to start from: the automatic arrangement of a text, as boxes that can be moved. Lengths in µm."""

from __future__ import annotations

from dataclasses import replace

from .design import Box, Colour, Design
from .flow import FieldPlace
from .fonts import width
from .place import NUMBER_SAMPLE, Layout
from .plans import INLINE, MUTED
from .stock import Stock
from .text import LabelText

_CLEAR = 150  # kept between boxes that grow
_LINE = 1_500  # boxes that begin within so much stand in one line
_SLACK = 300  # beside a text that fills its box


def from_layout(layout: Layout, text: LabelText, stock: Stock) -> Design:
    """A design that draws practically what this automatic layout of the text on the stock draws."""
    others = [_symbol(layout), _number(layout)]
    for frame in layout.frames:
        if not frame.height:
            others.append(Box("rule", frame.x, frame.y - 100, frame.width, 200, colour="accent"))
    for placed in layout.pictures:
        others.append(Box("picture", placed.x - 2, placed.y - 2, placed.width + 4, placed.height + 4))
    if layout.pin is not None:
        others.append(Box("pin", *layout.pin.whole))
    texts: list[Box] = []
    for place in layout.fields:
        for box in _boxes(place, text, layout.number_colour):
            if texts and box.what == texts[-1].what == "lines":
                texts[-1] = replace(texts[-1], height=box.bottom - texts[-1].y)
            else:
                texts.append(box)
    floor = stock.label_height - stock.inset_y
    grown = tuple(_grown(box, (*others, *texts), floor) for box in texts)
    side = stock.label_width - stock.inset_x
    grown = tuple(sorted(grown, key=lambda box: (round(box.y / _LINE), box.x)))
    return Design(
        layout.width, layout.height, (*(_widened(box, (*others, *grown), side) for box in grown), *others)
    )


def _symbol(layout: Layout) -> Box:
    made = layout.symbol
    whole = (made.modules * made.dots + 2 * made.quiet_dots) * made.dot
    left, top = ((corner - made.quiet_dots) * made.dot for corner in (layout.qr_x, layout.qr_y))
    x, y = int(left), int(top)
    return Box("qr", x, y, -int(-(left + whole) // 1) - x, -int(-(top + whole) // 1) - y)


def _number(layout: Layout) -> Box:
    size, lines = layout.number_size, layout.number
    left = min(line.x for line in lines)
    right = max(line.x + width(NUMBER_SAMPLE[line.start : line.stop].rstrip(), size) for line in lines)
    high = len(lines) * size
    # As `number_lines` centres figures of 0.73 em, and lines 1.18 em apart, in their box.
    above = (high - (len(lines) - 1) * size * 118 // 100 - size * 73 // 100) // 2
    top = lines[0].y - size * 73 // 100 - above
    even = len({line.x for line in lines}) == 1
    return Box("number", left, top, right - left, high, size, align="left" if even else "centre")


def _boxes(place: FieldPlace, text: LabelText, ink: str) -> list[Box]:
    """The box of one field; two where grade and net weight share a line."""
    item, align = place.item, place.align
    if place.part == "badge":
        size, high = place.size, place.height + 1
        wide = place.width + 1
        return [Box("gi", place.x, place.y, wide, high, size, colour="accent", framed=True)]
    colour: Colour = "ink"
    if (item.lead_colour if place.part == "lead" else item.colour) not in (ink, MUTED):
        colour = "accent"
    if place.part == "lead":
        return [
            Box(
                "brand",
                place.x,
                place.y,
                place.width + 1,
                place.height,
                place.size,
                heavy=True,
                colour=colour,
            )
        ]
    inline = INLINE.get(place.field, "")
    box = Box(
        place.field,
        place.x,
        place.y,
        place.width,
        place.height,
        place.size,
        align,
        item.heavy,
        "column" if item.key else "inline" if inline and item.text.startswith(inline) else "none",
        colour,
        item.boxed,
    )
    weight = INLINE["net_weight"] + text.net_weight
    if place.field != "net_weight" or item.text == weight or not text.grade:
        return [box]
    joined = item.text.startswith(text.grade) and item.text.endswith(weight)
    return _parted(box, place, text.grade, weight) if joined else [box]


def _parted(box: Box, place: FieldPlace, grade: str, weight: str) -> list[Box]:
    """Grade and net weight beside each other, where the automatic arrangement runs them into one line."""
    size = place.size
    left = box.x if box.key == "column" else box.x + place.indent
    between = width(place.item.text, size) - width(grade + weight, size)
    start = left + place.key_width + width(grade, size) + between
    return [
        replace(box, what="grade", x=left, width=start - left, align="left"),
        replace(box, x=start, width=box.right - start, align="left", key="inline"),
    ]


def _grown(box: Box, all_boxes: tuple[Box, ...], floor: int) -> Box:
    """The box reaching down to what comes next, so that a longer text finds room; drawn the same until then."""
    if box.what == "lines":
        return box
    under = [other.y - _CLEAR for other in all_boxes if other.y >= box.bottom and _beneath(box, other)]
    return replace(box, height=max(box.height, min((floor, *under)) - box.y))


def _widened(box: Box, all_boxes: tuple[Box, ...], side: int) -> Box:
    """A little room at the right, so that a text that just fits its box does not depend on a hair's breadth."""
    if box.align != "left":
        return box
    beside = [
        other.x
        for other in all_boxes
        if other.x >= box.right and box.y < other.bottom and other.y < box.bottom
    ]
    return replace(box, width=max(box.width, min((box.right + _SLACK, side, *beside)) - box.x))


def _beneath(box: Box, other: Box) -> bool:
    return box.x < other.right and other.x < box.right
