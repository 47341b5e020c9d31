"""Complaints (举报) as regulators see them: all of them, those about no known brand too."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.complaint import TITLES
from trace.core.errors import TraceError
from trace.core.policy import Action
from trace.services import complaint, complaint_view
from trace.web import complaint_case
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.gov.frame import bp, page

PAGE = 30
_ID = "int(max=2147483647)"
Answer = tuple[str, int] | Response


@bp.context_processor
def _count() -> dict[str, object]:
    return {"open_complaints": open_complaints, "verdict_words": complaint_case.verdict_words}


def open_complaints() -> int:
    """How many complaints wait for an end."""
    with app_db().read() as session:
        return complaint_view.open_count(session)


@bp.get("/complaints")
@needs(Action.BATCH_READ_ALL)
def complaints() -> Answer:
    """Open ones, those that wait longest first; or closed ones."""
    closed = request.args.get("state") == "closed"
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    with app_db().read() as session:
        lines = complaint_view.listing(session, closed=closed, limit=PAGE + 1, skip=(number - 1) * PAGE)
    return page(
        "complaints", lines=lines[:PAGE], more=len(lines) > PAGE, closed=closed, number=number, kinds=TITLES
    )


def _case(complaint_id: int, error: TraceError | None = None, phone: str = "") -> Answer:
    with app_db().read() as session:
        found = complaint_view.case(session, current_actor(), complaint_id)
    return page("complaint", error, c=found, kinds=TITLES, phone=phone, typed=request.form.get("text", ""))


@bp.get(f"/complaints/<{_ID}:complaint_id>")
@needs(Action.BATCH_READ_ALL)
def complaint_page(complaint_id: int) -> Answer:
    """One complaint."""
    return _case(complaint_id)


@bp.post(f"/complaints/<{_ID}:complaint_id>/phone")
@needs(Action.BATCH_READ_ALL)
def complaint_phone(complaint_id: int) -> Answer:
    """The same with the phone in full; who looked is put down."""
    with app_db().write(ledger=False) as session:
        phone = complaint.phone(session, current_actor(), complaint_id)
    return _case(complaint_id, phone=phone)


@bp.get(f"/complaints/<{_ID}:complaint_id>/photo")
@needs(Action.BATCH_READ_ALL)
def complaint_photo(complaint_id: int) -> FlaskResponse:
    """Its photo."""
    return complaint_case.photo(complaint_id)


@bp.post(f"/complaints/<{_ID}:complaint_id>/answer")
@needs(Action.BATCH_READ_ALL)
def complaint_answer(complaint_id: int) -> Answer:
    """Answer it, and close it if asked to."""
    closes = request.form.get("closes") == "yes"
    try:
        with app_db().write(ledger=False) as session:
            text = request.form.get("text", "")
            complaint.answer(session, current_actor(), complaint_id, text, closes=closes)
    except TraceError as refusal:
        return _case(complaint_id, refusal)
    flash(_("已答复，这件举报办结了。") if closes else _("已答复，举报人凭回执看得到。"), "teal")
    return redirect(url_for("gov.complaint_page", complaint_id=complaint_id), 303)
