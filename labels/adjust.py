"""Adjustment (校准): by how much one printer misses on one stock, so that the engine can aim back."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from .errors import LabelError

MOST_OFFSET = 10_000  # µm
MOST_SCALE = 30_000  # parts per million of stretch or shrinkage: 3 %
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What is added to every position on the page: offset in µm (right and down are positive), scale in ppm.

    Only the places of the labels are stretched, never a label itself: QR modules stay whole printer dots.
    Raises LabelError for a correction beyond 10 mm or 3 %, which no sound printer needs.
    """

    offset_x: int = 0
    offset_y: int = 0
    scale_x: int = 0
    scale_y: int = 0

    def __post_init__(self) -> None:
        if max(abs(self.offset_x), abs(self.offset_y)) > MOST_OFFSET:
            raise _beyond()
        if max(abs(self.scale_x), abs(self.scale_y)) > MOST_SCALE:
            raise _beyond()

    def place(self, x: int, y: int) -> tuple[Fraction, Fraction]:
        """Where to aim so that the printer meets (x, y), µm from the top left corner of the page."""
        return (
            x * Fraction(_MILLION + self.scale_x, _MILLION) + self.offset_x,
            y * Fraction(_MILLION + self.scale_y, _MILLION) + self.offset_y,
        )


def _beyond() -> LabelError:
    return LabelError(
        "label.adjustment",
        "校准值太大：偏移最多 10 mm，缩放最多 3 %。请检查打印设置里是不是选了“适应页面”。",
        "An adjustment is at most 10 mm and 3 %. Check that the print dialogue does not fit to the page.",
    )


NONE = Adjustment()
