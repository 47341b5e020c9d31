"""Freeze (冻结): a regulator holds a batch, and lifts the hold."""

from __future__ import annotations

from sqlmodel import Session, select

from trace.core import clock, text
from trace.core.errors import Conflict, NotFound
from trace.core.policy import Action, Actor, require
from trace.services import blocks, find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Freeze, FreezeLift
from trace.tables.base import key_of


def freeze(session: Session, actor: Actor, number: str, reason: str) -> Freeze:
    """Hold a batch and everything made of it: nothing is printed, sold or shipped."""
    batch = find.batch(session, actor, number, Action.BATCH_FREEZE)
    if any(held.batch_id == batch.id for held, _ in blocks.open_freezes(session, batch)):
        raise Conflict("batch.frozen-already", number=batch.number)
    row = Freeze(
        batch_id=key_of(batch),
        reason=text.clean(reason, "reason", max_length=200),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        organisation_id=int(actor.org_id),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "batch.frozen", row, organisation=row.organisation_id, batches=[batch.number])
    note(session, actor, AuditAction.FREEZE, batch.number)
    return row


def lift(session: Session, actor: Actor, freeze_id: int, reason: str) -> FreezeLift:
    """End a freeze."""
    held = session.get(Freeze, freeze_id)
    if held is None:
        raise NotFound("batch.freeze-unknown")
    batch = session.get_one(Batch, held.batch_id)
    require(actor, Action.BATCH_FREEZE, batch.organisation_id)
    if session.exec(select(FreezeLift.id).where(FreezeLift.freeze_id == freeze_id)).first() is not None:
        raise Conflict("batch.freeze-lifted-already")
    row = FreezeLift(
        freeze_id=freeze_id,
        reason=text.clean(reason, "reason", max_length=200),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "batch.freeze-lifted", row, organisation=int(actor.org_id), batches=[batch.number])
    note(session, actor, AuditAction.FREEZE_LIFT, batch.number)
    return row
