"""Runs (印制批): the list, one run's labels, its file, activation (启用) and voiding (作废)."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from labels.code import ED25519, ItemCode
from labels.digits import printed
from labels.stock import STOCKS
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.jobs.handlers import folder
from trace.services import blocks, find, ranges, run, sheet
from trace.services.brand import rules_of
from trace.services.names import people_names
from trace.tables import Run
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk import cartons, run_check
from trace.web.desk.frame import bp, page
from trace.web.inputs.run import read_range


def number_of(row: Run, item: int) -> str:
    """The number printed under a label's code."""
    return printed(ItemCode(ED25519, row.key_id, key_of(row), item))


@bp.get("/runs")
@needs(Action.BATCH_READ)
def runs() -> tuple[str, int]:
    """The newest runs with how many of their labels count."""
    with app_db().read() as session:
        found = run.of_organisation(session, int(current_actor().org_id), 50)
        rows = [(row, batch, ranges.counts(session, row)) for row, batch in found]
    return page("runs/list", rows=rows, stocks=STOCKS)


def _show(run_id: int, error: TraceError | None = None, about: str = "") -> tuple[str, int]:
    actor = current_actor()
    with app_db().read() as session:
        row = find.run(session, actor, run_id)
        batch = find.batch_of(session, row.batch_id)
        product = find.product(session, batch.product_id)
        state = ranges.counts(session, row)
        spans = ranges.history(session, row)
        taken = sheet.taken(session, row)
        people = people_names(session, {row.created_by, *(line.recorded_by for line in spans)})
        stopped = bool(blocks.open_recalls(session, batch) or blocks.open_freezes(session, batch))
        by_hand = rules_of(session, product.brand_id).activation == "pack"
        boxes = cartons.on_run(session, row)
    return page(
        "runs/run",
        error,
        about_form=about,
        run=row,
        batch=batch,
        product=product,
        stock=STOCKS.get(row.stock),
        state=state,
        spans=spans,
        taken=taken,
        people=people,
        stopped=stopped,
        by_hand=by_hand,
        check=run_check.look(row),
        cartons=boxes,
        first=number_of(row, 1),
        last=number_of(row, row.count),
        sent=request.form,
    )


@bp.get("/runs/<int:run_id>")
@needs(Action.BATCH_READ)
def run_page(run_id: int) -> tuple[str, int]:
    """One run: its labels by state, its file, who took it."""
    return _show(run_id)


@bp.get("/runs/<int:run_id>/labels.pdf")
@needs(Action.RUN_PRINT)
def labels_file(run_id: int) -> Response:
    """The sheet. Taking it is entered in the ledger; asking for its headers alone is not."""
    actor = current_actor()
    settings = app_settings()
    with app_db().read() as session:
        row = find.run(session, actor, run_id)
        run.require_print(actor, row)
        run.may_hand_out(session, row)
        batch = find.batch_of(session, row.batch_id)
        product = find.product(session, batch.product_id)
        if request.method == "HEAD":
            return FlaskResponse(mimetype="application/pdf")
    if not run_check.ready(row):
        return redirect(url_for("desk.run_page", run_id=run_id), 303)
    path = sheet.place(folder(settings), run_id)
    with app_db().write() as session:
        sheet.hand_out(session, actor, run_id, path)
    name = f"{product.name} {batch.number} 第{run_id}批 {row.count}枚.pdf"
    return send_file(
        path, mimetype="application/pdf", as_attachment=True, download_name=name, conditional=False, max_age=0
    )


@bp.post("/runs/<int:run_id>/activate")
@needs(Action.RUN_ACTIVATE)
def activate(run_id: int) -> tuple[str, int] | Response:
    """Activate labels that are on their goods now."""
    try:
        first, last = read_range(request.form)
        with app_db().write() as session:
            fresh = ranges.activate(session, current_actor(), run_id, first, last)
    except (InvalidInput, Conflict) as error:
        return _show(run_id, error, "activate")
    if fresh:
        flash(_("启用了 %(count)s 枚标签。", count=fresh), "teal")
    else:
        flash(_("这一段里没有可以启用的标签：都已启用或作废。"), "blue")
    return redirect(url_for("desk.run_page", run_id=run_id), 303)


@bp.post("/runs/<int:run_id>/void")
@needs(Action.RUN_VOID)
def void(run_id: int) -> tuple[str, int] | Response:
    """Void labels for good, for a reason that the public sees."""
    try:
        first, last = read_range(request.form)
        with app_db().write() as session:
            gone = ranges.void(session, current_actor(), run_id, first, last, request.form.get("reason", ""))
    except (InvalidInput, Conflict) as error:
        return _show(run_id, error, "void")
    flash(_("作废了 %(count)s 枚标签，它们的重量可以重新贴标。", count=gone), "teal")
    return redirect(url_for("desk.run_page", run_id=run_id), 303)
