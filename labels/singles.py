"""A run as one picture a label, in a zip file, for print shops that place labels themselves."""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import BinaryIO, Literal

import numpy as np
from PIL import Image

from . import raster, vector
from .commands import Plates
from .errors import BadCount
from .keys import SigningKey
from .layout import Layout
from .marks import Mark, marks
from .picture import Placed, as_png
from .run import RunSpec
from .stock import Stock

Form = Literal["svg", "png"]

MOST = {"svg": 50_000, "png": 20_000}
"""Labels in one file: the list of names at its end is kept in memory until then."""

_FIXED_DATE = (2020, 1, 1, 0, 0, 0)


def check_count(form: Form, count: int) -> int:
    """Return the count if one zip file can hold so many labels, else raise BadCount."""
    if count > MOST[form]:
        raise BadCount(
            "label.singles-count",
            f"一枚一个 {form.upper()} 文件时，一次最多 {MOST[form]} 枚，这一批有 {count} 枚。请用 PDF 或表格，或分批印制。",
            f"One {form.upper()} a label is for at most {MOST[form]} labels, not {count}: take the PDF or a table.",
            count=count,
            most=MOST[form],
        )
    return count


def write(
    out: BinaryIO,
    form: Form,
    *,
    run: RunSpec,
    signer: SigningKey,
    stock: Stock,
    dpi: int | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write a zip of every label of a run, named run-item-number, and return how many there are.

    SVG keeps text as text: the reader's Chinese font is drawn as wide as ours. PNG is the printer's dots at `dpi`.
    The same arguments give the same bytes. Raises BadCount for too many, and what laying out raises.
    """
    check_count(form, run.count)
    dpi = stock.dpi if dpi is None else dpi
    layout = run.layout(stock, dpi)
    draw = _svg(layout, run) if form == "svg" else _png(layout, dpi, stock)
    done = 0
    with zipfile.ZipFile(out, "w") as archive:
        for item, mark in enumerate(marks(run, signer, workers), run.first):
            digits = mark.number.replace(" ", "").replace("-", "")
            entry = zipfile.ZipInfo(f"{run.run:08d}-{item:06d}-{digits}.{form}", _FIXED_DATE)
            entry.create_system = 3  # of whatever machine writes it
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if form == "svg" else zipfile.ZIP_STORED
            archive.writestr(entry, draw(mark))
            done += 1
            if progress is not None:
                progress(done, run.count)
    return done


def _svg(layout: Layout, run: RunSpec) -> Callable[[Mark], bytes]:
    modules = layout.symbol.modules
    name = escape(" ".join(part for part in (run.text.brand, run.text.product) if part) or "标签")
    constant = "".join(
        (
            vector.opening(layout),
            f"<title>{name}</title>",
            *map(_picture, layout.pictures),
            *map(vector.frame, layout.frames),
            *map(vector.words, layout.words),
        )
    )

    def draw(mark: Mark) -> bytes:
        packed = np.frombuffer(mark.symbol, dtype=np.uint8).reshape(modules, -1)
        rows = np.unpackbits(packed, axis=1)[:, :modules].astype(bool).tolist()
        own = vector.number(layout, mark.number) + vector.symbol(layout, rows) + vector.pin(layout, mark.pin)
        return f"{constant}{own}</svg>".encode()

    return draw


def _picture(placed: Placed) -> str:
    data = b64encode(as_png(placed.picture)).decode("ascii")
    return (
        f'<image x="{placed.x}" y="{placed.y}" width="{placed.width}" height="{placed.height}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'
    )


def _png(layout: Layout, dpi: int, stock: Stock) -> Callable[[Mark], bytes]:
    # Black labels are put together from parts drawn once: the same dots, many times sooner.
    plates = Plates(layout, dpi) if stock.ink == "black" else None

    def draw(mark: Mark) -> bytes:
        if plates is None:
            image = raster.draw(layout, mark.number, mark.symbol, mark.pin, dpi, "RGB")
        else:
            [parts] = plates.batches([mark])
            [label] = plates.whole((plates.symbol, *plates.lines), parts)
            image = Image.fromarray(~label)
        out = io.BytesIO()
        image.save(out, "PNG", dpi=(dpi, dpi))
        return out.getvalue()

    return draw
