"""Counting (查询计数): which devices asked for an item, exactly, without knowing who they are."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from trace.core import clock, dates
from trace.services.public_view import AskedView
from trace.tables import ItemCluster, ItemSeen


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, without knowing who: network prefix and browser name, hashed for each item separately."""

    network: str
    browser: str

    def cluster(self, secret: bytes, run_id: int, item: int) -> str:
        """A keyed hash that says "the same reader" for one item and nothing across items (32 hex digits)."""
        words = f"{run_id}\n{item}\n{self.network}\n{self.browser}"
        return hmac.new(secret, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Asked:
    """How often an item was asked for, by how many others than a reader, and how many when a person cleared it."""

    view: AskedView
    others: int = 0
    cleared: int = 0


def asked(session: Session, run_id: int, item: int, cluster: str) -> Asked:
    """How often an item was asked for, as the reader of this cluster ("" for none) is told."""
    seen = session.get(ItemSeen, (run_id, item))
    if seen is None:
        return Asked(AskedView(0, None))
    mine = bool(cluster) and session.get(ItemCluster, (run_id, item, cluster)) is not None
    view = AskedView(seen.devices, seen.first_day, seen.provinces)
    return Asked(view, seen.devices - mine, seen.cleared)


def count(session: Session, run_id: int, item: int, reader: Reader, secret: bytes) -> AskedView:
    """Count a device that really opened the page of an item; it counts once."""
    cluster = reader.cluster(secret, run_id, item)
    today = dates.local_day(clock.now())
    try:
        with session.begin_nested():
            session.execute(
                insert(ItemCluster).values(
                    run_id=run_id, item=item, cluster=cluster, household="", first_day=today, province=""
                )
            )
    except IntegrityError:
        return asked(session, run_id, item, cluster).view
    if not _count_one_more(session, run_id, item):
        try:
            with session.begin_nested():
                session.execute(
                    insert(ItemSeen).values(
                        run_id=run_id, item=item, first_day=today, last_day=today, devices=1
                    )
                )
        except IntegrityError:
            # Another first reader came between: then ours is one more.
            _count_one_more(session, run_id, item)
    return asked(session, run_id, item, cluster).view


def _count_one_more(session: Session, run_id: int, item: int) -> bool:
    """Add a device in one statement, so that none is lost; False if the item was never seen."""
    found = session.execute(
        update(ItemSeen)
        .where(col(ItemSeen.run_id) == run_id, col(ItemSeen.item) == item)
        .values(devices=col(ItemSeen.devices) + 1)
        .returning(col(ItemSeen.devices))
    )
    return found.first() is not None
