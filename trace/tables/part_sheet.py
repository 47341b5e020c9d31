"""Part-used sheet (余格纸): one physical sheet of labels, and which run used which of its cells."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class PartSheet(SQLModel, table=True):
    """A sheet with free cells; its id stands in its footer. Closed when it is lost, spoilt or full."""

    __tablename__ = "part_sheet"
    __table_args__ = (CheckConstraint("per_page >= 1", name="per_page_positive"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    stock: str = Field(max_length=40)
    per_page: int
    opened_at: datetime = Field(sa_type=UTCDateTime)
    opened_by: int = Field(foreign_key="app_user.id")
    closed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    closed_reason: str = Field(default="", max_length=NAME_LENGTH)


class SheetCell(SQLModel, table=True):
    """A used cell (from 1): the primary key makes it impossible to use one twice. No run: spoilt by hand."""

    __tablename__ = "sheet_cell"
    __table_args__ = (CheckConstraint("cell >= 1", name="cell_positive"),)

    sheet_id: int = Field(foreign_key="part_sheet.id", primary_key=True)
    cell: int = Field(primary_key=True)
    run_id: int | None = Field(default=None, foreign_key="run.id", index=True)
