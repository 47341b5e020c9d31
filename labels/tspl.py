"""A run as TSPL, the command language of TSC and 佳博 (Gprinter) label printers: one file for a roll.

Only commands that every TSPL printer knows (SIZE, GAP, DIRECTION, REFERENCE, DENSITY, CLS, BITMAP, QRCODE, PRINT):
an unknown one makes some printers throw away the rest. Each label stands for itself, so nothing is lost when the
printer is switched off and on between two labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np

from . import code
from .adjust import NONE, Adjustment
from .commands import Dots, Native, Plates, Qr, Region, Some, batched, check_roll
from .keys import SigningKey
from .marks import marks
from .rows import Row, rows
from .run import RunSpec
from .stock import Stock

_GAP = 2_000  # µm between the labels of most rolls; the sensor finds the true one
_BAND = 16  # dots
_DENSITY = 8  # the middle of 0 to 15, and what printers are delivered with


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

    `qr="native"` lets the printer make the symbol, from segments given in TSPL's manual mode: a shorter file, but
    not every printer knows that mode. Raises NotARoll for a sheet, and what laying out raises.
    """
    dpi = check_roll(stock).dpi if dpi is None else dpi
    plates = Plates(run.layout(check_roll(stock), dpi), dpi, adjust)
    gap = stock.gap_y or _GAP
    out.write(
        f"SIZE {_mm(stock.label_width)},{_mm(stock.label_height)}\r\n"
        f"GAP {_mm(gap)},0 mm\r\nDIRECTION 1\r\nREFERENCE 0,0\r\nDENSITY {_DENSITY}\r\n".encode("ascii")
    )
    native = plates.native() if qr == "native" else None
    bands = _bands(plates.ink(symbol=native is None))
    done = 0
    for labels, symbols in _labels(plates, run, signer, workers, native):
        _print(out, labels, symbols, bands)
        done += len(labels)
        if progress is not None:
            progress(done, run.count)
    return done


def _labels(
    plates: Plates,
    run: RunSpec,
    signer: SigningKey,
    workers: int,
    native: Native | None,
) -> Iterator[tuple[Some, list[bytes]]]:
    """Some labels at a time, and for each the command that makes its symbol, empty if its dots have it."""
    if native is not None:
        prefix = code.prefix(run.base_url)
        for batch in batched(rows(run, signer)):
            yield (
                plates.whole(plates.lines, plates.typed(batch)),
                [_native(native, prefix, row) for row in batch],
            )
        return
    for parts in plates.batches(marks(run, signer, workers)):
        yield plates.whole((plates.symbol, *plates.lines), parts), [b""] * len(parts[0])


def _bands(ink: Dots) -> list[Region]:
    """Rectangles, in x and width whole bytes, that together hold all ink and little else."""
    by_byte = np.packbits(ink, axis=1) != 0
    found: list[Region] = []
    for y in range(0, len(by_byte), _BAND):
        band = by_byte[y : y + _BAND]
        columns = np.flatnonzero(band.any(axis=0))
        if not columns.size:
            continue
        x, width = 8 * int(columns[0]), 8 * int(columns[-1] - columns[0] + 1)
        last = found[-1] if found else None
        if last is not None and (last.x, last.width, last.y + last.height) == (x, width, y):
            found[-1] = Region(x, last.y, width, last.height + len(band))
        else:
            found.append(Region(x, y, width, len(band)))
    return found


def _print(out: BinaryIO, labels: Some, symbols: list[bytes], bands: list[Region]) -> None:
    """Write some whole labels band by band; in TSPL a white dot is 1."""
    # The last byte of a row may reach beyond the label: white there too.
    white = ~np.packbits(labels, axis=2)
    cut = [
        (
            f"BITMAP {band.x},{band.y},{band.width // 8},{band.height},0,".encode("ascii"),
            white[:, band.y : band.y + band.height, band.x // 8 : (band.x + band.width) // 8],
        )
        for band in bands
    ]
    for at, symbol in enumerate(symbols):
        parts = [b"".join((head, dots[at].tobytes(), b"\r\n")) for head, dots in cut]
        out.write(b"".join((b"CLS\r\n", *parts, symbol, b"PRINT 1,1\r\n")))


def _native(native: Native, prefix: str, row: Row) -> bytes:
    """QRCODE in manual mode: the prefix as so many bytes, after the switch `!` the digits as numeric."""
    content = f"B{len(prefix):04d}{prefix}!N{row.url.removeprefix(prefix)}"
    return f'QRCODE {native.x},{native.y},M,{native.dots},M,0,M2,S7,"{content}"\r\n'.encode("ascii")


def _mm(length: int) -> str:
    return f"{length / 1000:g} mm"
