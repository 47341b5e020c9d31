"""Runs (印制批): the list, one run's labels, activation (启用) and voiding (作废)."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from labels.code import ED25519, ItemCode
from labels.digits import printed
from labels.stock import STOCKS
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.services import blocks, find, pin, ranges, run, run_plan, sheet
from trace.services.brand import rules_of
from trace.services.names import people_names
from trace.tables import Run
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk import cartons, downloads, run_check
from trace.web.desk.frame import bp, page
from trace.web.inputs.run import read_range

_THINNEST = 6  # thousandths of the bar


def number_of(row: Run, item: int) -> str:
    """The number printed under a label's code."""
    return printed(ItemCode(ED25519, row.key_id, key_of(row), item))


def _bar(pieces: list[tuple[int, int, str]], count: int) -> list[tuple[int, int, str]]:
    """The pieces as (left end, width, state) of a bar 1000 wide; void ones are drawn last and never too thin."""
    drawn = []
    for first, last, state in sorted(pieces, key=lambda piece: piece[2] == "void"):
        left = (first - 1) * 1000 // count
        wide = max(last * 1000 // count - left, _THINNEST if state == "void" else 1)
        drawn.append((min(left, 1000 - wide), wide, state))
    return drawn


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
        pieces = ranges.segments(session, row)
        spans = ranges.history(session, row)
        taken = sheet.taken(session, row)
        people = people_names(session, {row.created_by, *(line.recorded_by for line in spans)})
        stopped = bool(blocks.open_recalls(session, batch) or blocks.open_freezes(session, batch))
        by_hand = rules_of(session, product.brand_id).activation == "pack"
        boxes = cartons.on_run(session, row)
        outlets = downloads.views(session, row, taken)
        plan = run_plan.of(row)
        pins = pin.counts(session, row) if row.pin_hash else None
    return page(
        "runs/run",
        error,
        about_form=about,
        run=row,
        batch=batch,
        product=product,
        stock=plan.stock,
        plan=plan,
        pins=pins,
        state=state,
        pieces=pieces,
        bar=_bar(pieces, row.count),
        spans=spans,
        taken=taken,
        title_of=downloads.title_of,
        outlets=outlets,
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
