"""A run of labels as a PDF file: sheets or rolls, written page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from . import sheet
from .adjust import NONE, Adjustment
from .flow import LEAST_SIZE, Frame, Words
from .fonts import Subset, width
from .keys import SigningKey
from .layout import Layout
from .marks import Mark, marks
from .output import whole_file
from .pdffile import PdfFile, add_font
from .plans import MUTED
from .qr import PACKED_BYTES
from .run import RunSpec, codes
from .sheet import WHOLE, Paper
from .stock import Stock
from .text import check_field, too_long

__all__ = ["RenderResult", "RunSpec", "codes", "render"]

_FOOTER_MARGIN = 8_000  # µm of blank paper that a footer needs
_FOOTER_BASELINE = 5_200  # µm from the lower edge, above what office printers leave blank
_FOOTER_SIZE = 2_200
_FOOTER_SIDE = 10_000
_HAIR = Fraction(1, 5)  # µm
_ROUND = 0.5523  # control points of a quarter circle


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What was written. `omitted` names fields that have no place on this stock."""

    labels: int
    pages: int
    sha256: str
    size: int
    omitted: tuple[str, ...]


def render(
    out: BinaryIO | Path,
    *,
    run: RunSpec,
    signer: SigningKey,
    stock: Stock,
    paper: Paper = WHOLE,
    adjust: Adjustment = NONE,
    dpi: int | None = None,
    footer: str = "",
    notes: Mapping[int, str] = MappingProxyType({}),
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> RenderResult:
    """Sign, draw and write every label of a run; the same arguments give the same bytes.

    `dpi` is the printer's (None: the stock's): a QR module is a whole number of its dots. `adjust` aims back at
    what the printer was measured to miss. `notes` are words for the margin of a page (from 0), such as 余格纸 13.
    The margin of a part-used sheet is printed only where it has a note: it was printed before. A path is written
    beside itself and moved into place, so it never holds half a file. `progress` hears (labels done, of how
    many) after each page. Raises LabelError before anything is written, OutputError if a path cannot be.
    """
    dpi = stock.dpi if dpi is None else dpi
    paper.check(stock)
    check_field("footer", footer)
    layout = run.layout(stock, dpi)
    job = _Job(run, stock, layout, paper, adjust, footer, notes)
    if isinstance(out, Path):
        with whole_file(out) as stream:
            return job.write(stream, marks(run, signer, workers), progress)
    return job.write(out, marks(run, signer, workers), progress)


class _Job:
    """One run on one stock: the parts of the file that do not change from label to label, made once."""

    def __init__(
        self,
        run: RunSpec,
        stock: Stock,
        layout: Layout,
        paper: Paper,
        adjust: Adjustment,
        footer: str,
        notes: Mapping[int, str],
    ) -> None:
        self.run, self.stock, self.layout, self.paper, self.adjust = run, stock, layout, paper, adjust
        self.footer, self.notes = footer, notes
        self.page_count = sheet.pages_needed(stock, paper, run.count)
        self.subset = Subset()
        self.subset.add("0123456789 -")
        for word in layout.words:
            self.subset.add(word.text)
        self.has_footer = stock.kind == "sheet" and _bottom_margin(stock) >= _FOOTER_MARGIN
        if self.has_footer:
            left, right = self._footer_texts(0, run.first, run.count)
            self.subset.add(left + right + "".join(notes.values()) + "0123456789")
            for page in {self.page_count - 1, *notes}:
                self._footer(page, run.first, run.count)
        self.cells = [self._cell(number) for number in range(1, stock.per_page + 1)]
        self.before_number, self.between_numbers, self.before_symbol = self._label_parts()

    def write(
        self, out: BinaryIO, made: Iterator[Mark], progress: Callable[[int, int], None] | None
    ) -> RenderResult:
        """Write the whole file to a stream."""
        file = PdfFile(out)
        font = add_font(file, self.subset)
        box = b"0 0 %s %s" % (_pt(self.layout.width), _pt(self.layout.height))
        form = file.add_stream(
            self._constant_text(),
            b"/Type/XObject/Subtype/Form/BBox[%s]/Resources<</Font<</F %d 0 R>>>>" % (box, font),
        )
        for page in sheet.pages(self.stock, self.paper, self.run.count):
            content: list[bytes] = []
            for cell in page.cells:
                content += (self.cells[cell - 1], *self._label(next(made)))
            if self.has_footer and (file.pages >= len(self.paper.parts) or file.pages in self.notes):
                content.append(self._footer(file.pages, self.run.first + page.first, len(page.cells)))
            file.add_page(b"".join(content))
            if progress is not None:
                progress(page.first + len(page.cells), self.run.count)
        text = self.run.text
        title = " ".join(part for part in (text.brand, text.product, f"印制批 {self.run.run}") if part)
        file.close(
            b"0 0 %s %s" % (_pt(self.stock.page_width), _pt(self.stock.page_height)),
            b"/Font<</F %d 0 R>>/XObject<</L %d 0 R>>" % (font, form),
            title,
        )
        return RenderResult(self.run.count, file.pages, file.sha256, file.size, self.layout.omitted)

    def _cell(self, number: int) -> bytes:
        """Move to a cell's lower left corner, shifted by less than a dot so that modules meet whole dots."""
        dot = self.layout.symbol.dot
        aim_x, aim_y = self.adjust.place(*sheet.corner(self.stock, number))
        x = round(aim_x / dot) * dot
        y = round(aim_y / dot) * dot
        return b"q 1 0 0 1 %s %s cm/L Do\n" % (_pt(x), _pt(self.stock.page_height - y - self.layout.height))

    def _label_parts(self) -> tuple[bytes, bytes, bytes]:
        layout = self.layout
        first, *second = layout.number
        before = b"BT %s rg/F %s Tf %s %s Td(" % (
            _rgb(layout.number_colour),
            _pt(layout.number_size),
            _pt(first.x),
            _pt(layout.height - first.y),
        )
        between = b"".join(
            b")Tj %s %s Td(" % (_pt(line.x - first.x), _pt(first.y - line.y)) for line in second
        )
        # A hair inside its dots: renderers round a picture's edges outwards, and would add a row of dots.
        side = layout.symbol.modules * layout.symbol.dots * layout.symbol.dot - 2 * _HAIR
        x = layout.qr_x * layout.symbol.dot + _HAIR
        y = layout.height - layout.qr_y * layout.symbol.dot - side - _HAIR
        after = b")Tj ET 0 g %s 0 0 %s %s %s cm\nBI/W 41/H 41/BPC 1/IM true/D[1 0]" % (
            _pt(side),
            _pt(side),
            _pt(x),
            _pt(y),
        )
        return before, between, after

    def _label(self, mark: Mark) -> tuple[bytes, ...]:
        number = [
            mark.number[line.start : line.stop].rstrip().encode("utf-16-be") for line in self.layout.number
        ]
        data = mark.symbol
        # Readers find the end of inline data by looking for EI: where that occurs in it, write hexadecimal.
        image = b"/L %d ID %s\nEI Q\n" % (PACKED_BYTES, data)
        if b"EI" in data:
            image = b"/F/AHx ID %s>\nEI Q\n" % data.hex().encode("ascii")
        return self.before_number, self.between_numbers.join(number), self.before_symbol, image

    def _constant_text(self) -> bytes:
        height = self.layout.height
        parts = [_box(frame, height) for frame in self.layout.frames]
        parts += [self._words(word, height) for word in self.layout.words]
        return b"".join(parts)

    def _words(self, word: Words, height: int) -> bytes:
        style = b"0 Tr"
        if word.heavy:
            style = b"2 Tr %s w %s RG" % (_pt(word.size * 28 // 1000), _rgb(word.colour))
        return b"BT %s %s rg/F %s Tf %s %s Td<%s>Tj ET\n" % (
            style,
            _rgb(word.colour),
            _pt(word.size),
            _pt(word.x),
            _pt(height - word.y),
            self.subset.encode(word.text).hex().encode("ascii"),
        )

    def _footer_texts(self, page: int, first: int, count: int) -> tuple[str, str]:
        items = f"{first}–{first + count - 1}" if count > 1 else f"{first}"
        left = f"印制批 {self.run.run} · 单品 {items}"
        for words in (self.footer, self.notes.get(page, "")):
            if words:
                left += f" · {words}"
        return left, f"按实际大小（100%）打印 · 第 {page + 1}/{self.page_count} 页"

    def _footer(self, page: int, first: int, count: int) -> bytes:
        """Run, items, page and the caller's words in the lower margin; raise TextTooLong if too long."""
        left, right = self._footer_texts(page, first, count)
        room = self.stock.page_width - 2 * _FOOTER_SIDE
        size = _FOOTER_SIZE
        while width(left + "　" + right, size) > room:
            size -= 50
            if size < LEAST_SIZE:
                raise too_long("footer", self.footer)
        colour = MUTED
        right_x = self.stock.page_width - _FOOTER_SIDE - width(right, size)
        return b"".join(
            self._words(Words(x, 0, size, text, colour), _FOOTER_BASELINE)
            for x, text in ((_FOOTER_SIDE, left), (right_x, right))
        )


def _bottom_margin(stock: Stock) -> int:
    return stock.page_height - stock.margin_top - stock.rows * stock.pitch_y + stock.gap_y


def _pt(length: int | Fraction) -> bytes:
    """Micrometres as PDF points with at most four decimals."""
    text = f"{float(length * 72 / Fraction(25_400)):.4f}".rstrip("0").rstrip(".")
    return (text if text not in ("", "-0") else "0").encode("ascii")


def _rgb(colour: str) -> bytes:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return " ".join(f"{channel:.3f}".rstrip("0").rstrip(".") for channel in channels).encode("ascii")


def _box(frame: Frame, height: int) -> bytes:
    """A rule, or a rectangle with rounded corners, stroked."""
    start = b"%s RG %s w " % (_rgb(frame.colour), _pt(frame.thickness))
    left, right, top = frame.x, frame.x + frame.width, height - frame.y
    if not frame.height:
        return start + b"%s %s m %s %s l S\n" % (_pt(left), _pt(top), _pt(right), _pt(top))
    bottom, r = top - frame.height, min(frame.radius, frame.height // 2)
    bend = round(r * (1 - _ROUND))
    points = (
        (b"m", left + r, bottom),
        (b"l", right - r, bottom),
        (b"c", right - bend, bottom, right, bottom + bend, right, bottom + r),
        (b"l", right, top - r),
        (b"c", right, top - bend, right - bend, top, right - r, top),
        (b"l", left + r, top),
        (b"c", left + bend, top, left, top - bend, left, top - r),
        (b"l", left, bottom + r),
        (b"c", left, bottom + bend, left + bend, bottom, left + r, bottom),
    )
    path = b" ".join(b" ".join(_pt(value) for value in values) + b" " + verb for verb, *values in points)
    return start + path + b" s\n"
