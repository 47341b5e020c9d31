"""Where a regulator begins: what is stopped, what is new, and one box that finds any batch or label."""

from __future__ import annotations

import re

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from labels import digits as printed_digits
from labels.errors import MalformedCode
from trace.core.errors import NotFound
from trace.core.policy import Action
from trace.services import oversight, scan
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, this_app
from trace.web.gov.frame import bp, page

PAGE = 30
_SIGNED = re.compile(r"(?<![0-9])[0-9]{175}(?![0-9])", re.ASCII)


@bp.get("")
@needs(Action.BATCH_READ_ALL)
def home() -> tuple[str, int] | Response:
    """Open recalls and freezes, the newest batches of all; `q` looks for words, or for a label's digits."""
    words = request.args.get("q", "").strip()
    found = _label(words)
    if found is not None:
        number, run, item = found
        return redirect(url_for("gov.batch", number=number, label=f"{run}-{item}"), 303)
    number_of_page = max(1, min(request.args.get("page", 1, type=int), 1000))
    actor = current_actor()
    with app_db().read() as session:
        rows = oversight.batches(session, actor, words, limit=PAGE + 1, skip=(number_of_page - 1) * PAGE)
        stops = oversight.open_stops(session, actor)
        outside = this_app().witnesses.witnessed(session)
    return page(
        "home",
        rows=rows[:PAGE],
        more=len(rows) > PAGE,
        words=words,
        number=number_of_page,
        stops=stops,
        outside=outside,
    )


def _label(words: str) -> tuple[str, int, int] | None:
    """The batch, run and item behind digits typed from a label, or behind a scanned address; None otherwise."""
    signed = _SIGNED.search(words)
    try:
        code = printed_digits.typed(signed[0][:20] if signed else words)
        with app_db().read() as session:
            return scan.item_page(session, code.run, code.item), code.run, code.item
    except (MalformedCode, NotFound):
        return None
