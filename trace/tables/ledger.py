"""Ledger (账本): append-only, hash-linked entries; the row it vouches for is named by table and id."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel


class LedgerEntry(SQLModel, table=True):
    """Canonical envelope (RFC 8785), its leaf hash (RFC 6962) and the link to the entry before; hashes in hex."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id"),
        CheckConstraint("seq >= 0", name="seq_not_negative"),
        CheckConstraint("length(leaf_hash) = 64 AND length(link_hash) = 64", name="hash_length"),
    )

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=40)
    subject_id: int
    envelope: str = Field(sa_type=Text)
    salt: str = Field(max_length=64)
    leaf_hash: str = Field(max_length=64)
    link_hash: str = Field(max_length=64)


class LedgerHead(SQLModel, table=True):
    """The one row that orders all writers: number of entries and the last link."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: int = Field(default=1, primary_key=True)
    size: int = Field(default=0, sa_type=BigInteger)
    link_hash: str = Field(max_length=64)
