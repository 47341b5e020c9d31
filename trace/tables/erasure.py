"""Erasure (依法删除): which fields of an entry's record were removed on a lawful request, when and why."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import IF_SET, NAME_LENGTH, Day, UTCDateTime


class Erasure(SQLModel, table=True):
    """`seq` is the entry, `fields` the names of what was removed (canonical JSON list); never what stood there.

    `rest` commits to what is left of a record whose entry hashed it whole (version 1), in hex.
    """

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="has_reason"),)

    id: int | None = Field(default=None, primary_key=True)
    seq: int = Field(sa_type=BigInteger, index=True)
    fields: str = Field(sa_type=Text)
    reason: str = Field(max_length=NAME_LENGTH)
    rest: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": IF_SET})
    requested_on: date = Field(sa_type=Day)
    organisation_id: int = Field(foreign_key="organisation.id")
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int | None = Field(default=None, foreign_key="app_user.id")
