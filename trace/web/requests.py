"""Every request has a number: on error pages, in X-Request-ID, and on each of its log lines."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from trace.logs import logger
from trace.web.context import app_settings

HEADER = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
# Asked every few seconds by whoever watches the service.
_QUIET = frozenset({"wellknown.healthz", "wellknown.readyz", "static"})
_log = logger("trace.web")


def request_id() -> str:
    """The number of this request."""
    return str(g.get("request_id", ""))


def given(number: str) -> str:
    """The number that a proxy gave a request; "" for what is none."""
    return number if _GIVEN.fullmatch(number) else ""


def _begin() -> None:
    told = request.headers.get(HEADER, "") if app_settings().proxies else ""
    g.request_id = given(told) or secrets.token_hex(6)
    g.request_began = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _finish(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    # Scans are counted, by device; a line for each would tell nothing more.
    if request.endpoint not in _QUIET and not g.get("answered_whole"):
        # The rule, not the path: who asked for which label is nobody's business in a log.
        rule = request.url_rule.rule if request.url_rule else None
        took = round((time.monotonic() - g.get("request_began", time.monotonic())) * 1000)
        _log.info("answered", method=request.method, rule=rule, status=response.status_code, ms=took)
    return response


def init_app(app: Flask) -> None:
    """Number and log every request."""
    app.before_request(_begin)
    app.after_request(_finish)
