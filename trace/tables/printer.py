"""Printer adjustment (打印机校准): by how much one printer misses on one stock; the newest row counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class PrinterAdjustment(SQLModel, table=True):
    """Offset in µm (right and down positive) and scale in parts per million, as measured."""

    __tablename__ = "printer_adjustment"
    __table_args__ = (
        CheckConstraint("abs(offset_x) <= 10000 AND abs(offset_y) <= 10000", name="offset_range"),
        CheckConstraint("abs(scale_x) <= 30000 AND abs(scale_y) <= 30000", name="scale_range"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    printer: str = Field(max_length=60)
    stock: str = Field(max_length=40)
    offset_x: int = Field(default=0)
    offset_y: int = Field(default=0)
    scale_x: int = Field(default=0)
    scale_y: int = Field(default=0)
    measured_at: datetime = Field(sa_type=UTCDateTime)
    measured_by: int = Field(foreign_key="app_user.id")
