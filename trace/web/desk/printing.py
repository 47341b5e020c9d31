"""Print a run of labels: choose paper, number and first cell, see the label, decide."""

from __future__ import annotations

from flask import redirect, request, url_for
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from labels.errors import LabelError
from labels.layout import lay_out
from labels.preview import svg
from labels.run import RunSpec
from labels.stock import STOCKS, stock_named
from labels.text import LabelText
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.services import find, own_view, ranges, readiness, run
from trace.tables import Run
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk import run_check
from trace.web.desk.frame import bp, page
from trace.web.i18n import lang
from trace.web.inputs.reading import Reading, new_request_id
from trace.web.inputs.run import DPI, Paper, named_as_asked, read_paper, read_run

_FIRST = Paper("a4-24", STOCKS["a4-24"].dpi)


def _last_run() -> Run | None:
    with app_db().read() as session:
        found = run.of_organisation(session, int(current_actor().org_id), 1)
    return found[0][0] if found else None


def _paper() -> Paper:
    """The paper in the form or the address, else the one this organisation printed on last."""
    last = _last_run()
    used = Paper(last.stock, last.dpi) if last else _FIRST
    return read_paper(request.form or request.args, used)


def _preview(words: LabelText, paper: Paper) -> tuple[Markup, str]:
    """The label as a drawing marked 样张, or why it cannot be drawn."""
    try:
        spec = RunSpec(app_settings().base_url, 1, 1, 1, words)
        drawn = svg(spec, None, stock_named(paper.stock), paper.dpi)
    except LabelError as error:
        return Markup(), error.diagnosis(lang())
    return Markup(drawn), ""  # noqa: S704  # drawn by the label engine, which escapes the words


def _unfit(words: LabelText) -> set[str]:
    """The papers on which these words do not fit."""
    found = set()
    for stock in STOCKS.values():
        try:
            lay_out(words, stock, stock.dpi)
        except LabelError:
            found.add(stock.name)
    return found


def _show(number: str, paper: Paper, error: TraceError | None = None, problem: str = "") -> tuple[str, int]:
    actor = current_actor()
    settled = _last_run() is not None
    sent: MultiDict[str, str] = request.form or request.args
    replaces = Reading(sent).key("replaces")
    with app_db().read() as session:
        row = find.batch(session, actor, number, Action.RUN_PRINT)
        found = readiness.look(session, row)
        glance = own_view.glance(
            session, actor, row, find.state(session, row), find.product(session, row.product_id)
        )
        words = run.label_text(session, row)
        old = find.run(session, actor, replaces) if replaces is not None else None
        counts = ranges.counts(session, old) if old else {}
    drawn, refused = _preview(words, paper)
    text, status = page(
        "runs/print",
        error,
        batch=row,
        glance=glance,
        labels=found.labels,
        paper=paper,
        stock=stock_named(paper.stock),
        stocks=list(STOCKS.values()),
        dpis=[(str(dpi), f"{dpi} dpi") for dpi in DPI],
        drawn=drawn,
        problem=problem or refused,
        unfit=_unfit(words),
        old=old,
        old_counts=counts,
        sent=sent,
        settled=bool(sent.get("stock")) or settled,
        request_id=Reading(request.form).request_id() if request.form else new_request_id(),
    )
    return text, 422 if problem and status == 200 else status


@bp.get("/batches/<number>/print")
@needs(Action.RUN_PRINT)
def print_labels(number: str) -> tuple[str, int]:
    """The form for the paper used last or named in the address; `?replaces=` reprints spoilt labels."""
    return _show(number, _paper())


@bp.post("/batches/<number>/print")
@needs(Action.RUN_PRINT)
def print_labels_post(number: str) -> tuple[str, int] | Response:
    """Decide the run: it stands in the ledger before its first label is drawn."""
    paper = _paper()
    settings = app_settings()
    try:
        given = read_run(request.form, paper)
        with app_db().write() as session:
            done = run.create(
                session,
                current_actor(),
                number,
                given,
                base_url=settings.base_url,
                master=settings.master_key,
            )
            row = session.get_one(Run, done.run_id)
    except LabelError as error:
        return _show(number, paper, problem=error.diagnosis(lang()))
    except (InvalidInput, Conflict) as error:
        return _show(number, paper, named_as_asked(error))
    run_check.begin(row)
    return redirect(url_for("desk.run_page", run_id=done.run_id), 303)
