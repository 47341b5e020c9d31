"""What stops a batch: recalls of it or an ancestor, freezes by a regulator."""

from __future__ import annotations

from sqlmodel import Session, col, select

from trace.core.errors import Conflict
from trace.tables import Batch, BatchAncestry, Freeze, FreezeLift, Recall, RecallClosure
from trace.tables.base import key_of


def open_recalls(session: Session, batch: Batch) -> list[tuple[Recall, str]]:
    """Open recalls of the batch or an ancestor, oldest first, with the recalled batch's number."""
    query = (
        select(Recall, Batch.number)
        .join(Batch, col(Batch.id) == col(Recall.batch_id))
        .join(BatchAncestry, col(BatchAncestry.ancestor_id) == col(Recall.batch_id))
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(BatchAncestry.descendant_id == key_of(batch), col(RecallClosure.id).is_(None))
        .order_by(col(Recall.id))
    )
    return [(recall, number) for recall, number in session.exec(query).all()]


def open_freezes(session: Session, batch: Batch) -> list[tuple[Freeze, str]]:
    """Freezes in force on the batch or an ancestor, oldest first, with the frozen batch's number."""
    query = (
        select(Freeze, Batch.number)
        .join(Batch, col(Batch.id) == col(Freeze.batch_id))
        .join(BatchAncestry, col(BatchAncestry.ancestor_id) == col(Freeze.batch_id))
        .join(FreezeLift, col(FreezeLift.freeze_id) == col(Freeze.id), isouter=True)
        .where(BatchAncestry.descendant_id == key_of(batch), col(FreezeLift.id).is_(None))
        .order_by(col(Freeze.id))
    )
    return [(freeze, number) for freeze, number in session.exec(query).all()]


def refuse_if_stopped(session: Session, batch: Batch) -> None:
    """Conflict batch.recalled or batch.frozen: nothing leaves such a batch."""
    for _recall, number in open_recalls(session, batch):
        raise Conflict("batch.recalled", number=number)
    for _freeze, number in open_freezes(session, batch):
        raise Conflict("batch.frozen", number=number)
