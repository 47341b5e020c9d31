"""Where a brand office begins, and the batches that carry its brand."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from trace.core.policy import Action
from trace.services import brand_office
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db

PAGE = 30


@bp.get("")
@needs(Action.BATCH_READ)
def home() -> tuple[str, int] | Response:
    """The office's brands; straight to the only one."""
    with app_db().read() as session:
        found = brand_office.brands(session, current_actor())
    if len(found) == 1:
        return redirect(url_for("brand_office.authorisations", slug=found[0].slug), 303)
    return page("home", brands=found)


@bp.get("/<slug>/batches")
@needs(Action.BATCH_READ)
def batches(slug: str) -> tuple[str, int]:
    """Batches that carry the brand, of whichever organisation; to read only."""
    words = request.args.get("q", "").strip()
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        rows = brand_office.batches(session, brand, words, limit=PAGE + 1, skip=(number - 1) * PAGE)
        total = brand_office.batch_count(session, brand)
    return page(
        "batches",
        brand=brand,
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        words=words,
        number=number,
        total=total,
    )
