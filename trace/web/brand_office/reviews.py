"""Suspicious codes (疑码) of a brand: what the scans told, and its office's decision."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from trace.core.errors import NotFound, TraceError
from trace.core.policy import Action
from trace.services import brand_office
from trace.tables import Brand
from trace.web import reviewing
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db

Answer = tuple[str, int] | Response


@bp.context_processor
def _words() -> dict[str, object]:
    return reviewing.words() | {"waiting_reviews": reviewing.waiting}


def _brand(slug: str) -> Brand:
    with app_db().read() as session:
        return brand_office.brand(session, current_actor(), slug)


@bp.get("/<slug>/reviews")
@needs(Action.BATCH_READ)
def reviews(slug: str) -> Answer:
    """Codes that wait for a look, those that wait longest first; or those that were decided."""
    brand = _brand(slug)
    return page("reviews", brand=brand, found=reviewing.listing(brand))


def _review(slug: str, review_id: int, error: TraceError | None = None) -> Answer:
    brand, view = _brand(slug), reviewing.view(review_id)
    if view.suspect.brand_slug != slug:
        raise NotFound("review.unknown")
    return page("review", error, brand=brand, v=view, typed=request.form)


@bp.get(f"/<slug>/reviews/<{reviewing.ID}:review_id>")
@needs(Action.BATCH_READ)
def review(slug: str, review_id: int) -> Answer:
    """What the scans told about one code."""
    return _review(slug, review_id)


@bp.post(f"/<slug>/reviews/<{reviewing.ID}:review_id>")
@needs(Action.BATCH_READ)
def review_post(slug: str, review_id: int) -> Answer:
    """Decide on it."""
    try:
        reviewing.decide(review_id)
    except TraceError as refusal:
        return _review(slug, review_id, refusal)
    return redirect(url_for("brand_office.reviews", slug=slug), 303)
