"""Five scenes of strawberries: the greenhouse, planting, picking, the cold-chain lorry, the cold store."""

from __future__ import annotations

import math

from trace.demo.brush import Brush, Point, blend
from trace.demo.motifs import strawberry, strawberry_leaf, strawberry_plant
from trace.demo.people import crate, worker

_EYE: Point = (600, 250)


def _greenhouse(brush: Brush) -> None:
    """Inside an arched greenhouse (日光温室): film, hoops that recede, soil."""
    brush.backdrop((0, "d3e6ec"), (250, "f3f6ea"), (330, "c5cfae"), (800, "8f7a58"))
    brush.glow((600, 210), 520, "fffbe6", 0.95)
    for step in range(9):
        share = (step / 8) ** 1.8
        wide, tall = 130 + 760 * share, 110 + 540 * share
        hoop = [
            (_EYE[0] + wide * math.cos(angle), _EYE[1] + 34 + 200 * share - tall * math.sin(angle) * 0.93)
            for angle in (math.pi * index / 40 for index in range(41))
        ]
        brush.stroke(hoop, 1.6 + 8 * share, blend("c9d6d2", "8fa3a3", share), alpha=0.9)
    for angle in (0.2, 0.36, 0.5, 0.64, 0.8):
        turn = math.pi * angle
        near = (_EYE[0] + 890 * math.cos(turn), _EYE[1] + 234 - 605 * math.sin(turn))
        far = (_EYE[0] + 130 * math.cos(turn), _EYE[1] + 34 - 102 * math.sin(turn))
        brush.stroke([far, near], 2.4, "a3b4b2", alpha=0.75)
    brush.shape([(0, 420), (470, 286), (730, 286), (1200, 420), (1200, 800), (0, 800)], "b3a07c", "7f6745")


def _ridge(brush: Brush, lane: float, film: str) -> None:
    """A ridge under film that runs to the far end; `lane` is where it starts, in pixels from the middle."""
    far, near = _EYE[0] + lane * 0.13, _EYE[0] + lane
    brush.shape(
        [(far - 12, 286), (far + 12, 286), (near + 120, 810), (near - 120, 810)],
        blend(film, "e8ecdc", 0.45),
        film,
    )
    brush.shape(
        [(far + 12, 286), (far + 17, 290), (near + 168, 810), (near + 120, 810)],
        blend(film, "6d5a3c", 0.35),
        blend(film, "2a2418", 0.45),
    )


def _along(lane: float, depth: float) -> tuple[Point, float]:
    """Where on a ridge, and how large, things at `depth` 0 far … 1 near are."""
    share = depth**2.1
    return (_EYE[0] + lane * (0.13 + 0.87 * share), 286 + 520 * share), 0.09 + 0.91 * share


def greenhouse(brush: Brush) -> None:
    """Rows of plants with ripe berries."""
    _greenhouse(brush)
    lanes = (-880, -460, 0, 460, 880)
    for lane in lanes:
        _ridge(brush, lane, "3b3f3c")
    for step in range(9):
        depth = 0.3 + 0.7 * step / 8
        for lane in lanes:
            spot, size = _along(lane + brush.random.uniform(-14, 14), depth)
            if -120 < spot[0] < 1320:
                strawberry_plant(brush, spot, 26 + 215 * size, 3 if size > 0.12 else 0, max(0.0, 0.55 - size))
    for x, y, length, turn, ripe in (
        (245, 560, 118, -6, 1),
        (352, 590, 128, 8, 1),
        (150, 600, 104, -12, 0.9),
        (880, 560, 122, 6, 1),
        (985, 600, 112, -8, 0.55),
        (1080, 580, 124, 10, 1),
    ):
        brush.stroke(
            [(x + turn * 4, y - length * 0.8), (x + turn, y - length * 0.3), (x, y + 4)], 4, "8fb55f"
        )
        strawberry(brush, (x, y), length, turn, ripe)


def planting(brush: Brush) -> None:
    """Seedlings (定植) set into the ridges by hand."""
    _greenhouse(brush)
    lanes = (-820, -420, 0, 420, 820)
    for lane in lanes:
        _ridge(brush, lane, "8a6a45")
    for step in range(10):
        depth = 0.28 + 0.72 * step / 9
        for lane in lanes:
            for side in (-36, 36):
                spot, size = _along(lane + side, depth)
                if lane == 0 and depth > 0.78:
                    brush.ellipse(spot, 26 * size, 10 * size, "4d3921")
                    continue
                _seedling(brush, spot, 10 + 78 * size)
    worker(brush, (812, 690), 470, "b4533f", (664, 640), trousers="40506a")
    _seedling(brush, (650, 642), 84)
    brush.shadow((330, 756), 260, 60, 0.5)
    brush.shape([(120, 690), (170, 640), (500, 640), (540, 690)], "3e4a45", "2f3835")
    for row in range(3):
        for column in range(7):
            _seedling(brush, (176 + column * 54 - row * 10, 656 + row * 22), 60)
    brush.shape([(112, 690), (548, 690), (536, 742), (124, 742)], "59655f", "3d4743")


def _seedling(brush: Brush, at: Point, size: float) -> None:
    brush.shadow(at, size * 0.42, size * 0.14, 0.4)
    for turn in (-52, 46, -12):
        strawberry_leaf(brush, (at[0], at[1]), size * 0.62, turn, "93c464", "3f7d3c")


def picking(brush: Brush) -> None:
    """Ripe berries picked into crates."""
    _greenhouse(brush)
    lanes = (-860, -430, 20, 470, 900)
    for lane in lanes:
        _ridge(brush, lane, "3b3f3c")
    for step in range(8):
        depth = 0.3 + 0.6 * step / 7
        for lane in lanes:
            spot, size = _along(lane, depth)
            if -120 < spot[0] < 1320:
                strawberry_plant(brush, spot, 26 + 205 * size, 3 if size > 0.12 else 0, max(0.0, 0.55 - size))
    brush.mist(1.6)
    worker(brush, (700, 640), 560, "3f7f74", (520, 520), second=(590, 560), trousers="47525c")
    strawberry(brush, (512, 512), 54, 14)
    strawberry_plant(brush, (420, 610), 190, 3)
    strawberry_plant(brush, (1010, 690), 240, 3)
    crate(brush, (870, 790), 330)
    crate(brush, (250, 790), 380)


def lorry(brush: Brush) -> None:
    """A refrigerated lorry (冷链车) on the coast road."""
    brush.backdrop((0, "9fcbe6"), (240, "e4f0f1"), (300, "f9ecd4"), (800, "c9cfae"))
    brush.glow((960, 190), 330, "fff4d8", 0.95)
    brush.hills(310, 96, "9dbcc6", "c8d8d4", waves=2.0, foot=330)
    brush.box(0, 322, 1200, 440, "8dbccb", "6aa5b8")
    for _ in range(46):
        x, y = brush.random.uniform(0, 1200), brush.random.uniform(330, 430)
        brush.stroke([(x, y), (x + brush.random.uniform(14, 60), y)], 1.6, "e9f5f3", alpha=0.5)
    brush.hills(452, 22, "7fa663", "93b872", waves=3.3, foot=560)
    for x, wide in ((70, 130), (230, 110), (1010, 140)):
        brush.shape(
            [(x, 470), (x, 438), (x + wide * 0.5, 414), (x + wide, 438), (x + wide, 470)],
            "f2f5ee",
            "d4ddd5",
            alpha=0.95,
        )
        brush.stroke([(x, 438), (x + wide * 0.5, 414), (x + wide, 438)], 2, "a9b8b2")
    brush.box(0, 540, 1200, 556, "d9d4c3", "b9b4a3")
    brush.box(0, 552, 1200, 800, "6d7173", "54585a")
    for x in range(20, 1200, 190):
        brush.shape([(x, 690), (x + 104, 690), (x + 96, 702), (x - 8, 702)], "efe9d3")
    brush.box(0, 520, 1200, 527, "cfd6d6", "a5adae")
    for x in range(10, 1200, 120):
        brush.box(x, 520, x + 8, 552, "b7bebf", "8e9697")
    brush.shadow((560, 650), 470, 44, 0.75, "1a1d1e")
    brush.box(200, 300, 740, 604, "fdfdfb", "dfe5e6")
    brush.box(200, 300, 740, 318, "ffffff", "e8eeee")
    brush.box(200, 520, 740, 556, "2f7350", "276245")
    brush.shape([(740, 300), (756, 312), (756, 604), (740, 604)], "c3cccd", "a3adae")
    brush.box(640, 252, 790, 312, "e9eeee", "b9c3c4")
    for y in (266, 280, 294):
        brush.stroke([(656, y), (776, y)], 3, "8f9b9c")
    for turn in range(3):
        angle = math.pi * turn / 3
        dx, dy = 56 * math.cos(angle), 56 * math.sin(angle)
        brush.stroke([(330 - dx, 412 - dy), (330 + dx, 412 + dy)], 8, "7db6d6")
        for end in (1, -1):
            tip = (330 + end * dx * 0.72, 412 + end * dy * 0.72)
            for bend in (0.75, -0.75):
                brush.stroke(
                    [
                        tip,
                        (
                            tip[0] + end * 22 * math.cos(angle + bend),
                            tip[1] + end * 22 * math.sin(angle + bend),
                        ),
                    ],
                    6,
                    "7db6d6",
                )
    strawberry(brush, (560, 342), 130, 10)
    brush.shape([(764, 604), (764, 370), (850, 370), (916, 470), (960, 490), (968, 604)], "f1f5f4", "c3ced0")
    brush.shape([(784, 392), (842, 392), (896, 474), (784, 474)], "3f5a68", "8fb3c0")
    brush.shape([(800, 392), (820, 392), (850, 474), (826, 474)], "d9ebef", alpha=0.35)
    brush.box(936, 520, 966, 548, "ffeeb0", "f1cd6b")
    brush.box(764, 560, 972, 606, "59656a", "454f54")
    brush.stroke([(794, 496), (826, 496)], 4, "8b979a")
    for x in (300, 392, 866):
        brush.ellipse((x, 610), 50, 50, "24282a")
        brush.ellipse((x, 610), 25, 25, "ccd3d4", "8b9496")
        brush.ellipse((x, 610), 8, 8, "565e60")


def cold_store(brush: Brush) -> None:
    """Crates on racks in the cold store (冷库)."""
    brush.backdrop((0, "b7cdd9"), (520, "dbe7ec"), (521, "9fb2bc"), (800, "7d929e"))
    brush.shape([(0, 0), (330, 130), (870, 130), (1200, 0)], "cfdde4", "e5eef1")
    brush.shape([(0, 0), (330, 130), (330, 470), (0, 720)], "b4c8d3", "9db5c2")
    brush.shape([(1200, 0), (870, 130), (870, 470), (1200, 720)], "a9bfcb", "93acba")
    brush.shape([(330, 470), (870, 470), (1200, 720), (1200, 800), (0, 800), (0, 720)], "a9bac2", "7f95a1")
    brush.box(330, 130, 870, 470, "d6e4ea", "bcd0da")
    brush.glow((600, 120), 420, "f8feff", 0.85)
    brush.box(430, 146, 750, 236, "f4f8f9", "c3d1d7")
    for x in (510, 670):
        brush.ellipse((x, 191), 38, 38, "8ba1ac", "6d8591")
        for turn in range(4):
            angle = math.pi * turn / 4 + 0.3
            brush.stroke(
                [
                    (x - 30 * math.cos(angle), 191 - 30 * math.sin(angle)),
                    (x + 30 * math.cos(angle), 191 + 30 * math.sin(angle)),
                ],
                4,
                "c9d8df",
            )
        brush.ellipse((x, 191), 9, 9, "dfe9ed")
    for x, strength in ((470, 0.5), (600, 0.6), (730, 0.5)):
        brush.shadow((x, 300), 110, 90, strength, "ffffff")
    brush.box(778, 160, 858, 204, "26333a", "1c272d")
    brush.text((818, 182), "2.0 ℃", 22, "8fe3c6")
    for level, haze in ((330, 0.42), (440, 0.34)):
        for x in (392, 496, 600, 704, 808):
            crate(brush, (x, level), 92, haze=haze)
        brush.box(338, level, 862, level + 9, "8fa4af", "768d99")
    for side in (-1, 1):
        for index in range(3):
            x = 600 + side * (338 + index * 96)
            brush.stroke([(x, 210 - index * 50), (x, 560 + index * 96)], 7 + 3 * index, "7f96a3")
    for x, level, wide in ((132, 560, 240), (132, 410, 220), (1068, 560, 240), (1068, 410, 220)):
        brush.box(x - wide * 0.62, level, x + wide * 0.62, level + 12, "8fa4af", "6e8693")
        crate(brush, (x, level), wide, haze=0.16)
    brush.shadow((600, 756), 400, 60, 0.5, "22323c")
    brush.box(330, 742, 870, 776, "c29a63", "9a7442")
    for x in (400, 600, 800):
        brush.box(x - 30, 760, x + 30, 780, "85622f")
    for x, y in ((470, 744), (730, 744), (600, 664)):
        crate(brush, (x, y), 248)
