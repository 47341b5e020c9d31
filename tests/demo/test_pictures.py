"""The demonstration's pictures: drawn alike each time, small, and marked as examples."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from trace.demo import brush, pictures
from trace.services import attachment_picture


@pytest.mark.parametrize("name", pictures.SCENES)
def test_every_scene_is_a_small_jpeg_that_an_upload_would_pass(name: str) -> None:
    data = pictures.draw(name)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("JPEG", (1200, 800))
    assert len(data) <= brush.MAX_BYTES
    assert attachment_picture.redraw(data).width == 1200
    corner = image.crop((1075, 755, 1170, 780)).convert("L")
    assert corner.getextrema()[0] < 90, "the mark is written in ink"
    assert corner.getextrema()[1] > 235, "on a pale ground"


def test_a_scene_is_the_same_each_time() -> None:
    assert pictures.draw("strawberry-lorry") == pictures.draw("strawberry-lorry")


def test_a_picture_with_too_much_detail_is_refused_rather_than_saved_too_large() -> None:
    noisy = brush.Brush(1)
    noise = Image.effect_noise((1200, 800), 120).convert("RGB")
    noisy.image.paste(noise.resize(noisy.image.size, Image.Resampling.NEAREST))
    with pytest.raises(ValueError, match="80 kB"):
        noisy.jpeg()
