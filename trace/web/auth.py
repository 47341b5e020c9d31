"""Who is asking: the sign-in behind the cookie, and the decorators that views stand behind."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import g, request

from trace.core import clock
from trace.core.errors import Forbidden, SignedOut
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action, Actor, may
from trace.services import session as sign_ins
from trace.services.session import Visit
from trace.web.context import app_db
from trace.web.csrf import SIGN_IN_COOKIE
from trace.web.i18n import LANGUAGES

P = ParamSpec("P")
R = TypeVar("R")

_LANDINGS = {
    OrganisationKind.REGULATOR: "/gov",
    OrganisationKind.BRAND_OWNER: "/brand-office",
    OrganisationKind.OPERATOR: "/admin",
}


def token() -> str:
    """The sign-in token this request carries, "" for none."""
    return request.cookies.get(SIGN_IN_COOKIE, "")


def visit() -> Visit | None:
    """The live sign-in of this request, looked up once; None if there is none."""
    if "visit" not in g:
        g.visit = _looked_up()
    found: Visit | None = g.visit
    return found


def _looked_up() -> Visit | None:
    if not token():
        return None
    db = app_db()
    with db.read() as session:
        found = sign_ins.visit_of(session, token())
    if found and clock.now() - found.seen_at > sign_ins.SEEN_EVERY:
        with db.write(ledger=False) as session:
            sign_ins.seen(session, found)
    return found


def current_visit() -> Visit:
    """The sign-in of this request; SignedOut account.signed-out if there is none."""
    found = visit()
    if found is None:
        raise SignedOut("account.signed-out")
    return found


def current_actor() -> Actor:
    """Who is asking, for which organisation; SignedOut account.signed-out if nobody is signed in."""
    return current_visit().actor


def signed_in(view: Callable[P, R]) -> Callable[P, R]:
    """A view for signed-in people only; what others had typed is kept while they sign in."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        current_actor()
        return view(*args, **kwargs)

    return checked


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A view for those who may do `action` for their own organisation; Forbidden organisation.may-not."""

    def decorator(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = current_actor()
            if not may(actor, action, actor.org_id):
                raise Forbidden("organisation.may-not")
            return view(*args, **kwargs)

        return checked

    return decorator


def only_for(*kinds: OrganisationKind) -> None:
    """Refuse whoever acts for another kind of organisation: for a blueprint's `before_request`."""
    if current_actor().org_kind not in kinds:
        raise Forbidden("organisation.may-not")


def landing(actor: Actor) -> str:
    """The page where this person's work begins, in the language they chose by link."""
    path = _LANDINGS.get(actor.org_kind, "/desk")
    chosen = request.args.get("lang", "")
    return f"{path}?lang={chosen}" if chosen in LANGUAGES else path


def local_path(wanted: str) -> str:
    """The path and query if it leads to a page of ours, else "" (no open redirect)."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return ""
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else ""
