"""What becomes of a label between file and eye: a thermal printer's dots, then a phone's photograph of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.uint8]
Dots = NDArray[np.bool_]

DOT_PIXELS = 3
"""Pixels that one printer dot is drawn with before a camera looks at it."""
INCH = 25.4


def heated(page: Grey) -> Dots:
    """The page as a thermal head sees it, one pixel a dot: a dot is heated or not."""
    return page < 128


def paper(dots: Dots, gain: float) -> Grey:
    """The dots burnt into paper; `gain` is by how much of its width a dot grows (or, below 0, shrinks)."""
    grown = np.kron(dots, np.ones((DOT_PIXELS, DOT_PIXELS), dtype=bool))
    ink = Image.fromarray((grown * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(DOT_PIXELS * 0.3))
    # Where the edge of a blurred dot lies depends on the level it is cut at: half is its true place.
    level = 127.5 - 255 * gain
    burnt: Grey = np.where(np.asarray(ink) > level, 0, 255).astype(np.uint8)
    return burnt


@dataclass(frozen=True, slots=True)
class Shot:
    """How a photograph is taken: pixels a mm, blur (σ, mm), tilt (degrees, about both axes), turn (degrees),
    noise (σ of 255 levels), and the levels that black and white come out as."""

    pixels_mm: float = 16
    blur: float = 0.0
    tilt: float = 0.0
    turn: float = 0.0
    noise: float = 0.0
    black: int = 20
    white: int = 235


def photograph(burnt: Grey, dpi: int, shot: Shot, seed: int) -> Grey:
    """A picture of the label on a dark table; the same seed gives the same picture."""
    scale = shot.pixels_mm * INCH / dpi / DOT_PIXELS
    wide, high = (max(1, round(side * scale)) for side in burnt.shape[::-1])
    label = Image.fromarray(burnt).resize((wide, high), Image.Resampling.BOX)
    around = round(0.2 * max(wide, high))
    view = Image.new("L", (wide + 2 * around, high + 2 * around), 110)
    view.paste(label, (around, around))
    if shot.turn:
        view = view.rotate(shot.turn, Image.Resampling.BICUBIC, expand=True, fillcolor=110)
    if shot.tilt:
        view = view.transform(
            view.size,
            Image.Transform.PERSPECTIVE,
            _seen(view.size, shot.tilt),
            Image.Resampling.BICUBIC,
            fillcolor=110,
        )
    if shot.blur:
        view = view.filter(ImageFilter.GaussianBlur(shot.blur * shot.pixels_mm))
    light = np.asarray(view, dtype=np.float64) / 255 * (shot.white - shot.black) + shot.black
    light += np.random.default_rng(seed).normal(0, shot.noise, light.shape) if shot.noise else 0
    return np.clip(np.rint(light), 0, 255).astype(np.uint8)


def _seen(size: tuple[int, int], tilt: float) -> list[float]:
    """Coefficients of the perspective of a plane leaning away to the right and downwards by `tilt` degrees.

    The lens is as far away as the picture is wide: closer than anybody holds a phone.
    """
    wide, high = size
    lean = np.tan(np.radians(tilt)) / wide
    squeeze = 1 / np.cos(np.radians(tilt))
    # Picture (x, y) about its middle shows the plane's (sx, sy) / (1 - lean x - lean y).
    cx, cy = wide / 2, high / 2
    middle = np.array([[1, 0, cx], [0, 1, cy], [0, 0, 1]])
    plane = np.array([[squeeze, 0, 0], [0, squeeze, 0], [-lean, -lean, 1]])
    whole = middle @ plane @ np.linalg.inv(middle)
    return list((whole / whole[2, 2]).ravel()[:8])
