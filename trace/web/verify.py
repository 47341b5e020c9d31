"""The public pages: what a label says, a batch, a brand, a box for typed digits. No sign-in, no cookie."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from labels import code as item_code
from labels import digits as printed_digits
from labels.digits import Typed
from labels.errors import MalformedCode
from trace.core.errors import NotFound
from trace.core.verdict import Verdict, words
from trace.services import carton_view, code_alarm, pages, scan
from trace.services.province import provinces
from trace.services.public_carton import NOWHERE, Places
from trace.services.public_view import BatchPage, BatchView, ScanView
from trace.services.witness import Covered
from trace.web import label_page, limits
from trace.web.context import app_db, app_settings, this_app
from trace.web.csrf import SIGN_IN_COOKIE
from trace.web.errors import wants_json
from trace.web.i18n import diagnosis, lang
from trace.web.label_front import TAKEN
from trace.web.label_page import CACHE, FRESH
from trace.web.reader import reader, secret

bp = Blueprint("verify", __name__)

_BEACON_LENGTH = 4096


def plain(value: Any) -> Any:
    """A frozen view as JSON data: days as 2026-08-12, moments in UTC with Z, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(item) for key, item in asdict(value).items()}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def item_answer(view: ScanView, digits: str, outside: Covered | None = None, **more: Any) -> Response:
    """The verdict on a label as a page, or as JSON of the same content; its status and caching by verdict.

    `outside` says how far witnesses vouch for the batch; `more` is for the page alone: an answer to what its reader
    sent.
    """
    verdict = Verdict(view.verdict)
    if wants_json():
        data = plain(view)
        data["events"] = data.pop("chain")
        data["witnessed"] = plain(outside)
        del data["http_status"]
        response = jsonify({**data, **words(verdict, lang())._asdict()})
    else:
        page = label_page.draw(view, digits, outside, **more)
        response = make_response(page)
    response.status_code = view.http_status
    response.headers["Cache-Control"] = CACHE[verdict]
    return response


def batch_answer(
    page: BatchPage, outside: Covered | None = None, *, typed: Typed | None = None, places: Places = NOWHERE
) -> Response:
    """A batch's public record as a page or as JSON; `typed` digits led here, which prove nothing.

    `places` says what the carton with those digits holds, or in which carton their item lies.
    """
    if wants_json():
        data = plain(page)
        data["events"] = data.pop("chain")
        data["witnessed"] = plain(outside)
        if typed:
            data |= plain(places)
        response = jsonify(data)
    else:
        response = make_response(
            render_template(
                "verify/batch.html",
                page=page,
                outside=outside,
                typed=typed,
                inside=places.carton,
                homes=places.packed_in,
            )
        )
    response.headers["Cache-Control"] = FRESH
    return response


def typed_answer(value: str = "", error: str = "", status: int = 200) -> Response:
    """The box for digits, with what was typed and what is wrong with it."""
    response = make_response(render_template("verify/typed.html", value=value[:200], error=error), status)
    response.headers["Cache-Control"] = FRESH
    return response


def covered(session: Session, batch: BatchView | None) -> Covered | None:
    """How far outside witnesses vouch for a batch; asked each time, for a cosignature changes no kept page."""
    return None if batch is None else this_app().witnesses.covered(session, batch.number)


@bp.get("/c/<digits>")
def item(digits: str) -> Response:
    """The verdict on a scanned label; writes nothing, because chat programs fetch links before people do."""
    wait = 0.0 if TAKEN in request.environ else limits.take("scan")
    if wait:
        return limits.refuse(wait)
    with app_db().read() as session:
        view = scan.look(session, digits, reader=reader(), secret=secret(), book=this_app().labels)
        outside = covered(session, view.batch)
    if view.verdict in (Verdict.FORGED, Verdict.UNKNOWN) and (wait := limits.take("forged")):
        return limits.refuse(wait)
    if view.verdict == Verdict.UNKNOWN:
        with app_db().write(ledger=False) as session:
            code_alarm.raise_for(session, item_code.parse(digits)[0])
    if not wants_json():
        kept = label_page.keep(view, digits) if view.item else label_page.unread(view, digits)
        if kept is not None:
            return kept
    return item_answer(view, digits, outside)


@bp.post("/c/<digits>/seen")
def seen(digits: str) -> AnyResponse:
    """Count this device once for this label: the page's beacon, or its button where no script runs.

    What another site sends is not counted, nor are people who work here.
    """
    request.max_content_length = _BEACON_LENGTH
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if not foreign and SIGN_IN_COOKIE not in request.cookies and not limits.take("beacon"):
        where = provinces(app_settings().geoip_file).of(request.remote_addr or "")
        with app_db().write(ledger=False) as session:
            scan.seen(session, digits, reader(), secret(), where)
    if "page" in request.form:
        return redirect(url_for("verify.item", digits=digits, _anchor="asked"), 303)
    return Response(status=204)


@bp.get("/q")
def typed() -> AnyResponse:
    """Look up the digits printed under a code: a record, never a verdict on the label."""
    value = request.args.get("code", "").strip()
    if not value:
        return typed_answer()
    if wait := limits.take("typed"):
        return limits.refuse(wait)
    try:
        found = printed_digits.read(value)
        if found.signed:
            return redirect(url_for("verify.item", digits=found.signed), 303)
        code = found.code
        with app_db().read() as session:
            page = pages.batch_page(session, scan.item_page(session, code.run, code.item))
            places = carton_view.places(session, code.run, code.item)
            outside = this_app().witnesses.covered(session, page.batch.number)
    except MalformedCode as error:
        if wants_json():
            raise
        return typed_answer(value, diagnosis(error), 422)
    except NotFound as error:
        if wants_json():
            raise
        return typed_answer(value, error.message(lang()), 404)
    return batch_answer(page, outside, typed=found, places=places)


@bp.get("/batch/<number>")
def batch(number: str) -> Response:
    """A batch's public chain."""
    if wait := limits.take("scan"):
        return limits.refuse(wait)
    with app_db().read() as session:
        page = pages.batch_page(session, number)
        outside = this_app().witnesses.covered(session, page.batch.number)
    return batch_answer(page, outside)
