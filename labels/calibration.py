"""A printer measured on a stock: the page to print, and from what its scales read to an Adjustment. Lengths in µm.

Four scales, A to D, lie across edges of the first and the last cell. Where the edge of the real label crosses a
scale, the reader reads how far off the printer is: to the right and down is positive.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from fractions import Fraction
from typing import BinaryIO

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from . import sheet
from .adjust import NONE, Adjustment
from .canvas import Canvas
from .errors import LabelError
from .stock import Stock, check_dpi
from .wrap import wrapped

MOST_READING = 10_000  # µm; the scales reach 5 mm, the rest is measured with a ruler
REACH = 6_000  # µm from the paper's edge within which an office printer may leave a scale blank
LEAST_BASE = 60_000  # µm between two edges from which stretching can be told from careless reading
SAMPLE_DOTS = (3, 4, 5)

_HAIR, _FINE, _BOLD = 80, 120, 250  # thickness of lines
_GREY, _PALE = 0.45, 0.82  # outlines; pale behind words
_ROOM_FOR_WORDS = (100_000, 140_000)  # least page with instructions on it
_EM = 3_200
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges that the scales lie across, µm from the top left of the page: A, B on the first cell, C, D on
    the last; A and C upright edges, B and D level ones."""

    a: int
    b: int
    c: int
    d: int


@dataclass(frozen=True, slots=True)
class Readings:
    """What the four scales read, µm. Raises LabelError label.reading for more than 10 mm."""

    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0

    def __post_init__(self) -> None:
        for name, value in zip("abcd", astuple(self), strict=True):
            if abs(value) > MOST_READING:
                raise LabelError(
                    "label.reading",
                    f"刻度 {name.upper()} 的读数最多 10 mm，现在是 {value / 1000:g} mm，请再看一次。",
                    f"Scale {name.upper()} reads 10 mm at most, not {value / 1000:g} mm; look again.",
                    field=name,
                )


def edges(stock: Stock) -> Edges:
    """Which edges are measured: the outer ones, or where those lie too near the paper's edge, the inner ones."""
    x, y = sheet.corner(stock, 1)
    last_x, last_y = sheet.corner(stock, stock.per_page)
    a, c = _axis(x, last_x, stock.label_width, stock.page_width, stock.columns)
    b, d = _axis(y, last_y, stock.label_height, stock.page_height, stock.rows)
    return Edges(a, b, c, d)


def _axis(first: int, last: int, size: int, page: int, count: int) -> tuple[int, int]:
    if count == 1:
        return first, first + size
    return (
        first if first >= REACH else first + size,
        last + size if page - last - size >= REACH else last,
    )


def solve(stock: Stock, read: Readings, printed_with: Adjustment = NONE) -> Adjustment:
    """The adjustment with which the printer meets its mark, from a page printed with the one before.

    What was aimed at `aim + reading` fell on the edge; so that is where to aim for the edge. Stretching is told
    only from edges far enough apart. Raises LabelError for more than a sound printer needs.
    """
    on = edges(stock)
    aim_a, aim_b = printed_with.place(on.a, on.b)
    aim_c, aim_d = printed_with.place(on.c, on.d)
    offset_x, scale_x = _line(on.a, aim_a + read.a, on.c, aim_c + read.c, stock.columns)
    offset_y, scale_y = _line(on.b, aim_b + read.b, on.d, aim_d + read.d, stock.rows)
    return Adjustment(offset_x, offset_y, scale_x, scale_y)


def _line(first: int, aim_first: Fraction, last: int, aim_last: Fraction, count: int) -> tuple[int, int]:
    """Offset (µm) and scale (ppm) of the straight line through two edges and where to aim for them."""
    if count == 1 or last - first < LEAST_BASE:
        return round((aim_first - first + aim_last - last) / 2), 0
    scale = (aim_last - aim_first) / (last - first)
    return round(aim_first - scale * first), round((scale - 1) * _MILLION)


def render(out: BinaryIO, stock: Stock, dpi: int, adjust: Adjustment = NONE) -> None:
    """Write the page as PDF: outlines, cross hairs, the scales A to D, a 100 mm line, sample codes, what to do.

    For plain paper or the stock itself; the same arguments give the same bytes. Raises LabelError for a
    resolution that no printer has.
    """
    check_dpi(dpi)
    canvas = Canvas(stock.page_width, stock.page_height)
    words_from, words_to = 0, 0
    if stock.page_width >= _ROOM_FOR_WORDS[0] and stock.page_height >= _ROOM_FOR_WORDS[1]:
        words_from, words_to = _instructions(canvas, stock, dpi)
    else:
        _small_samples(canvas, stock, dpi)
    corners = [sheet.corner(stock, number) for number in range(1, stock.per_page + 1)]
    size = (stock.label_width, stock.label_height)
    for grey in (_PALE, _GREY):
        outlines = [
            (*adjust.place(*corner), *size)
            for corner in corners
            if (grey == _PALE) == (corner[1] < words_to and words_from < corner[1] + size[1])
        ]
        canvas.boxes(outlines, _HAIR, grey)
    for number in sorted({1, stock.columns, stock.per_page - stock.columns + 1, stock.per_page}):
        left, top = adjust.place(*corners[number - 1])
        _cross_hair(canvas, left + Fraction(size[0], 2), top + Fraction(size[1], 2))
    on, first, last = edges(stock), corners[0], corners[-1]
    for letter, x, y, level in (
        ("A", on.a, first[1] + size[1] // 2, True),
        ("B", first[0] + size[0] // 2, on.b, False),
        ("C", on.c, last[1] + size[1] // 2, True),
        ("D", last[0] + size[0] // 2, on.d, False),
    ):
        _scale(canvas, letter, *adjust.place(x, y), level=level, inward=_inward(stock, letter, on))
    canvas.write(out, f"打印机校准 {stock.name}")


def _inward(stock: Stock, letter: str, on: Edges) -> int:
    """On which side of its edge the letter of a scale stands, so that it stays inside the cell."""
    x, y = sheet.corner(stock, 1)
    last_x, last_y = sheet.corner(stock, stock.per_page)
    at_start = {"A": on.a == x, "B": on.b == y, "C": on.c == last_x, "D": on.d == last_y}[letter]
    return 1 if at_start else -1


def _scale(canvas: Canvas, letter: str, x: Fraction, y: Fraction, *, level: bool, inward: int) -> None:
    """Ticks every 0.5 mm from −5 to +5 across an edge; zero, on the edge, is the longest."""
    ticks: list[tuple[Fraction, Fraction, Fraction, Fraction]] = []
    zero: list[tuple[Fraction, Fraction, Fraction, Fraction]] = []
    for half in range(-10, 11):
        long = 2_400 if half == 0 else 1_600 if half % 10 == 0 else 1_200 if half % 2 == 0 else 700
        at = (x if level else y) + half * 500
        line = (at, y - long, at, y + long) if level else (x - long, at, x + long, at)
        (ticks if half else zero).append(line)
        if half % 4 == 0 and half:
            words = f"{half // 2}".replace("-", "−")
            if level:
                canvas.text(at, y + 2_900, 1_500, words, middle=True)
            else:
                canvas.text(x + 1_500, at + 550, 1_500, words)
    span = (x - 5_000, y, x + 5_000, y) if level else (x, y - 5_000, x, y + 5_000)
    canvas.lines([*ticks, span], _FINE)
    canvas.lines(zero, _BOLD)
    if level:
        canvas.text(x + inward * 6_700, y + 1_100, 3_000, letter, middle=True)
    else:
        canvas.text(x, y + inward * 6_700 + 1_100, 3_000, letter, middle=True)


def _cross_hair(canvas: Canvas, x: Fraction, y: Fraction) -> None:
    canvas.lines([(x - 2_000, y, x + 2_000, y), (x, y - 2_000, x, y + 2_000)], _FINE)


def edge_words(stock: Stock) -> list[str]:
    """Which edge each scale lies across."""
    on, (x, y) = edges(stock), sheet.corner(stock, 1)
    last_x, last_y = sheet.corner(stock, stock.per_page)
    return [
        f"A：第 1 格的{'左' if on.a == x else '右'}边",
        f"B：第 1 格的{'上' if on.b == y else '下'}边",
        f"C：最后一格的{'左' if on.c == last_x else '右'}边",
        f"D：最后一格的{'上' if on.d == last_y else '下'}边",
    ]


def _sentences(stock: Stock) -> list[str]:
    """What the page says: how to print it, where to look, what to note."""
    a, b, c, d = edge_words(stock)
    return [
        "1. 按“实际大小（100%）”打印，不要选“适应页面”。下面的线量出来应正好 100 mm。",
        "2. 打在这种标签纸上；或打在白纸上，叠在标签纸前对着光看。",
        "3. 找到刻度 A、B、C、D。看标签真正的边落在刻度的几上，记下来（毫米，半格 0.5）。",
        f"    {a}　　{b}",
        f"    {c}　　{d}",
        "4. 边正好在粗线上就是 0；在右边、下边是正数，在左边、上边是负数。",
        "5. 把四个数填到“打印机校准”里。下面的小码，手机能扫出最小的，说明打得够清楚。",
    ]


def _instructions(canvas: Canvas, stock: Stock, dpi: int) -> tuple[int, int]:
    """A box of words in the middle of the page, clear of the outermost cells' scales; returns from where to where."""
    wide = min(150_000, stock.page_width - 24_000)
    left = (stock.page_width - wide) // 2
    lines = [f"打印机校准页 · {stock.title_zh}" if len(stock.title_zh) < 30 else "打印机校准页"]
    for sentence in _sentences(stock):
        lines += wrapped(sentence, _EM, wide - 8_000, 9) or (sentence,)
    samples_high = 21 * SAMPLE_DOTS[-1] * Fraction(25_400, dpi)
    high = len(lines) * _EM * 3 // 2 + int(samples_high) + 26_000
    top = (stock.page_height - high) // 2
    canvas.boxes([(left, top, wide, high)], _FINE)
    y = top + 3_000
    for number, line in enumerate(lines):
        y += _EM * 3 // 2
        canvas.text(left + 4_000, y, _EM if number else _EM * 5 // 4, line)
    y += 7_000
    if wide >= 108_000:
        _hundred(canvas, left + (wide - 100_000) // 2, y)
    _samples(canvas, left + 6_000, y + 8_000, wide - 12_000, dpi)
    return top, top + high


def _hundred(canvas: Canvas, x: int, y: int) -> None:
    marks = [(x + at, y - (1_500 if at % 10_000 else 2_500), x + at, y) for at in range(0, 100_001, 5_000)]
    canvas.lines([(x, y, x + 100_000, y), *marks], _FINE)
    for at in range(0, 100_001, 20_000):
        canvas.text(x + at, y + 2_600, 2_000, str(at // 1_000), middle=True)


def _samples(canvas: Canvas, x: int, y: int, room: int, dpi: int) -> None:
    step = room // len(SAMPLE_DOTS)
    for index, dots in enumerate(SAMPLE_DOTS):
        side = _sample(canvas, x + index * step, y, dots, dpi)
        canvas.text(x + index * step + side + 2_000, y + side, 2_400, f"{dots} 点")


def _small_samples(canvas: Canvas, stock: Stock, dpi: int) -> None:
    """On a page of a label or two: the samples that fit beside the scales of the first cell."""
    (left, top), wide, high = sheet.corner(stock, 1), stock.label_width, stock.label_height
    room_x, room_y = wide // 2 - 8_500, high // 2 - 3_000
    quadrants = ((left + 5_500, top + high // 2 + 2_500), (left + wide // 2 + 4_500, top + high // 2 + 2_500))
    for dots, (x, y) in zip(SAMPLE_DOTS, quadrants, strict=False):
        side = 21 * dots * Fraction(25_400, dpi)
        if side <= min(room_x, room_y - 500):
            _sample(canvas, x, y, dots, dpi)


def _sample(canvas: Canvas, x: int, y: int, dots: int, dpi: int) -> Fraction:
    """A code of 21 × 21 modules at whole printer dots; returns its side."""
    symbol: QRCode[object] = QRCode(version=1, error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(f"{dots} DOTS AT {dpi} DPI")
    symbol.make(fit=False)
    dot = Fraction(25_400, dpi)
    step, left, top = dots * dot, round(x / dot) * dot, round(y / dot) * dot
    canvas.fill(
        (left + column * step, top + row * step, step, step)
        for row, modules in enumerate(symbol.modules)
        for column, dark in enumerate(modules)
        if dark
    )
    return step * len(symbol.modules)
