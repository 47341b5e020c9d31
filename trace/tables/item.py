"""Item (单品): a label has rows of its own only once it is scanned; the run number is the first key."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import Day

# Rows found by their whole key only: SQLite keeps them in one tree instead of two.
_BY_KEY = {"sqlite_with_rowid": False}


class ItemSeen(SQLModel, table=True):
    """How many devices (clusters of scans) asked for an item, in how many provinces, and when first and last.

    `cleared`: how many had asked when a person last found nothing wrong; the rule counts from there.
    """

    __tablename__ = "item_seen"
    __table_args__ = (
        CheckConstraint("devices >= 1", name="devices_positive"),
        CheckConstraint("provinces BETWEEN 0 AND devices", name="provinces_range"),
        CheckConstraint("cleared BETWEEN 0 AND devices", name="cleared_range"),
        _BY_KEY,
    )

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    first_day: date = Field(sa_type=Day)
    last_day: date = Field(sa_type=Day)
    devices: int = Field(default=1)
    provinces: int = Field(default=0)
    cleared: int = Field(default=0)
    # Keyed hash of the digits whose signature was found good: the same digits need no second check.
    checked: str = Field(default="", max_length=32, sa_column_kwargs={"server_default": ""})


class ItemCluster(SQLModel, table=True):
    """One device that asked: keyed hashes that cannot be joined across items; day and province only.

    `household` is the same for all devices behind one network on one item. `province` holds the two digits of
    GB/T 2260, "" where nothing is known.
    """

    __tablename__ = "item_cluster"
    __table_args__ = (_BY_KEY,)

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    cluster: str = Field(max_length=32, primary_key=True)
    household: str = Field(default="", max_length=32)
    first_day: date = Field(sa_type=Day)
    province: str = Field(default="", max_length=2)


class ScanMonth(SQLModel, table=True):
    """How many devices asked for items of a run in a month ("2026-11"), by province: what open statistics add up."""

    __tablename__ = "scan_month"
    __table_args__ = (CheckConstraint("devices >= 1", name="devices_positive"), _BY_KEY)

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    month: str = Field(max_length=7, primary_key=True)
    province: str = Field(default="", max_length=2, primary_key=True)
    devices: int = Field(default=1)
