"""Batch (批次; EPCIS "lot"): a quantity of one product with one history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import Day, UTCDateTime


class Batch(SQLModel, table=True):
    """Opening quantity in grams: 0 for a crop still growing, the share for an operation's output.

    Harvest and purchase events add to it; the running figures are in `BatchState`.
    """

    __tablename__ = "batch"
    __table_args__ = (
        CheckConstraint("quantity_g >= 0 AND quantity_g <= 10000000000", name="quantity_range"),
        CheckConstraint("length(number) BETWEEN 3 AND 32", name="number_length"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=32, unique=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    product_id: int = Field(foreign_key="product.id", index=True)
    plot_id: int | None = Field(default=None, foreign_key="plot.id", index=True)
    operation_id: int | None = Field(default=None, foreign_key="operation.id", index=True)
    quantity_g: int = Field(default=0, sa_type=BigInteger)
    grade: str = Field(default="", max_length=40)
    started_on: date = Field(sa_type=Day)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")


class BatchState(SQLModel, table=True):
    """Projection of a batch's mass balance in grams; the CHECKs are the last guard of out ≤ in."""

    __tablename__ = "batch_state"
    __table_args__ = (
        CheckConstraint(
            "total_g >= 0 AND used_g >= 0 AND labelled_g >= 0 AND sold_g >= 0 AND certified_g >= 0",
            name="not_negative",
        ),
        CheckConstraint("used_g + labelled_g <= total_g", name="labels_within_weight"),
        CheckConstraint("used_g + sold_g <= total_g", name="out_within_in"),
    )

    batch_id: int = Field(foreign_key="batch.id", primary_key=True)
    total_g: int = Field(sa_type=BigInteger)
    used_g: int = Field(default=0, sa_type=BigInteger)
    labelled_g: int = Field(default=0, sa_type=BigInteger)
    sold_g: int = Field(default=0, sa_type=BigInteger)
    certified_g: int = Field(default=0, sa_type=BigInteger)


class BatchAncestry(SQLModel, table=True):
    """Projection: every ancestor of every batch with its smallest distance; distance 0 is the batch itself."""

    __tablename__ = "batch_ancestry"
    __table_args__ = (CheckConstraint("depth >= 0", name="depth_not_negative"),)

    descendant_id: int = Field(foreign_key="batch.id", primary_key=True)
    ancestor_id: int = Field(foreign_key="batch.id", primary_key=True, index=True)
    depth: int
