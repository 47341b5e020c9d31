"""The one place that turns refusals and failures into pages, or into RFC 9457 problem details."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, json, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response as AnyResponse

from labels.errors import ForgedCode, LabelError, MalformedCode
from trace.core import languages
from trace.core.errors import InvalidInputs, TraceError, Unavailable
from trace.logs import logger
from trace.web import account
from trace.web.auth import visit
from trace.web.i18n import lang
from trace.web.kept import sent
from trace.web.requests import request_id

PROBLEM = "application/problem+json"
_CARRIED = ("Allow", "Retry-After", "WWW-Authenticate")
_log = logger("trace.web.errors")


class _HttpRefusal(TraceError):
    """An HTTP error as one of ours; codes not in the catalogue are told as web.bad-request or web.failed."""

    def __init__(self, status: int, megabytes: int) -> None:
        fallback = "web.failed" if status >= 500 else "web.bad-request"
        super().__init__(_CODES.get(status, fallback), megabytes=megabytes)


class _LabelRefusal(TraceError):
    """A refusal of the label engine, which brings its own sentences."""

    def __init__(self, error: LabelError) -> None:
        super().__init__(error.code)
        self._error = error

    def message(self, lang: str = "zh") -> str:
        return languages.said(lang, self._error.zh, self._error.en)


_CODES = {
    400: "web.bad-request",
    404: "web.not-found",
    405: "web.method",
    413: "web.too-large",
    415: "web.media-type",
    429: "web.too-many",
    500: "web.failed",
    503: "web.unavailable",
}


def wants_json() -> bool:
    """Whether the caller reads JSON better than pages."""
    if request.path.startswith("/api/"):
        return True
    return prefers_json(request.headers.get("Accept", ""))


@lru_cache(maxsize=256)
def prefers_json(accepted: str) -> bool:
    """Whether an Accept header wants JSON rather than pages."""
    accept = parse_accept_header(accepted, MIMEAccept)
    return max(accept["application/json"], accept[PROBLEM]) > accept["text/html"]


def problem(error: TraceError, status: int) -> Response:
    """The refusal as application/problem+json (RFC 9457)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.message(lang()),
        "code": error.code,
    }
    if error.field:
        body["field"] = error.field
    if isinstance(error, InvalidInputs):
        body["errors"] = [
            {"code": one.code, "field": one.field, "detail": one.message(lang())} for one in error.errors
        ]
    body["reference"] = request_id()
    return Response(json.dumps(body), status=status, mimetype=PROBLEM)


def answer(error: TraceError, status: int, *, explained: bool = True) -> Response:
    """The refusal as a page or as problem details; with `explained` False the page gives its own advice."""
    if wants_json():
        return problem(error, status)
    page = render_template(
        "errors/error.html",
        status=status,
        error=error if explained else None,
        reference=request_id(),
        sign_in=url_for("auth.sign_in") if status == HTTPStatus.UNAUTHORIZED else "",
    )
    return make_response(page, status)


def _refused(error: TraceError) -> AnyResponse:
    if error.code == "account.signed-out" and not wants_json():
        if request.method in ("GET", "HEAD"):
            path = request.full_path if request.query_string else request.path
            return redirect(url_for("auth.sign_in", next=path), 303)
        return account.sign_in_page(error, kept=sent(), status=error.status)
    return answer(error, error.status)


def _label_refused(error: LabelError) -> Response:
    status = HTTPStatus.NOT_FOUND if isinstance(error, MalformedCode | ForgedCode) else 422
    return answer(_LabelRefusal(error), int(status))


def _form_refused(error: CSRFError) -> AnyResponse:
    """A form whose token is old or missing is shown again, to be confirmed; nothing typed is lost."""
    refusal = TraceError("web.form-old")
    if wants_json():
        return problem(refusal, 400)
    if request.endpoint == "auth.sign_in_post":
        return account.sign_in_again(refusal)
    if visit() is None:
        return account.sign_in_page(TraceError("account.signed-out"), kept=sent(), status=401)
    kept = sent()
    return account.confirm_page(kept, status=400) if kept else answer(refusal, 400)


def _http_refused(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    limit = (request.max_content_length or 0) // (1024 * 1024)
    response = answer(_HttpRefusal(status, limit), status, explained=False)
    for name, value in error.get_headers():
        if name in _CARRIED:
            response.headers[name] = value
    return response


def _host_refused(error: SecurityError) -> Response:
    """A host name that is not ours: no page, for there is no address of ours to link to."""
    return problem(_HttpRefusal(400, 0), 400)


def _database_away(error: OperationalError) -> Response:
    # The driver's own words only: the statement's parameters may be personal data.
    _log.error("database refused", reason=str(error.orig))
    return answer(Unavailable("web.unavailable"), 503, explained=False)


def init_app(app: Flask) -> None:
    """Register the handlers; what nobody foresaw is logged with its trace and told as web.failed."""
    app.register_error_handler(TraceError, _refused)
    app.register_error_handler(LabelError, _label_refused)
    app.register_error_handler(CSRFError, _form_refused)
    app.register_error_handler(SecurityError, _host_refused)
    app.register_error_handler(HTTPException, _http_refused)
    app.register_error_handler(OperationalError, _database_away)
