"""`flask stock`, `flask printer`: label paper that an organisation measured, printers calibrated on it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session

from labels import calibration, stock_picture, stock_spec
from labels.calibration import Readings
from labels.geometry import Stock
from labels.stock import STOCKS
from trace.cli.acting import acting, as_user, for_own
from trace.cli.app import Answer, TraceGroup, table
from trace.core.errors import NotFound
from trace.core.millimetres import parse, show
from trace.core.policy import Action
from trace.services import printer as printers
from trace.services import stock as stocks
from trace.services.printer import Calibrated
from trace.web.context import app_db

stock = TraceGroup("stock", help="标签纸 Label stocks: list, add, show, retire.")
printer = TraceGroup("printer", help="打印机 Printers: calibrate, set, list.")

_STOCK = click.option("--stock", "stock_name", required=True, metavar="STOCK", help="标签纸 Label stock.")
_PRINTER = click.option(
    "--printer", "called", required=True, metavar="P", help="打印机的名字 The printer's name."
)


def _pair(written: str, option: str, mark: str = "x") -> tuple[str, str]:
    """ "63.5x38.1" as its two numbers."""
    first, found, second = written.lower().replace("×", mark).partition(mark)
    if not found:
        raise click.BadParameter(f"{written}: A{mark}B", param_hint=option)
    return first, second


@stock.command("list")
@as_user
def listing(user: str | None) -> Answer:
    """列出能用的标签纸 List the stocks there are to print on."""
    with app_db().read() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        found = stocks.available(session, int(actor.org_id))
    rows = [(one.name, one.title_zh, str(one.per_page), str(one.dpi)) for one in found]
    data = [{"own": one.name not in STOCKS, **stock_spec.to_data(one)} for one in found]
    return Answer(table(("标签纸 stock", "说明", "每张", "dpi"), rows), data)


@stock.command("add")
@click.option("--name", required=True, help="叫什么 Its name.")
@click.option(
    "--kind", type=click.Choice(("sheet", "roll")), default="sheet", show_default=True, help="整张或卷装."
)
@click.option("--label", required=True, metavar="WxH", help="标签宽x高 Label, mm: 63.5x38.1.")
@click.option("--grid", default="1x1", metavar="CxR", help="几列x几排 Columns x rows: 3x7.")
@click.option(
    "--page", "page_size", default="210x297", show_default=True, metavar="WxH", help="纸宽x高 Page, mm."
)
@click.option("--margin", default="0,0", metavar="L,T", help="左边距,上边距 Left and top margin, mm.")
@click.option("--gap", default="0,0", metavar="X,Y", help="左右间隔,上下间隔 Gaps, mm.")
@click.option("--corner", default="0", metavar="MM", help="圆角半径 Corner radius, mm.")
@click.option("--inset", default="1.5,1.3", show_default=True, metavar="X,Y", help="留白 Blank edge, mm.")
@click.option("--dpi", type=int, default=203, show_default=True, help="打印机分辨率 Printer dots per inch.")
@click.option("--instead-of", default="", metavar="NAME", help="代替哪一种 The own stock that it replaces.")
@as_user
def add(
    name: str,
    kind: stocks.Kind,
    label: str,
    grid: str,
    page_size: str,
    margin: str,
    gap: str,
    corner: str,
    inset: str,
    dpi: int,
    instead_of: str,
    user: str | None,
) -> Answer:
    """记下自己量的标签纸，毫米 Keep a stock measured by hand, in mm."""
    sizes = {"corner": parse(corner, "corner"), "dpi": dpi}
    for written, option, mark, names in (
        (label, "--label", "x", ("label_width", "label_height")),
        (page_size, "--page", "x", ("page_width", "page_height")),
        (margin, "--margin", ",", ("margin_left", "margin_top")),
        (gap, "--gap", ",", ("gap_x", "gap_y")),
        (inset, "--inset", ",", ("inset_x", "inset_y")),
    ):
        for field, value in zip(names, _pair(written, option, mark), strict=True):
            sizes[field] = parse(value, option.removeprefix("--"))
    for field, value in zip(("columns", "rows"), _pair(grid, "--grid"), strict=True):
        if not value.strip().isdigit() or len(value) > 4:
            raise click.BadParameter(f"{grid}: CxR", param_hint="--grid")
        sizes[field] = int(value)
    made = stocks.describe(name, kind, sizes)
    with app_db().write() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        old = _own(session, int(actor.org_id), instead_of).id if instead_of else None
        number = stocks.save(session, actor, made, old)
    return Answer(f"标签纸 stock {number}: {made.title_zh}", {"id": number, **stock_spec.to_data(made)})


def _own(session: Session, organisation_id: int, name: str) -> stocks.OwnStock:
    found = stocks.named(session, organisation_id, name)
    if found is None:
        raise NotFound("stock.unknown", "stock")
    return found


@stock.command("show")
@click.argument("name")
@click.option(
    "--svg", "out", type=click.Path(path_type=Path, dir_okay=False), help="把图画到哪里 Draw it as SVG."
)
@as_user
def show_stock(name: str, out: Path | None, user: str | None) -> Answer:
    """一种标签纸的尺寸 The measures of a stock."""
    with app_db().read() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        found = stocks.find(session, int(actor.org_id), name)
    if out is not None:
        _write(out, stock_picture.measures(found).encode("utf-8"))
    return Answer(table(("项目", "mm"), list(_measures(found))), stock_spec.to_data(found))


def _measures(found: Stock) -> list[tuple[str, str]]:
    lines = []
    for field, (zh, en) in stock_spec.NAMES.items():
        value = getattr(found, field)
        lines.append((f"{zh} {en}", str(value) if field in ("columns", "rows", "dpi") else show(value)))
    return lines


@stock.command("retire")
@click.argument("name")
@as_user
def retire(name: str, user: str | None) -> Answer:
    """不再列出自己量的标签纸；印过的不受影响 Offer an own stock no more; runs stay as they are."""
    with app_db().write() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        found = _own(session, int(actor.org_id), name)
        stocks.retire(session, actor, found.id)
    return Answer(f"不再列出 retired: {name}", {"id": found.id, "name": name})


@printer.command("list")
@as_user
def measured(user: str | None) -> Answer:
    """列出校准过的打印机 List the calibrated printers."""
    with app_db().read() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        found = [_data(one) for one in printers.newest(session, int(actor.org_id))]
    names = ("printer", "stock", "offset_x", "offset_y", "scale_x", "scale_y", "measured_at")
    rows = [tuple(str(one[name]) for name in names) for one in found]
    heads = ("打印机", "标签纸", "右移 µm", "下移 µm", "横向 ppm", "纵向 ppm", "什么时候")
    return Answer(table(heads, rows), found)


def _data(one: Calibrated) -> dict[str, Any]:
    return {
        "printer": one.printer,
        "stock": one.stock,
        "offset_x": one.adjust.offset_x,
        "offset_y": one.adjust.offset_y,
        "scale_x": one.adjust.scale_x,
        "scale_y": one.adjust.scale_y,
        "measured_at": one.measured_at.isoformat(),
    }


@printer.command("calibrate")
@_PRINTER
@_STOCK
@click.option(
    "--dpi", type=int, default=None, help="打印机分辨率 Printer dots per inch; the stock's by default."
)
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="PDF 写到哪里.")
@as_user
def calibrate(called: str, stock_name: str, dpi: int | None, out: Path, user: str | None) -> Answer:
    """打一张校准页，量好后用 printer set Write the page to print and measure; then `printer set`."""
    with app_db().read() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        found = stocks.find(session, int(actor.org_id), stock_name)
        adjust = printers.adjustment(session, int(actor.org_id), printers.clean_name(called), found.name)
    page = io.BytesIO()
    calibration.render(page, found, found.dpi if dpi is None else dpi, adjust)
    _write(out, page.getvalue())
    edges = calibration.edge_words(found)
    return Answer("\n".join([str(out), *edges]), {"file": str(out), "edges": edges})


@printer.command("set")
@_PRINTER
@_STOCK
@click.option("--a", "a", required=True, help="刻度 A 的读数 What scale A reads, mm.")
@click.option("--b", "b", required=True, help="刻度 B 的读数 Scale B.")
@click.option("--c", "c", required=True, help="刻度 C 的读数 Scale C.")
@click.option("--d", "d", required=True, help="刻度 D 的读数 Scale D.")
@as_user
def set_printer(called: str, stock_name: str, a: str, b: str, c: str, d: str, user: str | None) -> Answer:
    """记下校准页上四条刻度的读数 Keep what the four scales of the calibration page read."""
    read = Readings(*(parse(value, name) for name, value in zip("abcd", (a, b, c, d), strict=True)))
    with app_db().write() as session:
        actor = acting(session, user, for_own(Action.RUN_PRINT))
        organisation_id = int(actor.org_id)
        found = stocks.find(session, organisation_id, stock_name)
        before = printers.adjustment(session, organisation_id, printers.clean_name(called), found.name)
        printers.save(session, actor, called, found.name, calibration.solve(found, read, before))
        kept = printers.calibrated(session, organisation_id, printers.clean_name(called), found.name)
    if kept is None:
        raise RuntimeError("what was just kept is not there")
    data = _data(kept)
    return Answer(
        f"{called} · {found.name}: 右移 {data['offset_x']} µm, 下移 {data['offset_y']} µm, "
        f"横向 {data['scale_x']} ppm, 纵向 {data['scale_y']} ppm",
        data,
    )


def _write(out: Path, data: bytes) -> None:
    try:
        out.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(out), error.strerror) from None
