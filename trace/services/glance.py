"""The one read (一次查库) that a scan of a known label needs: how far the ledger has come, and who asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trace.db import Database
from trace.glances import Cell

_SIGHT = """
SELECT h.size, (SELECT max(id) FROM audit),
  (SELECT max(id) FROM cosignature), (SELECT max(id) FROM witness_end), (SELECT max(id) FROM witness),
  (SELECT max(id) FROM log_identity),
  s.devices, s.provinces, s.first_day, s.cleared, s.checked,
  (SELECT 1 FROM item_cluster c WHERE c.run_id = s.run_id AND c.item = s.item AND c.cluster = %s)
FROM ledger_head h LEFT JOIN item_seen s ON s.run_id = %s AND s.item = %s WHERE h.id = 1
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """`outside` changes with whatever witnesses do; `devices` 0 and no `first_day`: nobody asked for the item yet.

    `mine`: the reader is one of the devices. `checked`: the keyed hash of the item's digits, once they were verified.
    """

    size: int
    audit: int
    outside: tuple[Cell, ...]
    devices: int
    provinces: int
    first_day: date | None
    cleared: int
    mine: bool
    checked: str


def take(db: Database, run_id: int, item: int, cluster: str) -> Sight | None:
    """One statement, found by keys alone; None for a database without a ledger."""
    row = db.glance(_SIGHT, (cluster, run_id, item))
    if row is None:
        return None
    size, audit, cosigned, ended, added, identity, devices, provinces, first, cleared, checked, mine = row
    return Sight(
        size=int(size or 0),
        audit=int(audit or 0),
        outside=(cosigned, ended, added, identity),
        devices=int(devices or 0),
        provinces=int(provinces or 0),
        first_day=date.fromisoformat(str(first)) if first else None,
        cleared=int(cleared or 0),
        mine=mine is not None,
        checked=str(checked or ""),
    )
