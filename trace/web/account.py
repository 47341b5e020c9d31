"""Pages about oneself: sign in (登录), sign out, change the password, end sign-ins, switch organisation."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from trace.core.errors import InvalidInput, NotFound, TraceError
from trace.core.policy import Action, may
from trace.services import session as sign_ins
from trace.services.session import SignedIn
from trace.web import csrf, device
from trace.web.auth import current_actor, current_visit, landing, local_path, signed_in, token, visit
from trace.web.context import app_db, app_settings
from trace.web.kept import SEAL, Kept, unseal

# The name is that of the pages' addresses in templates: url_for("auth.sign_in").
bp = Blueprint("auth", __name__)


def sign_in_page(
    error: TraceError | None = None,
    *,
    kept: Kept | None = None,
    next_path: str = "",
    username: str = "",
    status: int = 200,
) -> Response:
    """The sign-in form, carrying what was typed elsewhere and where to go after."""
    page = render_template(
        "auth/sign_in.html",
        error=error,
        kept=kept,
        seal=kept.seal() if kept else "",
        next_path=next_path,
        username=username,
    )
    return make_response(page, status)


def sign_in_again(error: TraceError, status: int | None = None) -> Response:
    """The sign-in form as it was just sent, without the password."""
    return sign_in_page(
        error,
        kept=unseal(request.form.get(SEAL, "")),
        next_path=local_path(request.form.get("next", "")),
        username=request.form.get("username", "")[:60],
        status=status or error.status,
    )


def confirm_page(kept: Kept, *, fresh: bool = False, status: int = 200) -> Response:
    """What was typed, shown for a click that sends it again; `fresh` if the person has just signed in."""
    return make_response(render_template("auth/confirm.html", kept=kept, fresh=fresh), status)


@bp.get("/sign-in")
def sign_in() -> AnyResponse:
    """The form; whoever is signed in goes on to their work."""
    next_path = local_path(request.args.get("next", ""))
    found = visit()
    if found:
        return redirect(next_path or landing(found.actor), 303)
    return sign_in_page(next_path=next_path)


@bp.post("/sign-in")
def sign_in_post() -> AnyResponse:
    """Check name and password, set the cookie, and go on: to a kept form, the wanted page, or the desk."""
    try:
        entered = sign_ins.sign_in(
            app_db(),
            request.form.get("username", ""),
            request.form.get("password", ""),
            device=request.user_agent.string,
            hours=app_settings().session_hours,
        )
    except TraceError as refusal:
        return sign_in_again(refusal)
    return _set_cookie(_after(entered), entered)


def _after(entered: SignedIn) -> AnyResponse:
    kept = unseal(request.form.get(SEAL, ""))
    if kept and kept.owner in (None, entered.actor.user_id):
        csrf.renew(current_app, entered.token)
        with app_db().read() as session:
            g.visit = sign_ins.visit_of(session, entered.token)
        return confirm_page(kept, fresh=True)
    return redirect(local_path(request.form.get("next", "")) or landing(entered.actor), 303)


def _set_cookie(response: AnyResponse, entered: SignedIn) -> AnyResponse:
    csrf.set_cookie(response, csrf.SIGN_IN_COOKIE, entered.token, max_age=app_settings().session_hours * 3600)
    response.delete_cookie(csrf.FORM_COOKIE)
    return response


@bp.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this sign-in."""
    with app_db().write(ledger=False) as session:
        sign_ins.sign_out(session, token())
    response = redirect(url_for("auth.sign_in"), 303)
    response.delete_cookie(csrf.SIGN_IN_COOKIE)
    return response


def _account_page(error: TraceError | None = None, *, status: int = 200) -> Response:
    found = current_visit()
    with app_db().read() as session:
        live = sign_ins.sign_ins(session, found.actor)
        places = sign_ins.organisations(session, found.actor)
    page = render_template(
        "auth/account.html",
        current=found,
        live=[(one, *device.words(one.device)) for one in live],
        places=places,
        home=landing(found.actor),
        manages=may(found.actor, Action.USER_CREATE, found.actor.org_id),
        error=error,
    )
    return make_response(page, status)


@bp.get("/account")
@signed_in
def account() -> Response:
    """Who I am, for whom I act, where I am signed in."""
    return _account_page()


@bp.post("/account/password")
@signed_in
def change_password() -> AnyResponse:
    """Change one's own password; every other sign-in ends."""
    try:
        if request.form.get("password", "") != request.form.get("password_again", ""):
            raise InvalidInput("account.password-differs", "password_again")
        sign_ins.change_password(
            app_db(),
            current_visit(),
            old=request.form.get("old_password", ""),
            new=request.form.get("password", ""),
        )
    except TraceError as refusal:
        return _account_page(refusal, status=refusal.status)
    flash(gettext("密码已修改，其他设备上的登录都已结束。"), "teal")
    return redirect(url_for("auth.account"), 303)


@bp.post("/account/sign-ins/<sign_in_id>/end")
@signed_in
def end_sign_in(sign_in_id: str) -> AnyResponse:
    """End one of one's own sign-ins, such as that of a lost phone."""
    with app_db().write(ledger=False) as session:
        sign_ins.revoke(session, current_actor(), sign_in_id)
    flash(gettext("那次登录已经结束。"), "teal")
    return redirect(url_for("auth.account"), 303)


@bp.post("/account/organisation")
@signed_in
def switch_organisation() -> AnyResponse:
    """Act for another of one's organisations from now on."""
    wanted = request.form.get("organisation", type=int)
    if wanted is None:
        raise NotFound("organisation.unknown", "organisation")
    with app_db().write(ledger=False) as session:
        actor = sign_ins.switch(session, token(), wanted)
    return redirect(landing(actor), 303)
