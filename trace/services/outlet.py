"""Outlets (出口): the forms in which a run's labels leave, each made once, kept beside the PDF and handed out on record.

The self-check reads the PDF back; the other outlets are made from the same row, key and layout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from sqlmodel import Session

from labels import commands, singles, table, tspl, zpl
from labels.errors import LabelError
from labels.output import whole_file
from trace.core.errors import Conflict, NotFound, Unavailable
from trace.core.policy import Actor
from trace.core.ranges import Range, without
from trace.services import ranges, run, run_plan, sheet
from trace.services.sheet import Sheet
from trace.tables import Run
from trace.tables.base import key_of

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One form. `each` is about how many bytes a label takes, to tell a size before the file is made."""

    key: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    mime: str
    suffix: str
    each: int


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLE = (
    Outlet(
        "pdf",
        "PDF",
        "PDF",
        "自己打印用，按实际大小打。",
        "To print yourself, at actual size.",
        "application/pdf",
        ".pdf",
        400,
    ),
    Outlet(
        "tspl",
        "TSPL 指令（佳博、TSC 标签打印机）",
        "TSPL commands (Gprinter, TSC)",
        "不装驱动，直接发给标签打印机。",
        "Straight to a label printer, without a driver.",
        "application/octet-stream",
        ".tspl",
        13_000,
    ),
    Outlet(
        "zpl",
        "ZPL 指令（斑马标签打印机）",
        "ZPL commands (Zebra)",
        "不装驱动，直接发给标签打印机。",
        "Straight to a label printer, without a driver.",
        "application/octet-stream",
        ".zpl",
        2_400,
    ),
    Outlet(
        "xlsx",
        "Excel 表",
        "Excel table",
        "给印刷厂：每行一枚，网址、编号和文字。",
        "For a print shop: a label a row, with address, number and texts.",
        _XLSX,
        ".xlsx",
        160,
    ),
    Outlet(
        "csv",
        "CSV 表",
        "CSV table",
        "给印刷厂的排版软件；要用 Excel 打开，请取 Excel 表。",
        "For a print shop's own software; to open it in Excel, take the Excel table.",
        "text/csv; charset=utf-8",
        ".csv",
        430,
    ),
    Outlet(
        "svg",
        "SVG 图（每枚一个，压缩包）",
        "SVG pictures (one a label, zipped)",
        "给印刷厂：矢量图，放大不糊。",
        "For a print shop: vectors, sharp at any size.",
        "application/zip",
        ".svg.zip",
        3_500,
    ),
    Outlet(
        "png",
        "PNG 图（每枚一个，压缩包）",
        "PNG pictures (one a label, zipped)",
        "按打印机分辨率画好的点阵图。",
        "Dot by dot at the printer's resolution.",
        "application/zip",
        ".png.zip",
        9_000,
    ),
)
OUTLETS: Mapping[str, Outlet] = MappingProxyType({one.key: one for one in _TABLE})
PDF = OUTLETS["pdf"]
_FORMS: Mapping[str, singles.Form] = MappingProxyType({"svg": "svg", "png": "png"})
_LANGUAGES = MappingProxyType({"tspl": tspl.write, "zpl": zpl.write})


def named(key: str) -> Outlet:
    """The outlet of this name; NotFound run.outlet."""
    found = OUTLETS.get(key)
    if found is None:
        raise NotFound("run.outlet", "outlet", outlet=key[:20], known="、".join(OUTLETS))
    return found


def check(row: Run, outlet: Outlet, part: Range | None = None) -> None:
    """Raise the label engine's refusal of a run, or part of one, that this outlet cannot carry: NotARoll, BadCount."""
    if outlet.key in _LANGUAGES:
        commands.check_roll(run_plan.of(row).stock)
    elif outlet.key in _FORMS:
        first, last = part or (1, row.count)
        singles.check_count(_FORMS[outlet.key], last - first + 1)


def check_part(session: Session, row: Run, part: Range) -> None:
    """InvalidInput run.range for labels that the run has not; Conflict run.all-void if these are all void."""
    ranges.check_span(row, *part)
    if not without(part, ranges.spans(session, row)["void"]):
        raise Conflict("run.all-void")


def offered(row: Run) -> list[Outlet]:
    """The outlets that can carry the run, in the order of use."""
    found = []
    for outlet in OUTLETS.values():
        try:
            check(row, outlet)
        except LabelError:
            continue
        found.append(outlet)
    return found


def place(folder: Path, run_id: int, outlet: Outlet) -> Path:
    """Where a run's file of this form is kept."""
    return sheet.place(folder, run_id).with_suffix(outlet.suffix)


def size(folder: Path, row: Run, outlet: Outlet) -> tuple[int, bool]:
    """Bytes of the file, and whether that is known exactly because it is made."""
    path = place(folder, key_of(row), outlet)
    try:
        return path.stat().st_size, True
    except OSError:
        return outlet.each * row.count, False


def make(
    session: Session,
    row: Run,
    outlet: Outlet,
    folder: Path,
    master: bytes,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Make the run's file, or find it made: the same run gives the same bytes, whole or not at all.

    Raises what `check` raises, Unavailable run.folder or OutputError where nothing can be written, and
    Unavailable key.sealed or pin.sealed without the right master key.
    """
    if outlet is PDF:
        return sheet.draw(session, row, folder, master, workers=workers, progress=progress)
    check(row, outlet)
    path = place(folder, key_of(row), outlet)
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("run.folder", folder=str(folder), why=error.strerror or str(error)) from error
        with whole_file(path) as out:
            write(session, row, outlet, out, master, scratch=folder, workers=workers, progress=progress)
    return path


def write(
    session: Session,
    row: Run,
    outlet: Outlet,
    out: BinaryIO,
    master: bytes,
    *,
    part: Range | None = None,
    native: bool = False,
    scratch: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> None:
    """Write the run in a form other than the PDF; `native` lets a label printer make the codes itself.

    Of a `part` only those labels, each the same as in the whole.
    """
    spec, plan, signer = run.spec(session, row, master), run_plan.of(row), run.signer(session, row, master)
    if part is not None:
        spec = replace(spec, first=part[0], count=part[1] - part[0] + 1)
    if outlet.key == "csv":
        table.write_csv(out, spec, signer, progress=progress)
    elif outlet.key == "xlsx":
        table.write_xlsx(out, spec, signer, scratch=scratch, progress=progress)
    elif outlet.key in _FORMS:
        singles.write(
            out,
            _FORMS[outlet.key],
            run=spec,
            signer=signer,
            stock=plan.stock,
            dpi=row.dpi,
            workers=workers,
            progress=progress,
        )
    else:
        _LANGUAGES[outlet.key](
            out,
            run=spec,
            signer=signer,
            stock=plan.stock,
            dpi=row.dpi,
            adjust=plan.adjust,
            qr="native" if native else "bitmap",
            workers=workers,
            progress=progress,
        )


def hand_out(
    session: Session, actor: Actor, run_id: int, outlet: Outlet, folder: Path, path: Path | None = None
) -> Sheet:
    """Enter the taking of the file in the ledger (`path`: another file of that form); names earlier takings.

    Raises what `sheet.hand_out` raises: the codes leave only once the run's PDF has been read back.
    """
    taken = place(folder, run_id, outlet) if path is None else path
    if outlet is PDF:
        return sheet.hand_out(session, actor, run_id, taken)
    return sheet.hand_out(
        session, actor, run_id, taken, outlet=outlet.key, released=sheet.place(folder, run_id)
    )
