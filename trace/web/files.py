"""Attachments (附件) that public records carry, under their hash: photos, small renditions, PDFs."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_file

from trace.core.errors import NotFound
from trace.services import attachment
from trace.web.context import app_db, app_settings

bp = Blueprint("files", __name__, url_prefix="/file")

# The address names the bytes, so what lies there never changes.
_YEAR = 365 * 24 * 3600
_SUFFIX = {"image/jpeg": "jpg", "application/pdf": "pdf"}


@bp.get("/<string(length=64):sha256>")
@bp.get("/<string(length=64):sha256>.<any(jpg, pdf):suffix>")
def file(sha256: str, suffix: str = "") -> Response:
    """The kept file, if an event carries it."""
    media_type = _public_type(sha256)
    wanted = _SUFFIX[media_type]
    if suffix not in ("", wanted):
        raise NotFound("attachment.not-found")
    path = attachment.open_file(app_settings(), sha256)
    response = _sent(path, media_type, sha256)
    if wanted == "pdf":
        response.headers.set("Content-Disposition", "inline", filename=f"{sha256[:12]}.pdf")
    return response


@bp.get("/<string(length=64):sha256>/thumb")
def thumb(sha256: str) -> Response:
    """A photo at no more than 640 px, if an event carries it."""
    media_type = _public_type(sha256)
    if media_type != "image/jpeg":
        raise NotFound("attachment.not-found")
    path = attachment.open_thumbnail(app_settings(), sha256)
    return _sent(path, media_type, f"{sha256}-thumb")


def _public_type(sha256: str) -> str:
    with app_db().read() as session:
        return attachment.public(session, sha256).media_type


def _sent(path: Path, media_type: str, etag: str) -> Response:
    response = send_file(path, mimetype=media_type, etag=etag, conditional=True, max_age=_YEAR)
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
