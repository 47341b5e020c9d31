"""Item (单品): a label has rows of its own only once it is scanned; the run number is the first key."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import Day, UTCDateTime


class ItemSeen(SQLModel, table=True):
    """How many device clusters asked for an item, and when first."""

    __tablename__ = "item_seen"
    __table_args__ = (CheckConstraint("clusters >= 1", name="clusters_positive"),)

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    first_at: datetime = Field(sa_type=UTCDateTime)
    clusters: int = Field(default=1)


class ItemCluster(SQLModel, table=True):
    """One cluster of devices; a keyed hash that cannot be joined across items; day only."""

    __tablename__ = "item_cluster"

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    cluster: str = Field(max_length=32, primary_key=True)
    first_day: date = Field(sa_type=Day)
    province: str = Field(default="", max_length=20)
