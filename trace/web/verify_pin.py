"""The question under the scratch layer: six digits typed on a label's page, answered on the same page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from trace.core.errors import InvalidInput
from trace.core.pin import words
from trace.services import pin, scan
from trace.services.pin import PinAnswer
from trace.services.public_view import ScanView
from trace.services.witness import Covered
from trace.web import limits
from trace.web.context import app_db, app_settings, this_app
from trace.web.errors import wants_json
from trace.web.filters import day
from trace.web.i18n import lang
from trace.web.verify import covered, item_answer, plain

bp = Blueprint("verify_pin", __name__)


@bp.post("/c/<digits>/pin")
def ask(digits: str) -> AnyResponse:
    """Try a PIN: a form field `pin`, or JSON {"pin": "123456"}. What another site's page sends is not tried."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return page_of_label(digits)
    if wait := limits.take("typed"):
        return limits.refuse(wait)
    with app_db().read() as session:
        view = scan.look(session, digits, book=this_app().labels)
        outside = covered(session, view.batch)
    if view.item is None:
        return item_answer(view, digits, outside)
    try:
        with app_db().write(ledger=False) as session:
            answer = pin.ask(
                session, view.item.run, view.item.item, _typed(), master=app_settings().master_key
            )
    except InvalidInput as error:
        if wants_json():
            raise
        return _page(view, digits, 422, outside, pin_error=error)
    return _answered(view, digits, answer, outside)


@bp.get("/c/<digits>/pin")
def page_of_label(digits: str) -> AnyResponse:
    """The address of an answer, opened anew: the label's page, for no answer is kept."""
    return redirect(url_for("verify.item", digits=digits, _anchor="pin"), 303)


def _typed() -> object:
    """What was typed; None if nothing was."""
    if not request.is_json:
        return request.form.get("pin")
    sent = request.get_json(silent=True)
    return sent.get("pin") if isinstance(sent, dict) else None


def _answered(view: ScanView, digits: str, answer: PinAnswer, outside: Covered | None) -> Response:
    now = answer.pin
    said = words(answer.result, lang(), day=day(now.first_on), times=now.times, left=now.tries_left)
    if wants_json():
        body = {"result": answer.result.value, **said._asdict(), "pin": plain(now), "verdict": view.verdict}
        response = jsonify(body)
        response.headers["Cache-Control"] = "no-store"
        return response
    told = {"pin_answer": said, "pin_tone": answer.result.tone, "pin_right": answer.result.right}
    return _page(replace(view, pin=now), digits, 200, outside, **told)


def _page(view: ScanView, digits: str, status: int, outside: Covered | None, **more: Any) -> Response:
    response = item_answer(view, digits, outside, **more)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
