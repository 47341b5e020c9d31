"""Attachment (附件): a re-encoded photo or a checked PDF, kept as a file under its SHA-256."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class Attachment(SQLModel, table=True):
    """Size in bytes, picture size in pixels (0 for PDF); `organisation_id` is who uploaded it."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256_length"),
        CheckConstraint("size > 0", name="size_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    sha256: str = Field(max_length=64, index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    media_type: str = Field(max_length=40)
    size: int
    width: int = Field(default=0)
    height: int = Field(default=0)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int = Field(foreign_key="app_user.id")
