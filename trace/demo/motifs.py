"""What the pictures are made of: lotus, strawberries, people at work, baskets and crates."""

from __future__ import annotations

import math

from trace.demo.brush import Brush, Point, blend, smooth, turned


def lotus_leaf(brush: Brush, at: Point, radius: float, light: str, dark: str, tilt: float = 0.36) -> None:
    """A leaf seen from the side, its rim waved, with veins from the navel."""
    x, y = at
    phase = brush.random.uniform(0, 6)
    rim = []
    for index in range(16):
        angle = index / 16 * 2 * math.pi
        wave = 1 + 0.07 * math.sin(3 * angle + phase)
        rim.append((x + radius * wave * math.cos(angle), y + radius * tilt * wave * math.sin(angle)))
    under = [(px, py + radius * 0.07) for px, py in rim]
    brush.shape(smooth(under, steps=4), blend(dark, "10301c", 0.35))
    brush.shape(
        smooth(rim, steps=4),
        light,
        dark,
        ((x - radius * 0.4, y - radius * tilt), (x + radius * 0.5, y + radius * tilt)),
    )
    if radius < 26:
        return
    navel = (x, y + radius * tilt * 0.12)
    for index in range(0, 16, 2):
        px, py = rim[index]
        end = (navel[0] + (px - navel[0]) * 0.86, navel[1] + (py - navel[1]) * 0.86)
        brush.stroke([navel, end], max(0.8, radius / 60), blend(light, "f4f8dc", 0.35), alpha=0.6)
    brush.ellipse(navel, radius * 0.06, radius * 0.035, blend(light, "f4f8dc", 0.6))


def stalk(brush: Brush, foot: Point, head: Point, width: float, colour: str = "5f8a4c") -> None:
    """A stalk with a slight bend."""
    middle = ((foot[0] + head[0]) / 2 + (head[1] - foot[1]) * 0.05, (foot[1] + head[1]) / 2)
    brush.taper(
        [foot, middle, head], [width, width * 0.85, width * 0.7], blend(colour, "2c4a2c", 0.4), colour
    )


def petal(brush: Brush, at: Point, length: float, width: float, angle: float, base: str, tip: str) -> None:
    """One petal that grows upwards from `at`, leaning by `angle` degrees."""
    outline = [
        (0, 0),
        (-width * 0.36, -length * 0.22),
        (-width * 0.5, -length * 0.52),
        (-width * 0.3, -length * 0.84),
        (0, -length),
        (width * 0.3, -length * 0.84),
        (width * 0.5, -length * 0.52),
        (width * 0.36, -length * 0.22),
    ]
    shape = smooth(turned(outline, angle, at), steps=5)
    end = turned([(0, -length)], angle, at)[0]
    brush.shape(shape, base, tip, (at, end))
    for share in (-0.18, 0, 0.18):
        vein = turned([(width * share * 0.4, -length * 0.15), (width * share, -length * 0.8)], angle, at)
        brush.stroke(vein, max(0.6, length / 120), tip, alpha=0.35)


def lotus_flower(brush: Brush, at: Point, size: float, pink: str = "e5739b") -> None:
    """An open flower, its receptacle at `at`; `size` is the height of a petal."""
    x, y = at
    pale = "fff3f2"
    back = blend(pink, "b8486f", 0.25)
    for angle in (-38, 38, -14, 14):
        petal(brush, (x + angle * size / 260, y), size, size * 0.52, angle, blend(pale, back, 0.35), back)
    for angle in (-74, 74, -56, 56):
        petal(brush, (x + angle * size / 300, y + size * 0.02), size * 0.94, size * 0.46, angle, pale, pink)
    brush.ellipse((x, y - size * 0.2), size * 0.24, size * 0.13, "f2cf6b", "d9a63c")
    brush.ellipse((x, y - size * 0.24), size * 0.17, size * 0.08, "dbe29a", "b6c766")
    for angle in (-98, 98, -34, 34, 0):
        short = 0.6 if abs(angle) < 90 else 0.72
        petal(
            brush,
            (x + angle * size / 420, y + size * 0.1),
            size * short,
            size * 0.5,
            angle,
            pale,
            blend(pink, pale, 0.25),
        )


def lotus_bud(brush: Brush, at: Point, size: float) -> None:
    """A closed flower."""
    petal(brush, at, size, size * 0.46, -8, "f8dbe1", "d95f8c")
    petal(brush, at, size, size * 0.4, 9, "fff0f0", "e27aa0")


def lotus_pod(brush: Brush, at: Point, size: float, turn: float = 0) -> None:
    """A ripe seed head (莲蓬) with its seeds; `size` is half its width."""
    cup = [
        (-1, -0.12),
        (-0.82, 0.4),
        (-0.42, 0.92),
        (-0.12, 1.18),
        (0.12, 1.18),
        (0.42, 0.92),
        (0.82, 0.4),
        (1, -0.12),
    ]
    outline = [(px * size, py * size) for px, py in cup]
    brush.shape(smooth(turned(outline, turn, at), steps=4), "8fb063", "5c8549")
    brush.ellipse(turned([(0, -0.12 * size)], turn, at)[0], size, size * 0.42, "c6d79a", "a9c37f", angle=turn)
    for dx, dy in (
        (0, 0),
        (-0.42, 0),
        (0.42, 0),
        (-0.21, -0.2),
        (0.21, -0.2),
        (-0.22, 0.2),
        (0.22, 0.2),
        (-0.66, -0.05),
        (0.66, -0.05),
    ):
        spot = turned([(dx * size, (dy - 0.12) * size)], turn, at)[0]
        brush.ellipse(spot, size * 0.115, size * 0.08, "6f8d4a", angle=turn)
        brush.ellipse((spot[0], spot[1] - size * 0.02), size * 0.085, size * 0.058, "e9efc6", angle=turn)


def lotus_seed(brush: Brush, at: Point, size: float, angle: float, cream: str = "f6edd2") -> None:
    """A peeled dry seed with the hole left by its core (通芯)."""
    x, y = at
    brush.ellipse((x + size * 0.12, y + size * 0.2), size, size * 0.82, "b79c68", angle=angle, alpha=0.35)
    brush.ellipse(at, size, size * 0.8, cream, blend(cream, "d2b57a", 0.55), angle=angle)
    hole = turned([(size * 0.62, 0)], angle, at)[0]
    brush.ellipse(hole, size * 0.16, size * 0.2, "a3834c", angle=angle)
    shine = turned([(-size * 0.35, -size * 0.3)], 0, at)[0]
    brush.ellipse(shine, size * 0.26, size * 0.15, "fffdf2", angle=angle - 25, alpha=0.8)


def heap(brush: Brush, centre: Point, rx: float, ry: float, seed_size: float, count: int) -> None:
    """Seeds spread over an ellipse, the far ones first."""
    spots = []
    for _ in range(count):
        radius, angle = math.sqrt(brush.random.random()), brush.random.uniform(0, 2 * math.pi)
        spots.append((centre[1] + ry * radius * math.sin(angle), centre[0] + rx * radius * math.cos(angle)))
    for y, x in sorted(spots):
        cream = blend("faf2da", "ecdcb2", brush.random.random())
        lotus_seed(
            brush,
            (x, y),
            seed_size * (0.92 + 0.16 * brush.random.random()),
            brush.random.uniform(0, 180),
            cream,
        )


def bamboo_tray(brush: Brush, at: Point, radius: float, seed_size: float, count: int) -> None:
    """A round bamboo tray (竹匾) of seeds; the rim has a height."""
    x, y = at
    tilt = 0.42
    brush.shadow((x + radius * 0.08, y + radius * tilt * 0.55), radius * 1.2, radius * tilt * 1.25, 0.5)
    brush.ellipse((x, y + radius * 0.07), radius, radius * tilt, "8a6534", "6d4d25")
    brush.ellipse(at, radius, radius * tilt, "d3aa68", "b3864a")
    brush.ellipse((x, y + radius * 0.025), radius * 0.93, radius * tilt * 0.92, "a77c42", "c69c5c")
    heap(brush, (x, y + radius * 0.02), radius * 0.85, radius * tilt * 0.8, seed_size, count)


def strawberry(brush: Brush, at: Point, size: float, angle: float = 0, ripe: float = 1.0) -> None:
    """A berry that hangs from `at`; `size` is its length; `ripe` 0 is still white."""
    red, deep = blend("f3efd0", "e0322f", ripe), blend("dfe2b0", "a8151d", ripe)
    outline = [
        (0, 0.02),
        (-0.3, 0.02),
        (-0.43, 0.22),
        (-0.36, 0.55),
        (-0.16, 0.88),
        (0, 1),
        (0.16, 0.88),
        (0.36, 0.55),
        (0.43, 0.22),
        (0.3, 0.02),
    ]
    shape = smooth(turned([(px * size, py * size) for px, py in outline], angle, at), steps=4)
    axis = tuple(turned([(-0.35 * size, 0.1 * size), (0.4 * size, 0.9 * size)], angle, at))
    brush.shape(shape, red, deep, (axis[0], axis[1]))
    for row, columns in ((0.2, 3), (0.38, 4), (0.56, 3), (0.74, 2)):
        for column in range(columns):
            dx = (column - (columns - 1) / 2) * 0.19
            seed = turned([(dx * size, row * size)], angle, at)[0]
            brush.ellipse(seed, size * 0.018, size * 0.03, "f6d98a", angle=angle)
    shine = turned([(-0.2 * size, 0.24 * size)], angle, at)[0]
    brush.ellipse(shine, size * 0.07, size * 0.13, "ffffff", angle=angle + 18, alpha=0.45)
    for turn in (-78, -42, 0, 42, 78):
        petal(brush, at, size * 0.27, size * 0.13, angle + turn + 180 * (abs(turn) > 90), "3f7a38", "6fa84e")


def strawberry_leaf(brush: Brush, at: Point, size: float, angle: float, light: str, dark: str) -> None:
    """Three leaflets."""
    for turn in (-62, 62, 0):
        spot = turned([(0, -size * 0.1)], angle + turn, at)[0]
        outline = [
            (0, 0),
            (-0.3, -0.2),
            (-0.38, -0.5),
            (-0.22, -0.82),
            (0, -0.92),
            (0.22, -0.82),
            (0.38, -0.5),
            (0.3, -0.2),
        ]
        shape = smooth(turned([(px * size, py * size) for px, py in outline], angle + turn, spot), steps=4)
        end = turned([(0, -size * 0.9)], angle + turn, spot)[0]
        brush.shape(shape, dark, light, (spot, end))
        brush.stroke(
            [spot, turned([(0, -size * 0.75)], angle + turn, spot)[0]],
            max(0.7, size / 40),
            blend(light, "f0f6cf", 0.4),
            alpha=0.7,
        )


def strawberry_plant(brush: Brush, at: Point, size: float, berries: int = 3, haze: float = 0) -> None:
    """A plant on the ridge, berries hanging over its edge; `haze` 0 near … 1 far."""
    x, y = at
    sky = "dfe9d3"
    for angle in (-66, 64, -36, 38, -8, 14):
        turn = angle + brush.random.uniform(-8, 8)
        head = turned([(0, -size * brush.random.uniform(0.3, 0.55))], turn, at)[0]
        brush.stroke([at, head], max(1, size / 40), blend("6f9b4d", sky, haze))
        light, dark = blend("86b658", sky, haze), blend("3a7338", sky, haze)
        strawberry_leaf(brush, head, size * 0.42, turn, light, dark)
    if size > 60:
        for dx in (-0.28, 0.22):
            flower(brush, (x + dx * size, y - size * brush.random.uniform(0.25, 0.5)), size * 0.07)
    for index in range(berries):
        dx = (index - (berries - 1) / 2) * size * 0.34 + brush.random.uniform(-4, 4)
        drop = size * brush.random.uniform(0.1, 0.26)
        brush.stroke([at, (x + dx, y + drop)], max(1, size / 50), blend("8fb55f", sky, haze))
        ripe = 1.0 if index != 1 or berries < 3 else brush.random.uniform(0.35, 1)
        strawberry(
            brush, (x + dx, y + drop), size * 0.34, brush.random.uniform(-14, 14), ripe * (1 - haze * 0.3)
        )


def flower(brush: Brush, at: Point, size: float) -> None:
    """A strawberry flower: five white petals."""
    for index in range(5):
        spot = turned([(0, -size * 0.75)], index * 72, at)[0]
        brush.ellipse(spot, size * 0.62, size * 0.62, "ffffff", "eef0e2")
    brush.ellipse(at, size * 0.5, size * 0.5, "f4cf4e")
