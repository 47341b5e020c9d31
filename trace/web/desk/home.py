"""Where the day begins: what each batch still needs, and what was done last."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from trace.core.errors import NotFound
from trace.core.organisation import OrganisationKind
from trace.services import event, find, own_view, run
from trace.services.own_view import Glance
from trace.web.auth import current_actor, landing
from trace.web.context import app_db
from trace.web.desk.frame import bp, page

RECENT_RUNS = 5


@bp.get("", strict_slashes=False)
def home() -> tuple[str, int] | Response:
    """The next step first, then the open batches; laboratories and carriers open a batch by its number."""
    actor = current_actor()
    if actor.org_kind is OrganisationKind.REGULATOR:
        return redirect(landing(actor))
    if find.serves_others(actor):
        return _service_home()
    with app_db().read() as session:
        glances = own_view.home(session, actor)
        runs = run.of_organisation(session, int(actor.org_id), RECENT_RUNS)
    return page("home", glances=glances, next_up=_next_up(glances), runs=runs)


def _next_up(glances: list[Glance]) -> Glance | None:
    """The batch to go on with: one that lacks something that can be done here, else one ready to label."""
    doable = [one for one in glances if not one.stopped and any(need.where for need in one.needs)]
    ready = [one for one in glances if not one.stopped and one.ready]
    return next(iter(doable + ready), None)


def _service_home() -> tuple[str, int] | Response:
    actor = current_actor()
    typed = request.args.get("number", "").strip().upper()
    refusal = None
    with app_db().read() as session:
        recent = event.of_organisation(session, int(actor.org_id))
        if typed:
            try:
                found = find.public_batch(session, typed)
            except NotFound as error:
                error.field = "number"
                refusal = error
            else:
                return redirect(url_for("desk.batch", number=found.number), 303)
    return page("service_home", refusal, typed=typed, recent=recent)
