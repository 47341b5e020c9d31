"""The operator's desk (平台运营): which organisations take part."""

from __future__ import annotations

from dataclasses import fields

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from trace.core.errors import TraceError
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action
from trace.services import organisation
from trace.services.organisation import NewOrganisation
from trace.web.auth import current_actor, needs, only_for, signed_in
from trace.web.context import app_db

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def _operators_only() -> None:
    only_for(OrganisationKind.OPERATOR)


@bp.get("")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def home() -> str:
    """Every organisation, and how many people act for it."""
    with app_db().read() as session:
        listed = organisation.organisations(session, current_actor())
    return render_template("admin/home.html", listed=listed)


def _form(given: NewOrganisation, error: TraceError | None = None) -> str:
    return render_template(
        "admin/organisation.html", given=given, error=error, kinds=[kind.value for kind in OrganisationKind]
    )


@bp.get("/organisations/new")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def new_organisation() -> str:
    """An empty form for an organisation."""
    return _form(NewOrganisation(kind="", name=""))


@bp.post("/organisations/new")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def create_organisation() -> Response | tuple[str, int]:
    """Register an organisation; a form with mistakes comes back as it was typed."""
    given = NewOrganisation(
        **{field.name: request.form.get(field.name, "") for field in fields(NewOrganisation)}
    )
    try:
        with app_db().write() as session:
            made = organisation.create_organisation(session, current_actor(), given)
    except TraceError as refusal:
        return _form(given, refusal), refusal.status
    flash(gettext("已登记：%(name)s。接着给它添加人员。", name=made.name), "teal")
    return redirect(url_for("people.new_person", organisation=made.id), 303)
