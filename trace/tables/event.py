"""Event (追溯事件): one thing that happened to a batch; never edited, only corrected by a later event."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import MEMBERS, NAME_LENGTH, UTCDateTime


class Event(SQLModel, table=True):
    """A stage record: facts as canonical JSON (trace.core.stage), quantity in grams where the stage has one."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("quantity_g IS NULL OR quantity_g > 0", name="quantity_positive"),
        CheckConstraint("corrects_id IS NULL OR length(reason) > 0", name="correction_has_reason"),
        CheckConstraint("NOT withdrawn OR corrects_id IS NOT NULL", name="withdrawal_corrects"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    stage: str = Field(max_length=20)
    occurred_at: datetime = Field(sa_type=UTCDateTime)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
    source: str = Field(default="", max_length=NAME_LENGTH)
    destination: str = Field(default="", max_length=NAME_LENGTH)
    place: str = Field(default="", max_length=NAME_LENGTH)
    quantity_g: int | None = Field(default=None, sa_type=BigInteger)
    facts: str = Field(default="{}", sa_type=Text, sa_column_kwargs={"info": MEMBERS})
    # One correction for an event: a chain, never a tree of rival versions.
    corrects_id: int | None = Field(default=None, foreign_key="event.id", unique=True)
    reason: str = Field(default="", max_length=NAME_LENGTH)
    withdrawn: bool = Field(default=False)
    request_id: str | None = Field(default=None, max_length=64, unique=True)


class EventAttachment(SQLModel, table=True):
    """A file that belongs to an event, by its SHA-256."""

    __tablename__ = "event_attachment"

    event_id: int = Field(foreign_key="event.id", primary_key=True)
    attachment_id: int = Field(foreign_key="attachment.id", primary_key=True, index=True)
    title: str = Field(default="", max_length=NAME_LENGTH)
