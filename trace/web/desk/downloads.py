"""Taking a run's labels in any of their forms: the first time at once, later only by one who was told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from flask import Response as FlaskResponse
from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.errors import OutputError
from trace.core.errors import Unavailable
from trace.core.policy import Action
from trace.jobs import queue, runner
from trace.jobs.handlers import OUTLET, folder
from trace.jobs.queue import JobState
from trace.services import find, outlet, run, sheet
from trace.services.outlet import PDF, Outlet
from trace.tables import Download, Run
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk import run_check
from trace.web.desk.frame import bp, page
from trace.web.i18n import either

_PATIENCE = 2.0  # s that a taking waits for a file which another process makes
# Labels up to which a form is made within the request; the work on one label differs as much.
_AT_ONCE: Mapping[str, int] = MappingProxyType(
    {"csv": 20_000, "tspl": 4_000, "zpl": 4_000, "xlsx": 2_000, "svg": 1_000, "png": 200}
)
_FORMS = "any(pdf,csv,xlsx,svg,png,tspl,zpl)"


@dataclass(frozen=True, slots=True)
class OutletView:
    """A form that the run page offers: its size (made, or about so), how far its making is, how often taken."""

    key: str
    title: str
    hint: str
    size: int
    made: bool
    percent: int | None
    taken: int


def views(session: Session, row: Run, taken: Sequence[tuple[Download, str]]) -> list[OutletView]:
    """The forms of a run's labels."""
    kept = folder(app_settings())
    found = []
    for form in outlet.offered(row):
        size, made = outlet.size(kept, row, form)
        job = None if form is PDF or made else queue.find(session, f"{OUTLET}{form.key}", key_of(row))
        busy = job is not None and job.state in (JobState.RUNNING, JobState.QUEUED)
        found.append(
            OutletView(
                form.key,
                either(form.zh, form.en),
                either(form.hint_zh, form.hint_en),
                size,
                made,
                job.progress // 10 if busy and job is not None else None,
                sum(line.outlet == (None if form is PDF else form.key) for line, _name in taken),
            )
        )
    return found


def title_of(line: Download) -> str:
    """What somebody took, in the reader's language."""
    form = outlet.OUTLETS.get(line.outlet or PDF.key)
    return str(line.outlet) if form is None else either(form.zh, form.en)


@bp.route(f"/runs/<int:run_id>/labels.<{_FORMS}:form>", methods=["GET"])
@needs(Action.RUN_PRINT)
def labels_file(run_id: int, form: str) -> tuple[str, int] | Response:
    """The file, if nobody took the run's labels before; else who did, and a button.

    Taking it is entered in the ledger; asking for its headers alone, or for a page not looked at yet, is not.
    """
    wanted = outlet.named(form)
    with app_db().read() as session:
        row, name = _allowed(session, run_id, wanted)
        taken = sheet.taken(session, row)
        batch = find.batch_of(session, row.batch_id)
    if request.method == "HEAD":
        return FlaskResponse(mimetype=wanted.mime)
    if "prefetch" in f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}":
        return FlaskResponse(status=204)
    if taken:
        return page(
            "runs/again",
            run=row,
            batch=batch,
            form_key=wanted.key,
            form_title=either(wanted.zh, wanted.en),
            taken=taken,
            title_of=title_of,
        )
    return _give(row, wanted, name)


@bp.post(f"/runs/<int:run_id>/again/<{_FORMS}:form>")
@needs(Action.RUN_PRINT)
def take_again(run_id: int, form: str) -> Response:
    """The file once more, for one who has read who took it before."""
    wanted = outlet.named(form)
    with app_db().read() as session:
        row, name = _allowed(session, run_id, wanted)
    return _give(row, wanted, name)


def _allowed(session: Session, run_id: int, wanted: Outlet) -> tuple[Run, str]:
    """The run, if the actor may take it in this form now, and the name that a clerk understands."""
    actor = current_actor()
    row = find.run(session, actor, run_id)
    run.require_print(actor, row)
    run.may_hand_out(session, row)
    outlet.check(row, wanted)
    batch = find.batch_of(session, row.batch_id)
    product = find.product(session, batch.product_id)
    return row, f"{product.name} {batch.number} 第{run_id}批 {row.count}枚{wanted.suffix}"


def _give(row: Run, wanted: Outlet, name: str) -> Response:
    run_id, kept = key_of(row), folder(app_settings())
    back = redirect(url_for("desk.run_page", run_id=run_id), 303)
    if not run_check.ready(row):
        return back
    if not _made(row, wanted):
        flash(_("正在生成，好了会写在下面，再点一次就能取。"), "blue")
        return back
    with app_db().write() as session:
        given = outlet.hand_out(session, current_actor(), run_id, wanted, kept)
    return send_file(
        given.path,
        mimetype=wanted.mime,
        as_attachment=True,
        download_name=name,
        conditional=False,
        max_age=0,
    )


def _made(row: Run, wanted: Outlet) -> bool:
    """Whether the file lies there; a long one is begun in a process of its own."""
    if wanted is PDF:
        return True
    try:
        found = runner.ensure(
            app_db(),
            app_settings(),
            f"{OUTLET}{wanted.key}",
            key_of(row),
            inline=row.count <= _AT_ONCE[wanted.key],
            wait=_PATIENCE,
        )
    except OutputError as error:
        # Its sentence names a folder of the server, which says nothing to a clerk.
        raise Unavailable("run.disk") from error
    return found.state is JobState.DONE
