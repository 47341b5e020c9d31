"""Oversight (监管): batches of all organisations, found by any word, and every recall and freeze in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from trace.core.errors import Forbidden
from trace.core.policy import Action, Actor, may
from trace.services import batch_search, ranges
from trace.services.batch_search import Found
from trace.tables import (
    Batch,
    Freeze,
    FreezeLift,
    ItemSeen,
    Organisation,
    Product,
    RangeState,
    Recall,
    RecallClosure,
)


@dataclass(frozen=True, slots=True)
class OpenStop:
    """A recall or freeze in force."""

    kind: str
    identity: int
    batch: str
    product: str
    owner: str
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class LabelState:
    """One label as the books have it: "printed", "active" or "void", and how many devices asked about it."""

    run: int
    item: int
    state: str
    reason: str
    devices: int
    first_seen: date | None


def _require(actor: Actor | None) -> None:
    if actor is not None and not may(actor, Action.BATCH_READ_ALL, None):
        raise Forbidden("organisation.may-not")


def batches(
    session: Session, actor: Actor | None, words: str = "", *, limit: int = 30, skip: int = 0
) -> list[Found]:
    """Batches of all organisations, newest first; `words` in the number, the product or the organisation."""
    _require(actor)
    known_by = [col(Organisation.credit_code)]
    return batch_search.search(session, words, exactly=known_by, limit=limit, skip=skip)


def open_stops(session: Session, actor: Actor | None) -> list[OpenStop]:
    """Every recall and freeze in force, newest first; `actor` None is the operator's command line."""
    _require(actor)
    about = (col(Batch.number), col(Product.name), col(Organisation.name))
    recalls = session.execute(
        select(Recall, *about)
        .join(Batch, col(Batch.id) == col(Recall.batch_id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(Organisation, col(Organisation.id) == col(Batch.organisation_id))
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(col(RecallClosure.id).is_(None))
    ).all()
    freezes = session.execute(
        select(Freeze, *about)
        .join(Batch, col(Batch.id) == col(Freeze.batch_id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(Organisation, col(Organisation.id) == col(Batch.organisation_id))
        .join(FreezeLift, col(FreezeLift.freeze_id) == col(Freeze.id), isouter=True)
        .where(col(FreezeLift.id).is_(None))
    ).all()
    found = [
        OpenStop(kind, row.id, number, product, owner, row.reason, row.recorded_at)
        for kind, rows in (("recall", recalls), ("freeze", freezes))
        for row, number, product, owner in rows
    ]
    return sorted(found, key=lambda stop: stop.since, reverse=True)


def label(session: Session, actor: Actor, run_id: int, item: int) -> LabelState:
    """One label of a run, for somebody who has it in hand."""
    _require(actor)
    state, line = ranges.state_of(session, run_id, item)
    seen = session.get(ItemSeen, (run_id, item))
    reason = line.reason if isinstance(line, RangeState) else ""
    return LabelState(
        run_id, item, state, reason, seen.devices if seen else 0, seen.first_day if seen else None
    )
