"""Print labels of outer cartons (外箱) and pallets (托盘): for labels of a run, empty, or spoilt ones again."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.errors import LabelError
from labels.plans import OMITTED
from labels.preview import svg
from labels.run import RunSpec
from labels.stock import Stock
from labels.text import LabelText
from trace.core.carton import CARTON, PALLET
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.services import carton, carton_trace, find
from trace.services import stock as stocks
from trace.services.carton import PrintedCartons
from trace.tables import Batch, Run
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk import run_check
from trace.web.desk.frame import bp, page
from trace.web.i18n import diagnosis, either
from trace.web.inputs.carton import read_cartons, read_reprint
from trace.web.inputs.reading import Reading, new_request_id
from trace.web.inputs.run import DPI

Answer = tuple[str, int] | Response

_USUAL = {CARTON: "24", PALLET: "40"}


def _papers(session: Session) -> list[Stock]:
    """The stocks with room for what a carton label says."""
    every = stocks.available(session, int(current_actor().org_id))
    return [stock for stock in every if "lines" not in OMITTED[stock.shape]]


def _start(session: Session, row: Run | None, papers: list[Stock]) -> dict[str, str]:
    """The form as it is first shown: all loose labels, on what carton labels were printed on last."""
    last = carton_trace.runs_of(session, int(current_actor().org_id), 1)
    names = [stock.name for stock in papers]
    used = last[0][0] if last and last[0][0].stock in names else None
    level = CARTON if row is None or row.level is None else PALLET
    found = {
        "per_carton": _USUAL[level],
        "level": str(level),
        "stock": used.stock if used else names[0],
        "dpi": str(used.dpi if used else DPI[0]),
        "start_cell": "1",
    }
    if row is not None:
        loose = carton_trace.summary(session, row)
        found |= {"content_first": str(loose.first_loose), "content_last": str(loose.last_loose)}
    return found


def _sample(words: LabelText, stock: Stock, dpi: int) -> Markup:
    """The label as a drawing marked 样张."""
    drawn = svg(RunSpec(app_settings().base_url, 1, 1, 1, words), None, stock, dpi)
    return Markup(drawn)  # noqa: S704  # drawn by the label engine, which escapes the words


def _show(number: str, run_id: int | None, error: TraceError | None = None, problem: str = "") -> Answer:
    actor = current_actor()
    drawn = Markup()
    with app_db().read() as session:
        batch = find.batch(session, actor, number, Action.RUN_PRINT)
        row = None if run_id is None else find.run(session, actor, run_id)
        papers = _papers(session)
        sent = request.form or _start(session, row, papers)
        state = None if row is None else carton_trace.summary(session, row)
        if error is None and not problem:
            try:
                given = read_cartons(sent, run_id, papers)  # type: ignore[arg-type]  # a plain dict reads the same
                stock = stocks.find(session, batch.organisation_id, given.stock)
                drawn = _sample(carton.words(session, actor, number, given), stock, given.dpi)
            except LabelError as refused:
                problem = diagnosis(refused)
            except (InvalidInput, Conflict) as refused:
                # The first form of an untouched page has not been filled in yet.
                error = refused if request.form else None
    text, status = page(
        "cartons/print",
        error,
        batch=batch,
        run=row,
        state=state,
        papers=[(stock.name, either(stock.title_zh, stock.title_en)) for stock in papers],
        dpis=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        drawn=drawn,
        problem=problem,
        sent=sent,
        request_id=Reading(request.form).request_id() if request.form else new_request_id(),
    )
    return text, 422 if problem and status == 200 else status


def _decide(number: str, run_id: int | None) -> Answer:
    if "look" in request.form:
        return _show(number, run_id)
    actor, settings = current_actor(), app_settings()
    try:
        with app_db().write() as session:
            given = read_cartons(request.form, run_id, _papers(session))
            made = carton.print_cartons(
                session, actor, number, given, base_url=settings.base_url, master=settings.master_key
            )
            row = session.get_one(Run, made.run_id)
    except LabelError as error:
        return _show(number, run_id, problem=diagnosis(error))
    except (InvalidInput, Conflict) as error:
        return _show(number, run_id, error)
    return _printed(made, row)


def _printed(made: PrintedCartons, row: Run) -> Response:
    if made.packed:
        flash(_("%(cartons)s 个箱标，装了 %(labels)s 枚。", cartons=made.cartons, labels=made.packed), "teal")
    run_check.begin(made.run_id, row.count)
    return redirect(url_for("desk.run_page", run_id=made.run_id), 303)


def _batch_of(run_id: int) -> str:
    with app_db().read() as session:
        row = find.run(session, current_actor(), run_id)
        return session.get_one(Batch, row.batch_id).number


@bp.get("/runs/<int:run_id>/cartons")
@needs(Action.RUN_PRINT)
def print_cartons(run_id: int) -> Answer:
    """The form: how many labels to a carton, on which paper."""
    return _show(_batch_of(run_id), run_id)


@bp.post("/runs/<int:run_id>/cartons")
@needs(Action.RUN_PRINT)
def print_cartons_post(run_id: int) -> Answer:
    """Print as many carton labels as the run needs, and pack it into them."""
    return _decide(_batch_of(run_id), run_id)


@bp.get("/batches/<number>/cartons")
@needs(Action.RUN_PRINT)
def print_empty_cartons(number: str) -> Answer:
    """The form of carton labels to be packed later."""
    return _show(number, None)


@bp.post("/batches/<number>/cartons")
@needs(Action.RUN_PRINT)
def print_empty_cartons_post(number: str) -> Answer:
    """Print carton labels to be packed later."""
    return _decide(number, None)


def _reprint_form(row: Run, error: TraceError | None = None, problem: str = "") -> Answer:
    return page(
        "cartons/reprint",
        error,
        run=row,
        problem=problem,
        sent=request.form,
        request_id=Reading(request.form).request_id() if request.form else new_request_id(),
    )


@bp.get("/runs/<int:run_id>/cartons/again")
@needs(Action.RUN_PRINT)
def reprint_cartons(run_id: int) -> Answer:
    """The form for spoilt carton labels."""
    with app_db().read() as session:
        row = find.run(session, current_actor(), run_id)
    return _reprint_form(row)


@bp.post("/runs/<int:run_id>/cartons/again")
@needs(Action.RUN_PRINT)
def reprint_cartons_post(run_id: int) -> Answer:
    """Void spoilt carton labels, print others in their place, and move the contents over."""
    actor, settings = current_actor(), app_settings()
    with app_db().read() as session:
        old = find.run(session, actor, run_id)
    try:
        given = read_reprint(request.form, run_id, old.stock, old.dpi)
        with app_db().write() as session:
            made = carton.reprint(
                session, actor, given, base_url=settings.base_url, master=settings.master_key
            )
            row = session.get_one(Run, made.run_id)
    except LabelError as error:
        return _reprint_form(old, problem=diagnosis(error))
    except (InvalidInput, Conflict) as error:
        return _reprint_form(old, error)
    return _printed(made, row)
