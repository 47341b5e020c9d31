"""When entries were recorded, beside when things happened (trace.core.lateness): for pages and for the audit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.core import lateness
from trace.core.lateness import DEFAULT_DAYS, Clock
from trace.services.brand import rules_of
from trace.services.ledger import ENTRY
from trace.tables import Batch, Product

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Timing:
    """An entry that was recorded later than its brand allows (`late_days` > 0), or whose `clock` does not fit."""

    seq: int
    kind: str
    late_days: int
    clock: Clock


def clocks(session: Session, seqs: Iterable[int]) -> dict[int, Clock]:
    """Of these entries, those whose clock does not fit."""
    wanted = sorted(set(seqs))
    found: dict[int, Clock] = {}
    for start in range(0, len(wanted), _PAGE):
        page = wanted[start : start + _PAGE]
        both = {*page, *(seq - 1 for seq in page)}
        read = {
            int(seq): json.loads(text)
            for seq, text in session.execute(
                select(ENTRY.c.seq, ENTRY.c.envelope).where(ENTRY.c.seq.in_(both))
            )
        }
        for seq in page:
            if seq in read:
                said = _clock(read[seq], read.get(seq - 1, {}).get("recorded"))
                if said is not Clock.FITS:
                    found[seq] = said
    return found


def _clock(envelope: dict[str, str], before: str | None) -> Clock:
    return lateness.clock(envelope["recorded"], envelope.get("occurred"), before)


def timings(session: Session) -> Iterator[Timing]:
    """Every entry of the ledger that was recorded late or by a clock that does not fit, in ledger order.

    Only what happened to a batch can be late; its brand says from how many days on. Entries that cannot be read are
    left to the audit.
    """
    allowed = _allowed(session)
    before, after = None, -1
    while page := session.execute(
        select(ENTRY.c.seq, ENTRY.c.kind, ENTRY.c.envelope)
        .where(ENTRY.c.seq > after)
        .order_by(ENTRY.c.seq)
        .limit(_PAGE)
    ).all():
        for seq, kind, text in page:
            try:
                envelope = json.loads(text)
                late, clock = _late(envelope, allowed), _clock(envelope, before)
                before = envelope["recorded"]
            except (ValueError, TypeError, KeyError):
                continue
            if late or clock is not Clock.FITS:
                yield Timing(int(seq), str(kind), late, clock)
        after = int(page[-1].seq)


def _late(envelope: dict[str, object], allowed: dict[str, int]) -> int:
    occurred, recorded = envelope.get("occurred"), str(envelope["recorded"])
    batches = envelope.get("batches")
    if not isinstance(occurred, str) or not isinstance(batches, list):
        return 0
    # Version 1 names batches alone, version 2 with the entry before.
    numbers = [one if isinstance(one, str) else str(one[0]) for one in batches]
    limit = min((allowed.get(number, DEFAULT_DAYS) for number in numbers), default=DEFAULT_DAYS)
    return lateness.late_days(occurred, recorded, limit)


def _allowed(session: Session) -> dict[str, int]:
    """Days that each batch's brand allows."""
    rows = session.exec(
        select_model(Batch.number, Product.brand_id).join(Product, col(Product.id) == col(Batch.product_id))
    ).all()
    days = {brand: rules_of(session, brand).late_days for brand in {brand for _, brand in rows}}
    return {number: days[brand] for number, brand in rows}
