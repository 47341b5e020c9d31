"""What pages say of erasures: which fields of which entry, when and why; what stood there is nobody's business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from trace.core import dates, erasure
from trace.core.masking import phones_in
from trace.ledger.canonical import parse
from trace.services.ledger import ENTRY, entries_of
from trace.services.public_view import ErasureView
from trace.tables import Batch, Erasure, Event, LedgerBatch

_MOST = 500  # entry numbers asked for at once


def of_entries(session: Session, seqs: Iterable[int]) -> dict[int, tuple[ErasureView, ...]]:
    """What was erased from the records behind these entries, oldest first, by entry."""
    wanted = sorted(set(seqs))
    found: dict[int, list[ErasureView]] = defaultdict(list)
    for start in range(0, len(wanted), _MOST):
        query = select(Erasure).where(col(Erasure.seq).in_(wanted[start : start + _MOST]))
        for row in session.exec(query.order_by(col(Erasure.id))).all():
            found[row.seq].append(_view(session, row))
    return {seq: tuple(views) for seq, views in found.items()}


def of_family(session: Session, family: Sequence[Batch]) -> list[tuple[ErasureView, int]]:
    """All that was erased about these batches, their plots and owners, with the entry that says so."""
    numbers = [batch.number for batch in family]
    about = session.exec(
        select(ENTRY.c.subject_id)
        .join(LedgerBatch, col(LedgerBatch.seq) == ENTRY.c.seq)
        .where(col(LedgerBatch.number).in_(numbers), ENTRY.c.subject == "erasure")
    ).all()
    plots = [batch.plot_id for batch in family if batch.plot_id is not None]
    beside = [
        *entries_of(session, "plot", plots).values(),
        *entries_of(session, "organisation", {batch.organisation_id for batch in family}).values(),
    ]
    query = (
        select(Erasure, ENTRY.c.seq)
        .join(ENTRY, (ENTRY.c.subject == "erasure") & (ENTRY.c.subject_id == col(Erasure.id)))
        .where(col(Erasure.id).in_(about) | col(Erasure.seq).in_(beside))
        .order_by(col(Erasure.id))
    )
    return [(_view(session, row), int(seq)) for row, seq in session.exec(query).all()]


def _view(session: Session, row: Erasure) -> ErasureView:
    subject, identity = session.exec(
        select(ENTRY.c.subject, ENTRY.c.subject_id).where(ENTRY.c.seq == row.seq)
    ).one()
    stage = session.exec(select(Event.stage).where(Event.id == identity)).one() if subject == "event" else ""
    return view(row, str(subject), stage)


def view(row: Erasure, subject: str, stage: str = "") -> ErasureView:
    """One erasure as everybody may read it."""
    names = dict.fromkeys(erasure.named(subject, name, stage) for name in parse(row.fields))
    return ErasureView(
        tuple(names), dates.local_day(row.recorded_at), row.requested_on, phones_in(row.reason), row.seq
    )
