"""A run of labels as a PDF file: sheets or rolls, written page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from . import operators, sheet
from .adjust import NONE, Adjustment
from .fonts import Subset
from .footer import Footer
from .keys import SigningKey
from .layout import Layout
from .marks import Mark, marks
from .operators import points
from .output import whole_file
from .painter import Painter
from .pdffile import PdfFile, add_font, add_picture
from .picture import Picture
from .run import RunSpec, codes
from .sheet import WHOLE, Paper
from .signing import cores
from .stock import Stock
from .text import check_field

__all__ = ["RenderResult", "RunSpec", "codes", "render"]


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
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> RenderResult:
    """Sign, draw and write every label of a run; the same arguments give the same bytes.

    `dpi` is the printer's (None: the stock's): a QR module is a whole number of its dots. `adjust` aims back at
    what the printer was measured to miss. `notes` are words for the margin of a page (from 0), such as 余格纸 13.
    The margin of a part-used sheet is printed only where it has a note: it was printed before. `workers` is how
    many cores to sign on (None: all that are worth it), and changes no byte. A path is written beside itself and
    moved into place, so it never holds half a file. `progress` hears (labels done, of how many) after each page.
    Raises LabelError before anything is written, OutputError if a path cannot be, or if a process that signs is
    lost.
    """
    dpi = stock.dpi if dpi is None else dpi
    workers = cores(workers, run.count)
    for words in (footer, *notes.values()):
        check_field("footer", words)
    job = _Job(run, stock, run.layout(stock, dpi), paper, adjust, Footer(run, stock, paper, footer, notes))
    with closing(marks(run, signer, workers)) as made:
        if isinstance(out, Path):
            with whole_file(out) as stream:
                return job.write(stream, made, progress)
        return job.write(out, made, progress)


class _Job:
    """One run on one stock: the parts of the file that do not change from label to label, made once."""

    def __init__(
        self, run: RunSpec, stock: Stock, layout: Layout, paper: Paper, adjust: Adjustment, footer: Footer
    ) -> None:
        self.run, self.stock, self.layout, self.paper, self.footer = run, stock, layout, paper, footer
        self.subset = Subset()
        self.subset.add("0123456789 -")
        for word in layout.words:
            self.subset.add(word.text)
        self.subset.add(footer.characters)
        self.painter = Painter(layout, stock, adjust)

    def write(
        self, out: BinaryIO, made: Iterator[Mark], progress: Callable[[int, int], None] | None
    ) -> RenderResult:
        """Write the whole file to a stream."""
        file = PdfFile(out)
        font = add_font(file, self.subset)
        form = self._add_form(file, font)
        for page in sheet.pages(self.stock, self.paper, self.run.count):
            content = self.painter.content(page.cells, made)
            first, count = self.run.first + page.first, len(page.cells)
            file.add_page(content + self.footer.drawn(file.pages, first, count, self.subset))
            if progress is not None:
                progress(page.first + len(page.cells), self.run.count)
        text = self.run.text
        title = " ".join(part for part in (text.brand, text.product, f"印制批 {self.run.run}") if part)
        file.close(
            b"0 0 %b %b" % (points(self.stock.page_width), points(self.stock.page_height)),
            b"/Font<</F %d 0 R>>/XObject<</L %d 0 R>>" % (font, form),
            title,
        )
        return RenderResult(self.run.count, file.pages, file.sha256, file.size, self.layout.omitted)

    def _add_form(self, file: PdfFile, font: int) -> int:
        """What is the same on every label, drawn once."""
        height = self.layout.height
        images: dict[Picture, int] = {}
        parts = []
        for placed in self.layout.pictures:
            if placed.picture not in images:
                images[placed.picture] = add_picture(file, placed.picture)
            parts.append(operators.picture(placed, b"P%d" % images[placed.picture], height))
        parts += [operators.box(frame, height) for frame in self.layout.frames]
        parts += [operators.text(word, self.subset, height) for word in self.layout.words]
        named = b"".join(b"/P%d %d 0 R" % (number, number) for number in images.values())
        return file.add_stream(
            b"".join(parts),
            b"/Type/XObject/Subtype/Form/BBox[0 0 %b %b]/Resources<</Font<</F %d 0 R>>%b>>"
            % (points(self.layout.width), points(height), font, b"/XObject<<%b>>" % named if named else b""),
        )
