"""The parts of a label as SVG elements, 1 user unit = 1 µm. No style attributes, no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .flow import Frame, Words
from .fonts import width
from .layout import NUMBER_SAMPLE, Layout

FONTS = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_PIN_SAMPLE = "000000"


def opening(layout: Layout) -> str:
    """The outermost element's start, sized in mm."""
    wide, high = layout.width, layout.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide / 1000:g}mm" '
        f'height="{high / 1000:g}mm" role="img" font-family="{FONTS}">'
    )


def words(word: Words) -> str:
    """A piece of text, as wide as in the embedded font whatever the reader's."""
    stroke = f' stroke="{word.colour}" stroke-width="{word.size * 28 // 1000}"' if word.heavy else ""
    fit = f'textLength="{width(word.text, word.size)}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{word.x}" y="{word.y}" font-size="{word.size}" fill="{word.colour}"{stroke} '
        f"{fit}>{escape(word.text)}</text>"
    )


def frame(box: Frame) -> str:
    """A rounded box, or a rule."""
    if not box.height:
        return (
            f'<line x1="{box.x}" y1="{box.y}" x2="{box.x + box.width}" y2="{box.y}" '
            f'stroke="{box.colour}" stroke-width="{box.thickness}"/>'
        )
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" '
        f'rx="{box.radius}" fill="none" stroke="{box.colour}" stroke-width="{box.thickness}"/>'
    )


def number(layout: Layout, typed: str) -> str:
    """The typed number, on one line or two."""
    size, colour = layout.number_size, layout.number_colour
    return "".join(
        _figures(
            line.x,
            line.y,
            size,
            colour,
            typed[line.start : line.stop],
            NUMBER_SAMPLE[line.start : line.stop],
        )
        for line in layout.number
    )


def pin(layout: Layout, digits: str) -> str:
    """The digits under a scratch layer; nothing where the label has no place for them."""
    place = layout.pin
    if place is None or not digits:
        return ""
    return _figures(place.x, place.y, place.size, layout.number_colour, digits, _PIN_SAMPLE)


def _figures(x: int, y: int, size: int, colour: str, text: str, sample: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" '
        f'textLength="{width(sample.rstrip(), size)}" lengthAdjust="spacingAndGlyphs">{text.rstrip()}</text>'
    )


def symbol(layout: Layout, rows: Sequence[Sequence[bool]]) -> str:
    """The dark modules as one path of horizontal runs, in module units."""
    dot = layout.symbol.dot
    left, top = float(layout.qr_x * dot), float(layout.qr_y * dot)
    scale = float(layout.symbol.dots * dot)
    return (
        f'<path transform="translate({left:.3f} {top:.3f}) scale({scale:.4f})" fill="#000000" '
        f'shape-rendering="crispEdges" d="{runs(rows)}"/>'
    )


def runs(rows: Sequence[Sequence[bool]]) -> str:
    """Path data that fills what is set, one rectangle for each horizontal run."""
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            if not row[x]:
                x += 1
                continue
            end = x
            while end < len(row) and row[end]:
                end += 1
            path.append(f"M{x} {y}h{end - x}v1h{x - end}z")
            x = end
    return "".join(path)
