"""Age (保存期): the single devices that asked for a label are forgotten after some months; the numbers stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import ColumnElement, bindparam, delete, func, select, tuple_
from sqlmodel import col

from trace.core import dates
from trace.db import Database
from trace.services.scan_count import CLUSTER
from trace.tables import Run

PORTION = 1_000  # rows looked at, and perhaps removed, in one write unit
_KEY = ("of_run", "of_item", "of_cluster")
_REMOVE = delete(CLUSTER).where(
    CLUSTER.c.run_id == bindparam("of_run"),
    CLUSTER.c.item == bindparam("of_item"),
    CLUSTER.c.cluster == bindparam("of_cluster"),
)


def limit_of(today: date, months: int) -> date:
    """The day before which a device that asked is forgotten: the same day, so many months ago."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    # The 29th to 31st of a shorter month count as the 28th: a device is kept a little longer, never less.
    return date(years, month + 1, min(today.day, 28))


def prune(
    db: Database, before: date, *, portion: int = PORTION, beat: Callable[[int], None] | None = None
) -> int:
    """Remove devices that first asked before a day, in small portions; returns how many.

    Only labels printed before that day can have any, so only those are looked at. `beat` hears how many were looked
    at, after each portion; what it raises ends the work, and what is done is done.
    """
    looked = gone = 0
    after: tuple[int, int, str] | None = None
    old = select(col(Run.id)).where(col(Run.created_at) < dates.day_start(before))
    columns = (CLUSTER.c.run_id, CLUSTER.c.item, CLUSTER.c.cluster)
    while True:
        with db.write(ledger=False) as session:
            query = (
                select(*columns, CLUSTER.c.first_day)
                .where(CLUSTER.c.run_id.in_(old), *([tuple_(*columns) > after] if after else []))
                .order_by(*columns)
                .limit(portion)
            )
            rows = session.execute(query).all()
            wanted = [dict(zip(_KEY, row, strict=False)) for row in rows if row.first_day < before]
            if wanted:
                session.execute(_REMOVE, wanted)
        looked, gone = looked + len(rows), gone + len(wanted)
        if beat is not None:
            beat(looked)
        if len(rows) < portion:
            return gone
        after = (rows[-1].run_id, rows[-1].item, rows[-1].cluster)


def kept_too_long(db: Database, before: date) -> bool:
    """Whether any device that first asked before a day is still known."""
    aged: ColumnElement[bool] = CLUSTER.c.first_day < before
    old = select(col(Run.id)).where(col(Run.created_at) < dates.day_start(before))
    with db.read() as session:
        query = select(func.count()).select_from(
            select(CLUSTER.c.item).where(CLUSTER.c.run_id.in_(old), aged).limit(1).subquery()
        )
        return bool(session.execute(query).scalar_one())
