"""Organisation (主体): cooperative, processor, laboratory, brand office, regulator, operator."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import MUTABLE, NAME_LENGTH, UTCDateTime


class Organisation(SQLModel, table=True):
    """A party, identified by its 统一社会信用代码 (GB 32100) where it has one."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 200", name="name_length"),
        CheckConstraint("credit_code IS NULL OR length(credit_code) = 18", name="credit_code_length"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=20, index=True)
    name: str = Field(max_length=NAME_LENGTH, unique=True)
    name_en: str = Field(default="", max_length=NAME_LENGTH)
    credit_code: str | None = Field(default=None, max_length=18, unique=True)
    region_code: str = Field(default="", max_length=12)
    township: str = Field(default="", max_length=60)
    address: str = Field(default="", max_length=NAME_LENGTH)
    created_at: datetime = Field(sa_type=UTCDateTime)
    # Personal data changes and must be erasable: not in the ledger.
    phone: str = Field(default="", max_length=40, sa_column_kwargs={"info": MUTABLE})
