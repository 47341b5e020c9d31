"""/check: an installable page that verifies labels in the browser, without a network after one visit."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, g, make_response, render_template, url_for

from trace.core.verdict import Verdict, Words, words
from trace.web.context import app_settings
from trace.web.headers import policy
from trace.web.i18n import LANGUAGES, gettext, html_lang, lang
from trace.web.inline import STATIC

bp = Blueprint("check", __name__)

SCRIPT = "text/javascript; charset=utf-8"
MANIFEST = "application/manifest+json"
# All that the page loads; its service worker keeps these and nothing else.
FILES = (
    "js/check.mjs",
    "js/check-read.mjs",
    "js/check-store.mjs",
    "js/check-update.mjs",
    "js/ed25519.mjs",
    "js/item-code.mjs",
    "js/note.mjs",
    "js/sha256.mjs",
    "js/sha512.mjs",
    "js/void-list.mjs",
    "vendor/jsqr-1.4.0/jsQR.js",
    "vendor/noble-ed25519/noble-ed25519.mjs",
    "mark.svg",
    "icons/app-192.png",
)
# What the pages' words and looks come from.
_PAGE_SOURCES = (
    "templates",
    "static/css",
    "static/icons/sprite.svg",
    "trace/translations",
    "trace/core/verdict.py",
)
_ROOT = STATIC.parent


@bp.get("/check")
def home() -> Response:
    """The page; the browser's camera is allowed here and nowhere else."""
    page = render_template(
        "check/check.html",
        words=_said,
        tones={verdict.value: verdict.tone for verdict in Verdict},
        icons={verdict.value: verdict.icon for verdict in Verdict},
        prefix=f"{app_settings().base_url}/c/",
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Permissions-Policy"] = "camera=(self)"
    return response


def _said(verdict: str) -> Words:
    return words(verdict, lang())


@bp.after_request
def _policy(response: Response) -> Response:
    # Before the general policy is set, which leaves one that is there alone.
    if response.mimetype == "text/html":
        own = "; ".join((policy(g.get("style_hashes", [])), "worker-src 'self'", "manifest-src 'self'"))
        response.headers["Content-Security-Policy"] = own
    return response


@bp.get("/sw.js")
def worker() -> Response:
    """The service worker, under the version of all it keeps: another version makes browsers fetch all anew."""
    settings = app_settings()
    pages = ["/check", *(f"/check?lang={language}" for language in LANGUAGES)]
    files = [url_for("static", filename=name) for name in FILES]
    about = json.dumps([pages, files, settings.base_url, settings.operator_name, settings.icp_number])
    shell = {"version": _version(about), "pages": pages, "files": files}
    source = (STATIC / "js" / "check-worker.js").read_text("utf-8")
    response = Response(f"const SHELL = {json.dumps(shell)};\n{source}", content_type=SCRIPT)
    response.headers["Cache-Control"] = "no-cache"
    return response


@lru_cache(maxsize=4)
def _version(about: str) -> str:
    found = hashlib.sha256(about.encode())
    for name in (*(f"static/{name}" for name in FILES), *_PAGE_SOURCES, "static/js/check-worker.js"):
        for path in _files(_ROOT / name):
            found.update(path.relative_to(_ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(one for one in path.rglob("*") if one.suffix in (".html", ".css", ".mo"))


@bp.get("/check/app.webmanifest")
def manifest() -> Response:
    """How the page is installed (W3C Web Application Manifest), in the reader's language."""
    language = lang()
    told = {
        "id": "/check",
        "name": gettext("离线验标签"),
        "short_name": gettext("离线验标签"),
        "lang": html_lang(language),
        "start_url": f"/check?lang={language}",
        "scope": "/check",
        "display": "standalone",
        "background_color": "#fbfaf5",
        "theme_color": "#2c6a4a",
        "icons": [
            {
                "src": url_for("static", filename=f"icons/app-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ],
    }
    response = Response(json.dumps(told, ensure_ascii=False), content_type=MANIFEST)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
