"""Complaint (举报): what a buyer reports about a label or a product, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class Complaint(SQLModel, table=True):
    """A buyer's report; `receipt` is the number it can be looked up by. Phone and photo go once it is long closed.

    `run_id`, `item`: the label it is about, where known; `photo` is the SHA-256 of a re-encoded picture, not public.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        CheckConstraint("kind IN ('copied', 'label', 'quality', 'record', 'other')", name="kind"),
        CheckConstraint("(run_id IS NULL) = (item IS NULL)", name="label_whole"),
    )

    id: int | None = Field(default=None, primary_key=True)
    receipt: str = Field(max_length=20, unique=True)
    kind: str = Field(max_length=10)
    text: str = Field(sa_type=Text)
    phone: str = Field(default="", max_length=40)
    photo: str = Field(default="", max_length=64)
    run_id: int | None = Field(default=None, foreign_key="run.id", index=True)
    item: int | None = Field(default=None)
    batch_id: int | None = Field(default=None, foreign_key="batch.id", index=True)
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    verdict: str = Field(default="", max_length=12)
    created_at: datetime = Field(sa_type=UTCDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime, index=True)


class ComplaintAnswer(SQLModel, table=True):
    """What an office answers; whoever has the receipt number reads it. `closes`: the case ends with it."""

    __tablename__ = "complaint_answer"

    id: int | None = Field(default=None, primary_key=True)
    complaint_id: int = Field(foreign_key="complaint.id", index=True)
    text: str = Field(sa_type=Text)
    closes: bool = Field(default=False)
    answered_at: datetime = Field(sa_type=UTCDateTime)
    answered_by: int = Field(foreign_key="app_user.id")
    organisation_id: int = Field(foreign_key="organisation.id")
