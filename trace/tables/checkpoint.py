"""Checkpoints (检查点): signed tree heads, and what outsiders put their names to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class LedgerCheckpoint(SQLModel, table=True):
    """A checkpoint that the log signed (C2SP tlog-checkpoint); `root` in hex, `note` with the log's signature only."""

    __tablename__ = "ledger_checkpoint"
    __table_args__ = (CheckConstraint("length(root) = 64", name="root_length"),)

    epoch: int = Field(primary_key=True, foreign_key="log_identity.id")
    size: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    root: str = Field(max_length=64)
    note: str = Field(sa_type=Text)
    signed_at: datetime = Field(sa_type=UTCDateTime)


class Cosignature(SQLModel, table=True):
    """A witness's signature line under a checkpoint (C2SP tlog-cosignature); `stamped_at` is the witness's clock."""

    __tablename__ = "cosignature"
    __table_args__ = (UniqueConstraint("epoch", "size", "witness_id"),)

    id: int | None = Field(default=None, primary_key=True)
    witness_id: int = Field(foreign_key="witness.id", index=True)
    epoch: int = Field(foreign_key="log_identity.id")
    size: int = Field(sa_type=BigInteger)
    root: str = Field(max_length=64)
    line: str = Field(sa_type=Text)
    stamped_at: datetime = Field(sa_type=UTCDateTime)
    received_at: datetime = Field(sa_type=UTCDateTime)


class RootTimestamp(SQLModel, table=True):
    """A time stamp of a checkpoint's note by a configured authority (RFC 3161); `token` is the DER response."""

    __tablename__ = "root_timestamp"

    id: int | None = Field(default=None, primary_key=True)
    epoch: int = Field(foreign_key="log_identity.id")
    size: int = Field(sa_type=BigInteger)
    root: str = Field(max_length=64)
    authority: str = Field(max_length=200)
    note: str = Field(sa_type=Text)
    token: bytes = Field(sa_type=LargeBinary)
    stamped_at: datetime = Field(sa_type=UTCDateTime)
