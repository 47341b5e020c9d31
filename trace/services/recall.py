"""Recall (召回): stop a batch and everything made of it, tell the buyer what to do, and close it again."""

from __future__ import annotations

from sqlmodel import Session, select

from trace.core import clock, text
from trace.core.errors import Conflict, NotFound
from trace.core.policy import Action, Actor, require
from trace.services import blocks, find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Recall, RecallClosure
from trace.tables.base import key_of


def open_recall(session: Session, actor: Actor, number: str, reason: str, advice: str) -> Recall:
    """Recall a batch: from the commit on, every scan of it and of its descendants says so."""
    batch = find.batch(session, actor, number, Action.RECALL_OPEN)
    if any(recall.batch_id == batch.id for recall, _ in blocks.open_recalls(session, batch)):
        raise Conflict("batch.recalled-already", number=batch.number)
    row = Recall(
        batch_id=key_of(batch),
        reason=text.clean(reason, "reason", max_length=200),
        advice=text.clean(advice, "advice", max_length=200),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        organisation_id=int(actor.org_id),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "recall.opened", row, organisation=row.organisation_id, batches=[batch.number])
    note(session, actor, AuditAction.RECALL_OPEN, batch.number)
    return row


def close_recall(session: Session, actor: Actor, recall_id: int, reason: str) -> RecallClosure:
    """End a recall, with what was found."""
    opened = session.get(Recall, recall_id)
    if opened is None:
        raise NotFound("batch.recall-unknown")
    batch = session.get_one(Batch, opened.batch_id)
    require(actor, Action.RECALL_CLOSE, batch.organisation_id)
    if session.exec(select(RecallClosure.id).where(RecallClosure.recall_id == recall_id)).first() is not None:
        raise Conflict("batch.recall-closed-already")
    row = RecallClosure(
        recall_id=recall_id,
        reason=text.clean(reason, "reason", max_length=200),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "recall.closed", row, organisation=int(actor.org_id), batches=[batch.number])
    note(session, actor, AuditAction.RECALL_CLOSE, batch.number)
    return row
