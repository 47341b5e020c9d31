"""A run as a table for print shops (印刷厂): one row a label, with its address, number and texts; CSV or XLSX.

No text can act as a formula in a spreadsheet: see `shielded`. The same run gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from .keys import SigningKey
from .rows import rows
from .run import RunSpec
from .text import CERTIFICATE_WORDS, FIELD_NAMES, GI_WORDS, LabelText

_BATCH = 1024
_COPY = 1 << 20  # bytes at a time
_FORMULA_STARTS = frozenset("=+-@＝＋－＠\t\r\n")
_SHIELD = "'"
_FIXED_DATE = datetime(2020, 1, 1)  # a spreadsheet's dates have no zone
_WIDTHS = {"网址 URL": 60, "编号 Number": 28}
_WIDTH = 18

NOTES = (
    ("二维码内容 QR content", "“网址”一列，一个字符也不能改 the column 网址 URL, unchanged"),
    ("纠错等级 Error correction", "M"),
    (
        "编码方式 Segments",
        "网址的字母部分按字节、末尾 175 位数字按数字编码，得到版本 6（41 × 41 模块）；前缀超过 31 个字符时是版本 7。"
        "整段按字节编码会变成版本 10（57 × 57 模块）或更大，同样大小更难扫。"
        "Encode the letters as bytes and the last 175 digits as numeric: version 6 (41 × 41 modules), or 7 where more "
        "than 31 characters stand before the digits. All as bytes would be version 10 (57 × 57) or larger.",
    ),
    (
        "大小 Size",
        "模块不小于 0.375 mm，四周留白 4 个模块且不小于 2 mm module ≥ 0.375 mm, quiet zone ≥ 4 modules and 2 mm",
    ),
    (
        "每行只印一枚 One label a row",
        "每行的码都不一样，不能重复印 every code is different; never print a row twice",
    ),
    (
        "编号 Number",
        "印在码下面，供手工输入；最后一位是校验码 stands under the code, for typing; ends in a check digit",
    ),
)


def heads(text: LabelText, *, pins: bool = False) -> list[str]:
    """The names of the columns, Chinese and English."""
    own = ["序号 Item", "网址 URL", "编号 Number", *(["验证码 PIN"] if pins else [])]
    return own + [head for head, _ in _constant(text)]


def _constant(text: LabelText) -> list[tuple[str, str]]:
    """The columns that are the same on every label, with their values."""
    found = []
    for field in fields(text):
        value = getattr(text, field.name)
        zh, en = FIELD_NAMES.get(field.name, (field.name, field.name))
        if field.name == "certificate":
            found.append((f"{zh} {en.capitalize()}", CERTIFICATE_WORDS if value else ""))
        elif field.name == "gi_mark":
            found.append(("地理标志字样 GI words", GI_WORDS if value else ""))
        elif field.name == "lines":
            found += [(f"{zh} {at} Extra line {at}", line) for at, line in enumerate(value, 1)]
        elif isinstance(value, str) and field.name != "accent":
            found.append((f"{zh} {en.capitalize()}", value))
    return found


def shielded(text: str) -> str:
    """Text as it may stand in a CSV cell: an apostrophe before what a spreadsheet would take for a formula.

    Also before what begins with an apostrophe itself, so that taking the first one off gives the text back.
    """
    first = text.lstrip(" \u3000")[:1]
    return _SHIELD + text if text.startswith(_SHIELD) or first in _FORMULA_STARTS else text


def unshielded(cell: str) -> str:
    """The text that `shielded` made this cell from."""
    return cell.removeprefix(_SHIELD)


def write_csv(
    out: BinaryIO,
    run: RunSpec,
    signer: SigningKey,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write RFC 4180 with every cell quoted, UTF-8 with a byte order mark (or Excel shows Chinese as rubbish).

    Returns how many labels there are. `progress` hears (labels done, of how many).
    """
    constant = [shielded(value) for _, value in _constant(run.text)]
    with_pins = bool(run.pin_secret)
    out.write(b"\xef\xbb\xbf" + _line(heads(run.text, pins=with_pins)))
    tail = ("," if constant else "").encode() + _line(constant)
    batch: list[bytes] = []
    for row in rows(run, signer):
        own = f'"{row.item}","{row.url}","{row.number}"' + (f',"{row.pin}"' if with_pins else "")
        batch.append(own.encode("ascii"))
        if len(batch) == _BATCH or row.item == run.last:
            out.write(tail.join(batch) + tail)
            batch.clear()
            _tell(progress, row.item, run)
    return run.count


def _line(cells: list[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode("utf-8")


def write_xlsx(
    out: BinaryIO,
    run: RunSpec,
    signer: SigningKey,
    *,
    scratch: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write a workbook: the labels, every cell a string, and a sheet of notes on how to make the symbols.

    Rows go to temporary files in `scratch` (None: where the system keeps such), so memory stays flat. Returns how
    many labels there are.
    """
    with TemporaryDirectory(prefix="labels-", dir=scratch) as folder:
        path = Path(folder) / "labels.xlsx"
        _workbook(path, run, signer, progress)
        with path.open("rb") as made:
            shutil.copyfileobj(made, out, _COPY)
    return run.count


def _workbook(
    path: Path,
    run: RunSpec,
    signer: SigningKey,
    progress: Callable[[int, int], None] | None,
) -> None:
    texts = ("strings_to_formulas", "strings_to_urls", "strings_to_numbers")
    options = {"constant_memory": True, "tmpdir": str(path.parent)} | dict.fromkeys(texts, False)
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": _FIXED_DATE})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("标签 Labels")
    sheet.freeze_panes(1, 0)
    names = heads(run.text, pins=bool(run.pin_secret))
    for column, name in enumerate(names):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, name, bold)
    own = 4 if run.pin_secret else 3
    constant = [(at, value) for at, (_, value) in enumerate(_constant(run.text), own) if value]
    for number, row in enumerate(rows(run, signer), 1):
        sheet.write_string(number, 0, str(row.item))
        sheet.write_string(number, 1, row.url)
        sheet.write_string(number, 2, row.number)
        if row.pin:
            sheet.write_string(number, 3, row.pin)
        for column, value in constant:
            sheet.write_string(number, column, value)
        if not number % _BATCH or row.item == run.last:
            _tell(progress, row.item, run)
    notes = book.add_worksheet("说明 Notes")
    notes.set_column(0, 0, 32)
    notes.set_column(1, 1, 100)
    for number, (what, said) in enumerate(NOTES):
        notes.write_string(number, 0, what, bold)
        notes.write_string(number, 1, said)
    try:
        book.close()
    except FileCreateError as error:
        # Of a full disk XlsxWriter makes an error of its own kind.
        raise OSError(str(error)) from error


def _tell(progress: Callable[[int, int], None] | None, item: int, run: RunSpec) -> None:
    if progress is not None:
        progress(item - run.first + 1, run.count)
