"""A small painter's kit over Pillow: smooth shapes with soft gradients, on a canvas of 1200 × 800."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1200, 800
# Drawn at twice the size and made smaller at the end: edges come out smooth.
SCALE = 2
FONT = Path(__file__).resolve().parents[2] / "labels" / "assets" / "NotoSansSC-Regular.ttf"
MARK = "示例图"
MAX_BYTES = 80_000

Point = tuple[float, float]
Colour = tuple[int, int, int]


def rgb(code: str) -> Colour:
    """A colour written as six hexadecimal digits."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def blend(one: str, other: str, share: float) -> str:
    """The colour `share` of the way from one to the other."""
    mixed = (round(a + (b - a) * share) for a, b in zip(rgb(one), rgb(other), strict=True))
    return "".join(f"{value:02x}" for value in mixed)


@cache
def _basis(steps: int) -> tuple[tuple[float, float, float, float], ...]:
    """How much each of four neighbouring points counts, at each step between the middle two (Catmull–Rom)."""
    shares = (step / steps for step in range(steps))
    return tuple(
        (
            (-t + 2 * t**2 - t**3) / 2,
            (2 - 5 * t**2 + 3 * t**3) / 2,
            (t + 4 * t**2 - 3 * t**3) / 2,
            (t**3 - t**2) / 2,
        )
        for t in shares
    )


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 8) -> list[Point]:
    """A Catmull–Rom curve through the points."""
    around = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    out: list[Point] = []
    for (ax, ay), (bx, by), (cx, cy), (dx, dy) in zip(
        around, around[1:], around[2:], around[3:], strict=False
    ):
        out += [
            (a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy)
            for a, b, c, d in _basis(steps)
        ]
    if not closed:
        out.append(points[-1])
    return out


def turned(points: Sequence[Point], angle: float, at: Point) -> list[Point]:
    """The points turned by `angle` degrees clockwise about the origin, then moved to `at`."""
    sine, cosine = math.sin(math.radians(angle)), math.cos(math.radians(angle))
    return [(at[0] + x * cosine - y * sine, at[1] + x * sine + y * cosine) for x, y in points]


class Brush:
    """Paints in units of the finished picture's pixels; the same seed paints the same picture."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # for drawing
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "white")
        self._pen = ImageDraw.Draw(self.image, "RGBA")

    def backdrop(self, *stops: tuple[float, str]) -> None:
        """Fill everything from top to bottom through the colours at these heights."""
        heights = np.linspace(0, HEIGHT, HEIGHT * SCALE)
        at = [height for height, _ in stops]
        channels = [np.interp(heights, at, [rgb(code)[band] for _, code in stops]) for band in range(3)]
        column = np.stack(channels, axis=1).astype(np.uint8)[:, None, :]
        self.image.paste(Image.fromarray(np.repeat(column, WIDTH * SCALE, axis=1)))

    def shape(
        self,
        points: Sequence[Point],
        colour: str,
        to: str = "",
        axis: tuple[Point, Point] | None = None,
        alpha: float = 1.0,
    ) -> None:
        """Fill a polygon; with `to`, shade from `colour` to it along the axis (else downwards)."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        if not to:
            self._pen.polygon(scaled, fill=(*rgb(colour), round(255 * alpha)))
            return
        left, top = (int(min(point[band] for point in scaled)) for band in (0, 1))
        right, bottom = (int(max(point[band] for point in scaled)) + 1 for band in (0, 1))
        left, top = max(left, 0), max(top, 0)
        right, bottom = min(right, WIDTH * SCALE), min(bottom, HEIGHT * SCALE)
        if right <= left or bottom <= top:
            return
        if max(right - left, bottom - top) < 14 * SCALE:
            # Too small for the eye to see a gradient in.
            self._pen.polygon(scaled, fill=(*rgb(blend(colour, to, 0.4)), round(255 * alpha)))
            return
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], fill=round(255 * alpha))
        start, end = axis or ((0, top / SCALE), (0, bottom / SCALE))
        self.image.paste(
            _shading((left, top, right, bottom), rgb(colour), rgb(to), start, end), (left, top), mask
        )

    def ellipse(
        self,
        at: Point,
        rx: float,
        ry: float,
        colour: str,
        to: str = "",
        *,
        angle: float = 0,
        alpha: float = 1.0,
    ) -> None:
        """Fill an ellipse with radii in pixels."""
        if max(rx, ry) < 7:
            # A dot: neither its gradient nor its turn can be seen.
            x, y = at
            left, top, right, bottom = (x - rx) * SCALE, (y - ry) * SCALE, (x + rx) * SCALE, (y + ry) * SCALE
            fill = (*rgb(blend(colour, to, 0.4) if to else colour), round(255 * alpha))
            self._pen.ellipse((left, top, right, bottom), fill=fill)
            return
        count = 12 + int(max(rx, ry) / 3)
        ring = [
            (rx * math.cos(2 * math.pi * index / count), ry * math.sin(2 * math.pi * index / count))
            for index in range(count)
        ]
        self.shape(turned(ring, angle, at), colour, to, alpha=alpha)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, to: str = "") -> None:
        """Fill a rectangle."""
        self.shape([(left, top), (right, top), (right, bottom), (left, bottom)], colour, to)

    def stroke(self, points: Sequence[Point], width: float, colour: str, *, alpha: float = 1.0) -> None:
        """Draw a line with round joints through the points as they are."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        fill = (*rgb(colour), round(255 * alpha))
        self._pen.line(scaled, fill=fill, width=max(1, round(width * SCALE)), joint="curve")
        radius = width * SCALE / 2
        if radius > 2 and alpha == 1:
            for x, y in (scaled[0], scaled[-1]):
                self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def taper(self, points: Sequence[Point], widths: Sequence[float], colour: str, to: str = "") -> None:
        """Fill a limb, a stalk, a road: a band along the points, as wide as told at each."""
        left, right = [], []
        for index, (x, y) in enumerate(points):
            before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
            dx, dy = after[0] - before[0], after[1] - before[1]
            length = math.hypot(dx, dy) or 1
            half = widths[index] / 2
            left.append((x - dy / length * half, y + dx / length * half))
            right.append((x + dy / length * half, y - dx / length * half))
        self.shape(
            smooth(left, closed=False) + smooth(right, closed=False)[::-1],
            colour,
            to,
            (points[0], points[-1]),
        )

    def glow(self, at: Point, radius: float, colour: str, strength: float = 0.6) -> None:
        """Light that fades out over `radius`."""
        self._soft(at, radius, radius, colour, strength)

    def shadow(self, at: Point, rx: float, ry: float, strength: float = 0.35, colour: str = "1d2a20") -> None:
        """A soft shadow on the ground."""
        self._soft(at, rx, ry, colour, strength)

    def _soft(self, at: Point, rx: float, ry: float, colour: str, strength: float) -> None:
        side = 128
        ys, xs = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
        fade = np.clip(1 - np.hypot(xs, ys), 0, 1) ** 1.6 * 255 * strength
        mask = Image.fromarray(fade.astype(np.uint8)).resize(
            (max(1, int(2 * rx * SCALE)), max(1, int(2 * ry * SCALE))), Image.Resampling.BILINEAR
        )
        corner = (int((at[0] - rx) * SCALE), int((at[1] - ry) * SCALE))
        self.image.paste(Image.new("RGB", mask.size, rgb(colour)), corner, mask)

    def hills(
        self, base: float, height: float, colour: str, to: str, *, waves: float = 2.0, foot: float = 0
    ) -> None:
        """A range of hills whose tops wander about `base - height`."""
        shifts = [self.random.uniform(0, 6.3) for _ in range(3)]
        ridge = []
        for x in range(-10, WIDTH + 11, 10):
            t = x / WIDTH * math.pi * waves
            rise = (
                math.sin(t + shifts[0])
                + 0.45 * math.sin(2.3 * t + shifts[1])
                + 0.2 * math.sin(5.1 * t + shifts[2])
            )
            ridge.append((float(x), base - height * (1 + 0.55 * rise)))
        bottom = foot or base
        self.shape([*ridge, (WIDTH + 10, bottom), (-10, bottom)], colour, to)

    def mist(self, blur: float) -> None:
        """Soften everything painted so far, as distance does."""
        small = self.image.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.BOX)
        soft = small.filter(ImageFilter.GaussianBlur(blur / 2))
        self.image.paste(soft.resize(self.image.size, Image.Resampling.BICUBIC))

    def text(self, at: Point, words: str, size: float, colour: str) -> None:
        """Write with the labels' font, centred."""
        font = ImageFont.truetype(str(FONT), round(size * SCALE))
        self._pen.text(
            (at[0] * SCALE, at[1] * SCALE), words, font=font, fill=(*rgb(colour), 255), anchor="mm"
        )

    def jpeg(self) -> bytes:
        """The finished picture, marked as an example, of at most 80 kB."""
        self._pen.rounded_rectangle(
            (1062 * SCALE, 748 * SCALE, 1184 * SCALE, 786 * SCALE), 19 * SCALE, fill=(251, 250, 245, 225)
        )
        self.text((1123, 766), MARK, 22, "1c211e")
        picture = self.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        for quality in (84, 74, 66, 58, 50, 42):
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= MAX_BYTES:
                return out.getvalue()
        raise ValueError("the picture has too much detail for 80 kB")


def _shading(
    area: tuple[int, int, int, int], colour: Colour, to: Colour, start: Point, end: Point
) -> Image.Image:
    left, top, right, bottom = area
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = (dx * dx + dy * dy) or 1
    # A gradient is smooth: worked out at a sixth of the size and drawn out again.
    across, down = (right - left) // 6 + 2, (bottom - top) // 6 + 2
    xs = (np.linspace(left, right, across, dtype=np.float32) / SCALE - start[0]) * (dx / length)
    ys = (np.linspace(top, bottom, down, dtype=np.float32) / SCALE - start[1]) * (dy / length)
    share = np.clip(ys[:, None] + xs[None, :], 0, 1)[:, :, None]
    first, last = np.array(colour, np.float32), np.array(to, np.float32)
    small = Image.fromarray((first + (last - first) * share).astype(np.uint8))
    return small.resize((right - left, bottom - top), Image.Resampling.BILINEAR)
