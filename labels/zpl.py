"""A run as ZPL II, the command language of Zebra label printers: one file for a roll.

The constant text is sent once as a stored graphic (~DG) and recalled on each label (^XG); symbol and number are
graphic fields (^GF) of their own. Everything is printable ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from . import code
from .adjust import NONE, Adjustment
from .commands import Native, Plates, Qr, Region, Some, batched, check_roll
from .keys import SigningKey
from .marks import marks
from .rows import Row, rows
from .run import RunSpec
from .stock import Stock

_SINK = 10  # dots by which ^FO lowers a ^BQ: the bar code height of ^BY, which is therefore given


def write(
    out: BinaryIO,
    *,
    run: RunSpec,
    signer: SigningKey,
    stock: Stock,
    dpi: int | None = None,
    adjust: Adjustment = NONE,
    qr: Qr = "bitmap",
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the commands for a run and return how many labels they print; the same arguments, the same bytes.

    `qr="native"` lets the printer make the symbol: a shorter file. ZPL's manual mode takes one kind of segment only,
    so the printer divides the address itself; modules are so small that even a symbol of bytes alone has its place.
    Raises NotARoll for a sheet, NativeTooLarge, and what laying out raises.
    """
    dpi = check_roll(stock).dpi if dpi is None else dpi
    plates = Plates(run.layout(check_roll(stock), dpi), dpi, adjust)
    name = f"R:L{run.run % 10_000_000:07d}.GRF"
    [(data, total, per_row)] = _hex(plates.constant[np.newaxis])
    out.write(f"~DG{name},{total:05d},{per_row:03d},{data}\n".encode("ascii"))
    head = f"^XA^PW{plates.width}^LL{plates.height}^LH0,0^FO0,0^XG{name},1,1^FS"
    native = plates.native(code.prefix(run.base_url)) if qr == "native" else None
    done = 0
    for labels in _bodies(plates, run, signer, workers, native):
        out.write("".join(f"{head}{body}^XZ\n" for body in labels).encode("ascii"))
        done += len(labels)
        if progress is not None:
            progress(done, run.count)
    # A printer keeps stored graphics until it is switched off.
    out.write(f"^XA^ID{name}^FS^XZ\n".encode("ascii"))
    return done


def _bodies(
    plates: Plates,
    run: RunSpec,
    signer: SigningKey,
    workers: int,
    native: Native | None,
) -> Iterator[list[str]]:
    """The fields of each label, some labels at a time."""
    if native is not None:
        for batch in batched(rows(run, signer)):
            symbols = [_native(native, row) for row in batch]
            yield _joined(symbols, *map(_fields, plates.lines, plates.typed(batch)))
        return
    regions = (plates.symbol, *plates.lines)
    for parts in plates.batches(marks(run, signer, workers)):
        yield _joined(*map(_fields, regions, parts))


def _joined(*fields: list[str]) -> list[str]:
    return ["".join(of_label) for of_label in zip(*fields, strict=True)]


def _fields(region: Region, dots: Some) -> list[str]:
    """The graphic field of a region on each of some labels."""
    return [
        f"^FO{region.x},{region.y}^GFA,{total},{total},{per_row},{data}^FS"
        for data, total, per_row in _hex(dots)
    ]


def _hex(dots: Some) -> Iterator[tuple[str, int, int]]:
    """Dots as ZPL's hexadecimal (1 is black), with the bytes in all and in a row.

    A comma fills a row with white from the next whole byte on; a colon repeats the row above.
    """
    packed = np.packbits(dots, axis=2)
    high, wide = packed.shape[1:]
    black = np.where(packed.any(axis=2), wide - (packed[:, :, ::-1] != 0).argmax(axis=2), 0)
    again = np.zeros(packed.shape[:2], dtype=np.bool_)
    again[:, 1:] = (packed[:, 1:] == packed[:, :-1]).all(axis=2)
    starts = range(0, 2 * high * wide, 2 * wide)
    for label, ends, repeats in zip(packed, black.tolist(), again.tolist(), strict=True):
        digits = label.tobytes().hex().upper()
        lines = [
            ":" if same else digits[at : at + 2 * end] + ("," if end < wide else "")
            for at, end, same in zip(starts, ends, repeats, strict=True)
        ]
        yield "".join(lines), high * wide, wide


def _native(native: Native, row: Row) -> str:
    """^BQ of model 2 at level M. In the data a tilde would start a command: it is written in hexadecimal (^FH)."""
    address = row.url.replace("~", "\\7E")
    return f"^BY2,3,{_SINK}^FO{native.x},{native.y - _SINK}^BQN,2,{native.dots}^FH\\^FDMA,{address}^FS"
