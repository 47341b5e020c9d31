"""The log's own name and key (账本身份): what signs checkpoints. A new epoch begins only after a loss."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from trace.tables.base import MUTABLE, NAME_LENGTH, UTCDateTime


class LogIdentity(SQLModel, table=True):
    """Origin (C2SP tlog-checkpoint) and raw Ed25519 public key as 64 hex digits; the private part sealed.

    A later epoch names the last checkpoint of the one before that it could not continue.
    """

    __tablename__ = "log_identity"
    __table_args__ = (CheckConstraint("length(public_key) = 64", name="public_key_length"),)

    id: int | None = Field(default=None, primary_key=True)
    origin: str = Field(max_length=NAME_LENGTH, unique=True)
    public_key: str = Field(max_length=64, unique=True)
    started_at: datetime = Field(sa_type=UTCDateTime)
    reason: str = Field(default="", max_length=NAME_LENGTH)
    lost_size: int | None = Field(default=None, sa_type=BigInteger)
    lost_root: str | None = Field(default=None, max_length=64)
    sealed: bytes = Field(sa_type=LargeBinary, sa_column_kwargs={"info": MUTABLE})
