"""People at work, and what they carry; faces are under the hat or turned to the work."""

from __future__ import annotations

from trace.demo.brush import Brush, Point, blend, smooth
from trace.demo.motifs import strawberry

SKIN, SKIN_DARK = "e2ae86", "c48a62"


def limb(brush: Brush, points: list[Point], width: float, colour: str) -> None:
    """An arm or leg."""
    brush.taper(points, [width, width * 0.92, width * 0.78], colour, blend(colour, "1c211e", 0.18))


def hand(brush: Brush, at: Point, size: float) -> None:
    """A hand as a rounded patch."""
    brush.ellipse(at, size, size * 0.85, SKIN, SKIN_DARK)


def straw_hat(brush: Brush, at: Point, size: float, tilt: float = 0) -> None:
    """A wide straw hat seen from the side; `size` is half its width."""
    x, y = at
    brush.ellipse((x, y + size * 0.12), size, size * 0.22, "a97f38", angle=tilt)
    brush.ellipse((x, y + size * 0.06), size, size * 0.21, "ecd08a", "cda252", angle=tilt)
    crown = [(-0.52, 0.04), (-0.46, -0.34), (-0.22, -0.52), (0.22, -0.52), (0.46, -0.34), (0.52, 0.04)]
    brush.shape(smooth([(x + px * size, y + py * size) for px, py in crown], steps=4), "f2dc9e", "d3ac5e")
    brush.stroke(
        [(x - size * 0.5, y - size * 0.02), (x, y + size * 0.06), (x + size * 0.5, y - size * 0.02)],
        size * 0.1,
        "b3523c",
    )


def worker(
    brush: Brush,
    at: Point,
    height: float,
    coat: str,
    reach: Point,
    *,
    legs: bool = True,
    hat: bool = True,
    second: Point | None = None,
    trousers: str = "3f4d5a",
) -> None:
    """A person at `at` (between the feet) with a hand at `reach`; without legs, seen from the waist up."""
    x, y = at
    unit = height / 7.5
    hip, shoulder = (y - 3.4 * unit if legs else y), (y - 6 * unit if legs else y - 2.6 * unit)
    ahead = 1 if reach[0] >= x else -1
    if legs:
        brush.shadow((x, y), unit * 2.1, unit * 0.5, 0.45)
        for side in (-0.5, 0.5):
            limb(
                brush,
                [
                    (x + side * unit, hip),
                    (x + side * unit * 1.15, y - 1.7 * unit),
                    (x + side * unit * 1.1, y),
                ],
                unit * 1.05,
                trousers,
            )
            brush.ellipse((x + (side * 1.1 + 0.25 * ahead) * unit, y), unit * 0.55, unit * 0.24, "2a2f2c")
    far = second or (x - ahead * 1.1 * unit, hip + 0.3 * unit)
    elbow = ((x - ahead * 0.9 * unit + far[0]) / 2 - ahead * 0.5 * unit, (shoulder + far[1]) / 2 + 0.5 * unit)
    limb(
        brush,
        [(x - ahead * 0.75 * unit, shoulder + 0.4 * unit), elbow, far],
        unit * 0.72,
        blend(coat, "1c211e", 0.25),
    )
    hand(brush, far, unit * 0.32)
    torso = [
        (-0.95, 0.15),
        (-0.62, -0.28),
        (0, -0.42),
        (0.62, -0.28),
        (0.95, 0.15),
        (0.98, 1.4),
        (0.9, 2.75),
        (0, 2.95),
        (-0.9, 2.75),
        (-0.98, 1.4),
    ]
    body = smooth([(x + px * unit, shoulder + 0.3 * unit + py * unit * 0.96) for px, py in torso], steps=5)
    brush.shape(body, coat, blend(coat, "1c211e", 0.3), ((x - unit, shoulder), (x + unit, hip)))
    head = (x + 0.18 * ahead * unit, shoulder - 0.62 * unit)
    brush.shape(
        [
            (x - 0.3 * unit, shoulder + 0.2 * unit),
            (x - 0.28 * unit, shoulder - 0.5 * unit),
            (x + 0.32 * unit, shoulder - 0.5 * unit),
            (x + 0.32 * unit, shoulder + 0.2 * unit),
        ],
        SKIN_DARK,
    )
    brush.ellipse(head, unit * 0.56, unit * 0.7, SKIN, SKIN_DARK)
    if hat:
        straw_hat(brush, (head[0], head[1] - 0.34 * unit), unit * 1.35, 6 * ahead)
    else:
        cap(brush, head, unit)
    bend = ((x + reach[0]) / 2 + 0.1 * ahead * unit, (shoulder + reach[1]) / 2 + 0.75 * unit)
    limb(
        brush,
        [(x + ahead * 0.7 * unit, shoulder + 0.45 * unit), bend, reach],
        unit * 0.78,
        blend(coat, "ffffff", 0.1),
    )
    hand(brush, reach, unit * 0.34)


def cap(brush: Brush, head: Point, unit: float) -> None:
    """A work cap, white as in a food plant."""
    x, y = head
    dome = [
        (-0.62, -0.12),
        (-0.58, -0.62),
        (-0.2, -0.92),
        (0.2, -0.92),
        (0.58, -0.62),
        (0.62, -0.12),
        (0, -0.24),
    ]
    brush.shape(smooth([(x + px * unit, y + py * unit) for px, py in dome], steps=4), "ffffff", "dfe4e2")


def basket(brush: Brush, at: Point, width: float, height: float) -> None:
    """A woven basket standing at `at` (middle of its foot)."""
    x, y = at
    half = width / 2
    brush.shadow((x, y), half * 1.3, height * 0.28, 0.45)
    brush.shape(
        smooth(
            [
                (x - half, y - height),
                (x - half * 0.84, y - height * 0.1),
                (x, y + height * 0.03),
                (x + half * 0.84, y - height * 0.1),
                (x + half, y - height),
            ],
            closed=False,
        ),
        "cf9f58",
        "8d6130",
    )
    for row in range(1, 5):
        level = y - height * row / 5
        share = half * (0.82 + 0.036 * row)
        brush.stroke(
            [(x - share, level), (x, level + height * 0.07), (x + share, level)],
            height * 0.028,
            "7a5328",
            alpha=0.55,
        )
    brush.ellipse((x, y - height), half, height * 0.17, "7d5629", "5f3f1c")


def crate(
    brush: Brush, at: Point, width: float, *, haze: float = 0, colour: str = "f2f1ea", berries: bool = True
) -> None:
    """A shallow crate of strawberries; `at` is the middle of its front lower edge."""
    x, y = at
    half, tall, deep = width / 2, width * 0.24, width * 0.3
    front, edge = blend(colour, "b9c9d6", haze), blend(blend(colour, "6d766f", 0.35), "b9c9d6", haze)
    top = y - tall
    brush.shape(
        [(x - half, top), (x - half * 0.86, top - deep), (x + half * 0.86, top - deep), (x + half, top)], edge
    )
    if berries:
        for row in range(4):
            for column in range(7):
                share = (column - 3 + brush.random.uniform(-0.35, 0.35)) / 3.2
                level = 0.98 - 0.25 * row + brush.random.uniform(-0.07, 0.07)
                spot = (x + share * half * (0.78 + 0.03 * row), top - deep * level)
                size = width * brush.random.uniform(0.115, 0.15)
                strawberry(brush, spot, size, brush.random.uniform(-70, 70), 1 - haze * 0.5)
    brush.shape(
        [(x - half, top), (x + half, top), (x + half, y), (x - half, y)], front, blend(front, "8d9691", 0.25)
    )
    brush.box(x - half * 0.24, top + tall * 0.34, x + half * 0.24, top + tall * 0.58, edge)
