"""One label as dots of the printer, as a Pillow picture: for previews, pictures by label and command files.

It shows what the PDF prints: the embedded font, each module whole dots. Lengths in the layout are µm.
"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Literal

from PIL import Image, ImageColor, ImageDraw, ImageFont

from . import fonts
from .flow import Frame, Words
from .layout import Layout
from .picture import Placed, image_of

Mode = Literal["1", "L", "RGB"]

_FINE = 4  # parts of a dot that outlines are drawn with
_INKED = 88  # of 255: a dot so far covered is printed, where there is only black or white
_STROKE = Fraction(14, 1000)  # of the em: how far heavy text grows on each side
_HALF = 128


def draw(layout: Layout, number: str, symbol: bytes, pin: str, dpi: int, mode: Mode = "RGB") -> Image.Image:
    """The label: what all have, its typed number, its symbol (packed rows, 1 = dark) and its PIN ("" for none).

    "1" is pure black and white, "L" grey, "RGB" colour; a pixel is a dot of `dpi`, which must be the layout's.
    """
    if layout.symbol.dot != Fraction(25_400, dpi):
        raise ValueError(f"the layout was not made for {dpi} dpi")
    image = _constant(layout, mode).copy()
    ink = _ink(layout.number_colour, mode)
    for line in layout.number:
        _type(image, line.x, line.y, layout.number_size, number[line.start : line.stop].rstrip(), layout, ink)
    if layout.pin is not None:
        _type(image, layout.pin.x, layout.pin.y, layout.pin.size, pin, layout, ink)
    modules, dots = layout.symbol.modules, layout.symbol.dots
    packed = Image.frombytes("1", (modules, modules), symbol)
    image.paste(
        _ink("#000000", mode),
        (layout.qr_x, layout.qr_y),
        packed.resize((modules * dots, modules * dots), Image.Resampling.NEAREST),
    )
    return image


def size_in_dots(layout: Layout) -> tuple[int, int]:
    """Width and height of the label in whole printer dots."""
    return round(layout.width / layout.symbol.dot), round(layout.height / layout.symbol.dot)


@functools.lru_cache(maxsize=8)
def _constant(layout: Layout, mode: Mode) -> Image.Image:
    """What is the same on every label of a run."""
    image = Image.new(mode, size_in_dots(layout), _ink("#ffffff", mode))
    dot = layout.symbol.dot
    for placed in layout.pictures:
        _paste_picture(image, placed, dot)
    for frame in layout.frames:
        image.paste(_ink(frame.colour, mode), *_framed(frame, dot, mode))
    for word in layout.words:
        _set(image, word, dot)
    return image


def _ink(colour: str, mode: Mode | str) -> int | tuple[int, ...]:
    if mode == "RGB":
        return ImageColor.getcolor(colour, "RGB")
    grey = ImageColor.getcolor(colour, "L")
    level = grey if isinstance(grey, int) else grey[0]
    return level if mode == "L" else 255 * (colour == "#ffffff")


def _covered(fine: Image.Image, mode: str) -> Image.Image:
    """A drawing in parts of dots as how far each dot is covered; all or nothing where there are no greys."""
    mask = fine.reduce(_FINE)
    return mask.point(lambda level: 255 * (level >= _INKED)) if mode == "1" else mask


def _paste_picture(image: Image.Image, placed: Placed, dot: Fraction) -> None:
    size = round(placed.width / dot), round(placed.height / dot)
    made = image_of(placed.picture)
    if made.size != size:
        smaller = size[0] <= made.width
        made = made.resize(size, Image.Resampling.BOX if smaller else Image.Resampling.BILINEAR)
    if image.mode == "1":
        made = made.convert("L").point(lambda level: 255 * (level >= _HALF))
    image.paste(made.convert(image.mode), (round(placed.x / dot), round(placed.y / dot)))


def _framed(frame: Frame, dot: Fraction, mode: Mode) -> tuple[tuple[int, int], Image.Image]:
    """Where a frame's or rule's drawing goes, and how far it covers each dot."""
    half = Fraction(frame.thickness, 2)
    left, top = int((frame.x - half) / dot) - 1, int((frame.y - half) / dot) - 1
    wide = int((frame.x + frame.width + half) / dot) + 2 - left
    high = int((frame.y + frame.height + half) / dot) + 2 - top
    fine = Image.new("L", (wide * _FINE, high * _FINE), 0)
    pen = ImageDraw.Draw(fine)

    def at(x: Fraction | int, y: Fraction | int) -> tuple[int, int]:
        return round((x / dot - left) * _FINE), round((y / dot - top) * _FINE)

    if not frame.height:
        # The ends of a rule are cut square, as in the PDF; Pillow fills the last row and column too.
        right, bottom = at(frame.x + frame.width, frame.y + half)
        pen.rectangle((*at(Fraction(frame.x), frame.y - half), right - 1, bottom - 1), fill=255)
        return (left, top), _covered(fine, mode)
    for grow, level in ((half, 255), (-half, 0)):
        x, y = at(frame.x - grow, frame.y - grow)
        right, bottom = at(frame.x + frame.width + grow, frame.y + frame.height + grow)
        radius = float((min(frame.radius, frame.height // 2) + grow) / dot * _FINE)
        pen.rounded_rectangle((x, y, right - 1, bottom - 1), max(0.0, radius), fill=level)
    return (left, top), _covered(fine, mode)


def _set(image: Image.Image, word: Words, dot: Fraction) -> None:
    """One line of constant text, each character at the place that its advance gives it."""
    size = float(word.size / dot)
    margin = 2
    left, top = int(word.x / dot) - margin, int((word.y - word.size) / dot) - margin
    wide = int(fonts.width(word.text, word.size) / dot) + 2 * margin + 2
    high = int(word.size * Fraction(14, 10) / dot) + 2 * margin
    fine = Image.new("L", (wide * _FINE, high * _FINE), 0)
    pen = ImageDraw.Draw(fine)
    font = _font(size * _FINE)
    stroke = float(word.size * _STROKE / dot * _FINE) if word.heavy else 0.0
    y = float((word.y / dot - top) * _FINE)
    for x, char in _spread(word.x, word.text, word.size):
        at = float((x / dot - left) * _FINE), y
        pen.text(at, char, 255, font, anchor="ls", stroke_width=stroke)
    image.paste(_ink(word.colour, image.mode), (left, top), _covered(fine, image.mode))


def _spread(x: int, text: str, size: int) -> list[tuple[Fraction, str]]:
    """Each character with its left end, µm."""
    placed, at = [], Fraction(x)
    for char in text:
        placed.append((at, char))
        at += Fraction(fonts.advance(char) * size, 1000)
    return placed


@functools.lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.FONT_PATH), size, layout_engine=ImageFont.Layout.BASIC)


def _type(
    image: Image.Image, x: int, y: int, size: int, text: str, layout: Layout, ink: int | tuple[int, ...]
) -> None:
    """Digits of one label: each is cut from a drawing kept for its place."""
    dot = layout.symbol.dot
    for left, char in _spread(x, text, size):
        if char != " ":
            corner, mask = _glyph(char, left, y, size, dot, image.mode)
            image.paste(ink, corner, mask)


@functools.lru_cache(maxsize=1024)
def _glyph(
    char: str, x: Fraction, y: int, size: int, dot: Fraction, mode: str
) -> tuple[tuple[int, int], Image.Image]:
    left, top = int(x / dot) - 1, int((y - size) / dot) - 1
    fine = Image.new(
        "L", (_FINE * (int(size / dot) + 3), _FINE * (int(size * Fraction(13, 10) / dot) + 3)), 0
    )
    ImageDraw.Draw(fine).text(
        (float((x / dot - left) * _FINE), float((y / dot - top) * _FINE)),
        char,
        255,
        _font(float(size / dot) * _FINE),
        anchor="ls",
    )
    return (left, top), _covered(fine, mode)
