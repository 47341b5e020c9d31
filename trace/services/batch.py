"""Batches (批次): begin one, list them, and the figures of its mass balance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_
from sqlmodel import Session, col, select

from trace.core import clock, dates, text
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.services import find, ledger
from trace.services.audit import AuditAction, note
from trace.services.product import grades_of
from trace.tables import Batch, BatchAncestry, BatchState, Product
from trace.tables.base import key_of

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch that begins on a plot or with a purchase; its weight comes with harvest or purchase records."""

    product_id: int
    started_on: date
    plot_id: int | None = None
    grade: str = ""
    number: str = ""


def create(session: Session, actor: Actor, given: NewBatch) -> Batch:
    """Begin a batch of the actor's own organisation."""
    require(actor, Action.BATCH_CREATE, actor.org_id)
    product = find.product(session, given.product_id)
    if given.plot_id is not None:
        find.plot(session, actor, given.plot_id)
    dates.check_order(dates.day_start(given.started_on), clock.now(), field="started_on")
    row = Batch(
        number=numbered(session, product, given.started_on, given.number),
        organisation_id=int(actor.org_id),
        product_id=given.product_id,
        plot_id=given.plot_id,
        grade=checked_grade(product, given.grade),
        started_on=given.started_on,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    enter(session, actor, row, "batch.begun")
    note(session, actor, AuditAction.BATCH_CREATE, row.number)
    return row


def enter(session: Session, actor: Actor, row: Batch, kind: str, parents: tuple[int, ...] = ()) -> None:
    """Store a batch with its balance, its ancestry and its ledger entry."""
    session.add(row)
    session.flush()
    identity = key_of(row)
    session.add(BatchState(batch_id=identity, total_g=row.quantity_g))
    session.add(BatchAncestry(descendant_id=identity, ancestor_id=identity, depth=0))
    distances: dict[int, int] = {}
    if parents:
        above = select(BatchAncestry).where(col(BatchAncestry.descendant_id).in_(parents))
        for line in session.exec(above).all():
            distances[line.ancestor_id] = min(line.depth + 1, distances.get(line.ancestor_id, line.depth + 1))
    for ancestor, depth in distances.items():
        session.add(BatchAncestry(descendant_id=identity, ancestor_id=ancestor, depth=depth))
    ledger.append(
        session, kind, row, organisation=row.organisation_id, occurred=row.started_on, batches=[row.number]
    )


def numbered(session: Session, product: Product, day: date, wanted: str) -> str:
    """The wanted batch number if it is free and well formed, else the next one of product and day."""
    if wanted.strip():
        number = wanted.strip().upper()
        if _NUMBER.fullmatch(number) is None:
            raise InvalidInput("batch.number", "number")
        if session.exec(select(Batch.id).where(Batch.number == number)).first() is not None:
            raise Conflict("batch.number-taken", "number", number=number)
        return number
    stem = f"{product.code}-{day:%Y%m%d}-"
    newest = session.exec(
        select(Batch.number)
        .where(col(Batch.number).startswith(stem, autoescape=True))
        .order_by(col(Batch.id).desc())
    ).all()
    used = [int(number.removeprefix(stem)) for number in newest if number.removeprefix(stem).isdigit()]
    return f"{stem}{max(used, default=0) + 1:02d}"


def checked_grade(product: Product, grade: str) -> str:
    """A grade of the product's grade table (等级), or none."""
    grade = text.clean(grade, "grade", max_length=40, required=False)
    known = [one.name for one in grades_of(product)]
    if grade and grade not in known:
        raise InvalidInput("product.grade", "grade", grades="、".join(known))
    return grade


def ancestors(session: Session, batch: Batch) -> list[Batch]:
    """The batch's ancestors, nearest first, without itself."""
    return _family(session, batch, up=True)


def descendants(session: Session, batch: Batch) -> list[Batch]:
    """The batches made from it, nearest first, without itself."""
    return _family(session, batch, up=False)


def _family(session: Session, batch: Batch, *, up: bool) -> list[Batch]:
    fixed, other = (
        (BatchAncestry.descendant_id, BatchAncestry.ancestor_id)
        if up
        else (BatchAncestry.ancestor_id, BatchAncestry.descendant_id)
    )
    query = (
        select(Batch)
        .join(BatchAncestry, col(other) == col(Batch.id))
        .where(col(fixed) == key_of(batch), BatchAncestry.depth > 0)
        .order_by(col(BatchAncestry.depth), col(Batch.id))
    )
    return list(session.exec(query).all())


def of_organisation(
    session: Session, organisation_id: int, limit: int = 200
) -> list[tuple[Batch, BatchState, Product]]:
    """An organisation's newest batches with balance and product."""
    return search(session, organisation_id, limit=limit)


def products_for(session: Session, actor: Actor) -> list[Product]:
    """Every product a batch can be begun of, by name."""
    return list(session.exec(select(Product).order_by(col(Product.brand_id), col(Product.code))).all())


def newest_id(session: Session, organisation_id: int) -> int:
    """The id of the organisation's newest batch, 0 for none: a form remembers it to know its repetition."""
    own = select(Batch.id).where(Batch.organisation_id == organisation_id)
    return session.exec(own.order_by(col(Batch.id).desc()).limit(1)).first() or 0


def begun_since(session: Session, actor: Actor, given: NewBatch, after: int) -> Batch | None:
    """The batch that this person began with the same words after batch `after`: the form was sent twice."""
    query = select(Batch).where(
        Batch.organisation_id == int(actor.org_id),
        Batch.recorded_by == int(actor.user_id),
        col(Batch.id) > after,
        Batch.product_id == given.product_id,
        col(Batch.operation_id).is_(None),
        Batch.started_on == given.started_on,
        Batch.grade == given.grade.strip(),
    )
    for row in session.exec(query).all():
        if row.plot_id == given.plot_id and given.number.strip().upper() in ("", row.number):
            return row
    return None


def search(
    session: Session, organisation_id: int, words: str = "", *, limit: int = 30, skip: int = 0
) -> list[tuple[Batch, BatchState, Product]]:
    """An organisation's batches whose number or product has these words, newest first."""
    query = (
        select(Batch, BatchState, Product)
        .join(BatchState, col(BatchState.batch_id) == col(Batch.id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .where(Batch.organisation_id == organisation_id)
        .order_by(col(Batch.id).desc())
        .offset(skip)
        .limit(limit)
    )
    wanted = words.strip()[:40]
    if wanted:
        query = query.where(
            or_(
                col(Batch.number).contains(wanted.upper(), autoescape=True),
                col(Product.name).contains(wanted, autoescape=True),
            )
        )
    return [(batch, state, product) for batch, state, product in session.exec(query).all()]
