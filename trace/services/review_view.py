"""What a person sees of a suspicious code (疑码): the queue, and of one code everything that the scans told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from trace.core.errors import Forbidden
from trace.core.policy import Action, Actor, may
from trace.services import carton_record, complaint_view, ranges, review, scan_suspicion
from trace.services.complaint_view import Line
from trace.tables import (
    Batch,
    Brand,
    Complaint,
    ItemCluster,
    ItemReview,
    ItemSeen,
    Organisation,
    Product,
    RangeState,
    Run,
    User,
)
from trace.tables.base import key_of

MOST_DAYS = 31  # days that the table of one code shows by themselves; of more it shows months


@dataclass(frozen=True, slots=True)
class Suspect:
    """A code under review. `devices`, `provinces`, the days: as counted now; `state` "printed", "active" or "void"."""

    review_id: int
    run: int
    item: int
    printed: str
    batch_no: str
    product: str
    brand_slug: str
    owner: str
    reasons: tuple[str, ...]
    opened_on: date
    devices: int
    provinces: int
    first_day: date
    last_day: date
    complaints: int


@dataclass(frozen=True, slots=True)
class Asking:
    """How many devices first asked on a day (or in the month that it begins), by province (two digits, "" unknown)."""

    when: date
    devices: int
    provinces: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """All about one review. `kept` of the devices are still known one by one; the rest went by age.

    `shelf_ends` is the last day of the shelf life, None where the product has none; `cleared` how many devices there
    were when a person last found nothing wrong; `reports` are the complaints about the label, newest first.
    """

    suspect: Suspect
    packed_by: str
    watch_devices: int
    watch_provinces: int
    cleared: int
    shelf_ends: date | None
    state: str
    void_reason: str
    askings: tuple[Asking, ...]
    by_month: bool
    kept: int
    decision: str
    reason: str
    decided_at: datetime | None
    decided_by: str
    earlier: tuple[tuple[str, str, datetime], ...]
    reports: tuple[Line, ...]


def queue(
    session: Session,
    actor: Actor,
    brand: Brand | None = None,
    *,
    decided: bool = False,
    limit: int = 30,
    skip: int = 0,
) -> list[Suspect]:
    """Reviews that wait, oldest first, or those that were `decided`, newest first; without a brand those of all."""
    query = _within(_suspects(), actor, brand)
    if decided:
        query = query.where(col(ItemReview.decision) != "").order_by(
            col(ItemReview.decided_at).desc(), col(ItemReview.id).desc()
        )
    else:
        query = query.where(col(ItemReview.decision) == "").order_by(col(ItemReview.id))
    return [_suspect(*row) for row in session.execute(query.limit(limit).offset(skip)).all()]


def waiting(session: Session, actor: Actor, brand: Brand | None = None) -> int:
    """How many reviews wait."""
    query = _within(
        select(func.count(col(ItemReview.id)))
        .select_from(ItemReview)
        .join(Run, col(Run.id) == col(ItemReview.run_id))
        .join(Batch, col(Batch.id) == col(Run.batch_id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(Brand, col(Brand.id) == col(Product.brand_id)),
        actor,
        brand,
    )
    return int(session.execute(query.where(col(ItemReview.decision) == "")).scalar_one())


def of(session: Session, actor: Actor, review_id: int) -> ReviewView:
    """One review with all that the scans told; NotFound review.unknown."""
    row = review.get(session, actor, review_id)
    found = session.execute(_suspects().where(col(ItemReview.id) == review_id)).one()
    suspect = _suspect(*found)
    run, batch, product = scan_suspicion.shown(session, row.run_id, row.item)
    seen = session.get_one(ItemSeen, (row.run_id, row.item), populate_existing=True)
    state, line = ranges.state_of(session, row.run_id, row.item)
    rows = _clusters(session, row)
    by_month = len({day for day, _, _ in rows}) > MOST_DAYS
    by = session.get(User, row.decided_by) if row.decided_by is not None else None
    return ReviewView(
        suspect=suspect,
        packed_by=session.get_one(Organisation, run.organisation_id).name,
        watch_devices=product.watch_devices,
        watch_provinces=product.watch_provinces,
        cleared=seen.cleared,
        shelf_ends=scan_suspicion.shelf_ends(session, run, batch, product),
        state=state,
        void_reason=line.reason if isinstance(line, RangeState) and state == "void" else "",
        askings=_askings(rows, by_month),
        by_month=by_month,
        kept=sum(devices for _, _, devices in rows),
        decision=row.decision,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=by.display_name if by else "",
        earlier=_earlier(session, row),
        reports=tuple(complaint_view.of_label(session, row.run_id, row.item)),
    )


def _suspects() -> Select[Any]:
    complaints = (
        select(func.count(col(Complaint.id)))
        .where(col(Complaint.run_id) == col(ItemReview.run_id), col(Complaint.item) == col(ItemReview.item))
        .correlate(ItemReview)
        .scalar_subquery()
    )
    return (
        select(ItemReview, ItemSeen, Run, Batch, Product, col(Brand.slug), col(Organisation.name), complaints)
        .join(
            ItemSeen,
            (col(ItemSeen.run_id) == col(ItemReview.run_id)) & (col(ItemSeen.item) == col(ItemReview.item)),
        )
        .join(Run, col(Run.id) == col(ItemReview.run_id))
        .join(Batch, col(Batch.id) == col(Run.batch_id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(Brand, col(Brand.id) == col(Product.brand_id))
        .join(Organisation, col(Organisation.id) == col(Batch.organisation_id))
    )


def _within(query: Select[Any], actor: Actor, brand: Brand | None) -> Select[Any]:
    """The reviews that the actor may see: all for a regulator, of its own brands for a brand's office."""
    if not may(actor, Action.BATCH_READ_ALL, None):
        if brand is None or brand.owner_id != actor.org_id:
            raise Forbidden("organisation.may-not")
        query = query.where(col(Brand.owner_id) == int(actor.org_id))
    return query if brand is None else query.where(col(Brand.id) == key_of(brand))


def _suspect(
    row: ItemReview,
    seen: ItemSeen,
    run: Run,
    batch: Batch,
    product: Product,
    slug: str,
    owner: str,
    complaints: int,
) -> Suspect:
    return Suspect(
        review_id=key_of(row),
        run=row.run_id,
        item=row.item,
        printed=carton_record.number_of(run, row.item),
        batch_no=batch.number,
        product=product.name,
        brand_slug=slug,
        owner=owner,
        reasons=tuple(json.loads(row.reasons)),
        opened_on=row.opened_on,
        devices=seen.devices,
        provinces=seen.provinces,
        first_day=seen.first_day,
        last_day=seen.last_day,
        complaints=complaints,
    )


def _clusters(session: Session, row: ItemReview) -> list[tuple[date, str, int]]:
    day, province = col(ItemCluster.first_day), col(ItemCluster.province)
    query = (
        select(day, province, func.count())
        .where(col(ItemCluster.run_id) == row.run_id, col(ItemCluster.item) == row.item)
        .group_by(day, province)
        .order_by(day, province)
    )
    return [(when, where, devices) for when, where, devices in session.execute(query).all()]


def _askings(rows: list[tuple[date, str, int]], by_month: bool) -> tuple[Asking, ...]:
    """The devices by day or month, each with its provinces, those with most devices first."""

    def when(row: tuple[date, str, int]) -> date:
        return row[0].replace(day=1) if by_month else row[0]

    told = []
    for day, group in groupby(rows, when):
        places: dict[str, int] = {}
        for _, province, devices in group:
            places[province] = places.get(province, 0) + devices
        # What is unknown stands last.
        order = sorted(places.items(), key=lambda one: (not one[0], -one[1], one[0]))
        told.append(Asking(day, sum(places.values()), tuple(order)))
    return tuple(told)


def _earlier(session: Session, row: ItemReview) -> tuple[tuple[str, str, datetime], ...]:
    """What was decided on the same code before: decision, reason, when; newest first."""
    query = (
        select(ItemReview)
        .where(
            col(ItemReview.run_id) == row.run_id,
            col(ItemReview.item) == row.item,
            col(ItemReview.decision) != "",
            col(ItemReview.id) != row.id,
        )
        .order_by(col(ItemReview.id).desc())
    )
    return tuple(
        (one.decision, one.reason, one.decided_at)
        for one in session.execute(query).scalars()
        if one.decided_at is not None
    )
