"""Recall (召回) of a batch and all its descendants, freeze (冻结) by a regulator, and their ends."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class Recall(SQLModel, table=True):
    """Why, and what to do, in words for the buyer."""

    __tablename__ = "recall"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    reason: str = Field(max_length=NAME_LENGTH)
    advice: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
    organisation_id: int = Field(foreign_key="organisation.id")


class RecallClosure(SQLModel, table=True):
    """A recall ends, with what was found."""

    __tablename__ = "recall_closure"

    id: int | None = Field(default=None, primary_key=True)
    recall_id: int = Field(foreign_key="recall.id", unique=True)
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")


class Freeze(SQLModel, table=True):
    """A regulator holds a batch while something is being looked into."""

    __tablename__ = "freeze"

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
    organisation_id: int = Field(foreign_key="organisation.id")


class FreezeLift(SQLModel, table=True):
    """A freeze ends."""

    __tablename__ = "freeze_lift"

    id: int | None = Field(default=None, primary_key=True)
    freeze_id: int = Field(foreign_key="freeze.id", unique=True)
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
