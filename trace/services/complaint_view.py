"""Complaints as they are read (举报查看): by whoever has the receipt, and in the lists of offices and regulators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from labels import digits as printed_digits
from labels.code import item_code
from trace.config import Settings
from trace.core import masking
from trace.core.complaint import Kind
from trace.core.errors import NotFound
from trace.core.policy import Actor
from trace.services import complaint, complaint_photo
from trace.tables import Batch, Brand, Complaint, ComplaintAnswer, Organisation, Product, Run, User
from trace.tables.base import key_of

_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class AnswerView:
    """One answer: what, by which organisation, when; `person` for the offices alone."""

    text: str
    by: str
    at: datetime
    closes: bool
    person: str = ""


@dataclass(frozen=True, slots=True)
class LabelView:
    """What a complaint is about: printed digits, batch and product, each "" where unknown."""

    run: int | None
    item: int | None
    printed: str
    batch_no: str
    product: str
    product_en: str
    brand: str
    brand_en: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What the receipt shows: nothing that the buyer wrote, for numbers get lost."""

    receipt: str
    kind: Kind
    at: datetime
    label: LabelView
    closed_at: datetime | None
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole complaint for those who look into it; the phone is masked."""

    id: int
    receipt: str
    kind: Kind
    text: str
    phone: str
    photo: bool
    verdict: str
    at: datetime
    label: LabelView
    closed_at: datetime | None
    answers: tuple[AnswerView, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint in a list."""

    id: int
    receipt: str
    kind: Kind
    excerpt: str
    at: datetime
    closed_at: datetime | None
    batch_no: str
    product: str
    brand: str
    answers: int


def by_receipt(session: Session, receipt: str) -> ReceiptView:
    """What somebody with the receipt (13 digits) may read; NotFound complaint.unknown."""
    row = session.exec(select(Complaint).where(Complaint.receipt == receipt)).first()
    if row is None:
        raise NotFound("complaint.unknown", "receipt")
    answers = _answers(session, row, persons=False)
    return ReceiptView(
        row.receipt, Kind(row.kind), row.created_at, _label(session, row), row.closed_at, answers
    )


def case(session: Session, actor: Actor, complaint_id: int) -> CaseView:
    """A complaint that the actor may see; NotFound complaint.unknown."""
    row = complaint.of_actor(session, actor, complaint_id)
    return CaseView(
        id=key_of(row),
        receipt=row.receipt,
        kind=Kind(row.kind),
        text=row.text,
        phone=masking.phone(row.phone),
        photo=bool(row.photo),
        verdict=row.verdict,
        at=row.created_at,
        label=_label(session, row),
        closed_at=row.closed_at,
        answers=_answers(session, row, persons=True),
    )


def photo(session: Session, settings: Settings, actor: Actor, complaint_id: int) -> Path:
    """The photo of a complaint that the actor may see; NotFound complaint.unknown, complaint.no-photo."""
    row = complaint.of_actor(session, actor, complaint_id)
    if not row.photo:
        raise NotFound("complaint.no-photo")
    return complaint_photo.path_of(settings, row.photo)


def listing(
    session: Session, brand_id: int | None = None, *, closed: bool = False, limit: int = 30, skip: int = 0
) -> list[Line]:
    """Complaints of a brand, or of all (None): open ones by how long they wait, closed ones newest first.

    Who may read them is for the caller to check.
    """
    order: ColumnElement[Any] = col(Complaint.closed_at).desc() if closed else col(Complaint.id).asc()
    return _lines(session, _of(brand_id, closed=closed), order, limit, skip)


def of_label(session: Session, run_id: int, item: int, limit: int = 30) -> list[Line]:
    """Complaints about one label, newest first. Who may read them is for the caller to check."""
    about = [col(Complaint.run_id) == run_id, col(Complaint.item) == item]
    return _lines(session, about, col(Complaint.id).desc(), limit)


def _lines(
    session: Session, which: list[ColumnElement[bool]], order: ColumnElement[Any], limit: int, skip: int = 0
) -> list[Line]:
    answers = (
        select(func.count(col(ComplaintAnswer.id)))
        .where(ComplaintAnswer.complaint_id == col(Complaint.id))
        .correlate(Complaint)
        .scalar_subquery()
    )
    query = (
        select_rows(Complaint, col(Batch.number), col(Product.name), col(Brand.name), answers)
        .join(Batch, col(Batch.id) == col(Complaint.batch_id), isouter=True)
        .join(Product, col(Product.id) == col(Batch.product_id), isouter=True)
        .join(Brand, col(Brand.id) == col(Complaint.brand_id), isouter=True)
        .where(*which)
        .order_by(order)
        .offset(skip)
        .limit(limit)
    )
    return [
        Line(
            id=key_of(row),
            receipt=row.receipt,
            kind=Kind(row.kind),
            excerpt=_excerpt(row.text),
            at=row.created_at,
            closed_at=row.closed_at,
            batch_no=number or "",
            product=product or "",
            brand=brand or "",
            answers=count,
        )
        for row, number, product, brand, count in session.execute(query)
    ]


def open_count(session: Session, brand_id: int | None = None) -> int:
    """How many complaints of a brand, or of all (None), wait for an end."""
    query = select(func.count(col(Complaint.id))).where(*_of(brand_id, closed=False))
    return session.exec(query).one()


def _of(brand_id: int | None, *, closed: bool) -> list[ColumnElement[bool]]:
    ended = col(Complaint.closed_at).is_not(None) if closed else col(Complaint.closed_at).is_(None)
    return [ended] if brand_id is None else [ended, col(Complaint.brand_id) == brand_id]


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return f"{line[:_EXCERPT]}…" if len(line) > _EXCERPT else line


def _label(session: Session, row: Complaint) -> LabelView:
    printed = ""
    if row.run_id is not None and row.item is not None:
        run = session.get_one(Run, row.run_id)
        printed = printed_digits.printed(item_code(run.key_id, row.run_id, row.item))
    batch = None if row.batch_id is None else session.get_one(Batch, row.batch_id)
    product = None if batch is None else session.get_one(Product, batch.product_id)
    brand = None if row.brand_id is None else session.get_one(Brand, row.brand_id)
    return LabelView(
        row.run_id,
        row.item,
        printed,
        batch.number if batch else "",
        product.name if product else "",
        product.name_en if product else "",
        brand.name if brand else "",
        brand.name_en if brand else "",
    )


def _answers(session: Session, row: Complaint, *, persons: bool) -> tuple[AnswerView, ...]:
    query = (
        select(ComplaintAnswer, col(Organisation.name), col(User.display_name))
        .join(Organisation, col(Organisation.id) == col(ComplaintAnswer.organisation_id))
        .join(User, col(User.id) == col(ComplaintAnswer.answered_by))
        .where(ComplaintAnswer.complaint_id == key_of(row))
        .order_by(col(ComplaintAnswer.id))
    )
    return tuple(
        AnswerView(one.text, organisation, one.answered_at, one.closes, person if persons else "")
        for one, organisation, person in session.execute(query)
    )
