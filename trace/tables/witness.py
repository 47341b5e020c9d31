"""Witnesses (见证人): who outside checks that the ledger only grows, as the operator names them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, UTCDateTime


class Witness(SQLModel, table=True):
    """A witness's verifier key (C2SP signed-note, type 0x04) and who runs it, in words for the public."""

    __tablename__ = "witness"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=NAME_LENGTH, unique=True)
    vkey: str = Field(max_length=400, unique=True)
    operator: str = Field(max_length=NAME_LENGTH)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id")
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int | None = Field(default=None, foreign_key="app_user.id")


class WitnessEnd(SQLModel, table=True):
    """A witness is no longer counted, and why."""

    __tablename__ = "witness_end"

    id: int | None = Field(default=None, primary_key=True)
    witness_id: int = Field(foreign_key="witness.id", unique=True)
    reason: str = Field(max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int | None = Field(default=None, foreign_key="app_user.id")
