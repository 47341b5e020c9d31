"""Form tokens tied to the sign-in: derived from its cookie, so nothing is stored or runs out earlier.

Flask's own session is replaced by one that holds the token Flask-WTF compares with, and notices on their way
to the next page. The token's secret is the sign-in's, or before any sign-in that of a cookie of its own, set
only by pages that carry a form.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from flask import Flask, Request, Response, g, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response as AnyResponse

from trace.web.context import app_settings

SIGN_IN_COOKIE = "trace_session"
FORM_COOKIE = "trace_form"
NOTICE_COOKIE = "trace_notice"
FIELD = "csrf_token"
NOTICES = "_flashes"  # where flask.flash() puts them
LONGEST_NOTICES = 3000  # characters; a cookie has 4096 bytes

protect = CSRFProtect()


class FormSession(dict[str, Any], SessionMixin):
    """One browser's form token, its notices, and the form cookie to set if a form is made."""


class FormSessions(SessionInterface):
    """Opens a `FormSession` from the cookies that came, and sets a cookie only once something needs it."""

    def open_session(self, app: Flask, request: Request) -> FormSession:
        """Derive the form token from the sign-in, else from the form cookie, else from a new one."""
        found = FormSession()
        secret = request.cookies.get(SIGN_IN_COOKIE) or request.cookies.get(FORM_COOKIE)
        if not secret:
            secret = found[FORM_COOKIE] = secrets.token_urlsafe(16)
        found[FIELD] = _derived(app, secret)
        notices = _notices(app, request.cookies.get(NOTICE_COOKIE, ""))
        if notices:
            found[NOTICES] = notices
        return found

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """After a page with a form: set its cookie, and let its address be told to ourselves only."""
        if not session.accessed:
            return
        response.vary.add("Cookie")
        # "no-referrer" would make browsers hide the origin of our own forms, which `kept` looks at.
        response.headers["Referrer-Policy"] = "same-origin"
        if FORM_COOKIE in session:
            set_cookie(response, FORM_COOKIE, session[FORM_COOKIE], samesite="Strict")
        notices = _sealed_notices(app, session.get(NOTICES, []))
        if notices:
            set_cookie(response, NOTICE_COOKIE, notices, max_age=300)
        elif NOTICE_COOKIE in request.cookies:
            response.delete_cookie(NOTICE_COOKIE)


def _derived(app: Flask, cookie: str) -> str:
    return hmac.new(str(app.secret_key).encode(), f"form:{cookie}".encode(), hashlib.sha256).hexdigest()


def _sealer(app: Flask) -> URLSafeSerializer:
    return URLSafeSerializer(str(app.secret_key), salt="trace-notice")


def _notices(app: Flask, cookie: str) -> list[tuple[str, str]]:
    """The notices of the page before; none if the cookie was changed or cut off."""
    if not cookie:
        return []
    try:
        return [(category, message) for category, message in _sealer(app).loads(cookie)]
    except BadData:
        return []


def _sealed_notices(app: Flask, notices: list[tuple[str, str]]) -> str:
    """The latest notices that a cookie has room for, signed; "" for none."""
    while notices:
        text = str(_sealer(app).dumps(notices))
        if len(text) <= LONGEST_NOTICES:
            return text
        notices = notices[1:]
    return ""


def renew(app: Flask, secret: str) -> None:
    """From here on, forms of this answer are for the sign-in just made."""
    session[FIELD] = _derived(app, secret)
    session.pop(FORM_COOKIE, None)
    g.pop(FIELD, None)


def set_cookie(
    response: AnyResponse, name: str, value: str, *, max_age: int | None = None, samesite: str = "Lax"
) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        secure=app_settings().secure_cookies,
        samesite=samesite,
    )


def init_app(app: Flask) -> None:
    """Check the form token of every POST, PUT, PATCH and DELETE that is not exempt."""
    app.session_interface = FormSessions()
    # The token lives as long as the sign-in; some phones strip the Referer that the https check wants.
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_FIELD_NAME=FIELD)
    protect.init_app(app)
