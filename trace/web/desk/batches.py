"""Batches (批次): the list, a new one, the page of one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action
from trace.services import balance, batch, find, own_view
from trace.services.names import people_names
from trace.services.product import grades_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.inputs.batch import read_batch
from trace.web.inputs.reading import Reading, today

PAGE = 30


@bp.get("/batches")
@needs(Action.BATCH_READ)
def batches() -> tuple[str, int]:
    """All batches, newest first, found by number or product."""
    words = request.args.get("q", "")
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    with app_db().read() as session:
        found = batch.search(
            session, int(current_actor().org_id), words, limit=PAGE + 1, skip=(number - 1) * PAGE
        )
    rows = [(row, product, state, balance.free_g(state)) for row, state, product in found[:PAGE]]
    return page("batches/list", rows=rows, words=words, number=number, more=len(found) > PAGE)


def _form(error: TraceError | None = None) -> tuple[str, int]:
    actor = current_actor()
    with app_db().read() as session:
        products = batch.products_for(session, actor)
        brands = {one.brand_id: find.brand_of(session, one).name for one in products}
        plots = own_view.plots_by_id(session, int(actor.org_id))
        newest = batch.newest_id(session, int(actor.org_id))
    typed = Reading(request.form)
    grades = list(dict.fromkeys(grade.name for one in products for grade in grades_of(one)))
    return page(
        "batches/new",
        error,
        products=[(one.id, f"{one.name} · {brands[one.brand_id]}") for one in products],
        plots=list(plots.items()),
        grades=[(grade, grade) for grade in grades],
        typed=typed,
        today=today().isoformat(),
        newest=typed.key("newest") if request.form else newest,
    )


@bp.get("/batches/new")
@needs(Action.BATCH_CREATE)
def new_batch() -> tuple[str, int]:
    """The form of a new batch."""
    return _form()


@bp.post("/batches/new")
@needs(Action.BATCH_CREATE)
def new_batch_post() -> tuple[str, int] | Response:
    """Begin a batch; the same form sent twice begins one."""
    actor = current_actor()
    try:
        given = read_batch(request.form)
        with app_db().write() as session:
            before = batch.begun_since(session, actor, given, Reading(request.form).key("newest") or 0)
            row = before or batch.create(session, actor, given)
    except (InvalidInput, Conflict) as error:
        return _form(error)
    flash(_("批次 %(number)s 建好了，接着登记第一条记录。", number=row.number), "teal")
    return redirect(url_for("desk.batch", number=row.number), 303)


@bp.get("/batches/<number>", endpoint="batch")
@needs(Action.BATCH_READ)
def batch_page(number: str) -> tuple[str, int] | Response:
    """One batch: what it needs, its weights, its chain, its family, its labels."""
    actor = current_actor()
    if actor.org_kind is OrganisationKind.REGULATOR:
        # Where a regulator's own pages show the whole history.
        return redirect(url_for("gov.batch", number=number))
    with app_db().read() as session:
        if find.serves_others(actor):
            served = own_view.served_batch(session, actor, number)
            stages = own_view.stages_for(actor, served.batch, served.product)
            return page("batches/served", served=served, stages=stages)
        own = own_view.own_batch(session, actor, number)
        people = people_names(session, {one.recorded_by for one in own.steps})
    stages = own_view.stages_for(actor, own.glance.batch, own.glance.product)
    return page("batches/batch", own=own, people=people, stages=stages)
