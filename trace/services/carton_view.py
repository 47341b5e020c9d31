"""What a scan says about cartons: what one holds, whether it was opened, and in which one an item was packed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from trace.core.carton import Held
from trace.core.masking import phones_in
from trace.core.ranges import count, without
from trace.services import carton_record, find, pages, ranges
from trace.services.public_carton import CartonView, HeldView, PackedView, Places
from trace.services.public_view import NoticeView
from trace.tables import Batch, Run
from trace.tables.base import key_of


def of_label(session: Session, row: Run, item: int) -> CartonView | None:
    """What a carton's label stands for; None for an item's."""
    if row.level is None:
        return None
    held = carton_record.contents(session, key_of(row), (item, item))
    items = carton_record.items_within(session, held)
    opened = carton_record.split_of(session, key_of(row), item)
    nested = any(session.get_one(Run, one.run).level is not None for one in held)
    return CartonView(
        level=row.level,
        number=item,
        contents=_views(session, held),
        items=_views(session, items) if nested else (),
        count=sum(one.count for one in items),
        weight_g=sum(one.count * session.get_one(Run, one.run).unit_weight_g for one in items),
        opened_at=opened.recorded_at if opened else None,
        opened_reason=phones_in(opened.reason) if opened else "",
    )


def places(session: Session, run_id: int, item: int) -> Places:
    """What a label holds and where it lies, for digits typed by hand."""
    row = session.get_one(Run, run_id)
    return Places(of_label(session, row, item), homes(session, run_id, item))


def _views(session: Session, held: Sequence[Held]) -> tuple[HeldView, ...]:
    return tuple(_view(session, one) for one in held)


def _view(session: Session, held: Held) -> HeldView:
    row = session.get_one(Run, held.run)
    batch = session.get_one(Batch, row.batch_id)
    product = find.product(session, batch.product_id)
    loose = without((held.first, held.last), ranges.spans(session, row)["void"])
    opened = [(one.item, one.item) for one in carton_record.splits_of(session, held.run)]
    return HeldView(
        level=carton_record.level_of(row),
        run=held.run,
        first=held.first,
        last=held.last,
        count=held.count,
        void=held.count - count(loose),
        opened=held.count - count(without((held.first, held.last), opened)),
        printed_first=carton_record.number_of(row, held.first),
        printed_last=carton_record.number_of(row, held.last),
        product=product.name,
        product_en=product.name_en,
        grade=batch.grade,
        unit_weight_g=row.unit_weight_g if row.level is None else 0,
        batch_no=batch.number,
    )


def homes(session: Session, run_id: int, item: int) -> tuple[PackedView, ...]:
    """The carton that a label lies in now, then the pallet that carton stands on."""
    found = []
    for home, number in carton_record.homes_of(session, run_id, item):
        row = session.get_one(Run, home)
        found.append(
            PackedView(carton_record.level_of(row), home, number, carton_record.number_of(row, number))
        )
    return tuple(found)


def batch_shown(session: Session, row: Run, view: CartonView | None) -> Batch:
    """The batch whose record a label's page shows: of a carton the one batch of all in it, else the run's own."""
    inside = set() if view is None else {one.batch_no for one in view.items or view.contents}
    if len(inside) == 1:
        return find.public_batch(session, inside.pop())
    return session.get_one(Batch, row.batch_id)


def notices(
    session: Session, row: Run, view: CartonView | None, shown: Batch, known: Sequence[NoticeView]
) -> list[NoticeView]:
    """Recalls and freezes of a label's own batch and of every batch inside it, recalls first.

    `known` are those of the batch that is `shown`.
    """
    found = list(known)
    batches = {} if view is None else {one.batch_no: None for one in (*view.contents, *view.items)}
    if row.batch_id != key_of(shown):
        batches[session.get_one(Batch, row.batch_id).number] = None
    for number in batches:
        if number != shown.number:
            found += pages.notices(session, find.public_batch(session, number))
    once = {(one.kind, one.batch_no, one.since): one for one in found}
    return sorted(once.values(), key=lambda one: one.kind != "recall")
