"""Walk the whole ledger and name every entry that was changed, removed, reordered or added unseen."""

from __future__ import annotations

from contextlib import closing

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from trace.core.errors import TraceError, Unavailable
from trace.services import keyring
from trace.services.ledger import ENTRY
from trace.services.ledger_points import Points
from trace.services.ledger_report import Known, LedgerFault, LedgerNote, LedgerReport
from trace.services.ledger_rows import UNREADABLE
from trace.services.ledger_walk import Walk
from trace.tables import SigningKeySecret

__all__ = ["Known", "LedgerFault", "LedgerNote", "LedgerReport", "secrets", "verify"]


def verify(
    session: Session,
    known: Known | None = None,
    *,
    every: bool = False,
    outside: str = "",
    workers: int = 1,
) -> LedgerReport:
    """Check the tree, every signature, every record against its entry, and that no record stands without one.

    `known` is an earlier report's size and root: a history rewritten from before it, however consistent in itself,
    has another root at that size. `outside` is the note of the checkpoint that is kept outside the database. Ends
    at the first fault unless `every` is wanted. A long ledger is looked at by so many `workers` (processes).
    Unavailable ledger.no-table where no ledger was ever made.
    """
    if not inspect(session.connection()).has_table(ENTRY.name):
        raise Unavailable("ledger.no-table")
    walk = Walk(session, Points(session, known, outside), workers)
    faults: list[LedgerFault] = []
    with closing(walk.faults()) as found:
        for fault in found:
            if fault not in faults[-1:]:
                faults.append(fault)
            if not every:
                break
    root = walk.edge.root().hex() if walk.edge is not None else ""
    return LedgerReport(walk.size, root, tuple(faults), walk.notes.told())


def secrets(session: Session, master: bytes) -> list[LedgerFault]:
    """Private keys that the master key does not open, or that do not fit their public ones."""
    found = []
    for identity in session.execute(select(col(SigningKeySecret.key_id))).scalars().all():
        try:
            keyring.open_key(session, identity, master)
        except (TraceError, *UNREADABLE):
            found.append(LedgerFault(0, "ledger.secret-changed", detail=f"{identity:05d}"))
    return found
