"""Plots (地块): the list, and a new one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.services import find, plot
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.inputs.plot import read_plot


def _show(error: TraceError | None = None) -> tuple[str, int]:
    actor = current_actor()
    with app_db().read() as session:
        rows = plot.of_organisation(session, int(actor.org_id))
        home = find.organisation(session, int(actor.org_id))
    typed = request.form
    values = {
        "code": typed.get("code", f"{len(rows) + 1:02d}"),
        "name": typed.get("name", ""),
        "region_code": typed.get("region_code", home.region_code),
        "township": typed.get("township", home.township),
        "village": typed.get("village", ""),
        "area_mu": typed.get("area_mu", ""),
    }
    return page("plots/list", error, rows=[(row, plot.area_text(row)) for row in rows], values=values)


@bp.get("/plots")
@needs(Action.BATCH_READ)
def plots() -> tuple[str, int]:
    """All plots, and the form of a new one for those who may add it."""
    return _show()


@bp.post("/plots")
@needs(Action.PLOT_EDIT)
def new_plot() -> tuple[str, int] | Response:
    """Register a plot; its number is its own, so a form sent twice registers one."""
    try:
        with app_db().write() as session:
            made = plot.create(session, current_actor(), read_plot(request.form))
    except (InvalidInput, Conflict) as error:
        return _show(error)
    flash(_("地块 %(name)s 登记好了。", name=made.name), "teal")
    return redirect(url_for("desk.plots"), 303)
