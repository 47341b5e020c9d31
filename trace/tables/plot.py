"""Plot (地块): where it grew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class Plot(SQLModel, table=True):
    """Area in hundredths of a 亩 (1 亩 ≈ 666.7 m²); region by 行政区划 code; GeoJSON geometry optional."""

    __tablename__ = "plot"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("area_mu_x100 > 0 AND area_mu_x100 <= 100000000", name="area_range"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    code: str = Field(max_length=40)
    name: str = Field(max_length=NAME_LENGTH)
    region_code: str = Field(max_length=12)
    township: str = Field(max_length=60)
    village: str = Field(default="", max_length=60)
    area_mu_x100: int
    geometry: str = Field(default="", sa_type=Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
