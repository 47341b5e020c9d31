"""Authorisations (授权): who may use the brand, until when, how much of the quota is used."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.errors import TraceError
from trace.core.policy import Action
from trace.services import authorisation, brand_office
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db
from trace.web.filters import listed
from trace.web.inputs.brand import read_grant
from trace.web.inputs.reading import today

Answer = tuple[str, int] | Response


@bp.get("/<slug>")
@needs(Action.BATCH_READ)
def authorisations(slug: str) -> Answer:
    """Every authorisation of the brand, those in force first."""
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        leaves = brand_office.leaves(session, brand)
        products = {one.code: one.name for one in brand_office.products(session, brand)}
    told = [(one, listed(products.get(code, code) for code in one.products)) for one in leaves]
    return page("authorisations", brand=brand, leaves=told)


def _form(slug: str, error: TraceError | None = None) -> tuple[str, int]:
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        holders = [(one.id, one.name) for one in brand_office.candidates(session)]
        products = [(one.code, one.name) for one in brand_office.products(session, brand)]
    return page(
        "grant",
        error,
        brand=brand,
        holders=holders,
        products=products,
        typed=request.form,
        chosen=request.form.getlist("products"),
        first=today().isoformat(),
        last=today().replace(month=12, day=31).isoformat(),
    )


@bp.get("/<slug>/grant")
@needs(Action.AUTHORISATION_GRANT)
def grant(slug: str) -> Answer:
    """An empty form."""
    return _form(slug)


@bp.post("/<slug>/grant")
@needs(Action.AUTHORISATION_GRANT)
def grant_post(slug: str) -> Answer:
    """Give an organisation leave to use the brand."""
    actor = current_actor()
    try:
        given = read_grant(request.form)
        with app_db().write() as session:
            authorisation.grant(session, actor, brand_office.brand(session, actor, slug), given)
    except TraceError as refusal:
        return _form(slug, refusal)
    flash(_("授权已写入账本，现在就能用。"), "teal")
    return redirect(url_for("brand_office.authorisations", slug=slug), 303)


def _revoke_form(slug: str, authorisation_id: int, error: TraceError | None = None) -> Answer:
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        leave = brand_office.leave(session, brand, authorisation_id)
    if leave.revocation is not None:
        return redirect(url_for("brand_office.authorisations", slug=slug), 303)
    return page("revoke", error, brand=brand, leave=leave, reason=request.form.get("reason", ""))


@bp.get("/<slug>/authorisations/<int:authorisation_id>/revoke")
@needs(Action.AUTHORISATION_REVOKE)
def revoke(slug: str, authorisation_id: int) -> Answer:
    """The form that ends an authorisation."""
    return _revoke_form(slug, authorisation_id)


@bp.post("/<slug>/authorisations/<int:authorisation_id>/revoke")
@needs(Action.AUTHORISATION_REVOKE)
def revoke_post(slug: str, authorisation_id: int) -> Answer:
    """End an authorisation from today on."""
    try:
        with app_db().write() as session:
            authorisation.revoke(session, current_actor(), authorisation_id, request.form.get("reason", ""))
    except TraceError as refusal:
        return _revoke_form(slug, authorisation_id, refusal)
    flash(_("授权已撤销，从今天起不能再印这个品牌的标签。"), "amber")
    return redirect(url_for("brand_office.authorisations", slug=slug), 303)
