"""Batches of many organisations, found by a word: for those who look after more than their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, or_, select

from trace.tables import Batch, BatchState, Organisation, Product

Found = tuple[Batch, BatchState, Product, Organisation]
LONGEST = 60


def search(
    session: Session,
    words: str,
    *within: ColumnElement[bool],
    exactly: Sequence[Mapped[str | None]] = (),
    limit: int = 30,
    skip: int = 0,
) -> list[Found]:
    """Newest first, `within` these conditions; `words` in number, product or organisation, or one of `exactly`."""
    query = (
        select(Batch, BatchState, Product, Organisation)
        .join(BatchState, col(BatchState.batch_id) == col(Batch.id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(Organisation, col(Organisation.id) == col(Batch.organisation_id))
        .where(*within)
        .order_by(col(Batch.id).desc())
        .offset(skip)
        .limit(limit)
    )
    wanted = words.strip()[:LONGEST]
    if wanted:
        query = query.where(
            or_(
                col(Batch.number).contains(wanted.upper(), autoescape=True),
                col(Product.name).contains(wanted, autoescape=True),
                col(Organisation.name).contains(wanted, autoescape=True),
                *(column == wanted.upper() for column in exactly),
            )
        )
    return [(batch, state, product, owner) for batch, state, product, owner in session.exec(query).all()]
