"""Record an event (追溯事件), or correct one by a later event; nothing is edited in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from trace.core import clock, dates, text
from trace.core.errors import Conflict, InvalidInput, InvalidInputs, TraceError
from trace.core.policy import Action, Actor, require, require_record
from trace.core.quantity import MAX_GRAMS
from trace.core.stage import Stage
from trace.core.stages import stage_of, validate_facts
from trace.ledger.canonical import canonical
from trace.services import balance, blocks, find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Attachment, Batch, Event, EventAttachment, Plot
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Attached:
    """A stored attachment and what it is called on the page."""

    attachment_id: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What happened: grams where the stage has a weight; `facts` raw, as typed or sent.

    `request_id` is the form's own number: sending the same form twice records once.
    """

    stage: str
    occurred_at: datetime
    facts: Mapping[str, object]
    source: str = ""
    destination: str = ""
    place: str = ""
    quantity_g: int | None = None
    attachments: tuple[Attached, ...] = ()
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """The event's id and its ledger entry; `repeated` when the same request had recorded it before."""

    event_id: int
    entry: int
    repeated: bool = False


def record(session: Session, actor: Actor, number: str, given: NewEvent) -> Recorded:
    """Record what happened to a batch; raises InvalidInputs naming every wrong field, Conflict where masses do not fit."""
    batch = _recordable(session, actor, number, given.stage)
    row = _checked(session, actor, batch, given)
    before = _same_request(session, row)
    if before is not None:
        return before
    _move(session, batch, row, None)
    return _enter(session, actor, batch, row, given, "event.recorded", AuditAction.EVENT_RECORD)


def correct(
    session: Session, actor: Actor, event_id: int, given: NewEvent, reason: str, *, withdrawn: bool = False
) -> Recorded:
    """Put a later event in the place of an earlier one, with the reason; `withdrawn`: it never happened."""
    wrong = find.event(session, actor, event_id)
    batch = session.get_one(Batch, wrong.batch_id)
    require(actor, Action.EVENT_CORRECT, wrong.organisation_id)
    if given.stage != wrong.stage:
        raise InvalidInput("event.other-stage", "stage")
    why = text.clean(reason, "reason", max_length=200)
    row = _withdrawal(actor, wrong) if withdrawn else _checked(session, actor, batch, given)
    row.corrects_id, row.reason, row.request_id = event_id, why, given.request_id
    before = _same_request(session, row)
    if before is not None:
        return before
    _refuse_if_superseded(session, wrong)
    _move(session, batch, row, wrong)
    return _enter(session, actor, batch, row, given, "event.corrected", AuditAction.EVENT_CORRECT)


def _refuse_if_superseded(session: Session, wrong: Event) -> None:
    if session.exec(select(Event.id).where(Event.corrects_id == key_of(wrong))).first() is not None:
        raise Conflict("event.corrected-already")
    if wrong.withdrawn:
        raise Conflict("event.withdrawn")


def _recordable(session: Session, actor: Actor, number: str, stage: str) -> Batch:
    kinds = stage_of(stage).org_kinds
    batch = find.public_batch(session, number)
    if batch.organisation_id != actor.org_id and not find.serves_others(actor):
        # Somebody else's batch: whether it exists is none of the asker's business.
        batch = find.batch(session, actor, number)
    require_record(actor, kinds, batch.organisation_id)
    return batch


# What must be the same when a form arrives a second time.
_REPEATED = (
    "batch_id", "organisation_id", "stage", "occurred_at", "quantity_g", "source", "destination", "place",
    "facts", "corrects_id", "reason", "withdrawn",
)  # fmt: skip


def _same_request(session: Session, asked: Event) -> Recorded | None:
    """What the same form recorded before; Conflict if it now has other content, which must not be lost."""
    if asked.request_id is None:
        return None
    row = session.exec(select(Event).where(Event.request_id == asked.request_id)).first()
    if row is None:
        return None
    if any(getattr(row, name) != getattr(asked, name) for name in _REPEATED):
        raise Conflict("event.request-differs")
    entry = ledger.entry_of(session, "event", key_of(row))
    return Recorded(key_of(row), entry if entry is not None else -1, repeated=True)


def _checked(session: Session, actor: Actor, batch: Batch, given: NewEvent) -> Event:
    """The event row, or InvalidInputs with every wrong field at once."""
    stage = stage_of(given.stage)
    errors: list[TraceError] = []
    facts: Mapping[str, object] = {}
    words: dict[str, str] = {}
    try:
        facts = validate_facts(given.stage, given.facts)
    except InvalidInputs as wrong:
        errors.extend(wrong.errors)
    for name, value, required in (
        ("source", given.source, stage.needs_source),
        ("destination", given.destination, stage.needs_destination),
        ("place", given.place, False),
    ):
        try:
            words[name] = text.clean(value, name, max_length=200, required=required, name=True)
        except InvalidInput as wrong_text:
            errors.append(wrong_text)
    try:
        dates.check_order(given.occurred_at, clock.now(), dates.day_start(batch.started_on), "occurred_at")
    except TraceError as wrong_date:
        errors.append(wrong_date)
    errors.extend(_wrong_quantity(stage, given.quantity_g))
    if errors:
        raise InvalidInputs(errors)
    return Event(
        batch_id=key_of(batch),
        organisation_id=int(actor.org_id),
        stage=stage.key,
        occurred_at=given.occurred_at,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        quantity_g=given.quantity_g,
        source=words["source"] or _origin(session, batch, stage),
        destination=words["destination"] or find.organisation(session, int(actor.org_id)).name,
        place=words["place"],
        facts=canonical(facts),
        request_id=given.request_id,
    )


def _origin(session: Session, batch: Batch, stage: Stage) -> str:
    """Where it came from (来源) if nobody says otherwise: the plot for work in the field, else the batch's owner."""
    if "plot" in stage.places and batch.plot_id is not None:
        return session.get_one(Plot, batch.plot_id).name
    return find.organisation(session, batch.organisation_id).name


def _wrong_quantity(stage: Stage, grams: int | None) -> list[TraceError]:
    if grams is None:
        return [InvalidInput("quantity.required", "quantity")] if stage.quantity == "required" else []
    if stage.quantity == "none":
        return [InvalidInput("event.no-quantity", "quantity")]
    if grams <= 0:
        return [InvalidInput("quantity.zero" if grams == 0 else "quantity.negative", "quantity")]
    return [InvalidInput("quantity.too-large", "quantity")] if grams > MAX_GRAMS else []


def _withdrawal(actor: Actor, wrong: Event) -> Event:
    return Event(
        batch_id=wrong.batch_id,
        organisation_id=int(actor.org_id),
        stage=wrong.stage,
        occurred_at=wrong.occurred_at,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        withdrawn=True,
    )


def _move(session: Session, batch: Batch, row: Event, wrong: Event | None) -> None:
    """Apply the event's weight to the batch's balance, in place of the corrected one's."""
    if row.stage in ("sale", "transport") and not row.withdrawn:
        blocks.refuse_if_stopped(session, batch)
    balance.apply(session, batch, row, wrong)


def _enter(
    session: Session, actor: Actor, batch: Batch, row: Event, given: NewEvent, kind: str, action: AuditAction
) -> Recorded:
    session.add(row)
    session.flush()
    for attached in given.attachments:
        stored = session.get(Attachment, attached.attachment_id)
        if stored is None or stored.organisation_id != actor.org_id:
            raise InvalidInput("attachment.unknown", "attachments")
        title = text.clean(attached.title, "attachments", max_length=100, required=False)
        session.add(EventAttachment(event_id=key_of(row), attachment_id=attached.attachment_id, title=title))
    corrected = ledger.entry_of(session, "event", row.corrects_id) if row.corrects_id is not None else None
    entry = ledger.append(
        session,
        kind,
        row,
        organisation=row.organisation_id,
        occurred=row.occurred_at,
        batches=[batch.number],
        corrects=corrected,
    )
    note(session, actor, action, f"{batch.number}:{row.stage}")
    return Recorded(key_of(row), entry)


def latest(session: Session, organisation_id: int, stage: str) -> Event | None:
    """The organisation's newest record of a stage: what its next form may start from."""
    query = (
        select(Event)
        .where(
            Event.organisation_id == organisation_id, Event.stage == stage, col(Event.withdrawn).is_(False)
        )
        .order_by(col(Event.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def of_organisation(session: Session, organisation_id: int, limit: int = 20) -> list[tuple[Event, Batch]]:
    """What an organisation recorded last, on whosever batches; superseded records are left out."""
    later = select(Event.corrects_id).where(col(Event.corrects_id).is_not(None))
    query = (
        select(Event, Batch)
        .join(Batch, col(Batch.id) == col(Event.batch_id))
        .where(
            Event.organisation_id == organisation_id,
            col(Event.withdrawn).is_(False),
            col(Event.id).not_in(later),
        )
        .order_by(col(Event.id).desc())
        .limit(limit)
    )
    return [(row, batch) for row, batch in session.exec(query).all()]


def correctable(session: Session, actor: Actor, event_id: int) -> tuple[Event, Batch]:
    """A record that may still be corrected, with its batch; Conflict if it was corrected or withdrawn."""
    wrong = find.event(session, actor, event_id)
    require(actor, Action.EVENT_CORRECT, wrong.organisation_id)
    _refuse_if_superseded(session, wrong)
    return wrong, session.get_one(Batch, wrong.batch_id)
