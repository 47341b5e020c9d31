"""Label paper (标签纸): what there is to print on, an own stock measured by hand, part-used sheets."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from labels import stock_picture, stock_spec
from labels.errors import LabelError
from labels.stock import STOCKS, Stock, symbols
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.millimetres import show
from trace.core.policy import Action
from trace.services import part_sheet, printer, stock
from trace.services.part_sheet import SheetView
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.i18n import lang
from trace.web.inputs.paper import (
    USUAL,
    USUAL_ROLL,
    PaperRefusal,
    kind_of,
    read_cells,
    read_stock,
    typed_stock,
)
from trace.web.inputs.run import DPI


def picture(svg: str) -> Markup:
    """A drawing of the label engine, which escapes the words in it."""
    return Markup(svg)  # noqa: S704  # as just said


def sheet_picture(sheet: SheetView, found: Stock) -> Markup:
    """A part-used sheet: used cells crossed out, free ones filled."""
    title = _("余格纸 %(sheet)s，还空 %(n)s 格", sheet=sheet.id, n=len(sheet.free))
    return picture(stock_picture.cells(found, used=set(sheet.used), chosen=set(sheet.free), title=title))


@bp.get("/papers")
@needs(Action.RUN_PRINT)
def papers() -> tuple[str, int]:
    """Own stocks, part-used sheets, printers, and the built-in stocks."""
    organisation_id = int(current_actor().org_id)
    with app_db().read() as session:
        own = stock.own(session, organisation_id)
        known = {one.name: one for one in stock.available(session, organisation_id)}
        sheets = part_sheet.open_sheets(session, organisation_id)
        measured = printer.newest(session, organisation_id)
    drawn = [
        (one, sheet_picture(one, known[one.stock]), known[one.stock]) for one in sheets if one.stock in known
    ]
    return page(
        "papers/list", own=own, built_in=list(STOCKS.values()), sheets=drawn, measured=measured, known=known
    )


def _form(
    typed: dict[str, str],
    made: Stock | None,
    error: TraceError | None = None,
    edition: int | None = None,
) -> tuple[str, int]:
    roll = typed["kind"] == "roll"
    usual = USUAL_ROLL if roll else USUAL
    shown = {
        name: str(value) if name in ("columns", "rows", "dpi") else show(value)
        for name, value in usual.items()
    }
    carried = symbols(made, made.dpi)[:1] if made is not None else []
    return page(
        "papers/stock",
        error,
        edition=edition,
        typed={**shown, **typed},
        roll=roll,
        dpis=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        made=made,
        code_mm=show(round(carried[0].side, -2)) if carried else "",
        dots=carried[0].dots if carried else 0,
        measures=picture(stock_picture.measures(made or _example(roll), "en" if lang() == "en" else "zh")),
        cells=picture(stock_picture.cells(made)) if made is not None and not roll else "",
    )


def _example(roll: bool) -> Stock:
    return STOCKS["roll-50x30" if roll else "a4-21"]


@bp.get("/papers/new")
@needs(Action.RUN_PRINT)
def new_stock() -> tuple[str, int]:
    """The form of a stock measured by hand; `?kind=roll` for a roll."""
    return _form({"kind": kind_of(request.args)}, None)


@bp.get("/papers/<int:edition>")
@needs(Action.RUN_PRINT)
def change_stock(edition: int) -> tuple[str, int]:
    """The form of an own stock as it is."""
    with app_db().read() as session:
        found = stock.edition(session, current_actor(), edition)
    return _form(typed_stock(found.stock), found.stock, edition=edition)


@bp.post("/papers/new")
@needs(Action.RUN_PRINT)
def new_stock_post() -> tuple[str, int] | Response:
    """Look at the stock (`do=look`), or keep it."""
    return _keep(None)


@bp.post("/papers/<int:edition>")
@needs(Action.RUN_PRINT)
def change_stock_post(edition: int) -> tuple[str, int] | Response:
    """Look at the changed stock, or keep it in place of the one before."""
    with app_db().read() as session:
        stock.edition(session, current_actor(), edition)
    return _keep(edition)


def _keep(edition: int | None) -> tuple[str, int] | Response:
    sent: MultiDict[str, str] = request.form
    typed = {"kind": kind_of(sent), **{name: value for name, value in sent.items() if name != "kind"}}
    made = None
    try:
        made = read_stock(sent)
        if sent.get("do") == "look":
            stock_spec.check(made)
            return _form(typed, made, edition=edition)
        with app_db().write() as session:
            stock.save(session, current_actor(), made, edition)
    except LabelError as error:
        return _form(typed, made, PaperRefusal(error, "label_width"), edition)
    except (InvalidInput, Conflict) as error:
        return _form(typed, made, error, edition)
    flash(_("标签纸“%(name)s”存好了，打印时就能选。", name=made.name), "teal")
    return redirect(url_for("desk.papers"), 303)


@bp.post("/papers/<int:edition>/retire")
@needs(Action.RUN_PRINT)
def retire_stock(edition: int) -> Response:
    """Offer an own stock no more; runs printed on it stay as they are."""
    with app_db().write() as session:
        name = stock.edition(session, current_actor(), edition).stock.name
        stock.retire(session, current_actor(), edition)
    flash(_("标签纸“%(name)s”不再列出来了。", name=name), "teal")
    return redirect(url_for("desk.papers"), 303)


def _sheet(sheet_id: int, error: TraceError | None = None) -> tuple[str, int]:
    actor = current_actor()
    with app_db().read() as session:
        found = part_sheet.view(session, actor, sheet_id)
        known = {one.name: one for one in stock.available(session, int(actor.org_id))}
    paper = known.get(found.stock)
    return page(
        "papers/sheet",
        error,
        sheet=found,
        stock=paper,
        drawn=sheet_picture(found, paper) if paper else "",
        ticked=read_cells(request.form, "cells"),
    )


@bp.get("/papers/sheets/<int:sheet_id>")
@needs(Action.RUN_PRINT)
def part_used(sheet_id: int) -> tuple[str, int]:
    """One part-used sheet: its cells, the runs on it, what to do if it is lost or spoilt."""
    return _sheet(sheet_id)


@bp.post("/papers/sheets/<int:sheet_id>/close")
@needs(Action.RUN_PRINT)
def close_sheet(sheet_id: int) -> tuple[str, int] | Response:
    """The sheet is lost or spoilt: it is offered no more."""
    try:
        with app_db().write() as session:
            part_sheet.close(session, current_actor(), sheet_id, request.form.get("reason", ""))
    except InvalidInput as error:
        return _sheet(sheet_id, error)
    flash(_("余格纸 %(sheet)s 不再用了。", sheet=sheet_id), "teal")
    return redirect(url_for("desk.papers"), 303)


@bp.post("/papers/sheets/<int:sheet_id>/spoil")
@needs(Action.RUN_PRINT)
def spoil_cells(sheet_id: int) -> tuple[str, int] | Response:
    """Cells are torn or smudged: they are not printed on."""
    cells = read_cells(request.form, "cells")
    try:
        with app_db().write() as session:
            part_sheet.spoil(session, current_actor(), sheet_id, cells)
    except (InvalidInput, Conflict) as error:
        return _sheet(sheet_id, error)
    flash(_("划掉了 %(n)s 格。", n=len(cells)), "teal")
    return redirect(url_for("desk.part_used", sheet_id=sheet_id), 303)
