"""When entries were recorded, beside when things happened (trace.core.lateness): for pages and for the audit."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.core import lateness
from trace.core.errors import TraceError
from trace.core.lateness import DEFAULT_DAYS, Clock
from trace.ledger.envelope import Envelope
from trace.services.brand import rules_of
from trace.services.ledger import ENTRY
from trace.services.ledger_rows import UNREADABLE
from trace.tables import Batch, Product

_PAGE = 500
# What happened to goods; a leave may begin on a day to come, and a key's leak is told of long after.
_HAPPENINGS = frozenset({"event", "operation", "certificate"})


def clocks(session: Session, seqs: Iterable[int]) -> dict[int, Clock]:
    """Of these entries, those whose clock does not fit."""
    wanted = sorted(set(seqs))
    found: dict[int, Clock] = {}
    for start in range(0, len(wanted), _PAGE):
        page = wanted[start : start + _PAGE]
        both = {*page, *(seq - 1 for seq in page)}
        read = {
            int(seq): Envelope.parse(text)
            for seq, text in session.execute(
                select(ENTRY.c.seq, ENTRY.c.envelope).where(ENTRY.c.seq.in_(both))
            )
        }
        for seq in page:
            if seq in read:
                said = Limits.clock(read[seq], read[seq - 1].recorded if seq - 1 in read else "")
                if said is not Clock.FITS:
                    found[seq] = said
    return found


class Limits:
    """How many days after it happened each brand lets a record of its batches be entered."""

    def __init__(self, session: Session) -> None:
        self._days = _allowed(session)

    def late_days(self, envelope: Envelope) -> int:
        """How many days late it was recorded, 0 if not beyond the strictest limit of its batches' brands."""
        if envelope.subject not in _HAPPENINGS or not envelope.occurred:
            return 0
        limit = min(
            (self._days.get(number, DEFAULT_DAYS) for number, _ in envelope.batches), default=DEFAULT_DAYS
        )
        try:
            return lateness.late_days(envelope.occurred, envelope.recorded, limit)
        except ValueError:
            return 0

    @staticmethod
    def clock(envelope: Envelope, before: str) -> Clock:
        """Whether the moment of recording fits what happened, and the entry before, which was recorded at `before`."""
        occurred = envelope.occurred if envelope.subject in _HAPPENINGS else ""
        try:
            return lateness.clock(envelope.recorded, occurred, before)
        except ValueError:
            return Clock.FITS


def _allowed(session: Session) -> dict[str, int]:
    """Days by batch; of a damaged database none, and then the usual ones count."""
    try:
        rows = session.exec(
            select_model(Batch.number, Product.brand_id).join(
                Product, col(Product.id) == col(Batch.product_id)
            )
        ).all()
        days = {brand: rules_of(session, brand).late_days for brand in {brand for _, brand in rows}}
    except (*UNREADABLE, TraceError):
        return {}
    return {number: days[brand] for number, brand in rows}
