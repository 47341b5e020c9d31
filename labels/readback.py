"""Self-check (自检): render a run's own file, decode it, and compare each label with what its cell must hold.

Nothing of the drawing is trusted: places come from the stock, addresses are verified with the public key, and the
typed number is read from the file's text.
"""

from __future__ import annotations

import hashlib
import itertools
import math
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray

from . import code, digits, pin, sheet
from .adjust import NONE, Adjustment
from .errors import LabelError
from .excerpt import Excerpt, Unreadable, excerpt
from .keys import PublicKey
from .run import RunSpec
from .sheet import WHOLE, Cell, Paper
from .stock import Stock, check_dpi

READ_WHOLE = 2_400
"""Runs up to this many labels are read back whole."""
SHARE = 100
"""Of a longer run, one label in this many; the first and the last always."""

_MODULE_PIXELS = 4  # the coarsest module of a good printer; a finer raster would be slower and easier to read
_CHUNK_PAGES = 1_000  # pages read from one opening of the file, which keeps what it has seen in memory
_POINTS = 72 / 25_400  # of a µm
_SHOWN = 90

# PDFium is not thread-safe: one page at a time in a process.
_PDFIUM = threading.Lock()

Reason = Literal[
    "file", "page", "unreadable", "several", "other", "address", "signature", "number", "pin", "length"
]

_SAID: dict[Reason, tuple[str, str]] = {
    "file": ("文件打不开", "the file cannot be opened"),
    "page": ("缺这一页", "the page is missing"),
    "unreadable": ("读不出二维码", "no code can be read"),
    "several": ("有 {read} 个二维码，只应有一个", "there are {read} codes in place of one"),
    "other": (
        "二维码是另一枚的：密钥 {key}、印制批 {run}、第 {label} 枚",
        "the code is another label's: key {key}, run {run}, label {label}",
    ),
    "address": ("二维码里是别的内容：{read}", "the code holds something else: {read}"),
    "signature": ("二维码的签名不对：{read}", "the code's signature is wrong: {read}"),
    "number": ("码下面的编号与二维码不一致，应是 {read}", "the number under the code is not {read}"),
    "pin": ("刮开的验证码不是这一枚的", "the PIN under the scratch layer is not this label's"),
    "length": ("文件多出了页：共 {read} 页", "the file has too many pages: {read}"),
}


@dataclass(frozen=True, slots=True)
class Readback:
    """What a self-check did: labels read, of how many, on how many pages, in what time; the sample's seed."""

    checked: int
    of: int
    pages: int
    seconds: float
    seed: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first label that is not as it must be: item, page and cell (both from 1), why, and what was read."""

    item: int
    page: int
    cell: int
    reason: Reason
    read: str = ""


class ReadbackMismatch(LabelError):
    """The file is not what the run says; `fault` names the first wrong label, `checked` counts those before."""

    def __init__(self, fault: Fault, checked: int = 0) -> None:
        parts = dict(zip(("key", "run", "label"), fault.read.split("/"), strict=False))
        zh, en = (words.format(read=fault.read, **parts) for words in _SAID[fault.reason])
        super().__init__(
            "label.readback",
            f"自检没通过：第 {fault.item} 枚（第 {fault.page} 页第 {fault.cell} 格）{zh}。",
            f"Self-check failed at label {fault.item} (page {fault.page}, cell {fault.cell}): {en}.",
            item=fault.item,
            page=fault.page,
            cell=fault.cell,
            reason=fault.reason,
            read=fault.read,
        )
        self.fault = fault
        self.checked = checked


def reader() -> str:
    """What reads: names and versions of decoder and renderer, for the record."""
    return f"zxing-cpp {version('zxing-cpp')}, pypdfium2 {version('pypdfium2')}"


def sample(first: int, count: int, seed: str) -> list[int]:
    """The items to read of `count` from `first`: all up to READ_WHOLE, else first, last and a random hundredth.

    An item belongs to the hundredth if the first 8 bytes of SHA-256 of "<seed>:<item>", read as a number,
    are divisible by 100: anyone with the seed can tell which labels were read.
    """
    items = range(first, first + count)
    if count <= READ_WHOLE:
        return list(items)
    stem = hashlib.sha256(f"{seed}:".encode())
    chosen = []
    for item in items:
        drawn = stem.copy()
        drawn.update(b"%d" % item)
        if item in (items[0], items[-1]) or int.from_bytes(drawn.digest()[:8], "big") % SHARE == 0:
            chosen.append(item)
    return chosen


def check(
    pdf: Path,
    run: RunSpec,
    public_key: PublicKey,
    stock: Stock,
    *,
    paper: Paper = WHOLE,
    adjust: Adjustment = NONE,
    dpi: int | None = None,
    seed: str = "",
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Readback:
    """Read the labels of `sample` back from the file that `render` wrote with the same arguments.

    Each cell must hold one code, signed by the key, of its own item and address, the same number in text, and the
    item's own PIN where the run has PINs.
    `dpi` is the printer's (None: the stock's); modules of more than 4 dots are read at 4 pixels.
    Raises ReadbackMismatch for the first label that is wrong. `progress` hears (labels read, of how many).
    """
    started = time.perf_counter()
    dpi = check_dpi(stock.dpi if dpi is None else dpi)
    layout = run.layout(stock, dpi)
    reading = _Reading(
        str(pdf),
        run.run,
        run.first,
        code.prefix(run.base_url),
        (public_key.key_id, public_key.raw),
        stock,
        paper.check(stock),
        adjust,
        dpi * min(1.0, _MODULE_PIXELS / layout.symbol.dots),
        run.count > READ_WHOLE,
        run.pin_secret,
        layout.pin.area if layout.pin else (0, 0, 0, 0),
    )
    items = sample(run.first, run.count, seed)
    done = pages = 0
    for checked, fault in _results(reading, _chunks(reading, items, workers), workers):
        done += checked
        pages += 1
        if fault is not None:
            raise ReadbackMismatch(fault, done)
        if progress is not None:
            progress(done, len(items))
    _check_length(reading, run, done)
    return Readback(done, run.count, pages, time.perf_counter() - started, seed)


@dataclass(frozen=True, slots=True)
class _Reading:
    """All that reading a label takes, small enough to send to a worker process."""

    path: str
    run: int
    first: int
    prefix: str
    key: tuple[int, bytes]
    stock: Stock
    paper: Paper
    adjust: Adjustment
    dpi: float
    sampled: bool
    pin_secret: bytes
    pin_area: tuple[int, int, int, int]  # left, top, width, height on the label

    def cell(self, item: int) -> Cell:
        """Where the item's label stands."""
        return sheet.cell(self.stock, self.paper, item - self.first)

    def fault(self, item: int, reason: Reason, read: str = "") -> Fault:
        """The item's label is wrong."""
        place = self.cell(item)
        short = read if len(read) <= _SHOWN else f"{read[:_SHOWN]}…"
        return Fault(item, place.page + 1, place.number, reason, short)


_Chunk = list[list[int]]  # items by page


def _chunks(reading: _Reading, items: list[int], workers: int) -> Iterator[_Chunk]:
    by_page = [list(group) for _, group in itertools.groupby(items, lambda item: reading.cell(item).page)]
    size = min(_CHUNK_PAGES, max(1, math.ceil(len(by_page) / (4 * workers))))
    return (by_page[start : start + size] for start in range(0, len(by_page), size))


def _results(reading: _Reading, chunks: Iterator[_Chunk], workers: int) -> Iterator[tuple[int, Fault | None]]:
    """For each page in order how many labels were right, and the first that was not."""
    if workers == 1:
        for chunk in chunks:
            yield from _read(reading, chunk)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(_read_all, reading, chunk) for chunk in chunks]
        try:
            for future in waiting:
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _read_all(reading: _Reading, chunk: _Chunk) -> list[tuple[int, Fault | None]]:
    return list(_read(reading, chunk))


def _read(reading: _Reading, chunk: _Chunk) -> Iterator[tuple[int, Fault | None]]:
    key = PublicKey(*reading.key)
    with ExitStack() as opened:
        try:
            document, indexes = _open(reading, chunk, opened)
        except (pypdfium2.PdfiumError, OSError):
            yield 0, reading.fault(chunk[0][0], "file")
            return
        for index, items in zip(indexes, chunk, strict=True):
            with _PDFIUM:
                found = _read_page(reading, key, document, index, items)
            yield found
            if found[1] is not None:
                return


def _open(
    reading: _Reading, chunk: _Chunk, opened: ExitStack
) -> tuple[pypdfium2.PdfDocument, list[int | None]]:
    """The file, and where in it the chunk's pages are; None for a page that it lacks."""
    wanted = [reading.cell(items[0]).page for items in chunk]
    source: Path | Excerpt = Path(reading.path)
    if reading.sampled:
        try:
            source = opened.enter_context(excerpt(Path(reading.path), wanted))
        except Unreadable:
            # Not as we wrote it; whether it holds the labels all the same is yet to be seen.
            source = Path(reading.path)
    with _PDFIUM:
        document = pypdfium2.PdfDocument(source)
    opened.callback(_close, document)
    if isinstance(source, Excerpt):
        held = {page: index for index, page in enumerate(source.held)}
        return document, [held.get(page) for page in wanted]
    return document, [page if page < len(document) else None for page in wanted]


def _close(document: pypdfium2.PdfDocument) -> None:
    with _PDFIUM:
        document.close()


def _read_page(
    reading: _Reading, key: PublicKey, document: pypdfium2.PdfDocument, index: int | None, items: list[int]
) -> tuple[int, Fault | None]:
    if index is None:
        return 0, reading.fault(items[0], "page")
    with closing(document[index]) as page, closing(page.get_textpage()) as text:
        for done, item in enumerate(items):
            fault = _read_label(reading, key, page, text, item)
            if fault is not None:
                return done, fault
    return len(items), None


def _read_label(
    reading: _Reading, key: PublicKey, page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, item: int
) -> Fault | None:
    place = reading.cell(item)
    left, top = map(float, reading.adjust.place(place.x, place.y))
    box = (left, top, left + reading.stock.label_width, top + reading.stock.label_height)
    read = _decode(_picture(page, box, reading.dpi))
    if not read:
        return reading.fault(item, "unreadable")
    if len(read) > 1:
        return reading.fault(item, "several", str(len(read)))
    expected = code.item_code(key.key_id, reading.run, item)
    address = read[0]
    if not address.startswith(reading.prefix + expected.head):
        return _foreign(reading, item, address)
    try:
        code.verify(address.removeprefix(reading.prefix), {key.key_id: key})
    except LabelError as error:
        return reading.fault(item, "signature", error.code)
    number = digits.printed(expected)
    if "".join(number.split()) not in _text(text, box, page.get_height()):
        return reading.fault(item, "number", number)
    if reading.pin_secret:
        x, y, wide, high = reading.pin_area
        area = (left + x, top + y, left + x + wide, top + y + high)
        [secret] = pin.pins(reading.pin_secret, reading.run, range(item, item + 1))
        if _text(text, area, page.get_height()) != secret:
            # What it is and what it should be stays under the layer.
            return reading.fault(item, "pin")
    return None


def _picture(
    page: pypdfium2.PdfPage, box: tuple[float, float, float, float], dpi: float
) -> NDArray[np.uint8]:
    """The part of the page within `box` (left, top, right, bottom, µm) as grey pixels."""
    scale = dpi / 72
    wide, high = math.ceil(page.get_width() * scale), math.ceil(page.get_height() * scale)
    left, top, right, bottom = (round(edge * dpi / 25_400) for edge in box)
    cut = (left, high - bottom, wide - right, top)
    # The renderer rounds up what is cut off: half a pixel less is the very pixel.
    crop = tuple(max(0.0, (edge - 0.5) / scale) for edge in cut)
    bitmap = page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=False, draw_annots=False)
    with closing(bitmap):
        return np.array(bitmap.to_numpy(), dtype=np.uint8)


def _decode(picture: NDArray[np.uint8]) -> list[str]:
    """The texts of all QR codes in sight: at first the quick way, and only where that finds none, the long one."""
    wanted = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(
        picture, wanted, try_rotate=False, try_downscale=False, try_invert=False
    ) or zxingcpp.read_barcodes(picture, wanted)
    return [one.text for one in found]


def _text(text: pypdfium2.PdfTextPage, box: tuple[float, float, float, float], page_height: float) -> str:
    left, top, right, bottom = (edge * _POINTS for edge in box)
    found = text.get_text_bounded(left, page_height - bottom, right, page_height - top)
    return "".join(found.split())


def _foreign(reading: _Reading, item: int, address: str) -> Fault:
    """A code that is not this label's: another label's (`read` is key/run/item), or something else."""
    try:
        found = code.parse_head(address.removeprefix(reading.prefix)[: code.HEAD_DIGITS])
    except LabelError:
        return reading.fault(item, "address", address)
    return reading.fault(item, "other", f"{found.key_id:05d}/{found.run}/{found.item}")


def _check_length(reading: _Reading, run: RunSpec, done: int) -> None:
    with _PDFIUM, closing(pypdfium2.PdfDocument(reading.path)) as document:
        pages = len(document)
    if pages != sheet.pages_needed(reading.stock, reading.paper, run.count):
        raise ReadbackMismatch(reading.fault(run.last, "length", str(pages)), done)
