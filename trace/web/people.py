"""The people of an organisation (人员): a manager looks after their own, the operator after everybody's."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlmodel import Session
from werkzeug.wrappers import Response

from trace.core.errors import NotFound, TraceError
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Action, Actor
from trace.services import account, organisation
from trace.services.account import Person
from trace.web.auth import current_actor, current_visit, landing, needs, signed_in
from trace.web.context import app_db

bp = Blueprint("people", __name__, url_prefix="/people")

Options = list[tuple[int, str]]


def _options(session: Session, actor: Actor) -> Options:
    """The organisations that the actor may put people into."""
    if actor.org_kind is OrganisationKind.OPERATOR:
        return [(one.id, one.name) for one in organisation.organisations(session, actor)]
    return [(int(actor.org_id), current_visit().organisation)]


def _person(session: Session, actor: Actor, user_id: int) -> Person:
    """The person if the actor may see them; NotFound account.not-found."""
    for found in account.people(session, actor):
        if found.id == user_id:
            return found
    raise NotFound("account.not-found")


@bp.get("")
@signed_in
@needs(Action.USER_CREATE)
def home() -> str:
    """Everybody whom the signed-in person looks after."""
    actor = current_actor()
    with app_db().read() as session:
        found = account.people(session, actor)
    return render_template("people/home.html", people=found, home=landing(actor))


def _new_form(given: dict[str, str], error: TraceError | None = None) -> str:
    with app_db().read() as session:
        options = _options(session, current_actor())
    return render_template(
        "people/new.html", given=given, options=options, roles=[role.value for role in Role], error=error
    )


@bp.get("/new")
@signed_in
@needs(Action.USER_CREATE)
def new_person() -> str:
    """An empty form for a person."""
    return _new_form({"organisation": request.args.get("organisation", ""), "role": Role.CLERK.value})


@bp.post("/new")
@signed_in
@needs(Action.USER_CREATE)
def create_person() -> str | tuple[str, int]:
    """Create a person and show their first password once; a form with mistakes comes back as typed."""
    names = ("username", "display_name", "organisation", "role")
    given = {name: request.form.get(name, "") for name in names}
    password = account.new_password()
    try:
        with app_db().write(ledger=False) as session:
            made = account.create_user(
                session,
                current_actor(),
                username=given["username"],
                display_name=given["display_name"],
                password=password,
                organisation_id=request.form.get("organisation", type=int),
                role=given["role"],
            )
    except TraceError as refusal:
        return _new_form(given, refusal), refusal.status
    return render_template("people/password.html", person=made, password=password, fresh=True)


@bp.get("/<int:user_id>")
@signed_in
@needs(Action.USER_CREATE)
def person(user_id: int) -> str:
    """One person: roles, new password, disable."""
    return _person_page(user_id)


def _person_page(user_id: int, error: TraceError | None = None) -> str:
    actor = current_actor()
    with app_db().read() as session:
        found = _person(session, actor, user_id)
        held = {place.organisation_id for place in found.places}
        options = [option for option in _options(session, actor) if option[0] not in held]
    return render_template(
        "people/person.html",
        person=found,
        options=options,
        roles=[role.value for role in Role],
        oneself=found.id == actor.user_id,
        error=error,
    )


@bp.post("/<int:user_id>/password")
@signed_in
@needs(Action.USER_DISABLE)
def new_password(user_id: int) -> str:
    """Give the person a new password and show it once."""
    password = account.new_password()
    with app_db().write(ledger=False) as session:
        account.set_password(session, current_actor(), user_id, password)
        found = _person(session, current_actor(), user_id)
    return render_template("people/password.html", person=found, password=password, fresh=False)


@bp.post("/<int:user_id>/places")
@signed_in
@needs(Action.USER_CREATE)
def add_place(user_id: int) -> Response | tuple[str, int]:
    """Give a person whom one looks after a role in a further organisation."""
    try:
        with app_db().write(ledger=False) as session:
            _person(session, current_actor(), user_id)
            account.add_membership(
                session,
                current_actor(),
                user_id,
                request.form.get("organisation", default=0, type=int),
                request.form.get("role", ""),
            )
    except NotFound:
        raise
    except TraceError as refusal:
        return _person_page(user_id, refusal), refusal.status
    flash(gettext("已加入。"), "teal")
    return redirect(url_for("people.person", user_id=user_id), 303)


@bp.post("/<int:user_id>/places/<int:organisation_id>/remove")
@signed_in
@needs(Action.USER_DISABLE)
def remove_place(user_id: int, organisation_id: int) -> Response:
    """Take a person out of an organisation; what they recorded stays."""
    with app_db().write(ledger=False) as session:
        account.remove_membership(session, current_actor(), user_id, organisation_id)
    flash(gettext("已移出，登录也都结束了。"), "teal")
    return redirect(url_for("people.home"), 303)


@bp.post("/<int:user_id>/disable")
@signed_in
@needs(Action.USER_DISABLE)
def disable(user_id: int) -> Response:
    """Stop a person from signing in."""
    with app_db().write(ledger=False) as session:
        account.disable(session, current_actor(), user_id)
    flash(gettext("账号已停用，登录也都结束了。"), "teal")
    return redirect(url_for("people.home"), 303)
