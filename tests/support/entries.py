"""Entries for a ledger, the cheapest there are: organisations that register."""

from __future__ import annotations

from itertools import count

from trace.db import Database
from trace.services import organisation
from trace.services.organisation import NewOrganisation

_numbers = count(1)


def register(db: Database, kind: str = "cooperative", times: int = 1, *, watched: bool = True) -> None:
    """So many organisations, each in a write unit of its own: two entries each, its key and itself.

    Unless `watched`, nothing is checked against the outside checkpoint, and nothing is signed.
    """
    for _ in range(times):
        with db.write(watched=watched) as session:
            name = f"示例登记单位{next(_numbers)}"
            organisation.create_organisation(session, None, NewOrganisation(kind=kind, name=name))


def register_together(db: Database, count_of: int) -> None:
    """So many organisations in one write unit: two entries each."""
    with db.write() as session:
        for _ in range(count_of):
            given = NewOrganisation(kind="cooperative", name=f"示例登记单位{next(_numbers)}")
            organisation.create_organisation(session, None, given)
