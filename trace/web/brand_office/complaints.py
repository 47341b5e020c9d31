"""Complaints (举报) about a brand's labels and products, as its office sees them."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from trace.core.complaint import TITLES
from trace.core.errors import NotFound, TraceError
from trace.core.policy import Action
from trace.services import brand_office, complaint, complaint_view
from trace.tables import Brand
from trace.tables.base import key_of
from trace.web import complaint_case
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db

PAGE = 30
_ONE = "/<slug>/complaints/<int(max=2147483647):complaint_id>"
Answer = tuple[str, int] | Response


@bp.context_processor
def _count() -> dict[str, object]:
    return {"open_complaints": open_complaints, "verdict_words": complaint_case.verdict_words}


def open_complaints(brand: Brand) -> int:
    """How many complaints about a brand wait for an end."""
    with app_db().read() as session:
        return complaint_view.open_count(session, key_of(brand))


@bp.get("/<slug>/complaints")
@needs(Action.BATCH_READ)
def complaints(slug: str) -> Answer:
    """Open ones, those that wait longest first; or closed ones."""
    closed = request.args.get("state") == "closed"
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        lines = complaint_view.listing(
            session, key_of(brand), closed=closed, limit=PAGE + 1, skip=(number - 1) * PAGE
        )
    return page(
        "complaints",
        brand=brand,
        lines=lines[:PAGE],
        more=len(lines) > PAGE,
        closed=closed,
        number=number,
        kinds=TITLES,
    )


def _brand(session: Session, slug: str, complaint_id: int) -> Brand:
    """The brand, if it is the one that the complaint is about."""
    brand = brand_office.brand(session, current_actor(), slug)
    if complaint.of_actor(session, current_actor(), complaint_id).brand_id != key_of(brand):
        raise NotFound("complaint.unknown")
    return brand


def _case(slug: str, complaint_id: int, error: TraceError | None = None, phone: str = "") -> Answer:
    with app_db().read() as session:
        brand = _brand(session, slug, complaint_id)
        found = complaint_view.case(session, current_actor(), complaint_id)
    typed = request.form.get("text", "")
    return page("complaint", error, brand=brand, c=found, kinds=TITLES, phone=phone, typed=typed)


@bp.get(_ONE)
@needs(Action.BATCH_READ)
def complaint_page(slug: str, complaint_id: int) -> Answer:
    """One complaint."""
    return _case(slug, complaint_id)


@bp.post(f"{_ONE}/phone")
@needs(Action.COMPLAINT_ANSWER)
def complaint_phone(slug: str, complaint_id: int) -> Answer:
    """The same with the phone in full; who looked is put down."""
    with app_db().write(ledger=False) as session:
        _brand(session, slug, complaint_id)
        phone = complaint.phone(session, current_actor(), complaint_id)
    return _case(slug, complaint_id, phone=phone)


@bp.get(f"{_ONE}/photo")
@needs(Action.BATCH_READ)
def complaint_photo(slug: str, complaint_id: int) -> FlaskResponse:
    """Its photo."""
    with app_db().read() as session:
        _brand(session, slug, complaint_id)
    return complaint_case.photo(complaint_id)


@bp.post(f"{_ONE}/answer")
@needs(Action.COMPLAINT_ANSWER)
def complaint_answer(slug: str, complaint_id: int) -> Answer:
    """Answer it, and close it if asked to."""
    closes = request.form.get("closes") == "yes"
    try:
        with app_db().write(ledger=False) as session:
            _brand(session, slug, complaint_id)
            text = request.form.get("text", "")
            complaint.answer(session, current_actor(), complaint_id, text, closes=closes)
    except TraceError as refusal:
        return _case(slug, complaint_id, refusal)
    flash(_("已答复，这件举报办结了。") if closes else _("已答复，举报人凭回执看得到。"), "teal")
    return redirect(url_for("brand_office.complaint_page", slug=slug, complaint_id=complaint_id), 303)
