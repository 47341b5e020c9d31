"""Draws the icons of the installed page (static/icons/app-*.png) from the mark of static/mark.svg, with Pillow alone.

Run it after a change of the mark: ``python tools/app_icons.py``. The ground fills the square and the drawing keeps to
the middle 80 %, so that a system may cut the icon to any shape (W3C manifest, "maskable").
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

ICONS = Path(__file__).resolve().parents[1] / "static" / "icons"
SIZES = (192, 512)  # px
FINER = 4
UNITS = 24  # of the mark's view box
SHRINK = 0.85
GROUND, LINE, LEAF = "#2c6a4a", "#fbfaf5", "#bfe0c6"
STROKE = 1.6
SQUARES = ((5.0, 5.0, 10.5, 10.5), (13.5, 5.0, 19.0, 10.5), (5.0, 13.5, 10.5, 19.0))
# The leaf's two cubic curves: start, two controls, end.
CURVES = (
    ((13.5, 19.0), (13.5, 15.4), (15.5, 13.5), (19.5, 13.0)),
    ((19.5, 13.0), (19.5, 17.0), (17.5, 19.0), (13.5, 19.0)),
)


def drawn(size: int) -> Image.Image:
    """The icon, `size` px square."""
    whole = size * FINER
    scale = whole / UNITS * SHRINK
    shift = whole * (1 - SHRINK) / 2
    image = Image.new("RGB", (whole, whole), GROUND)
    draw = ImageDraw.Draw(image)
    half = STROKE / 2
    for left, top, right, bottom in SQUARES:
        for grown, colour in ((half, LINE), (-half, GROUND)):
            box = (left - grown, top - grown, right + grown, bottom + grown)
            corner = max(grown, 0) * scale
            draw.rounded_rectangle([shift + edge * scale for edge in box], radius=corner, fill=colour)
    points = [_at(curve, step / 32) for curve in CURVES for step in range(33)]
    draw.polygon([(shift + x * scale, shift + y * scale) for x, y in points], fill=LEAF)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _at(curve: tuple[tuple[float, float], ...], t: float) -> tuple[float, float]:
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, curve, strict=True))
    y = sum(weight * point[1] for weight, point in zip(weights, curve, strict=True))
    return x, y


def main() -> None:
    """Write the icons."""
    for size in SIZES:
        drawn(size).quantize(32).save(ICONS / f"app-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
