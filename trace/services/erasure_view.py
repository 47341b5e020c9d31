"""What pages say of erasures: which fields of which entry, when and why; what stood there is nobody's business."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlmodel import Session, col, select

from trace.core import dates, erasure
from trace.core.masking import phones_in
from trace.ledger.canonical import parse
from trace.services.ledger import ENTRY
from trace.services.public_view import ErasureView
from trace.tables import Erasure, Event

_MOST = 500  # entry numbers asked for at once


def of_entries(session: Session, seqs: Iterable[int]) -> dict[int, tuple[ErasureView, ...]]:
    """What was erased from the records behind these entries, oldest first, by entry."""
    wanted = sorted(set(seqs))
    found: dict[int, list[ErasureView]] = defaultdict(list)
    for start in range(0, len(wanted), _MOST):
        query = (
            select(Erasure, ENTRY.c.subject, ENTRY.c.subject_id)
            .join(ENTRY, ENTRY.c.seq == col(Erasure.seq))
            .where(col(Erasure.seq).in_(wanted[start : start + _MOST]))
            .order_by(col(Erasure.id))
        )
        for row, subject, identity in session.exec(query).all():
            stage = ""
            if subject == "event":
                stage = session.exec(select(Event.stage).where(Event.id == identity)).one()
            found[row.seq].append(view(row, str(subject), stage))
    return {seq: tuple(views) for seq, views in found.items()}


def view(row: Erasure, subject: str, stage: str = "") -> ErasureView:
    """One erasure as everybody may read it."""
    names = dict.fromkeys(erasure.named(subject, name, stage) for name in parse(row.fields))
    return ErasureView(
        tuple(names), dates.local_day(row.recorded_at), row.requested_on, phones_in(row.reason), row.seq
    )
