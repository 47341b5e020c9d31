"""Print a run of labels: choose printer, paper, part-used sheets and number, see the label, decide."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from labels.errors import LabelError
from labels.layout import lay_out
from labels.preview import svg
from labels.run import RunSpec
from labels.stock import STOCKS, Stock
from labels.text import LabelText
from trace.core.errors import Conflict, InvalidInput, NotFound, TraceError
from trace.core.policy import Action
from trace.services import (
    design,
    find,
    own_view,
    part_sheet,
    printer,
    ranges,
    readiness,
    run,
    run_plan,
    stock,
)
from trace.services.design import Chosen, DesignView
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk import run_check
from trace.web.desk.frame import bp, page
from trace.web.desk.papers import picture, sheet_picture
from trace.web.i18n import diagnosis
from trace.web.inputs.reading import Reading, new_request_id
from trace.web.inputs.run import (
    DPI,
    Paper,
    asked_to,
    named_as_asked,
    offered,
    read_paper,
    read_run,
)

_FIRST = Paper(STOCKS["a4-24"], STOCKS["a4-24"].dpi)
_SAMPLE_SECRET = bytes(32)  # shows where PINs stand; no label is made with it
# What a button beside a part-used sheet says became of it, as it is kept.
_GONE = {"lost": "丢了", "torn": "坏了"}


def _sent() -> MultiDict[str, str]:
    return request.form or request.args


def _paper() -> tuple[Paper, list[Stock], bool]:
    """The paper in the form or the address, else the one printed on last; all stocks; whether one was ever."""
    organisation_id = int(current_actor().org_id)
    with app_db().read() as session:
        stocks = stock.available(session, organisation_id)
        names = printer.names(session, organisation_id)
        newest = run.of_organisation(session, organisation_id, 1)
    last = _FIRST
    if newest:
        row = newest[0][0]
        plan = run_plan.of(row)
        last = Paper(plan.stock, row.dpi, plan.printer)
    return read_paper(_sent(), stocks, names, last), stocks, bool(newest)


def _preview(words: LabelText, paper: Paper, chosen: Chosen) -> tuple[Markup, str]:
    """The label as a drawing marked 样张, or why it cannot be drawn."""
    secret = _SAMPLE_SECRET if _sent().get("pin") else b""
    try:
        spec = RunSpec(app_settings().base_url, 1, 1, 1, words, chosen.design, chosen.picture, secret)
        return picture(svg(spec, None, paper.stock, paper.dpi)), ""
    except LabelError as error:
        return Markup(), diagnosis(error)


def _design(offered_designs: Sequence[DesignView]) -> int | None:
    """The design in the form if it is offered for this paper, else the brand's own, else none: laid out by itself."""
    sent = _sent()
    known = [one.id for one in offered_designs]
    asked = Reading(sent).key("design")
    if asked in known or ("design" in sent and not sent["design"]):
        return asked
    return next((one.id for one in offered_designs if one.brand_id is not None), None)


def _unfit(words: LabelText, stocks: Sequence[Stock]) -> set[str]:
    """The papers on which these words do not fit."""
    found = set()
    for one in stocks:
        try:
            lay_out(words, one, one.dpi)
        except LabelError:
            found.add(one.name)
    return found


def _show(number: str, error: TraceError | None = None, problem: str = "") -> tuple[str, int]:
    actor, sent = current_actor(), _sent()
    organisation_id = int(actor.org_id)
    paper, stocks, printed_before = _paper()
    replaces = Reading(sent).key("replaces")
    with app_db().read() as session:
        row = find.batch(session, actor, number, Action.RUN_PRINT)
        found = readiness.look(session, row)
        glance = own_view.glance(
            session, actor, row, find.state(session, row), find.product(session, row.product_id)
        )
        words = run.label_text(session, row)
        brand_id = find.product(session, row.product_id).brand_id
        designs = design.choices(session, organisation_id, brand_id, paper.stock.name)
        design_id = _design(designs)
        chosen = design.for_run(session, organisation_id, brand_id, paper.stock, design_id)
        old = find.run(session, actor, replaces) if replaces is not None else None
        counts = ranges.counts(session, old) if old else {}
        sheets = part_sheet.open_sheets(session, organisation_id, paper.stock.name)
        measured = {
            one.printer: one.measured_at
            for one in printer.newest(session, organisation_id)
            if one.stock == paper.stock.name
        }
        printers = printer.names(session, organisation_id)
    # An edition of an own stock with other cells does not fit a sheet of the one before.
    fitting = [one for one in sheets if one.per_page == paper.stock.per_page]
    drawn, refused = _preview(words, paper, chosen)
    text, status = page(
        "runs/print",
        error,
        batch=row,
        glance=glance,
        labels=found.labels,
        paper=paper,
        stock=paper.stock,
        stocks=stocks,
        dpis=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        printers=printers,
        designs=designs,
        design_id=design_id,
        measured=measured,
        sheets=[(one, sheet_picture(one.sheet, paper.stock)) for one in offered(sent, fitting)],
        drawn=drawn,
        problem=problem or refused,
        unfit=_unfit(words, stocks),
        old=old,
        old_counts=counts,
        sent=sent,
        settled=bool(sent.get("stock")) or printed_before,
        request_id=Reading(request.form).request_id() if request.form else new_request_id(),
    )
    return text, 422 if problem and status == 200 else status


@bp.get("/batches/<number>/print")
@needs(Action.RUN_PRINT)
def print_labels(number: str) -> tuple[str, int]:
    """The form for the paper used last or named in the address; `?replaces=` reprints spoilt labels."""
    return _show(number)


@bp.post("/batches/<number>/print")
@needs(Action.RUN_PRINT)
def print_labels_post(number: str) -> tuple[str, int] | Response:
    """Decide the run: it stands in the ledger before its first label is drawn.

    Other buttons of the form choose another paper, look again or tell what became of a sheet: the form comes
    back with everything typed in it.
    """
    act, of = asked_to(request.form)
    if act:
        return _aside(number, act, of)
    settings = app_settings()
    try:
        given = read_run(request.form, _paper()[0])
        with app_db().write() as session:
            done = run.create(
                session,
                current_actor(),
                number,
                given,
                base_url=settings.base_url,
                master=settings.master_key,
            )
    except LabelError as error:
        return _show(number, problem=diagnosis(error))
    except (InvalidInput, Conflict, NotFound) as error:
        return _show(number, named_as_asked(error))
    run_check.begin(done.run_id, given.count)
    return redirect(url_for("desk.run_page", run_id=done.run_id), 303)


def _aside(number: str, act: str, of: str) -> tuple[str, int]:
    sheet_id = int(of) if of.isascii() and of.isdigit() and len(of) < 16 else 0
    try:
        if act in _GONE:
            with app_db().write() as session:
                part_sheet.close(session, current_actor(), sheet_id, _GONE[act])
            flash(_("余格纸 %(sheet)s 不再用了。", sheet=sheet_id), "teal")
        elif act == "cross":
            _cross_out(sheet_id)
    except (InvalidInput, Conflict, NotFound) as error:
        return _show(number, error)
    return _show(number)


def _cross_out(sheet_id: int) -> None:
    """The free cells that are not ticked are spoilt for good."""
    with app_db().write() as session:
        view = part_sheet.view(session, current_actor(), sheet_id)
        [sheet] = offered(request.form, [view])
        cells = [cell for cell in view.free if cell not in sheet.ticked]
        part_sheet.spoil(session, current_actor(), sheet_id, cells)
    flash(_("划掉了 %(n)s 格。", n=len(cells)), "teal")
