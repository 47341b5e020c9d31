"""One label before it is printed: as SVG for web pages, drawn with the reader's font; as PNG, dot by dot.

A scratch area is hatched, as it is once its layer is on.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape

from PIL import Image, ImageDraw, ImageFont

from . import code, digits, fonts, qr, raster, vector
from .keys import SigningKey
from .layout import Layout
from .picture import Placed, image_of
from .run import RunSpec
from .stock import Stock

_SAMPLE_WORDS = "样张"
_SAMPLE_COLOUR = "#b3261e"
_LAYER, _LINES = "#d9d6cb", "#8a877c"
_EDGE = 60  # µm by which a layer hides the frame that it is put on
_HATCH = 900  # µm from line to line
_PICTURE_SIDE = 72  # pixels a side, and colours, that a picture keeps in the SVG: the PNG shows it as printed
_PICTURE_COLOURS = 20
MOST_SCALE = 8


def svg(run: RunSpec, signer: SigningKey | None, stock: Stock, dpi: int | None = None) -> str:
    """The run's first label, 1 user unit = 1 µm, sized in mm. Raises LabelError as `pdf.render` does.

    Without a signer the QR has an empty signature, which no reader accepts, and 样张 stands across it.
    No style attributes, scripts or outside references, so a strict content security policy may stay strict.
    """
    layout = run.layout(stock, stock.dpi if dpi is None else dpi)
    signed, number = _first(run, signer)
    wide, high = layout.width, layout.height
    name = " ".join(part for part in (run.text.brand, run.text.product) if part) or "标签"
    parts = [
        vector.opening(layout),
        f"<title>{escape(name)}</title>",
        f'<rect width="{wide}" height="{high}" rx="{layout.corner}" fill="#ffffff"/>',
        *(path for placed in layout.pictures for path in _picture(placed)),
        *map(vector.frame, layout.frames),
        *map(vector.words, layout.words),
        vector.number(layout, number),
        vector.symbol(layout, qr.matrix(code.url(run.base_url, signed))),
    ]
    if layout.pin is not None:
        parts.append(_layer(layout.pin.area))
    if signer is None:
        parts.append(_sample(layout))
    return "".join(parts) + "</svg>"


def png(
    run: RunSpec, signer: SigningKey | None, stock: Stock, dpi: int | None = None, scale: int = 1
) -> bytes:
    """The run's first label as the printer's dots, `scale` (1 to 8) pixels each. Raises LabelError as `svg`."""
    dpi = stock.dpi if dpi is None else dpi
    layout = run.layout(stock, dpi)
    signed, number = _first(run, signer)
    symbol = b"".join(_packed(row) for row in qr.matrix(code.url(run.base_url, signed)))
    drawn = raster.draw(layout, number, symbol, "", dpi, "1" if stock.ink == "black" else "RGB")
    scale = max(1, min(scale, MOST_SCALE))
    image = drawn.convert("RGB").resize((drawn.width * scale, drawn.height * scale), Image.Resampling.NEAREST)
    unit = float(scale / layout.symbol.dot)
    if layout.pin is not None:
        _cover(image, layout.pin.area, unit)
    if signer is None:
        _stamp(image)
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(dpi * scale, dpi * scale))
    return out.getvalue()


def _first(run: RunSpec, signer: SigningKey | None) -> tuple[str, str]:
    """The digits of the run's first code, and its typed number."""
    if signer is None:
        signed = code.item_code(1, run.run, run.first).head + "0" * code.SIGNATURE_DIGITS
    else:
        signed = code.sign(signer, run.run, run.first)
    return signed, digits.printed_head(signed[: code.HEAD_DIGITS])


def _packed(row: tuple[bool, ...]) -> bytes:
    wide = -(-len(row) // 8)
    bits = "".join("1" if module else "0" for module in row).ljust(8 * wide, "0")
    return int(bits, 2).to_bytes(wide, "big")


def _picture(placed: Placed) -> Iterator[str]:
    """The picture coarsely, as one path for each colour: a page needs no leave for pictures from elsewhere."""
    image = image_of(placed.picture)
    image.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE), Image.Resampling.BOX)
    few = image.quantize(_PICTURE_COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = few.getpalette() or []
    levels, wide = few.tobytes(), few.width
    rows = [levels[at : at + wide] for at in range(0, len(levels), wide)]
    scale_x, scale_y = placed.width / wide, placed.height / few.height
    for level in sorted(set(levels)):
        red, green, blue = palette[3 * level : 3 * level + 3]
        path = vector.runs([[one == level for one in row] for row in rows])
        yield (
            f'<path transform="translate({placed.x} {placed.y}) scale({scale_x:.3f} {scale_y:.3f})" '
            f'fill="#{red:02x}{green:02x}{blue:02x}" shape-rendering="crispEdges" d="{path}"/>'
        )


def _hatching(area: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Slanting lines across a rectangle, each from its upper right to its lower left end."""
    left, top, wide, high = area
    for start in range(_HATCH, wide + high, _HATCH):
        from_x, to_x = min(start, wide), max(0, start - high)
        yield left + from_x, top + start - from_x, left + to_x, top + start - to_x


def _layer(area: tuple[int, int, int, int]) -> str:
    left, top, wide, high = area
    lines = "".join(f"M{x} {y}L{to_x} {to_y}" for x, y, to_x, to_y in _hatching(area))
    return (
        f'<rect x="{left - _EDGE}" y="{top - _EDGE}" width="{wide + 2 * _EDGE}" height="{high + 2 * _EDGE}" '
        f'fill="{_LAYER}"/>'
        f'<path d="{lines}" stroke="{_LINES}" stroke-width="120" fill="none"/>'
    )


def _cover(image: Image.Image, area: tuple[int, int, int, int], unit: float) -> None:
    """Hatch the scratch area; `unit` is pixels a µm."""
    pen = ImageDraw.Draw(image)
    left, top, wide, high = area
    edges = (left - _EDGE, top - _EDGE, left + wide + _EDGE, top + high + _EDGE)
    pen.rectangle([round(at * unit) for at in edges], fill=_LAYER)
    for line in _hatching(area):
        pen.line([round(at * unit) for at in line], fill=_LINES, width=max(1, round(120 * unit)))


def _stamp(image: Image.Image) -> None:
    """样张 across the picture, as in the SVG."""
    size = min(image.size) // 2
    font = ImageFont.truetype(str(fonts.FONT_PATH), size)
    words = Image.new("L", image.size, 0)
    ImageDraw.Draw(words).text(
        (image.width // 2, image.height // 2 + size * 38 // 100), _SAMPLE_WORDS, 90, font, anchor="ms"
    )
    image.paste(_SAMPLE_COLOUR, mask=words.rotate(20, Image.Resampling.BICUBIC))


def _sample(layout: Layout) -> str:
    size = min(layout.width, layout.height) // 2
    x, y = layout.width // 2, layout.height // 2
    return (
        f'<text x="{x}" y="{y + size * 38 // 100}" font-size="{size}" text-anchor="middle" fill="{_SAMPLE_COLOUR}" '
        f'fill-opacity="0.35" transform="rotate(-20 {x} {y})">{_SAMPLE_WORDS}</text>'
    )
