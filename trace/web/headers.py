"""What every answer says about itself: content security policy, caching, language, compression."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, g, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

CSP: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "img-src": ("'self'",),
    "style-src": ("'self'",),
    "script-src": ("'self'",),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}

# Blueprints that anyone may read and that hold no secret: compressed, for BREACH finds nothing there.
PUBLIC = frozenset({"verify", "verify_pin", "wellknown", "log", "complain", "check", "kiosk"})
COMPRESSED = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"})
WORTH_COMPRESSING = 1000
HSTS = "max-age=31536000; includeSubDomains"


def policy(style_hashes: list[str]) -> str:
    """The Content-Security-Policy in force, with the hashes of the styles inside the page."""
    parts = []
    for directive, sources in CSP.items():
        more = style_hashes if directive == "style-src" else []
        parts.append(" ".join((directive, *sources, *more)))
    return "; ".join(parts)


def of_page() -> tuple[tuple[str, str], ...]:
    """What every page says of itself, the one just drawn with the hashes of its styles."""
    return (
        ("Content-Security-Policy", policy(g.get("style_hashes", []))),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    )


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip."""
    return parse_accept_header(accepted, Accept).quality("gzip") > 0


def finish(response: Response) -> Response:
    """Add the headers; last, compress what is public, of text, and not small."""
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", HSTS)
    if g.get("answered_whole"):
        return response
    for name, value in of_page():
        response.headers.setdefault(name, value)
    if request.endpoint == "static":
        return _compressed(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    if response.mimetype in ("text/html", "application/json", "application/problem+json"):
        response.vary.update(("Accept", "Accept-Language"))
    if request.blueprint in PUBLIC:
        return _compressed(response)
    return response


def _compressed(response: Response) -> Response:
    if response.mimetype not in COMPRESSED or 200 < response.status_code < 400:
        return response
    return compressed(response)


def compressed(response: Response) -> Response:
    """The answer as gzip, if the reader takes that and it is worth while."""
    response.vary.add("Accept-Encoding")
    if not takes_gzip(request.headers.get("Accept-Encoding", "")) or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < WORTH_COMPRESSING:
        return response
    # mtime 0: the same page is the same bytes.
    response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    tag, _weak = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)
    return response


def init_app(app: Flask) -> None:
    """Register `finish` for every answer of the app."""
    app.after_request(finish)
