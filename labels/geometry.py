"""The geometry of label paper (标签纸): page, cells, gaps. Lengths in whole micrometres (µm)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from .errors import StockTooSmall

Shape = Literal["side", "tiny", "crown", "tall"]
Ink = Literal["colour", "black"]


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of label paper; a roll is a page of one label. `inset` is the edge a printer may not reach.

    Raises StockTooSmall if the cells overlap or leave the page.
    """

    name: str
    kind: Literal["sheet", "roll"]
    title_zh: str
    title_en: str
    page_width: int
    page_height: int
    label_width: int
    label_height: int
    columns: int = 1
    rows: int = 1
    margin_left: int = 0
    margin_top: int = 0
    gap_x: int = 0
    gap_y: int = 0
    corner: int = 0
    inset_x: int = 1_500
    inset_y: int = 1_300
    dpi: int = 203

    def __post_init__(self) -> None:
        sizes = (self.label_width, self.label_height, self.columns, self.rows, self.dpi)
        spaces = (
            self.margin_left,
            self.margin_top,
            self.gap_x,
            self.gap_y,
            self.corner,
            self.inset_x,
            self.inset_y,
        )
        right = self.margin_left + self.columns * self.pitch_x - self.gap_x
        bottom = self.margin_top + self.rows * self.pitch_y - self.gap_y
        if min(sizes) < 1 or min(spaces) < 0 or right > self.page_width or bottom > self.page_height:
            raise StockTooSmall(
                "label.stock-geometry",
                f"标签纸 {self.name} 的尺寸有误：格子超出了页面，或有负数。",
                f"Stock {self.name}: the cells leave the page, or a length is negative.",
                stock=self.name,
            )

    @property
    def pitch_x(self) -> int:
        """From one column to the next, µm."""
        return self.label_width + self.gap_x

    @property
    def pitch_y(self) -> int:
        """From one row to the next, µm."""
        return self.label_height + self.gap_y

    @property
    def per_page(self) -> int:
        """Labels on a full page."""
        return self.columns * self.rows

    @property
    def ink(self) -> Ink:
        """Roll printers know black only; office printers take colour."""
        return "black" if self.kind == "roll" else "colour"

    @property
    def shape(self) -> Shape:
        """Which arrangement of QR and text suits the label's proportions."""
        if self.label_height > self.label_width:
            return "tall"
        if self.label_height < 24_000:
            return "tiny"
        return "crown" if self.label_width < 46_000 else "side"


def mm(value: str | int | Decimal) -> int:
    """Millimetres as whole micrometres: mm("63.5") is 63500."""
    return int((Decimal(value) * 1000).to_integral_value())
