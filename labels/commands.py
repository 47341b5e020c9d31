"""What command files for roll printers (TSPL, ZPL) share: labels as dots, cut into what stays and what changes.

The constant text is drawn once; of a label's own parts each digit is cut from drawings of the whole label made by
`raster`, so that the printer's dots are the same as those of any other outlet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from qrcode.util import MODE_8BIT_BYTE, QRData

from .adjust import NONE, Adjustment
from .code import CODE_DIGITS
from .errors import LabelError
from .fonts import width
from .layout import NUMBER_SAMPLE, Layout
from .marks import Mark
from .qr import QUIET_MODULES
from .raster import draw
from .stock import STOCKS, Stock
from .symbol import MIN_MODULE_DOTS, MIN_SYMBOL_AREA

Dots = NDArray[np.bool_]  # of one label: rows from the top; True is black
Some = NDArray[np.bool_]  # the same of some labels: (labels, height, width)
Qr = Literal["bitmap", "native"]

BATCH = 32
_PIN_DIGITS = 6
_MOST_NATIVE_DOTS = 10  # of a module that printers draw themselves
_Item = TypeVar("_Item")


class NotARoll(LabelError):
    """Command files are for roll printers, and this stock is a sheet."""


class NativeTooLarge(LabelError):
    """A symbol that the printer makes itself may be larger than its place on the label."""


def check_roll(stock: Stock) -> Stock:
    """Return the stock if it is a roll, else raise NotARoll, which names the rolls there are."""
    if stock.kind != "roll":
        rolls = [one.name for one in STOCKS.values() if one.kind == "roll"]
        raise NotARoll(
            "label.not-a-roll",
            f"标签打印机的指令文件只能用于卷装标签（{'、'.join(rolls)}），{stock.name} 是整张的纸，请用 PDF 打印。",
            f"Command files are for rolls ({', '.join(rolls)}); {stock.name} is a sheet: print the PDF.",
            stock=stock.name,
            rolls=tuple(rolls),
        )
    return stock


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of dots that differs from label to label."""

    x: int
    y: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Its rows and columns in a label's dots."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


@dataclass(frozen=True, slots=True)
class _Digits:
    """A line of digits on the label: `glyphs[d]` is the region with digit d in every place."""

    region: Region
    glyphs: NDArray[np.bool_]  # (10, width, height)
    places: NDArray[np.intp]  # for each column of the region the character that it belongs to

    def set(self, texts: list[str]) -> Some:
        """The region of each label."""
        typed = np.array([[int(char) if char.isdigit() else 0 for char in text] for text in texts])
        columns = np.arange(self.region.width)
        dots: Some = self.glyphs[typed[:, self.places], columns]
        return dots.transpose(0, 2, 1)


@dataclass(frozen=True, slots=True)
class Native:
    """A symbol that the printer makes: its top left corner and a module's edge, in dots."""

    x: int
    y: int
    dots: int


class Texts(Protocol):
    """What is typed on one label: marks and rows have it."""

    @property
    def number(self) -> str: ...
    @property
    def pin(self) -> str: ...


class Plates:
    """A run's labels as dots of the printer: `constant` on every label; `symbol` and `lines` on each its own.

    `adjust` moves the whole label by whole dots. Raises LabelError where that takes the symbol off the label.
    """

    def __init__(self, layout: Layout, dpi: int, adjust: Adjustment = NONE) -> None:
        self.layout = layout
        dot = layout.symbol.dot
        self._dx, self._dy = (round(by / dot) for by in adjust.place(0, 0))
        self.constant = self._drawn("", dpi)
        self.height, self.width = self.constant.shape
        side = layout.symbol.modules * layout.symbol.dots
        self.symbol = Region(layout.qr_x + self._dx, layout.qr_y + self._dy, side, side)
        left, top = self.symbol.x, self.symbol.y
        if min(left, top) < 0 or left + side > self.width or top + side > self.height:
            raise LabelError(
                "label.adjustment-off",
                "按打印机的校准值移动后，二维码会印到标签外面。请重新校准。",
                "Moved by the printer's adjustment, the code leaves the label. Calibrate again.",
            )
        self._digits = self._cut([self._drawn(str(digit), dpi) for digit in range(10)])
        self.lines = tuple(digits.region for digits in self._digits)

    def _drawn(self, char: str, dpi: int) -> Dots:
        """The label, moved, without a symbol and with `char` in place of every digit."""
        layout = self.layout
        number = "".join(char if one == "0" else one for one in NUMBER_SAMPLE) if char else ""
        nothing = bytes(layout.symbol.modules * _row_bytes(layout))
        image = draw(layout, number, nothing, char * _PIN_DIGITS, dpi, "1")
        dots = ~np.asarray(image, dtype=np.bool_)
        (high, wide), dx, dy = dots.shape, self._dx, self._dy
        moved = np.zeros_like(dots)
        moved[max(dy, 0) : high + min(dy, 0), max(dx, 0) : wide + min(dx, 0)] = dots[
            max(-dy, 0) : high - max(dy, 0), max(-dx, 0) : wide - max(dx, 0)
        ]
        return moved

    def _cut(self, drawn: list[Dots]) -> list[_Digits]:
        """Cut each line of digits out of ten drawings of the label."""
        layout, dot = self.layout, self.layout.symbol.dot
        lines = [
            (line.x, line.y, NUMBER_SAMPLE[line.start : line.stop], layout.number_size)
            for line in layout.number
        ]
        if layout.pin is not None:
            lines.append((layout.pin.x, layout.pin.y, "0" * _PIN_DIGITS, layout.pin.size))
        found = []
        for left, baseline, text, size in lines:
            ends = [(left + width(text[:at], size)) / dot + self._dx for at in range(len(text) + 1)]
            # Figures are 0.73 em high and stand on the baseline; a dot more for what rounds outwards.
            rows = (int((baseline - size * 75 // 100) / dot) - 1, int((baseline + size // 50) / dot) + 2)
            x, right = max(int(ends[0]) - 1, 0), min(int(ends[-1]) + 2, self.width)
            y, bottom = max(rows[0] + self._dy, 0), min(rows[1] + self._dy, self.height)
            region = Region(x, y, right - x, bottom - y)
            glyphs = np.stack([dots[region.slices].T for dots in drawn])
            # A dot belongs to the character in which its middle lies: figures have more space around them.
            starts = np.array([float(end) for end in ends[1:-1]])
            places = np.searchsorted(starts, np.arange(x, right) + 0.5, side="right")
            found.append(_Digits(region, glyphs, places))
        return found

    def batches(self, marks: Iterable[Mark]) -> Iterator[list[Some]]:
        """A few labels at a time, the dots of their `symbol` and then of their `lines`."""
        layout = self.layout
        modules, dots, row_bytes = layout.symbol.modules, layout.symbol.dots, _row_bytes(layout)
        for batch in batched(marks):
            packed = np.frombuffer(b"".join(mark.symbol for mark in batch), dtype=np.uint8)
            bits = np.unpackbits(packed.reshape(len(batch), modules, row_bytes), axis=2)[:, :, :modules]
            yield [bits.astype(np.bool_).repeat(dots, axis=1).repeat(dots, axis=2), *self.typed(batch)]

    def typed(self, batch: Sequence[Texts]) -> list[Some]:
        """The dots of the `lines` of some labels."""
        found = []
        for line, digits in itertools.zip_longest(self.layout.number, self._digits):
            found.append(
                digits.set([one.pin if line is None else one.number[line.start : line.stop] for one in batch])
            )
        return found

    def ink(self, *, symbol: bool) -> Dots:
        """Where any label of the run may be black; `symbol` says whether its area counts."""
        found = self.constant.copy()
        for digits in self._digits:
            found[digits.region.slices] |= digits.glyphs.any(axis=0).T
        if symbol:
            found[self.symbol.slices] = True
        return found

    def native(self, as_bytes: str = "") -> Native:
        """How a symbol that the printer makes stays within its place, quiet zone of 4 modules included.

        With `as_bytes` (the prefix) even if the printer encodes every digit as a byte. Raises NativeTooLarge.
        """
        symbol, modules = self.layout.symbol, self.layout.symbol.modules
        if as_bytes:
            worst: QRCode[object] = QRCode(error_correction=ERROR_CORRECT_M)
            worst.add_data(QRData(as_bytes.encode("ascii") + b"0" * CODE_DIGITS, mode=MODE_8BIT_BYTE))
            modules = 17 + 4 * worst.best_fit()
        place = self.symbol.width + 2 * symbol.quiet_dots
        dots = min(symbol.dots, _MOST_NATIVE_DOTS, place // (modules + 2 * QUIET_MODULES))
        if dots < MIN_MODULE_DOTS or (symbol.modules * dots * symbol.dot) ** 2 < MIN_SYMBOL_AREA:
            raise NativeTooLarge(
                "label.native-room",
                "这种标签上不能让打印机自己生成二维码：它可能比留的位置大。请用图形方式，或换大一点的标签纸。",
                "On this label the printer cannot make the code itself: it may outgrow its place. Send bitmaps.",
            )
        shift = (self.symbol.width - modules * dots) // 2
        return Native(self.symbol.x + shift, self.symbol.y + shift, dots)

    def whole(self, regions: Sequence[Region], parts: Sequence[Some]) -> Some:
        """Whole labels: the constant dots with these parts in their regions."""
        labels = np.repeat(self.constant[np.newaxis], len(parts[0]), axis=0)
        for region, dots in zip(regions, parts, strict=True):
            rows, columns = region.slices
            labels[:, rows, columns] = dots
        return labels


def batched(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    """Some items at a time, so many that numpy works well and memory stays small."""
    waiting = iter(items)
    while batch := list(itertools.islice(waiting, BATCH)):
        yield batch


def _row_bytes(layout: Layout) -> int:
    return (layout.symbol.modules + 7) // 8
