"""Suspicious codes (疑码) and alarms of leaked keys (密钥告警), of all brands, as regulators see and decide them."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from trace.core.errors import TraceError
from trace.core.policy import Action
from trace.web import reviewing
from trace.web.auth import needs
from trace.web.gov.frame import bp, page

Answer = tuple[str, int] | Response


@bp.context_processor
def _words() -> dict[str, object]:
    return reviewing.words() | {
        "waiting_reviews": reviewing.waiting,
        "waiting_alarms": reviewing.alarms_waiting,
    }


@bp.get("/reviews")
@needs(Action.BATCH_READ_ALL)
def reviews() -> Answer:
    """Codes that wait for a look, those that wait longest first; or those that were decided."""
    return page("reviews", found=reviewing.listing())


def _review(review_id: int, error: TraceError | None = None) -> Answer:
    return page("review", error, v=reviewing.view(review_id), typed=request.form)


@bp.get(f"/reviews/<{reviewing.ID}:review_id>")
@needs(Action.BATCH_READ_ALL)
def review(review_id: int) -> Answer:
    """What the scans told about one code."""
    return _review(review_id)


@bp.post(f"/reviews/<{reviewing.ID}:review_id>")
@needs(Action.BATCH_READ_ALL)
def review_post(review_id: int) -> Answer:
    """Decide on it."""
    try:
        reviewing.decide(review_id)
    except TraceError as refusal:
        return _review(review_id, refusal)
    return redirect(url_for("gov.reviews"), 303)


@bp.get("/alarms")
@needs(Action.BATCH_READ_ALL)
def alarms() -> Answer:
    """Codes with a good signature that nobody printed."""
    return page("alarms", found=reviewing.alarms())


def _alarm(key_id: int, run: int, item: int, error: TraceError | None = None) -> Answer:
    return page("alarm", error, a=reviewing.alarm(key_id, run, item), typed=request.form)


@bp.get(f"/alarms/{reviewing.ALARM}")
@needs(Action.BATCH_READ_ALL)
def alarm(key_id: int, run: int, item: int) -> Answer:
    """One of them."""
    return _alarm(key_id, run, item)


@bp.post(f"/alarms/{reviewing.ALARM}")
@needs(Action.BATCH_READ_ALL)
def alarm_post(key_id: int, run: int, item: int) -> Answer:
    """Mark it as handled."""
    try:
        reviewing.handle(key_id, run, item)
    except TraceError as refusal:
        return _alarm(key_id, run, item, refusal)
    return redirect(url_for("gov.alarms"), 303)
