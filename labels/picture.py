"""A brand's picture (品牌图片) on a label: checked before it is decoded, made small, made fit for the printer."""

from __future__ import annotations

import functools
import io
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from PIL import ExifTags, Image

from .errors import BadPicture
from .geometry import Ink
from .symbol import Symbol

MOST_BYTES = 5_000_000
MOST_PIXELS = 40_000_000
MOST_SIDE = 720  # pixels: 30 mm at 600 dpi
FORMATS = ("PNG", "JPEG", "WEBP")
_LEAST_SIDE = 8  # pixels
_MOST_RATIO = 8  # a longer strip is a mistake
_CLEAR = 64  # of 255: how far from pure black or white a drawing's pixels may be
_DRAWING_SHARE = 0.85
_HALF = 128
# A progressive JPEG may paint the whole picture once for each scan; cameras write about ten.
_MOST_SCANS = 64
# What Pillow's decoders raise for damaged files.
_DAMAGED = (OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, struct.error)
# EXIF orientation → what sets the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to print: `rgb` is 3 bytes a pixel, rows from the top, no alpha."""

    width_px: int
    height_px: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in its box, µm from the label's top left corner."""

    x: int
    y: int
    width: int
    height: int
    picture: Picture


def load(data: bytes) -> Picture:
    """A PNG, JPEG or WebP upright, on white, at most 720 pixels a side; the same bytes give the same picture.

    Raises BadPicture, before any pixel is decoded, for more than 5 MB or 40 megapixels; and for what is no picture.
    """
    if len(data) > MOST_BYTES:
        raise BadPicture(
            "label.picture-bytes",
            f"图片文件太大（{len(data) / 1e6:.1f} MB），最多 5 MB。请先缩小或压缩。",
            f"The picture file has {len(data) / 1e6:.1f} MB; at most 5 MB.",
        )
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > _MOST_SCANS:
        raise _unreadable()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            _check_size(*opened.size)
            return of_image(_upright(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except _DAMAGED as error:
        raise _unreadable() from error


def as_png(picture: Picture) -> bytes:
    """The picture as a PNG file, without loss."""
    out = io.BytesIO()
    image_of(picture).save(out, "PNG", optimize=True)
    return out.getvalue()


@functools.lru_cache(maxsize=4)
def from_png(data: bytes) -> Picture:
    """The picture that `as_png` wrote; for the same bytes the same object, which layouts keep."""
    return load(data)


def image_of(picture: Picture) -> Image.Image:
    """The picture as a Pillow image, RGB."""
    return Image.frombytes("RGB", (picture.width_px, picture.height_px), picture.rgb)


def place(
    picture: Picture,
    box: tuple[int, int, int, int],
    symbol: Symbol,
    ink: Ink,
    align: Literal["left", "centre", "right"] = "centre",
) -> Placed:
    """The picture, undistorted, in a box (left, top, width, height, µm), on whole printer dots.

    For black ink it becomes one pixel a dot: black or white, drawings by a threshold, photographs by dithering.
    """
    dot, (left, top, wide, high) = symbol.dot, box
    first_x, first_y = -int(-left // dot), -int(-top // dot)
    most_columns, most_rows = int((left + wide) / dot) - first_x, int((top + high) / dot) - first_y
    fits = min(Fraction(most_columns, picture.width_px), Fraction(most_rows, picture.height_px))
    columns, rows = max(1, round(picture.width_px * fits)), max(1, round(picture.height_px * fits))
    if ink == "black":
        picture = _black(picture, columns, rows)
    x = first_x + {"left": 0, "centre": (most_columns - columns) // 2, "right": most_columns - columns}[align]
    y = first_y + (most_rows - rows) // 2
    # A hair inside its dots: renderers round a picture's edges outwards, and would add a row of dots.
    left, top = int(x * dot) + 1, int(y * dot) + 1
    right, bottom = -int(-(x + columns) * dot // 1) - 1, -int(-(y + rows) * dot // 1) - 1
    return Placed(left, top, right - left, bottom - top, picture)


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < _LEAST_SIDE or max(width, height) > _MOST_RATIO * min(width, height):
        raise BadPicture(
            "label.picture-shape",
            f"图片是 {width}×{height} 像素：每边至少 {_LEAST_SIDE} 像素，长边不超过短边的 {_MOST_RATIO} 倍。",
            f"The picture has {width}×{height} pixels: at least {_LEAST_SIDE} a side, at most {_MOST_RATIO}:1.",
        )


def _too_many_pixels() -> BadPicture:
    return BadPicture(
        "label.picture-pixels",
        "图片像素太多，最多 4000 万像素。请先缩小，边长 1000 像素就够印了。",
        "The picture has more than 40 million pixels. A side of 1000 pixels is enough for print.",
    )


def _unreadable() -> BadPicture:
    return BadPicture(
        "label.picture-unreadable",
        "这个文件不是能读的图片。请用 PNG、JPEG 或 WebP 图片。",
        "This file is no readable picture. Use PNG, JPEG or WebP.",
    )


def _upright(opened: Image.Image) -> Image.Image:
    """The picture small, on white, turned as its EXIF orientation says."""
    turn = _TURNS.get(opened.getexif().get(ExifTags.Base.Orientation, 1))
    # A JPEG is decoded at a half, quarter or eighth of its size where that stays large enough.
    opened.draft("RGB", (2 * MOST_SIDE, 2 * MOST_SIDE))
    image: Image.Image = opened
    if image.mode.startswith("I;16"):
        image = image.point(lambda level: level / 256).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB"):
        image = image.convert("RGB")
    image.load()
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.BOX)
    plain = Image.new("RGB", image.size, "white")
    plain.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return plain if turn is None else plain.transpose(turn)


def of_image(image: Image.Image) -> Picture:
    """A Pillow image, RGB, as a picture."""
    return Picture(image.width, image.height, image.tobytes())


def _black(picture: Picture, columns: int, rows: int) -> Picture:
    grey = image_of(picture).convert("L")
    shares = grey.histogram()
    drawing = sum(shares[:_CLEAR] + shares[-_CLEAR:]) >= _DRAWING_SHARE * grey.width * grey.height
    resized = grey.resize((columns, rows), Image.Resampling.LANCZOS)
    if drawing:
        return of_image(resized.point(lambda level: 255 if level >= _HALF else 0).convert("RGB"))
    return of_image(resized.convert("1", dither=Image.Dither.FLOYDSTEINBERG).convert("RGB"))
