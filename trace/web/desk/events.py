"""Events (追溯事件): one form for every stage, the correction of a record, its withdrawal."""

from __future__ import annotations

import json
from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action, require, require_record
from trace.core.stage import Stage
from trace.services import attachment, balance, event, find, own_view
from trace.tables import Batch, Event
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk.frame import bp, page, stage_or_404
from trace.web.i18n import lang
from trace.web.inputs.event import EventForm, blank_form, form_of, read_form
from trace.web.inputs.reading import Reading, new_request_id
from trace.web.inputs.upload import store_uploads


def _recordable(number: str, stage: Stage) -> Batch:
    """The batch, if this person may record the stage on it."""
    actor = current_actor()
    with app_db().read() as session:
        row = (
            find.public_batch(session, number)
            if find.serves_others(actor)
            else find.batch(session, actor, number)
        )
    require_record(actor, stage.org_kinds, row.organisation_id)
    return row


def _own(event_id: int) -> tuple[Event, Batch]:
    """A record of this person's organisation, with its batch."""
    with app_db().read() as session:
        found = find.event(session, current_actor(), event_id)
        row = session.get_one(Batch, found.batch_id)
    require(current_actor(), Action.EVENT_CORRECT, found.organisation_id)
    return found, row


def _show(
    row: Batch,
    stage: Stage,
    form: EventForm,
    error: TraceError | None = None,
    *,
    corrects: int | None = None,
) -> tuple[str, int]:
    actor = current_actor()
    if error is not None and error.code == "event.request-differs":
        # What is typed now is something else than what was sent before: it may be sent as a form of its own.
        form.request_id = new_request_id()
    with app_db().read() as session:
        product = find.product(session, row.product_id)
        state = find.state(session, row)
        owner = find.organisation(session, row.organisation_id)
        known = attachment.own(session, int(actor.org_id), (one.attachment_id for one in form.attached))
    titles = {one.attachment_id: one.title for one in form.attached}
    return page(
        "events/form",
        error,
        batch=row,
        stage=stage,
        product=product,
        owner=owner,
        left_g=None if find.serves_others(actor) else balance.free_g(state),
        form_values=form,
        uploaded=[(key_of(one), titles.get(key_of(one), ""), one.media_type) for one in known],
        corrects=corrects,
    )


def _read(stage: Stage) -> tuple[EventForm, Reading]:
    """The form as sent, its new files stored before anything else can be refused."""
    form, reading = read_form(stage, request.form)
    uploads = request.files.getlist("files")
    form.attached += store_uploads(app_db(), app_settings(), current_actor(), uploads, reading.errors)
    return form, reading


@bp.get("/batches/<number>/record/<stage>")
@needs(Action.EVENT_RECORD)
def record(number: str, stage: str) -> tuple[str, int]:
    """The form of a stage, begun with now, here, and what was written last time."""
    wanted = stage_or_404(stage)
    row = _recordable(number, wanted)
    with app_db().read() as session:
        last = event.latest(session, int(current_actor().org_id), wanted.key)
        place = own_view.default_place(session, row, wanted)
        tests = own_view.missing_tests(session, row) if wanted.key == "inspection" else []
    form = blank_form(wanted, place, last)
    if tests:
        form.facts["items"] = [{"item": item} for item in tests]
    return _show(row, wanted, form)


@bp.post("/batches/<number>/record/<stage>")
@needs(Action.EVENT_RECORD)
def record_post(number: str, stage: str) -> tuple[str, int] | Response:
    """Record what happened; a refusal keeps everything that was typed and uploaded."""
    wanted = stage_or_404(stage)
    row = _recordable(number, wanted)
    form, reading = _read(wanted)
    if "more" in request.form:
        return _show(row, wanted, form)
    try:
        given = form.event(wanted, reading)
        with app_db().write() as session:
            done = event.record(session, current_actor(), row.number, given)
    except (InvalidInput, Conflict) as error:
        return _show(row, wanted, form, error)
    flash(
        _("已登记%(stage)s，记入账本第 %(entry)s 条。", stage=wanted.title(lang()), entry=done.entry), "teal"
    )
    return redirect(url_for("desk.batch", number=row.number), 303)


@bp.get("/events/<int:event_id>/correct")
@needs(Action.EVENT_CORRECT)
def correct(event_id: int) -> tuple[str, int]:
    """A record's form, filled as it stands."""
    with app_db().read() as session:
        wrong, row = event.correctable(session, current_actor(), event_id)
        kept = attachment.of_event(session, event_id)
    stage = stage_or_404(wrong.stage)
    return _show(row, stage, form_of(stage, wrong, kept), corrects=event_id)


@bp.post("/events/<int:event_id>/correct")
@needs(Action.EVENT_CORRECT)
def correct_post(event_id: int) -> tuple[str, int] | Response:
    """Put the corrected record in the place of the wrong one, which stays readable."""
    wrong, row = _own(event_id)
    stage = stage_or_404(wrong.stage)
    form, reading = _read(stage)
    if "more" in request.form:
        return _show(row, stage, form, corrects=event_id)
    if not form.reason.strip():
        reading.errors.append(InvalidInput("text.required", "reason"))
    try:
        given = form.event(stage, reading)
        with app_db().write() as session:
            done = event.correct(session, current_actor(), event_id, given, form.reason)
    except (InvalidInput, Conflict) as error:
        return _show(row, stage, form, error, corrects=event_id)
    flash(_("已更正，记入账本第 %(entry)s 条。原来写的照样留着。", entry=done.entry), "teal")
    return redirect(url_for("desk.batch", number=row.number, _anchor="chain"), 303)


@bp.post("/events/<int:event_id>/withdraw")
@needs(Action.EVENT_CORRECT)
def withdraw(event_id: int) -> tuple[str, int] | Response:
    """Say that a recorded thing never happened; the record stays readable, with the reason."""
    wrong, row = _own(event_id)
    with app_db().read() as session:
        kept = attachment.of_event(session, event_id)
    stage = stage_or_404(wrong.stage)
    reason = request.form.get("withdraw_reason", "")
    form = form_of(stage, wrong, kept)
    form.request_id = Reading(request.form).request_id()
    given = replace(form.as_event(stage, wrong.occurred_at), facts=json.loads(wrong.facts), attachments=())
    try:
        with app_db().write() as session:
            done = event.correct(session, current_actor(), event_id, given, reason, withdrawn=True)
    except (InvalidInput, Conflict) as error:
        if error.field == "reason":
            error.field = "withdraw_reason"
        return _show(row, stage, form, error, corrects=event_id)
    flash(_("已撤回，记入账本第 %(entry)s 条。", entry=done.entry), "teal")
    return redirect(url_for("desk.batch", number=row.number, _anchor="chain"), 303)
