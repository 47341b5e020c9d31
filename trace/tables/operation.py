"""Operation (拆分 split, 合并 merge, 加工 transform): batches in, batches out, with grams."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, Day, UTCDateTime


class Operation(SQLModel, table=True):
    """One genealogy step; its outputs are the batches that name it. `loss_g` closes split and merge to zero."""

    __tablename__ = "operation"
    __table_args__ = (
        CheckConstraint("kind IN ('split', 'merge', 'transform')", name="kind"),
        CheckConstraint("loss_g >= 0", name="loss_not_negative"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    kind: str = Field(max_length=10)
    occurred_on: date = Field(sa_type=Day)
    loss_g: int = Field(default=0, sa_type=BigInteger)
    note: str = Field(default="", max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")


class OperationInput(SQLModel, table=True):
    """Grams of a batch that went into an operation."""

    __tablename__ = "operation_input"
    __table_args__ = (CheckConstraint("quantity_g > 0", name="quantity_positive"),)

    operation_id: int = Field(foreign_key="operation.id", primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", primary_key=True, index=True)
    quantity_g: int = Field(sa_type=BigInteger)
