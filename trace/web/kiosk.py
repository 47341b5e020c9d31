"""/kiosk: a page for a shop's or a station's hand scanner that acts as a keyboard. No sign-in, no script needed."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for

from labels import digits as printed_digits
from labels.errors import MalformedCode
from trace.core.errors import NotFound
from trace.core.verdict import Verdict, words
from trace.services import code_alarm, kiosk
from trace.services.kiosk import KioskView
from trace.web import limits
from trace.web.context import app_db, this_app
from trace.web.i18n import diagnosis, lang

bp = Blueprint("kiosk", __name__)

# The next customer need not see what the one before asked about.
CLEARED_AFTER = 60  # s
_LONGEST_SHOWN = 60


@bp.get("/kiosk")
def home() -> Response:
    """A field for the scanner, and the answer to what it sent last; nobody is counted."""
    value = request.args.get("code", "").strip()
    view: KioskView | None = None
    error, status = "", 200
    if value:
        try:
            given = printed_digits.read(value)
            if wait := limits.take("scan" if given.signed else "typed"):
                return limits.refuse(wait)
            with app_db().read() as session:
                view = kiosk.look(session, given, this_app().labels)
        except MalformedCode as refused:
            error, status = diagnosis(refused), 422
        except NotFound as refused:
            error, status = refused.message(lang()), 404
    found = view.verdict if view else None
    if found in (Verdict.FORGED, Verdict.UNKNOWN) and (wait := limits.take("forged")):
        return limits.refuse(wait)
    if found is Verdict.UNKNOWN:
        # A good signature on a label that nobody printed: somebody may have the key.
        with app_db().write(ledger=False) as session:
            code_alarm.raise_for(session, given.code)
    if found is not None and view is not None and view.signed:
        status = found.status
    page = render_template(
        "kiosk/kiosk.html",
        view=view,
        words=words(found, lang()) if found else None,
        tone=found.tone if found else "info",
        sign=found.icon if found else "search",
        unread=Verdict.MALFORMED.icon,
        value=value[:_LONGEST_SHOWN],
        error=error,
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    if value:
        response.headers["Refresh"] = f"{CLEARED_AFTER}; url={url_for('kiosk.home')}"
    return response
