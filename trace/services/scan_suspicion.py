"""Suspicion (疑码): what scans have made of an item, judged as its page judges it; a person's look is asked for."""

from __future__ import annotations

import json
from datetime import date, timedelta

from sqlmodel import Session, select

from trace.core import dates, verdict
from trace.services import carton_view, chain, ranges
from trace.tables import Batch, ItemReview, ItemSeen, Product, Run


def look(session: Session, run_id: int, item: int, today: date) -> None:
    """Open a review of an item that scans made suspicious, at most one; its row in `item_seen` is held.

    What was found since stands in the open one too. A void label needs nobody's look.
    """
    # Statements outside of the session's own bookkeeping have changed it.
    seen = session.get_one(ItemSeen, (run_id, item), populate_existing=True)
    found = reasons(session, seen)
    if not found:
        return
    row = open_of(session, run_id, item)
    if row is not None:
        before = json.loads(row.reasons)
        if not set(found) <= set(before):
            row.reasons = json.dumps(sorted({*before, *found}))
            session.add(row)
            session.flush()
        return
    if ranges.state_of(session, run_id, item)[0] == "void":
        return
    session.add(
        ItemReview(
            run_id=run_id,
            item=item,
            opened_on=today,
            reasons=json.dumps(found),
            devices=seen.devices,
            provinces=seen.provinces,
        )
    )
    session.flush()


def open_of(session: Session, run_id: int, item: int) -> ItemReview | None:
    """The review of an item that waits for a person."""
    query = select(ItemReview).where(
        ItemReview.run_id == run_id, ItemReview.item == item, ItemReview.decision == ""
    )
    return session.exec(query.execution_options(populate_existing=True)).one_or_none()


def reasons(session: Session, seen: ItemSeen) -> tuple[str, ...]:
    """What of the scans asks for caution (verdict.reasons), by the rule of the product that the page shows."""
    run, batch, product = shown(session, seen.run_id, seen.item)
    # Nothing is packed before its batch begins: mostly the chain need not be read to know that it is not over.
    soonest = batch.started_on + timedelta(days=product.shelf_life_days)
    return verdict.reasons(
        verdict.Facts(
            clusters=seen.devices,
            provinces=seen.provinces,
            cleared=seen.cleared,
            first_seen=seen.first_day,
            shelf_ends=shelf_ends(session, run, batch, product) if seen.first_day > soonest else soonest,
            rule=verdict.WatchRule(product.watch_devices, product.watch_provinces),
        )
    )


def shown(session: Session, run_id: int, item: int) -> tuple[Run, Batch, Product]:
    """A label's run, and the batch and product that its page shows."""
    run = session.get_one(Run, run_id)
    batch = carton_view.batch_shown(session, run, carton_view.of_label(session, run, item))
    return run, batch, session.get_one(Product, batch.product_id)


def shelf_ends(session: Session, run: Run, batch: Batch, product: Product) -> date | None:
    """The last day of the shelf life of a run's labels, from packing on; None where the product has none."""
    if not product.shelf_life_days:
        return None
    packed = [
        dates.local_day(one.event.occurred_at)
        for one in chain.standing(session, [batch])
        if one.event.stage == "packaging"
    ]
    return max(packed, default=dates.local_day(run.created_at)) + timedelta(days=product.shelf_life_days)
