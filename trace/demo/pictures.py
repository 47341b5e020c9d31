"""Pictures made for the demonstration, drawn when it is loaded; each is marked 示例图 in its corner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trace.demo import scenes_lotus, scenes_strawberry
from trace.demo.brush import Brush


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture's caption in both languages, and how it is drawn."""

    zh: str
    en: str
    seed: int
    paint: Callable[[Brush], None]


SCENES: dict[str, Scene] = {
    "lotus-bloom": Scene("白莲花开", "Lotus field in bloom", 11, scenes_lotus.bloom),
    "lotus-picking": Scene("采摘莲蓬", "Picking seed heads", 12, scenes_lotus.picking),
    "lotus-drying": Scene("竹匾晾晒", "Seeds drying on bamboo trays", 13, scenes_lotus.drying),
    "lotus-baking": Scene("烘焙", "Seeds in the oven", 14, scenes_lotus.baking),
    "lotus-packed": Scene("包装好的通芯白莲", "Packed white lotus seeds", 15, scenes_lotus.packed),
    "strawberry-greenhouse": Scene("草莓大棚", "Strawberry greenhouse", 21, scenes_strawberry.greenhouse),
    "strawberry-planting": Scene("定植草莓苗", "Planting seedlings", 22, scenes_strawberry.planting),
    "strawberry-picking": Scene("采摘草莓", "Picking strawberries", 23, scenes_strawberry.picking),
    "strawberry-lorry": Scene("冷链车", "Cold-chain lorry", 24, scenes_strawberry.lorry),
    "strawberry-cold-store": Scene("冷库预冷", "Cold store", 25, scenes_strawberry.cold_store),
}


def draw(name: str) -> bytes:
    """The scene as a JPEG of 1200 × 800 and at most 80 kB, the same each time; KeyError if there is none."""
    scene = SCENES[name]
    brush = Brush(scene.seed)
    scene.paint(brush)
    return brush.jpeg()
