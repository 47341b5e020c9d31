"""Label stock (标签纸) that an organisation measured itself; a change is a new row, and the old one retires."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class LabelStock(SQLModel, table=True):
    """One edition of a stock: geometry as canonical JSON (labels.stock_spec), lengths in µm."""

    __tablename__ = "label_stock"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    name: str = Field(max_length=40)
    spec: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int = Field(foreign_key="app_user.id")
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
