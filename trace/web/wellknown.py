"""Addresses that machines expect: health, readiness, security.txt (RFC 9116), robots.txt, change-password."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from flask import Blueprint, Response, redirect, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from trace import migrate
from trace.core import clock
from trace.core.errors import TraceError
from trace.logs import logger
from trace.services.log import log_of
from trace.web.context import app_db, app_settings

bp = Blueprint("wellknown", __name__)
_log = logger("trace.web.wellknown")
_SECURITY_DAYS = 180


@lru_cache(maxsize=1)
def _wanted_revision() -> str | None:
    return migrate.head()


@bp.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """The database answers, has the form that this code needs, and lacks nothing that was signed; 503 otherwise."""
    try:
        with app_db().engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            revision = migrate.current(connection)
    except (SQLAlchemyError, OSError) as error:
        _log.warning("database does not answer", reason=type(error).__name__)
        return {"status": "unavailable", "reason": "database"}, 503
    if revision != _wanted_revision():
        return {"status": "unavailable", "reason": "migration"}, 503
    try:
        log_of(app_db()).standing()
    except TraceError as error:
        return {"status": "unavailable", "reason": error.code, "detail": error.message("zh")}, error.status
    return {"status": "ok", "revision": str(revision)}, 200


@bp.get("/.well-known/security.txt")
def security_txt() -> Response:
    """Whom to tell of a weakness; Expires is always half a year ahead."""
    settings = app_settings()
    contact = f"tel:{''.join(settings.hotline.split())}" if settings.hotline else f"{settings.base_url}/"
    expires = (clock.now() + timedelta(days=_SECURITY_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires}",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.base_url}{request.path}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@bp.get("/.well-known/change-password")
def change_password() -> AnyResponse:
    """Where password managers send people (W3C change-password URL)."""
    return redirect("/account#password", 302)


@bp.get("/robots.txt")
def robots_txt() -> Response:
    """Codes, batches and desks are not for search engines; brands may be found."""
    closed = ("/c/", "/q", "/desk", "/gov", "/brand-office", "/admin", "/account", "/sign-in")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {app_settings().base_url}/sitemap.xml"]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
