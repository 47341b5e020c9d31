"""Five scenes of white lotus: the field in bloom, picking, drying, baking, packed."""

from __future__ import annotations

from trace.demo.brush import Brush, blend, smooth
from trace.demo.motifs import (
    bamboo_tray,
    heap,
    lotus_bud,
    lotus_flower,
    lotus_leaf,
    lotus_pod,
    lotus_seed,
    stalk,
)
from trace.demo.people import basket, worker


def _valley(brush: Brush) -> None:
    """Morning in a valley: sky, ranges of hills, a few white houses, water."""
    brush.backdrop((0, "a9cfe3"), (170, "dbe9e4"), (300, "fbe9cf"), (800, "9db98a"))
    brush.glow((930, 150), 360, "fff3d2", 0.95)
    brush.hills(330, 130, "a9c3c4", "c9d8cd", waves=1.7, foot=360)
    brush.hills(345, 80, "86aa9c", "b4cbb4", waves=2.6, foot=370)
    brush.hills(356, 36, "6b9478", "93b389", waves=4.3, foot=385)
    for x, wide, tall in ((250, 62, 26), (318, 44, 22), (372, 54, 24), (846, 50, 22)):
        brush.box(x, 352 - tall, x + wide, 354, "f6f1e4", "e3ddcb")
        brush.shape(
            [
                (x - 5, 353 - tall),
                (x + 6, 339 - tall),
                (x + wide - 6, 339 - tall),
                (x + wide + 5, 353 - tall),
            ],
            "5d6a70",
        )
        brush.box(x + wide * 0.4, 340, x + wide * 0.56, 354, "6b6f68")
    brush.box(0, 354, 1200, 380, "7f9f72", "8fb07f")
    brush.box(0, 376, 1200, 800, "b8d0bd", "5f8d63")


def _leaves(brush: Brush, rows: int, first: float, last: float, thin: float = 1.0) -> None:
    """Rows of leaves from the far end of the field to the near one, flowers and pods among them."""
    for row in range(rows):
        depth = row / (rows - 1)
        y = first + (last - first) * depth**1.5
        radius = 16 + 96 * depth**1.35
        light, dark = _greens(depth)
        x = brush.random.uniform(-radius, 0)
        while x < 1200 + radius:
            spot = (x, y + brush.random.uniform(-0.25, 0.25) * radius)
            if depth > 0.25:
                stalk(brush, (spot[0] + 4, spot[1] + radius * 0.9), spot, max(2.0, radius / 16), dark)
            lotus_leaf(brush, spot, radius * brush.random.uniform(0.72, 1.1), light, dark)
            chance = brush.random.random()
            head = (x + radius * 0.7, y - radius * 0.8)
            if chance < 0.14 and depth < 0.82:
                stalk(brush, (head[0] + 3, y + radius * 0.4), head, max(1.5, radius / 20))
                lotus_flower(brush, head, 13 + radius * 0.7)
            elif chance < 0.19 and depth < 0.8:
                stalk(brush, (head[0] + 3, y + radius * 0.4), head, max(1.5, radius / 20))
                lotus_bud(brush, head, 10 + radius * 0.45)
            x += radius * brush.random.uniform(1.05, 1.75) * thin


def _greens(depth: float) -> tuple[str, str]:
    return blend("b7cfa4", "8fbf68", depth), blend("7fa57f", "2f6b3f", depth)


def bloom(brush: Brush) -> None:
    """The field in bloom."""
    _valley(brush)
    _leaves(brush, 11, 384, 742)
    for foot, head, size in (((250, 860), (268, 470), 158), ((905, 870), (880, 540), 128)):
        stalk(brush, foot, head, 11)
        lotus_flower(brush, head, size)
    stalk(brush, (640, 870), (622, 592), 8)
    lotus_bud(brush, (622, 596), 106)
    stalk(brush, (1090, 870), (1066, 608), 9)
    lotus_pod(brush, (1064, 580), 50, 8)
    lotus_leaf(brush, (80, 760), 190, "9ccb74", "2d6a3d")
    lotus_leaf(brush, (500, 800), 200, "94c46d", "2a6539")
    lotus_leaf(brush, (960, 796), 190, "a2cf7a", "30703f")


def picking(brush: Brush) -> None:
    """A farmer among the leaves, seed heads in a basket."""
    _valley(brush)
    _leaves(brush, 8, 384, 600, 1.1)
    brush.mist(2.4)
    for x, y, size in ((905, 452, 40), (1010, 490, 34), (1112, 440, 44), (770, 506, 34)):
        stalk(brush, (x + 10, 800), (x, y), 8)
        lotus_pod(brush, (x, y), size, -6)
    worker(brush, (520, 640), 620, "2f6f9a", (760, 456), legs=False, second=(430, 640))
    stalk(brush, (772, 800), (768, 470), 8)
    lotus_pod(brush, (768, 440), 48, 4)
    for x, y, radius in (
        (380, 700, 130),
        (660, 716, 150),
        (950, 700, 150),
        (1140, 660, 120),
        (120, 650, 130),
    ):
        lotus_leaf(brush, (x, y), radius, "93c46c", "2f6d3f")
    basket(brush, (280, 776), 300, 170)
    for x, y, size, turn in (
        (205, 612, 46, -24),
        (352, 612, 46, 26),
        (280, 590, 50, 4),
        (238, 636, 44, -8),
        (322, 640, 46, 12),
    ):
        lotus_pod(brush, (x, y), size, turn)
    brush.shape(
        smooth(
            [(134, 606), (160, 640), (280, 666), (400, 640), (426, 606), (420, 650), (280, 690), (140, 650)]
        ),
        "c9974f",
        "a8783a",
    )
    lotus_leaf(brush, (660, 800), 170, "9fcd78", "347543")
    lotus_leaf(brush, (1030, 806), 180, "9ccb74", "2d6a3d")


def drying(brush: Brush) -> None:
    """Peeled seeds on bamboo trays in a courtyard."""
    brush.backdrop((0, "b8dbe8"), (150, "e9f0e2"), (230, "f3ead2"), (800, "dcc9a2"))
    brush.glow((180, 60), 320, "fff6dc", 0.9)
    brush.hills(240, 90, "9dbda9", "c4d5ba", waves=2.2, foot=260)
    brush.box(560, 70, 1200, 280, "f4eee0", "ddd2bb")
    brush.shape([(530, 78), (590, 18), (1200, 18), (1200, 78)], "6d7880", "4c565e")
    for x in range(560, 1200, 26):
        brush.stroke([(x + 22, 20), (x, 78)], 2.2, "3e484f", alpha=0.5)
    brush.box(640, 120, 730, 210, "8a6f4d", "6f5638")
    brush.box(648, 128, 722, 202, "3f4a4a", "2c3536")
    brush.stroke([(685, 128), (685, 202)], 5, "8a6f4d")
    brush.box(900, 110, 1010, 280, "8f6c45", "6d4f30")
    brush.stroke([(955, 112), (955, 280)], 3, "53391f")
    brush.shape([(0, 262), (1200, 262), (1200, 800), (0, 800)], "e2d3b2", "cbb487")
    for x in range(-400, 1700, 130):
        brush.stroke([(600 + (x - 600) * 0.45, 262), (x, 800)], 1.6, "b69d6e", alpha=0.4)
    for x, y, radius, size, count in (
        (170, 330, 120, 5.5, 220),
        (440, 322, 112, 5.2, 200),
        (706, 330, 118, 5.4, 210),
        (1010, 334, 124, 5.6, 220),
        (60, 448, 160, 8, 200),
        (380, 456, 168, 8.2, 230),
        (735, 452, 166, 8, 220),
        (1080, 458, 172, 8.4, 230),
    ):
        bamboo_tray(brush, (x, y), radius, size, count)
    bamboo_tray(brush, (610, 650), 420, 17, 470)
    for x, y, turn in ((1050, 690, 20), (1104, 720, 80), (1010, 742, 140), (190, 720, 30), (140, 690, 100)):
        lotus_seed(brush, (x, y), 17, turn)


def baking(brush: Brush) -> None:
    """Trays of seeds at the oven (烘焙)."""
    brush.backdrop((0, "6e5540"), (520, "8f6d4e"), (560, "6f5d4d"), (800, "4f443a"))
    brush.glow((470, 380), 560, "ffb765", 0.75)
    brush.box(190, 90, 760, 600, "c4c9c8", "8b9394")
    brush.box(214, 112, 736, 578, "4a2a17", "6b3415")
    brush.glow((475, 350), 330, "ffb04f", 0.95)
    for row in range(5):
        y = 176 + row * 84
        brush.box(232, y, 718, y + 9, "d8d2c4", "8d8676")
        heap(brush, (475, y - 9), 228, 11, 10.5, 105)
        brush.stroke([(232, y + 1), (718, y + 1)], 4, "efe7d6")
    brush.box(190, 90, 214, 600, "dfe3e1", "a2a9a9")
    brush.box(736, 90, 760, 600, "aab1b1", "7a8283")
    brush.box(190, 66, 760, 112, "d7dcda", "aeb5b5")
    brush.box(590, 74, 706, 104, "22302a")
    brush.text((648, 88), "58.0 ℃", 20, "ffb64a")
    for x in (236, 264, 292):
        brush.ellipse((x, 89), 7, 7, "5fae72" if x == 236 else "c9cecb")
    brush.shape([(190, 600), (760, 600), (790, 640), (160, 640)], "55483b", "3f352b")
    worker(brush, (940, 770), 640, "f0f3f1", (742, 424), hat=False, second=(800, 470), trousers="5d6a72")
    brush.shape([(560, 470), (808, 470), (846, 505), (530, 505)], "b9b4a6", "8f8878")
    heap(brush, (688, 478), 118, 13, 11, 90)
    brush.box(530, 503, 846, 514, "e2dccb", "a59d8b")
    for at in ((560, 470), (808, 470)):
        brush.glow(at, 60, "ffd9a0", 0.25)
    basket(brush, (110, 770), 230, 130)
    heap(brush, (110, 642), 92, 16, 13, 90)


def packed(brush: Brush) -> None:
    """Bags and cartons on a table."""
    brush.backdrop((0, "e8ece2"), (470, "d5dcce"), (471, "b98d5c"), (800, "8f6537"))
    brush.glow((260, 120), 420, "fffdf0", 0.9)
    brush.box(0, 466, 1200, 480, "d9b183", "c1935f")
    for x in range(-300, 1600, 170):
        brush.stroke([(600 + (x - 600) * 0.6, 480), (x, 800)], 2, "7a542c", alpha=0.35)
    for x, y, wide, tall in ((840, 470, 300, 210), (870, 262, 250, 160)):
        brush.box(x, y - tall, x + wide, y, "d4a871", "b98a55")
        brush.shape(
            [(x, y - tall), (x + 26, y - tall - 26), (x + wide + 26, y - tall - 26), (x + wide, y - tall)],
            "e3bf8f",
            "d3aa77",
        )
        brush.shape(
            [(x + wide, y - tall), (x + wide + 26, y - tall - 26), (x + wide + 26, y - 20), (x + wide, y)],
            "a1743f",
            "8a6232",
        )
        brush.box(x + wide * 0.44, y - tall, x + wide * 0.56, y, "e8cfa4", "d6b582")
    for x, y, size in ((150, 560, 0.82), (700, 552, 0.8), (330, 650, 1.0), (590, 668, 1.04)):
        _bag(brush, x, y, size)
    brush.shadow((960, 720), 200, 60, 0.5)
    brush.ellipse((960, 706), 168, 54, "f6f6f1", "c9cfc9")
    brush.ellipse((960, 698), 150, 44, "e4e8e3", "f4f5f1")
    heap(brush, (960, 686), 118, 32, 15, 120)
    for x, y, turn in ((800, 748, 40), (1130, 752, 120), (180, 742, 70)):
        lotus_seed(brush, (x, y), 16, turn)


def _bag(brush: Brush, x: float, foot: float, size: float) -> None:
    """A stand-up kraft bag with a window and a label with a flower; no letters, no code."""
    wide, tall = 112 * size, 330 * size
    brush.shadow((x + 10, foot), wide * 1.5, 40 * size, 0.6)
    brush.shape(
        [
            (x - wide * 0.96, foot - tall),
            (x + wide * 0.96, foot - tall),
            *smooth(
                [
                    (x + wide * 0.98, foot - tall * 0.9),
                    (x + wide, foot - 16 * size),
                    (x + wide * 0.6, foot + 8 * size),
                    (x - wide * 0.6, foot + 8 * size),
                    (x - wide, foot - 16 * size),
                    (x - wide * 0.98, foot - tall * 0.9),
                ],
                closed=False,
                steps=3,
            ),
        ],
        "dfb985",
        "b68752",
        ((x - wide, foot - tall), (x + wide, foot)),
    )
    brush.box(x - wide * 0.96, foot - tall, x + wide * 0.96, foot - tall * 0.92, "e9cb9c", "c9a06a")
    brush.stroke(
        [(x - wide * 0.96, foot - tall * 0.91), (x + wide * 0.96, foot - tall * 0.91)], 2.4 * size, "93693a"
    )
    brush.ellipse((x, foot - tall * 0.26), wide * 0.62, tall * 0.17, "8d6a3d")
    heap(brush, (x, foot - tall * 0.255), wide * 0.5, tall * 0.12, 11 * size, 60)
    left, top = x - wide * 0.66, foot - tall * 0.83
    brush.box(left, top, x + wide * 0.66, foot - tall * 0.5, "2f7350", "245c40")
    brush.ellipse((x, foot - tall * 0.665), wide * 0.46, wide * 0.46, "f7f3e4")
    lotus_flower(brush, (x, foot - tall * 0.625), 38 * size)
