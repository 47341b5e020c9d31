"""Authorisation (授权): a brand's leave for an organisation, its revocation, and what was used of its quota."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, Day, UTCDateTime


class Authorisation(SQLModel, table=True):
    """Products (canonical JSON list of codes, empty = all), first and last day, quota in grams (none = open)."""

    __tablename__ = "authorisation"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="date_order"),
        CheckConstraint("quota_g IS NULL OR quota_g > 0", name="quota_positive"),
    )

    id: int | None = Field(default=None, primary_key=True)
    brand_id: int = Field(foreign_key="brand.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    products: str = Field(default="[]", sa_type=Text)
    valid_from: date = Field(sa_type=Day)
    valid_to: date = Field(sa_type=Day)
    quota_g: int | None = Field(default=None, sa_type=BigInteger)
    granted_by: int = Field(foreign_key="app_user.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class AuthorisationRevocation(SQLModel, table=True):
    """An authorisation ends early, for a reason that the public sees."""

    __tablename__ = "authorisation_revocation"

    id: int | None = Field(default=None, primary_key=True)
    authorisation_id: int = Field(foreign_key="authorisation.id", unique=True)
    revoked_on: date = Field(sa_type=Day)
    reason: str = Field(max_length=NAME_LENGTH)
    revoked_by: int = Field(foreign_key="app_user.id")
    created_at: datetime = Field(sa_type=UTCDateTime)


class AuthorisationUse(SQLModel, table=True):
    """Projection: grams labelled under an authorisation; the CHECK is the last guard of the quota."""

    __tablename__ = "authorisation_use"
    __table_args__ = (
        CheckConstraint("labelled_g >= 0", name="not_negative"),
        CheckConstraint("quota_g IS NULL OR labelled_g <= quota_g", name="within_quota"),
    )

    authorisation_id: int = Field(foreign_key="authorisation.id", primary_key=True)
    labelled_g: int = Field(default=0, sa_type=BigInteger)
    quota_g: int | None = Field(default=None, sa_type=BigInteger)
