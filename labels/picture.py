"""A brand's picture on a label: decoded once, capped, re-encoded. Lengths in µm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture ready to print: `rgb` is 3 bytes a pixel, rows from the top, no alpha."""

    width_px: int
    height_px: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture in its box, measured from the label's top left corner."""

    x: int
    y: int
    width: int
    height: int
    picture: Picture
