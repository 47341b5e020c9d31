"""Audit (操作日志): who did what, beside the ledger; named subject:object:action."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class Audit(SQLModel, table=True):
    """One act of one person, with what it was about."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCDateTime, index=True)
    user_id: int | None = Field(default=None, foreign_key="app_user.id", index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    action: str = Field(max_length=60)
    subject: str = Field(default="", max_length=NAME_LENGTH)
