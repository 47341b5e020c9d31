"""Brand (区域公用品牌) and its rules, one row for each edition of the rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import MUTABLE, NAME_LENGTH, UTCDateTime


class Brand(SQLModel, table=True):
    """A regional brand; story, picture and accent are presentation and may change."""

    __tablename__ = "brand"
    __table_args__ = (CheckConstraint("length(slug) BETWEEN 2 AND 40", name="slug_length"),)

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(max_length=40, unique=True)
    name: str = Field(max_length=60, unique=True)
    name_en: str = Field(default="", max_length=NAME_LENGTH)
    owner_id: int = Field(foreign_key="organisation.id", index=True)
    gi_notice: str = Field(default="", max_length=NAME_LENGTH)
    created_at: datetime = Field(sa_type=UTCDateTime)
    story: str = Field(default="", sa_type=Text, sa_column_kwargs={"info": MUTABLE})
    story_en: str = Field(default="", sa_type=Text, sa_column_kwargs={"info": MUTABLE})
    picture: str = Field(default="", max_length=NAME_LENGTH, sa_column_kwargs={"info": MUTABLE})
    accent: str = Field(default="", max_length=7, sa_column_kwargs={"info": MUTABLE})
    hotline: str = Field(default="", max_length=40, sa_column_kwargs={"info": MUTABLE})


class BrandRule(SQLModel, table=True):
    """One edition of a brand's rules as canonical JSON (trace.core.brand_rules); the newest is in force."""

    __tablename__ = "brand_rule"
    __table_args__ = (
        UniqueConstraint("brand_id", "edition"),
        CheckConstraint("edition >= 1", name="edition_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    edition: int
    rules: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
