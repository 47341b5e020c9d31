"""Outer cartons (外箱): which labels were packed into which cartons, and which cartons were opened since."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class CartonPack(SQLModel, table=True):
    """Cartons `first` to `last` of a carton run hold, in order, `per_carton` labels each of another run.

    The labels are `content_first` to `content_last`; the last carton may hold fewer.
    """

    __tablename__ = "carton_pack"
    __table_args__ = (
        CheckConstraint("first >= 1 AND first <= last", name="carton_order"),
        CheckConstraint("content_first >= 1 AND content_first <= content_last", name="content_order"),
        CheckConstraint("per_carton >= 1", name="per_carton_positive"),
        CheckConstraint(
            "content_last - content_first < per_carton * (last - first + 1)"
            " AND content_last - content_first >= per_carton * (last - first)",
            name="cartons_hold_content",
        ),
        CheckConstraint("run_id <> content_run_id", name="not_in_itself"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    first: int
    last: int
    content_run_id: int = Field(foreign_key="run.id", index=True)
    content_first: int
    content_last: int
    per_carton: int
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")


class CartonSplit(SQLModel, table=True):
    """A carton was opened (拆箱) for good: from then on its contents are loose."""

    __tablename__ = "carton_split"
    __table_args__ = (
        UniqueConstraint("run_id", "item"),
        CheckConstraint("item >= 1", name="item_positive"),
        CheckConstraint("length(reason) > 0", name="has_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    item: int
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
