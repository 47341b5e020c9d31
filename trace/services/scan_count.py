"""Counting (查询计数): which devices asked for an item, exactly, without knowing who they are.

A rival could poison a label by scripted scans: so a network counts once in two days, whatever browsers it names, and
an item keeps no more than so many devices. What the numbers ask for is a person's look (scan_suspicion).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, update
from sqlmodel import Session

from trace.core import clock, dates
from trace.services import scan_suspicion
from trace.services.public_view import AskedView
from trace.services.upsert import insert_into
from trace.tables import ItemCluster, ItemSeen, ScanMonth

SEEN: Table = ItemSeen.__table__  # type: ignore[attr-defined]
CLUSTER: Table = ItemCluster.__table__  # type: ignore[attr-defined]
MONTH: Table = ScanMonth.__table__  # type: ignore[attr-defined]

MOST = 1_000  # devices that are kept for one item; from there on its counter stands still
_QUIET = timedelta(days=1)  # a household counted today or yesterday is not counted again


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, without knowing who: network prefix and browser name, hashed for each item separately."""

    network: str
    browser: str

    def cluster(self, secret: bytes, run_id: int, item: int) -> str:
        """A keyed hash that says "the same reader" for one item and nothing across items (16 hex digits)."""
        return _hash(secret, f"{run_id}\n{item}\n{self.network}\n{self.browser}")

    def household(self, secret: bytes, run_id: int, item: int) -> str:
        """The same of the network alone: all devices behind one line at home, for one item (16 hex digits)."""
        return _hash(secret, f"household\n{run_id}\n{item}\n{self.network}")


def _hash(secret: bytes, words: str) -> str:
    return hmac.new(secret, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Asked:
    """How often an item was asked for, by how many others than a reader, and how many when a person cleared it."""

    view: AskedView
    others: int = 0
    cleared: int = 0


def asked(session: Session, run_id: int, item: int, cluster: str) -> Asked:
    """How often an item was asked for, as the reader of this cluster ("" for none) is told."""
    seen = session.execute(select(SEEN).where(SEEN.c.run_id == run_id, SEEN.c.item == item)).one_or_none()
    if seen is None:
        return Asked(AskedView(0, None))
    mine = bool(cluster) and _known(session, run_id, item, cluster)
    view = AskedView(seen.devices, seen.first_day, seen.provinces)
    return Asked(view, seen.devices - mine, seen.cleared)


def count(
    session: Session, run_id: int, item: int, reader: Reader, secret: bytes, province: str = ""
) -> AskedView:
    """Count a device that really opened the page of an item; it counts once.

    `province` is the two digits of GB/T 2260, "" where nothing is known. Where the item became suspicious, a review
    is opened in the same unit.
    """
    cluster = reader.cluster(secret, run_id, item)
    household = reader.household(secret, run_id, item)
    today = dates.local_day(clock.now())
    if _first(session, run_id, item, today, bool(province)):
        view = AskedView(1, today, int(bool(province)))
    else:
        seen = locked(session, run_id, item)
        if not _counts(session, seen, cluster, household, today):
            return AskedView(seen.devices, seen.first_day, seen.provinces)
        view = _one_more(session, seen, today, province)
    session.execute(
        insert(CLUSTER).values(
            run_id=run_id,
            item=item,
            cluster=cluster,
            household=household,
            first_day=today,
            province=province,
        )
    )
    _in_month(session, run_id, f"{today:%Y-%m}", province)
    scan_suspicion.look(session, run_id, item, today)
    return view


def locked(session: Session, run_id: int, item: int) -> Any:
    """The item's row of numbers, held until the unit ends: whoever counts, or decides, holds it first."""
    # SQLite has no such lock and needs none: a write unit there is alone.
    query = select(SEEN).where(SEEN.c.run_id == run_id, SEEN.c.item == item).with_for_update()
    return session.execute(query).one()


def _first(session: Session, run_id: int, item: int, today: date, located: bool) -> bool:
    """Make the item's row with its first device, and hold it; False if it was there already."""
    values = {
        "run_id": run_id,
        "item": item,
        "first_day": today,
        "last_day": today,
        "devices": 1,
        "provinces": int(located),
        "cleared": 0,
    }
    made = insert_into(session, SEEN).values(**values).on_conflict_do_nothing()
    return session.execute(made.returning(SEEN.c.devices)).first() is not None


def _counts(session: Session, seen: Any, cluster: str, household: str, today: date) -> bool:
    """Whether a device is one more, for an item whose row is held."""
    of_item = (CLUSTER.c.run_id == seen.run_id, CLUSTER.c.item == seen.item)
    lately = (CLUSTER.c.household == household) & (CLUSTER.c.first_day >= today - _QUIET)
    known = select(CLUSTER.c.cluster).where(*of_item, (CLUSTER.c.cluster == cluster) | lately)
    if session.execute(known.limit(1)).first() is not None:
        return False
    if seen.devices < MOST:
        return True
    kept = select(func.count()).select_from(CLUSTER).where(*of_item)
    return bool(session.execute(kept).scalar_one() < MOST)


def _one_more(session: Session, seen: Any, today: date, province: str) -> AskedView:
    """Add a device to the row that is held; before the device itself is stored."""
    provinces = seen.provinces
    if province:
        of_item = (CLUSTER.c.run_id == seen.run_id, CLUSTER.c.item == seen.item)
        located = select(CLUSTER.c.province).where(*of_item, CLUSTER.c.province != "").distinct()
        # Some may have been forgotten by age: never fewer than were counted once.
        provinces = max(provinces, len({*session.execute(located).scalars(), province}))
    first_day = min(seen.first_day, today)
    session.execute(
        update(SEEN)
        .where(SEEN.c.run_id == seen.run_id, SEEN.c.item == seen.item)
        .values(
            devices=seen.devices + 1,
            provinces=provinces,
            first_day=first_day,
            last_day=max(seen.last_day, today),
        )
    )
    return AskedView(seen.devices + 1, first_day, provinces)


def _known(session: Session, run_id: int, item: int, cluster: str) -> bool:
    query = select(CLUSTER.c.cluster).where(
        CLUSTER.c.run_id == run_id, CLUSTER.c.item == item, CLUSTER.c.cluster == cluster
    )
    return session.execute(query).first() is not None


def _in_month(session: Session, run_id: int, month: str, province: str) -> None:
    made = insert_into(session, MONTH).values(run_id=run_id, month=month, province=province, devices=1)
    session.execute(
        made.on_conflict_do_update(
            index_elements=["run_id", "month", "province"], set_={"devices": MONTH.c.devices + 1}
        )
    )
