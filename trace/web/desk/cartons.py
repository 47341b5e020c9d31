"""Outer cartons (外箱) on the desk: the list, packing by codes or numbers, what is in one, opening it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from trace.core.carton import Packing
from trace.core.errors import Conflict, InvalidInput, NotFound, TraceError
from trace.core.policy import Action
from trace.services import carton, carton_code, carton_record, carton_trace, carton_view, find, ranges, run
from trace.tables import Run
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.inputs.carton import named_as_scanned, read_numbers

Answer = tuple[str, int] | Response


def on_run(session: Session, row: Run) -> dict[str, Any]:
    """What the page of a run says about cartons."""
    return {
        "state": carton_trace.summary(session, row),
        "lines": carton_trace.lines(session, [row], 30)[key_of(row)],
    }


@bp.get("/cartons")
@needs(Action.BATCH_READ)
def cartons() -> Answer:
    """The newest runs of carton labels, how many are packed, and a box to look one up."""
    return _list()


def _list(error: TraceError | None = None) -> Answer:
    with app_db().read() as session:
        found = carton_trace.runs_of(session, int(current_actor().org_id))
        rows = [
            (row, batch, carton_trace.summary(session, row), ranges.counts(session, row)["void"])
            for row, batch in found
        ]
    return page("cartons/list", error, rows=rows, typed=request.args.get("code", ""))


@bp.get("/cartons/find")
@needs(Action.BATCH_READ)
def find_carton() -> Answer:
    """From a code to its carton: a carton's own page, or that of the carton an item lies in."""
    actor = current_actor()
    try:
        with app_db().read() as session:
            row, item = carton_code.read(session, request.args.get("code", ""), "code")
            row = find.run(session, actor, key_of(row))
            if row.level is None:
                home = carton_record.home_of(session, key_of(row), item)
                if home is None:
                    raise NotFound("carton.loose", "code")
                return redirect(url_for("desk.carton_page", run_id=home[0], item=home[1]), 303)
    except (InvalidInput, NotFound) as error:
        return _list(error)
    return redirect(url_for("desk.carton_page", run_id=key_of(row), item=item), 303)


@bp.get("/runs/<int:run_id>/carton")
@needs(Action.BATCH_READ)
def carton_by_number(run_id: int) -> Response:
    """From a carton's number in its run to its page."""
    asked = request.args.get("item", "")
    item = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    return redirect(url_for("desk.carton_page", run_id=run_id, item=item), 303)


def _pack_page(error: TraceError | None = None, about: str = "codes") -> Answer:
    with app_db().read() as session:
        own = [
            (key_of(row), row.level or 0, row.count, batch.number)
            for row, batch in run.of_organisation(session, int(current_actor().org_id), 60)
        ]
    asked = request.form or request.args
    return page("cartons/pack", error, about_form=about, runs=own, sent=asked, said=_said(error))


def _said(error: TraceError | None) -> dict[str, str]:
    """After a packing the boxes are empty for the next carton; after a refusal they keep what was typed."""
    return {} if error is None else request.form.to_dict()


@bp.get("/cartons/pack")
@needs(Action.RUN_PRINT)
def pack_cartons() -> Answer:
    """The forms that pack: scan a carton and its first and last label, or name many by numbers."""
    return _pack_page(about="numbers" if request.args else "codes")


@bp.post("/cartons/pack")
@needs(Action.RUN_PRINT)
def pack_scanned() -> Answer:
    """Pack one carton whose code, and those of its first and last label, were scanned or typed."""
    sent = request.form
    try:
        with app_db().write() as session:
            wanted = carton_code.packing(
                session, sent.get("carton", ""), sent.get("first_code", ""), sent.get("last_code", "")
            )
            carton.pack(session, current_actor(), wanted)
    except (InvalidInput, Conflict, NotFound) as error:
        return _pack_page(named_as_scanned(error))
    return _packed(wanted)


@bp.post("/cartons/pack/numbers")
@needs(Action.RUN_PRINT)
def pack_numbers() -> Answer:
    """Pack many cartons by numbers."""
    try:
        wanted = read_numbers(request.form)
        with app_db().write() as session:
            carton.pack(session, current_actor(), wanted)
    except (InvalidInput, Conflict, NotFound) as error:
        return _pack_page(error, "numbers")
    return _packed(wanted)


def _packed(wanted: Packing) -> Response:
    labels = wanted.content_last - wanted.content_first + 1
    if wanted.first == wanted.last:
        flash(_("第 %(carton)s 箱装好了：%(labels)s 枚。", carton=wanted.first, labels=labels), "teal")
    else:
        said = _(
            "第 %(first)s–%(last)s 箱装好了：共 %(labels)s 枚。",
            first=wanted.first,
            last=wanted.last,
            labels=labels,
        )
        flash(said, "teal")
    return redirect(url_for("desk.pack_cartons"), 303)


def _carton(run_id: int, item: int, error: TraceError | None = None) -> Answer:
    with app_db().read() as session:
        row = find.run(session, current_actor(), run_id)
        if row.level is None or not 1 <= item <= row.count:
            raise NotFound("carton.code-unknown")
        places = carton_view.places(session, run_id, item)
        return page(
            "cartons/carton",
            error,
            run=row,
            item=item,
            batch=find.batch_of(session, row.batch_id),
            carton=places.carton,
            homes=places.packed_in,
            void=ranges.state_of(session, run_id, item)[0] == "void",
            printed=carton_record.number_of(row, item),
            sent=request.form,
        )


@bp.get("/cartons/<int:run_id>/<int:item>")
@needs(Action.BATCH_READ)
def carton_page(run_id: int, item: int) -> Answer:
    """One carton: what is in it, where it stands, whether it was opened."""
    return _carton(run_id, item)


@bp.post("/cartons/<int:run_id>/<int:item>/split")
@needs(Action.RUN_PRINT)
def split_carton(run_id: int, item: int) -> Answer:
    """Open a carton for good."""
    try:
        with app_db().write() as session:
            carton.split(session, current_actor(), run_id, item, request.form.get("reason", ""))
    except (InvalidInput, Conflict) as error:
        return _carton(run_id, item, error)
    flash(_("第 %(carton)s 箱已登记拆开，里面的标签可以另外装箱。", carton=item), "teal")
    return redirect(url_for("desk.carton_page", run_id=run_id, item=item), 303)
