"""One label as SVG, for web pages: the same layout as the PDF, drawn with the reader's own Chinese font."""

from __future__ import annotations

from html import escape

from . import code, digits, qr
from .flow import Frame, Words
from .fonts import width
from .keys import SigningKey
from .layout import NUMBER_SAMPLE, Layout
from .run import RunSpec
from .stock import Stock

_FONTS = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_SAMPLE_WORDS = "样张"


def svg(run: RunSpec, signer: SigningKey | None, stock: Stock, dpi: int | None = None) -> str:
    """The run's first label, 1 user unit = 1 µm, sized in mm. Raises LabelError as `pdf.render` does.

    Without a signer the QR has an empty signature, which no reader accepts, and 样张 stands across it.
    No style attributes, scripts or outside references, so a strict content security policy may stay strict.
    """
    layout = run.layout(stock, stock.dpi if dpi is None else dpi)
    if signer is None:
        head = code.item_code(1, run.run, run.first).head
        signed = head + "0" * code.SIGNATURE_DIGITS
    else:
        signed = code.sign(signer, run.run, run.first)
    number = digits.printed_head(signed[: code.HEAD_DIGITS])
    wide, high = layout.width, layout.height
    name = " ".join(part for part in (run.text.brand, run.text.product) if part) or "标签"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide / 1000:g}mm" '
        f'height="{high / 1000:g}mm" role="img" font-family="{_FONTS}">',
        f"<title>{escape(name)}</title>",
        f'<rect width="{wide}" height="{high}" rx="{layout.corner}" fill="#ffffff"/>',
        *(_frame(frame) for frame in layout.frames),
        *(_words(word) for word in layout.words),
        *_number(layout, number),
        _symbol(layout, qr.matrix(code.url(run.base_url, signed))),
    ]
    if signer is None:
        parts.append(_sample(layout))
    return "".join(parts) + "</svg>"


def _words(word: Words) -> str:
    stroke = f' stroke="{word.colour}" stroke-width="{word.size * 28 // 1000}"' if word.heavy else ""
    fit = f'textLength="{width(word.text, word.size)}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{word.x}" y="{word.y}" font-size="{word.size}" fill="{word.colour}"{stroke} '
        f"{fit}>{escape(word.text)}</text>"
    )


def _frame(frame: Frame) -> str:
    if not frame.height:
        return (
            f'<line x1="{frame.x}" y1="{frame.y}" x2="{frame.x + frame.width}" y2="{frame.y}" '
            f'stroke="{frame.colour}" stroke-width="{frame.thickness}"/>'
        )
    return (
        f'<rect x="{frame.x}" y="{frame.y}" width="{frame.width}" height="{frame.height}" '
        f'rx="{frame.radius}" fill="none" stroke="{frame.colour}" stroke-width="{frame.thickness}"/>'
    )


def _number(layout: Layout, number: str) -> list[str]:
    return [
        f'<text x="{line.x}" y="{line.y}" font-size="{layout.number_size}" fill="{layout.number_colour}" '
        f'textLength="{width(NUMBER_SAMPLE[line.start : line.stop].rstrip(), layout.number_size)}" '
        f'lengthAdjust="spacingAndGlyphs">{number[line.start : line.stop].rstrip()}</text>'
        for line in layout.number
    ]


def _symbol(layout: Layout, matrix: qr.Matrix) -> str:
    """The dark modules as one path of horizontal runs, in module units."""
    path = []
    for y, row in enumerate(matrix):
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
    dot = layout.symbol.dot
    left, top = float(layout.qr_x * dot), float(layout.qr_y * dot)
    scale = float(layout.symbol.dots * dot)
    return (
        f'<path transform="translate({left:.3f} {top:.3f}) scale({scale:.4f})" fill="#000000" '
        f'shape-rendering="crispEdges" d="{"".join(path)}"/>'
    )


def _sample(layout: Layout) -> str:
    size = min(layout.width, layout.height) // 2
    x, y = layout.width // 2, layout.height // 2
    return (
        f'<text x="{x}" y="{y + size * 38 // 100}" font-size="{size}" text-anchor="middle" fill="#b3261e" '
        f'fill-opacity="0.35" transform="rotate(-20 {x} {y})">{_SAMPLE_WORDS}</text>'
    )
