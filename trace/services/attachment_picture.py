"""Photos: measured before they are decoded, then drawn anew, so that nothing but the picture is kept."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

from trace.core.errors import InvalidInput, TooLarge

MEDIA_TYPE = "image/jpeg"
MAX_PIXELS = 50_000_000
MIN_SIDE = 32
LONG_SIDE = 1600
THUMB_SIDE = 640
_FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",)}
# A progressive JPEG may paint the whole picture once for each scan; cameras write about ten.
_MOST_SCANS = 64
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
# What Pillow's decoders raise for damaged files.
_UNREADABLE = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    struct.error,
)
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
    """A drawn-anew JPEG and its size in pixels."""

    data: bytes
    width: int
    height: int


def kind(data: bytes) -> str:
    """`jpeg`, `png`, `webp` or `heic` by the first bytes, whatever the file is called; else ""."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "heic"
    return ""


def redraw(data: bytes) -> Picture:
    """Decode a photo and write it upright as a plain JPEG of at most 1600 px: no EXIF, place or comments.

    Raises TooLarge over 50 megapixels (said by the header, before decoding), InvalidInput for a damaged one.
    """
    found = kind(data)
    if found == "heic":
        raise InvalidInput("attachment.heic", "file")
    if not found:
        raise InvalidInput("attachment.kind", "file")
    try:
        width, height = _MEASURE[found](data)
    except (struct.error, IndexError, ValueError) as error:
        raise InvalidInput("attachment.picture-broken", "file") from error
    if width * height > MAX_PIXELS:
        raise TooLarge(
            "attachment.picture-pixels", "file", width=width, height=height, max=MAX_PIXELS // 10_000
        )
    if min(width, height) < MIN_SIDE:
        raise InvalidInput("attachment.picture-small", "file", width=width, height=height, min=MIN_SIDE)
    if found == "jpeg" and data.count(b"\xff\xda") > _MOST_SCANS:
        raise InvalidInput("attachment.picture-broken", "file")
    try:
        plain = _decoded(data, _FORMATS[found], (width, height))
    except _UNREADABLE as error:
        raise InvalidInput("attachment.picture-broken", "file") from error
    return _written(plain, LONG_SIDE, 85)


def thumbnail(data: bytes) -> bytes:
    """A rendition of at most 640 px of a picture that `redraw` wrote, for pages."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
        image.draft("RGB", (THUMB_SIDE, THUMB_SIDE))
        return _written(image.convert("RGB"), THUMB_SIDE, 80).data


def _decoded(data: bytes, formats: tuple[str, ...], measured: tuple[int, int]) -> Image.Image:
    """The picture upright, in RGB, on white, and without anything that came along with it."""
    with Image.open(io.BytesIO(data), formats=formats) as image:
        if image.size != measured:
            raise ValueError("two readings of the header disagree")
        turn = _turn(image)
        # JPEG only: decodes at 1/2, 1/4 or 1/8 of the size, as long as that stays large enough.
        image.draft("RGB", (2 * LONG_SIDE, 2 * LONG_SIDE))
        image.load()
        image.thumbnail((2 * LONG_SIDE, 2 * LONG_SIDE), Image.Resampling.BOX)
        plain = Image.new("RGB", image.size, "white")
        if image.has_transparency_data:
            clear = image.convert("RGBA")
            plain.paste(clear, mask=clear.getchannel("A"))
        elif image.mode.startswith("I;16"):
            plain.paste(image.point(lambda level: level / 256).convert("L"))
        else:
            plain.paste(image.convert("RGB"))
    return plain if turn is None else plain.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How the camera was held (EXIF orientation); None if only that part is damaged."""
    try:
        return _TURNS.get(image.getexif().get(0x0112, 1))
    except _UNREADABLE:
        return None


def _written(image: Image.Image, side: int, quality: int) -> Picture:
    small = (
        ImageOps.contain(image, (side, side), Image.Resampling.LANCZOS) if max(image.size) > side else image
    )
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return Picture(out.getvalue(), small.width, small.height)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker where one belongs")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return int(width), int(height)
        if marker in (0xD9, 0xDA):
            raise ValueError("no frame before the picture")
        at += 2 + int(struct.unpack_from(">H", data, at + 2)[0])


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR":
        raise ValueError("no header chunk")
    width, height = struct.unpack_from(">II", data, 16)
    return int(width), int(height)


def _webp_size(data: bytes) -> tuple[int, int]:
    chunk = data[12:16]
    if chunk == b"VP8X":
        return (
            1 + int.from_bytes(data[24:27], "little"),
            1 + int.from_bytes(data[27:30], "little"),
        )
    if chunk == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no frame header")


_MEASURE = {"jpeg": _jpeg_size, "png": _png_size, "webp": _webp_size}
