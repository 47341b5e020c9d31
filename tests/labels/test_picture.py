"""Brand pictures: refused before they are decoded, made small, made fit for the printer."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from labels import picture
from labels.errors import BadPicture
from labels.picture import Picture
from labels.symbol import symbol
from tests.labels.samples import drawing, photograph


def as_file(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def huge_png(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 10_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_made_small_and_survives_storage(kind: str) -> None:
    data = as_file(Image.new("RGB", (1500, 900), "#2c6a4a"), kind)
    made = picture.load(data)
    assert (made.width_px, made.height_px) == (720, 432)
    assert len(made.rgb) == 3 * 720 * 432
    assert abs(made.rgb[0] - 0x2C) <= 3
    assert picture.load(data) == made
    assert picture.from_png(picture.as_png(made)) == made
    assert picture.as_png(made) == picture.as_png(picture.from_png(picture.as_png(made)))


@pytest.mark.parametrize("size", [(10_000, 10_000), (65_000, 65_000), (40_000_001, 1), (7_000, 6_000)])
def test_too_many_pixels_are_refused_without_decoding_them(size: tuple[int, int]) -> None:
    data = huge_png(*size)
    tracemalloc.start()
    try:
        with pytest.raises(BadPicture) as caught:
            picture.load(data)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert caught.value.code == "label.picture-pixels"
    assert "4000 万" in caught.value.zh


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(BadPicture) as caught:
        picture.load(as_file(Image.new("RGB", (100, 100))) + b"\0" * picture.MOST_BYTES)
    assert caught.value.code == "label.picture-bytes"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + bytes(100),
        as_file(Image.new("L", (50, 50)), "GIF"),
        as_file(Image.new("L", (50, 50)), "TIFF"),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        as_file(Image.effect_noise((200, 200), 50))[:5_000],
        as_file(Image.new("RGB", (50, 50)), "JPEG")[:200],
        b"\xff\xd8" + b"\xff\xda" * 100,
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadPicture) as caught:
        picture.load(data)
    assert caught.value.code == "label.picture-unreadable"


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_a_damaged_file_is_a_picture_or_refused(noise: bytes, at: int, kind: str) -> None:
    whole = as_file(Image.linear_gradient("L").resize((40, 30)), kind)
    try:
        made = picture.load(whole[:at] + noise + whole[at + len(noise) :])
    except BadPicture as error:
        refused = error
    else:
        assert max(made.width_px, made.height_px) <= picture.MOST_SIDE
        return
    assert refused.zh


@pytest.mark.parametrize("size", [(7, 100), (900, 100), (1, 1)])
def test_slivers_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(BadPicture) as caught:
        picture.load(as_file(Image.new("RGB", size)))
    assert caught.value.code == "label.picture-shape"


def test_the_clear_becomes_white_and_a_turned_photograph_stands_upright() -> None:
    clear = picture.load(as_file(Image.new("RGBA", (20, 20), (200, 0, 0, 0))))
    assert set(clear.rgb) == {255}
    turned = Image.new("RGB", (40, 20), "white")
    turned.paste((0, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    made = picture.load(as_file(turned, "PNG", exif=exif))
    assert (made.width_px, made.height_px) == (20, 40)
    image = picture.image_of(made)
    assert image.getpixel((10, 5)) == (0, 0, 0)
    assert image.getpixel((10, 35)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_read(mode: str) -> None:
    grey = Image.linear_gradient("L")
    image = Image.new("I;16", (256, 256), 60_000) if mode == "I;16" else grey.convert(mode)
    made = picture.load(as_file(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert (made.width_px, made.height_px) == (256, 256)
    assert max(made.rgb) > 200


@pytest.mark.parametrize("make", [drawing, photograph])
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_for_black_ink_a_pixel_is_a_dot_black_or_white(make: Callable[[], Picture], dpi: int) -> None:
    dot = symbol(3, dpi).dot
    placed = picture.place(make(), (1_000, 1_000, 12_000, 9_000), symbol(3, dpi), "black")
    assert placed.x >= 1_000
    assert placed.y >= 1_000
    assert placed.x + placed.width <= 13_000
    assert placed.y + placed.height <= 10_000
    assert placed.picture.width_px == round(placed.width / dot)
    assert placed.picture.height_px == round(placed.height / dot)
    assert set(placed.picture.rgb) == {0, 255}
    assert round(placed.x / dot) * dot == pytest.approx(placed.x, abs=1)


def test_a_drawing_has_clean_edges_and_a_photograph_keeps_its_greys() -> None:
    made = symbol(3, 203)
    solid = picture.place(drawing(), (0, 0, 10_000, 10_000), made, "black").picture
    image = picture.image_of(solid)
    assert image.getpixel((image.width // 2, image.height // 2)) == (0, 0, 0)
    assert image.getpixel((1, 1)) == (255, 255, 255)
    dithered = picture.place(photograph(), (0, 0, 10_000, 10_000), made, "black").picture
    shares = picture.image_of(dithered).convert("L").reduce(10)
    assert len({level // 32 for level in shares.tobytes()}) >= 5


@given(
    st.integers(8, 720),
    st.integers(8, 720),
    st.integers(1_000, 30_000),
    st.integers(1_000, 30_000),
    st.sampled_from(["left", "centre", "right"]),
)
def test_a_picture_keeps_its_shape_inside_its_box(w: int, h: int, wide: int, high: int, align: str) -> None:
    made = symbol(3, 300)
    placed = picture.place(Picture(w, h, bytes(3 * w * h)), (500, 700, wide, high), made, "colour", align)
    assert placed.x >= 500
    assert placed.y >= 700
    assert placed.x + placed.width <= 500 + wide + 1
    assert placed.y + placed.height <= 700 + high + 1
    assert abs(placed.width * h / w - placed.height) <= max(2, 2 * h / w) * made.dot
