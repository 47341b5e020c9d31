"""Printers (打印机): print a calibration page, type what its scales read, see what changes."""

from __future__ import annotations

import io

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from labels import calibration, stock_picture
from labels.adjust import NONE, Adjustment
from labels.errors import LabelError
from labels.stock import Stock
from trace.core.errors import InvalidInput, TraceError
from trace.core.millimetres import show
from trace.core.policy import Action
from trace.services import printer, stock
from trace.services.names import people_names
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.desk.papers import picture
from trace.web.inputs.paper import PaperRefusal, read_readings
from trace.web.inputs.reading import Reading
from trace.web.inputs.run import DPI


def _asked() -> tuple[str, Stock]:
    """The printer and the stock that the address or the form names; UnknownStock or InvalidInput if none."""
    values = request.form or request.args
    with app_db().read() as session:
        found = stock.find(session, int(current_actor().org_id), values.get("stock", ""))
    return printer.clean_name(values.get("printer", "")), found


@bp.get("/printers")
@needs(Action.RUN_PRINT)
def printers(error: TraceError | None = None) -> tuple[str, int]:
    """The printers that were measured, and a form to begin with another."""
    organisation_id = int(current_actor().org_id)
    with app_db().read() as session:
        measured = printer.newest(session, organisation_id)
        known = stock.available(session, organisation_id)
        people = people_names(session, {one.measured_by for one in measured})
    titles = {one.name: one for one in known}
    return page(
        "printers/list",
        error,
        measured=[(one, said(one.adjust)) for one in measured],
        names=sorted({one.printer for one in measured}),
        stocks=known,
        titles=titles,
        people=people,
        sent=request.args,
    )


@bp.get("/printers/measure")
@needs(Action.RUN_PRINT)
def measure() -> tuple[str, int]:
    """Steps, the page to print and the four numbers, for one printer and stock."""
    try:
        called, paper = _asked()
    except InvalidInput as error:
        return printers(error)
    except LabelError as error:
        return printers(PaperRefusal(error, "stock"))
    return _measure(called, paper)


@bp.post("/printers/measure")
@needs(Action.RUN_PRINT)
def measure_post() -> tuple[str, int] | Response:
    """Look at what the numbers mean (`do=look`), or keep them."""
    try:
        called, paper = _asked()
    except InvalidInput as error:
        return printers(error)
    except LabelError as error:
        return printers(PaperRefusal(error, "stock"))
    before = _before(called, paper)
    try:
        # The page was printed with what counted then; measured since, its numbers mean nothing any more.
        if request.form.get("with", _mark(before)) != _mark(before):
            raise InvalidInput("printer.measured-since", "a")
        adjust = calibration.solve(paper, read_readings(request.form), before)
    except LabelError as error:
        return _measure(called, paper, PaperRefusal(error, "a"))
    except InvalidInput as error:
        return _measure(called, paper, error)
    if request.form.get("do") == "look":
        return _measure(called, paper, after=adjust)
    with app_db().write() as session:
        printer.save(session, current_actor(), called, paper.name, adjust)
    flash(_("“%(printer)s”校准好了，以后在这种纸上打印都会对准。", printer=called), "teal")
    return redirect(url_for("desk.printers"), 303)


def _before(called: str, paper: Stock) -> Adjustment:
    with app_db().read() as session:
        return printer.adjustment(session, int(current_actor().org_id), called, paper.name)


def _mark(adjust: Adjustment) -> str:
    return f"{adjust.offset_x},{adjust.offset_y},{adjust.scale_x},{adjust.scale_y}"


def _measure(
    called: str, paper: Stock, error: TraceError | None = None, after: Adjustment | None = None
) -> tuple[str, int]:
    organisation_id = int(current_actor().org_id)
    with app_db().read() as session:
        past = printer.history(session, organisation_id, called, paper.name)
    before = past[0].adjust if past else NONE
    missed = _missed(before, after) if after is not None else None
    return page(
        "printers/measure",
        error,
        printer=called,
        stock=paper,
        past=[(one, said(one.adjust)) for one in past],
        dpis=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        edges=_edges(paper),
        mark=_mark(before),
        sent=request.form,
        after=after,
        found=said(after) if after is not None else [],
        drawn=[picture(stock_picture.drift(paper, one)) for one in (missed, NONE)] if missed else [],
    )


def _edges(paper: Stock) -> list[str]:
    """Which edge each of the scales A to D lies across, in the reader's language."""
    words = {
        "第 1 格的左边": _("第 1 格的左边"),
        "第 1 格的右边": _("第 1 格的右边"),
        "第 1 格的上边": _("第 1 格的上边"),
        "第 1 格的下边": _("第 1 格的下边"),
        "最后一格的左边": _("最后一格的左边"),
        "最后一格的右边": _("最后一格的右边"),
        "最后一格的上边": _("最后一格的上边"),
        "最后一格的下边": _("最后一格的下边"),
    }
    return [words[said_so.partition("：")[2]] for said_so in calibration.edge_words(paper)]


def _missed(before: Adjustment, after: Adjustment) -> Adjustment:
    """Where labels landed that were aimed as before, if `after` is where to aim: as a stretch and a shift."""
    scale_x = (1_000_000 + before.scale_x) / (1_000_000 + after.scale_x)
    scale_y = (1_000_000 + before.scale_y) / (1_000_000 + after.scale_y)
    return Adjustment(
        round((before.offset_x - after.offset_x) * 1_000_000 / (1_000_000 + after.scale_x)),
        round((before.offset_y - after.offset_y) * 1_000_000 / (1_000_000 + after.scale_y)),
        round((scale_x - 1) * 1_000_000),
        round((scale_y - 1) * 1_000_000),
    )


def said(adjust: Adjustment) -> list[str]:
    """An adjustment in words: how everything is moved and stretched from now on."""
    words = []
    for length, forth, back in (
        (adjust.offset_x, _("右移"), _("左移")),
        (adjust.offset_y, _("下移"), _("上移")),
    ):
        if round(length, -1):
            words.append(f"{forth if length > 0 else back} {show(abs(round(length, -1)))} mm")
    for ppm, axis in ((adjust.scale_x, _("横向")), (adjust.scale_y, _("纵向"))):
        if round(ppm, -2):
            words.append(f"{axis} {ppm / 10_000:+.2f} %")
    return words or [_("不用调")]


@bp.get("/printers/page.pdf")
@needs(Action.RUN_PRINT)
def calibration_page() -> Response:
    """The page to print, with the adjustment that counts now."""
    called, paper = _asked()
    dpi = Reading(request.args).key("dpi")
    out = io.BytesIO()
    calibration.render(out, paper, dpi if dpi in DPI else paper.dpi, _before(called, paper))
    out.seek(0)
    name = _("校准页 %(printer)s %(stock)s.pdf", printer=called, stock=paper.name)
    return send_file(out, mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)
