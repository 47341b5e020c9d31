"""What the pages about one complaint (举报) share: its photo, never kept by a browser, and a verdict in words."""

from __future__ import annotations

from flask import Response, send_file

from trace.core import verdict
from trace.services import complaint_photo, complaint_view
from trace.web.auth import current_actor
from trace.web.context import app_db, app_settings
from trace.web.i18n import lang


def photo(complaint_id: int) -> Response:
    """The photo; NotFound complaint.unknown for those who may not see it, complaint.no-photo if there is none."""
    with app_db().read() as session:
        path = complaint_view.photo(session, app_settings(), current_actor(), complaint_id)
    response = send_file(path, mimetype=complaint_photo.MEDIA_TYPE, etag=False)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.set("Content-Disposition", "inline", filename=f"{complaint_id}.jpg")
    return response


def verdict_words(code: str) -> str:
    """A verdict's title in the reader's language."""
    return verdict.words(code, lang()).title
