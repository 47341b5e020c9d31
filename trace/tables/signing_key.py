"""Signing key (签名密钥): one per organisation and period; the private part lies encrypted in a table of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class SigningKey(SQLModel, table=True):
    """A public key by its five-digit id; raw Ed25519 public key as 64 hex digits."""

    __tablename__ = "signing_key"
    __table_args__ = (
        CheckConstraint("id BETWEEN 1 AND 99999", name="id_range"),
        CheckConstraint("length(public_key) = 64", name="public_key_length"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    public_key: str = Field(max_length=64, unique=True)
    held_by: str = Field(default="service", max_length=20)
    created_at: datetime = Field(sa_type=UTCDateTime)


class SigningKeySecret(SQLModel, table=True):
    """The private part, encrypted under the master key; never in the ledger, never in a bundle."""

    __tablename__ = "signing_key_secret"

    key_id: int = Field(foreign_key="signing_key.id", primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class SigningKeyStatus(SQLModel, table=True):
    """A key is retired (signs no more) or revoked (its labels from `effective_at` on are not ours)."""

    __tablename__ = "signing_key_status"
    __table_args__ = (CheckConstraint("status IN ('retired', 'revoked')", name="status"),)

    id: int | None = Field(default=None, primary_key=True)
    key_id: int = Field(foreign_key="signing_key.id", index=True)
    status: str = Field(max_length=10)
    effective_at: datetime = Field(sa_type=UTCDateTime)
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
