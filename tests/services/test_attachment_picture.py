"""Photos: what is kept is the picture and nothing that came along with it."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.services import upload_samples as samples
from trace.core.errors import InvalidInput, TooLarge
from trace.services import attachment_picture


def reopened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def test_place_maker_comment_and_profile_are_gone() -> None:
    sent = samples.jpeg_with_place()
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    kept = attachment_picture.redraw(sent).data
    image = reopened(kept)
    assert not image.getexif()
    assert image.info.keys() <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    for trace in (b"Exif", b"taken at home", b"profile", "示例手机".encode()):
        assert trace not in kept


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1)), (99, (0, 0))]
)
def test_a_photo_taken_sideways_stands_upright(orientation: int, corner: tuple[int, int]) -> None:
    picture = attachment_picture.redraw(samples.jpeg_with_place(orientation))
    image = reopened(picture.data)
    assert image.size == (picture.width, picture.height)
    assert (image.width > image.height) == (orientation not in (6, 8))
    at = (corner[0] * (image.width - 20) + 10, corner[1] * (image.height - 20) + 10)
    red, green, _ = image.getpixel(at)
    assert red > 150 > green


@pytest.mark.parametrize(
    ("form", "options"), [("JPEG", {}), ("PNG", {}), ("WEBP", {}), ("WEBP", {"lossless": True})]
)
def test_jpeg_png_and_webp_become_jpeg_of_at_most_1600_px(form: str, options: dict[str, bool]) -> None:
    picture = attachment_picture.redraw(samples.saved(samples.photo(2400, 1200), form, **options))
    assert (picture.width, picture.height) == (1600, 800)
    assert picture.data.startswith(b"\xff\xd8\xff")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16", "1"])
def test_other_kinds_of_png_are_taken(mode: str) -> None:
    image = samples.photo().convert("L").convert("I;16") if mode == "I;16" else samples.photo().convert(mode)
    assert attachment_picture.redraw(samples.saved(image, "PNG")).width == 800


def test_a_cmyk_jpeg_is_taken() -> None:
    assert attachment_picture.redraw(samples.saved(samples.photo().convert("CMYK"), "JPEG")).height == 600


def test_what_is_transparent_becomes_white() -> None:
    clear = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    kept = reopened(attachment_picture.redraw(samples.saved(clear, "PNG")).data)
    assert kept.getpixel((50, 50)) == (255, 255, 255)


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert attachment_picture.redraw(samples.jpeg()) == attachment_picture.redraw(samples.jpeg())


def test_a_second_file_hidden_in_the_first_is_not_kept() -> None:
    both = samples.jpeg(comment=samples.HTML) + b"PK\x03\x04" + samples.HTML
    kept = attachment_picture.redraw(both).data
    assert b"script" not in kept
    assert b"PK\x03\x04" not in kept


def test_a_bomb_is_refused_by_its_header_without_being_decoded() -> None:
    bomb = samples.png_bomb()
    tracemalloc.start()
    with pytest.raises(TooLarge) as refused:
        attachment_picture.redraw(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.code == "attachment.picture-pixels"
    assert refused.value.params["width"] == 20_000
    assert peak < 1_000_000


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("part", [0.05, 0.5, 0.98])
def test_a_photo_cut_off_is_refused(form: str, part: float) -> None:
    noise = Image.effect_noise((300, 200), 90).convert("RGB")
    whole = samples.saved(noise, form)
    with pytest.raises(InvalidInput) as refused:
        attachment_picture.redraw(whole[: int(len(whole) * part)])
    assert refused.value.code == "attachment.picture-broken"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (samples.HTML, "attachment.kind"),
        (samples.SVG, "attachment.kind"),
        (samples.GIF, "attachment.kind"),
        (samples.HEIC, "attachment.heic"),
        (samples.jpeg(800, 10), "attachment.picture-small"),
        (samples.scan_bomb(), "attachment.picture-broken"),
        (b"\xff\xd8\xff", "attachment.picture-broken"),
        (b"\x89PNG\r\n\x1a\n", "attachment.picture-broken"),
        (b"RIFF\0\0\0\0WEBP", "attachment.picture-broken"),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        attachment_picture.redraw(data)
    assert refused.value.code == code


def test_a_thumbnail_is_small() -> None:
    large = attachment_picture.redraw(samples.jpeg(3000, 4000))
    assert (large.width, large.height) == (1200, 1600)
    small = attachment_picture.thumbnail(large.data)
    assert reopened(small).size == (480, 640)


SOUND = [samples.saved(samples.photo(60, 40), form) for form in ("JPEG", "PNG", "WEBP")]


@given(st.sampled_from(SOUND), st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), max_size=8))
def test_a_damaged_photo_is_kept_whole_or_refused(sound: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(sound)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    try:
        picture = attachment_picture.redraw(bytes(damaged))
    except (InvalidInput, TooLarge):
        return
    assert reopened(picture.data).size == (picture.width, picture.height)
