"""Reporting (举报): a form that anybody may send, and what became of it by its receipt. No sign-in, no cookie."""

from __future__ import annotations

import math
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from trace.core import complaint as rules
from trace.core.errors import Forbidden, InvalidInput, InvalidInputs, NotFound, TooLarge, TooMany, TraceError
from trace.services import complaint, complaint_photo, complaint_view
from trace.services.complaint import About, Ready, Typed
from trace.web import limits
from trace.web.context import app_db, app_settings, this_app
from trace.web.errors import wants_json

bp = Blueprint("complain", __name__, url_prefix="/report")

_LONGEST_SHOWN = 4 * rules.MOST_TEXT
# A field that people never see and leave empty; simple robots fill in every one.
TRAP = "homepage"


@bp.get("")
def form() -> Response:
    """The form; `code` and `batch` say which label or batch led here."""
    typed = Typed(code=request.args.get("code", ""), batch=request.args.get("batch", ""))
    # Whether digits are those of a label is told here as on the page of typed digits, and as seldom.
    wait = limits.take("typed") if typed.code else 0.0
    return limits.refuse(wait) if wait else _form(typed)


@bp.post("")
def send() -> AnyResponse:
    """Take a report and lead to its receipt; if something is wrong, what was typed stays in the form."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("complaint.foreign")
    typed = Typed(*(request.form.get(name, "") for name in ("kind", "text", "phone", "code", "batch")))
    if wait := limits.take("form"):
        return _later(typed, wait)
    photos = [file for file in request.files.getlist("photo") if file.filename]
    try:
        ready = _checked(typed, photos)
        if wait := limits.take("complaint"):
            return _later(typed, wait, photo_lost=bool(photos))
        if photos:
            drawn = complaint_photo.examine(app_settings(), photos[0].stream.read())
            ready = replace(ready, photo=drawn)
        with app_db().write(ledger=False) as session:
            receipt = complaint.lodge(session, app_settings(), ready, this_app().labels)
    except (InvalidInput, TooLarge) as wrong:
        if wants_json():
            raise
        return _form(typed, wrong, photo_lost=bool(photos))
    return redirect(url_for("complain.receipt", receipt=receipt, new=1), 303)


def _later(typed: Typed, seconds: float, *, photo_lost: bool = False) -> Response:
    """The form once more, with what was typed, and when to send it."""
    if wants_json():
        return limits.refuse(seconds)
    answer = _form(
        typed, TooMany("complaint.too-many", minutes=math.ceil(seconds / 60)), photo_lost=photo_lost
    )
    answer.headers["Retry-After"] = str(math.ceil(seconds))
    return answer


def _checked(typed: Typed, photos: list[FileStorage]) -> Ready:
    errors: list[TraceError] = []
    ready = None
    try:
        ready = complaint.check(typed)
    except InvalidInputs as wrong:
        errors += wrong.errors
    if len(photos) > 1:
        errors.append(InvalidInput("complaint.one-photo", "photo"))
    if request.form.get(TRAP):
        errors.append(InvalidInput("complaint.trap", TRAP))
    if errors or ready is None:
        raise InvalidInputs(errors)
    return ready


def _form(typed: Typed, error: TraceError | None = None, *, photo_lost: bool = False) -> Response:
    with app_db().read() as session:
        about: About = complaint.about(session, typed.code, typed.batch, this_app().labels)
    page = render_template(
        "complain/form.html",
        typed=replace(typed, text=typed.text[:_LONGEST_SHOWN], code=typed.code[: complaint.MOST_CODE]),
        about=about,
        error=error,
        photo_lost=photo_lost,
        kinds=rules.TITLES,
        least=rules.LEAST_TEXT,
        most=rules.MOST_TEXT,
        trap=TRAP,
        trapped=bool(request.form.get(TRAP)),
    )
    return make_response(page, error.status if error else 200)


@bp.get("/find")
def find() -> AnyResponse:
    """The box for a receipt number."""
    typed = request.args.get("receipt", "").strip()
    if not typed:
        return _find()
    wait = limits.take("receipt")
    if wait:
        return limits.refuse(wait)
    try:
        return redirect(url_for("complain.receipt", receipt=rules.read_receipt(typed)), 303)
    except InvalidInput as wrong:
        return _find(typed, wrong)


@bp.get("/<receipt>")
def receipt(receipt: str) -> Response:
    """What was reported, without its words, and what was answered."""
    wait = limits.take("receipt")
    if wait:
        return limits.refuse(wait)
    try:
        with app_db().read() as session:
            view = complaint_view.by_receipt(session, rules.read_receipt(receipt))
    except (InvalidInput, NotFound) as wrong:
        if wants_json():
            raise
        return _find(receipt, wrong, status=404)
    page = render_template(
        "complain/receipt.html",
        view=view,
        kind=rules.TITLES[view.kind],
        grouped=rules.grouped(view.receipt),
        new="new" in request.args,
    )
    return make_response(page)


def _find(typed: str = "", error: TraceError | None = None, status: int = 0) -> Response:
    page = render_template("complain/find.html", value=typed[:40], error=error)
    return make_response(page, status or (error.status if error else 200))
