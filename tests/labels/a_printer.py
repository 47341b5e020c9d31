"""A printer that misses by a known offset and stretch, and an eye that reads the calibration page's scales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from labels import calibration, sheet
from labels.adjust import Adjustment
from labels.calibration import Readings
from labels.stock import Stock

DPI = 400
_DOT = 25_400 / DPI  # µm
_DARK = 95  # black ticks, not the grey outlines


@dataclass(frozen=True)
class Printer:
    """What is sent to (x, y) lands at x·(1 + stretch) + shift; stretch in ppm, shift in µm."""

    shift_x: int = 0
    shift_y: int = 0
    stretch_x: int = 0
    stretch_y: int = 0

    def lands(self, x: float, y: float) -> tuple[float, float]:
        """Where on the paper, µm."""
        return (
            x * (1 + self.stretch_x / 1e6) + self.shift_x,
            y * (1 + self.stretch_y / 1e6) + self.shift_y,
        )

    def print(self, page: Image.Image) -> Image.Image:
        """The paper as it comes out, in the resolution of the page."""
        wide, high = 1 + self.stretch_x / 1e6, 1 + self.stretch_y / 1e6
        back = (
            1 / wide, 0, -self.shift_x / _DOT / wide,
            0, 1 / high, -self.shift_y / _DOT / high,
        )  # fmt: skip
        return page.transform(
            page.size, Image.Transform.AFFINE, back, resample=Image.Resampling.BICUBIC, fillcolor=255
        )


def read_scales(paper: Image.Image, stock: Stock, printed_with: Adjustment, printer: Printer) -> Readings:
    """What a clerk reads off the paper: where the label's real edges, which never move, cross the scales.

    The printer's own figures only tell where on the paper to look, never what the scale says there.
    """
    pixels = np.asarray(paper)
    on = calibration.edges(stock)
    x, y = sheet.corner(stock, 1)
    last_x, last_y = sheet.corner(stock, stock.per_page)
    half_x, half_y = stock.label_width // 2, stock.label_height // 2

    def read(edge_x: int, edge_y: int, level: bool) -> int:
        middle = printer.lands(*(float(aim) for aim in printed_with.place(edge_x, edge_y)))
        return _read(pixels, middle, edge_x if level else edge_y, level)

    return Readings(
        read(on.a, y + half_y, True),
        read(x + half_x, on.b, False),
        read(on.c, last_y + half_y, True),
        read(last_x + half_x, on.d, False),
    )


def _read(pixels: NDArray[np.uint8], middle: tuple[float, float], edge: int, level: bool) -> int:
    x, y = middle
    if not level:
        pixels, x, y = pixels.T, y, x
    # Above the line: at 2 mm only the tick at zero reaches, at 0.95 mm those at whole millimetres.
    zero = _ticks(pixels, x, y - 2_000)
    assert len(zero) == 1, zero
    whole = _ticks(pixels, x, y - 950)
    numbers = [round((tick - zero[0]) / 1_000) for tick in whole]
    return round(float(np.interp(edge, whole, numbers)) * 1_000)


def _ticks(pixels: NDArray[np.uint8], x: float, y: float) -> list[float]:
    """The middles of the dark ticks that cross a level within 5.3 mm of x, µm on the paper."""
    start = max(0, round((x - 5_300) / _DOT))
    row = pixels[round(y / _DOT), start : round((x + 5_300) / _DOT)]
    dark = np.flatnonzero(row < _DARK)
    groups = np.split(dark, np.flatnonzero(np.diff(dark) > 1) + 1)
    return [float((start + group.mean() + 0.5) * _DOT) for group in groups if len(group)]
