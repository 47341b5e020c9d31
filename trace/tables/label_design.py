"""Label design (标签版式) and brand picture: presentation, one row for each edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class LabelDesign(SQLModel, table=True):
    """Where each field stands on one stock, as canonical JSON (labels.design).

    Of a brand if `brand_id` is set: offered to all who may use the brand. Else the organisation's own.
    """

    __tablename__ = "label_design"

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    brand_id: int | None = Field(default=None, foreign_key="brand.id", index=True)
    stock: str = Field(max_length=40)
    name: str = Field(max_length=60)
    spec: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int = Field(foreign_key="app_user.id")
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class LabelPicture(SQLModel, table=True):
    """A brand's picture for its labels, re-encoded as PNG; runs name it by its SHA-256."""

    __tablename__ = "label_picture"
    __table_args__ = (CheckConstraint("length(sha256) = 64", name="sha256_length"),)

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    sha256: str = Field(max_length=64, index=True)
    png: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int = Field(foreign_key="app_user.id")
    retired_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
