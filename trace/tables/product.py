"""Product (产品): one sales unit of a brand, or a raw material on its way to one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import MUTABLE, NAME_LENGTH, UTCDateTime


class Product(SQLModel, table=True):
    """Unit weight in grams; yields in per mille of the input weight; yield cap in grams per 亩 and season."""

    __tablename__ = "product"
    __table_args__ = (
        UniqueConstraint("brand_id", "code"),
        CheckConstraint("unit_weight_g > 0 AND unit_weight_g <= 1000000", name="unit_weight_range"),
        CheckConstraint(
            "yield_min_permille >= 0 AND yield_max_permille <= 1000"
            " AND yield_min_permille <= yield_max_permille",
            name="yield_range",
        ),
        CheckConstraint("yield_cap_g_per_mu IS NULL OR yield_cap_g_per_mu > 0", name="yield_cap_positive"),
        CheckConstraint("shelf_life_days >= 0", name="shelf_life_not_negative"),
        CheckConstraint("watch_devices >= 2", name="watch_devices_range"),
        CheckConstraint("watch_provinces >= 2", name="watch_provinces_range"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    code: str = Field(max_length=20)
    name: str = Field(max_length=NAME_LENGTH)
    name_en: str = Field(default="", max_length=NAME_LENGTH)
    category: str = Field(max_length=20)
    crop: str = Field(max_length=60)
    cert_required: bool
    # False for raw material (鲜莲子): it is recorded and processed, never labelled.
    labelled: bool = Field(default=True)
    unit_weight_g: int
    gtin: str | None = Field(default=None, max_length=14, index=True)
    grades: str = Field(default="[]", sa_type=Text)
    standard: str = Field(default="", max_length=NAME_LENGTH)
    storage: str = Field(default="", max_length=NAME_LENGTH)
    shelf_life_days: int = Field(default=0)
    yield_min_permille: int = Field(default=0)
    yield_max_permille: int = Field(default=1000)
    yield_cap_g_per_mu: int | None = Field(default=None)
    created_at: datetime = Field(sa_type=UTCDateTime)
    picture: str = Field(default="", max_length=NAME_LENGTH, sa_column_kwargs={"info": MUTABLE})
    # From how many devices, or provinces, a code of this product is watched (查询异常): a setting, no record.
    watch_devices: int = Field(default=8, sa_column_kwargs={"info": MUTABLE})
    watch_provinces: int = Field(default=4, sa_column_kwargs={"info": MUTABLE})
