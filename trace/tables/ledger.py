"""Ledger (账本): append-only entries under one Merkle tree; the row an entry vouches for is named by table and id."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH


class LedgerEntry(SQLModel, table=True):
    """Canonical envelope (RFC 8785) and its leaf hash (RFC 6962), in hex.

    `salt` opens what the entry commits to; "" once a field was erased: then `LedgerOpening` has what is left.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id"),
        CheckConstraint("seq >= 0", name="seq_not_negative"),
        CheckConstraint("length(leaf_hash) = 64", name="hash_length"),
    )

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=40)
    subject_id: int
    envelope: str = Field(sa_type=Text)
    salt: str = Field(max_length=64)
    leaf_hash: str = Field(max_length=64)


class LedgerHead(SQLModel, table=True):
    """The one row that orders all writers: number of entries, and the tree's right edge (hex hashes, largest first)."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: int = Field(default=1, primary_key=True)
    size: int = Field(default=0, sa_type=BigInteger)
    frontier: str = Field(default="", sa_type=Text)


class LedgerNode(SQLModel, table=True):
    """A hash of the tree's tiles (C2SP tlog-tiles) of level 1 and up; those of level 0 are the leaf hashes.

    The number-th hash of tile level L is that of the subtree over 256^L entries.
    """

    __tablename__ = "ledger_node"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 7", name="level_range"),
        CheckConstraint("length(hash) = 64", name="hash_length"),
    )

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: str = Field(max_length=64)


class LedgerBatch(SQLModel, table=True):
    """Which entries are about a batch: what the envelopes say, for looking up."""

    __tablename__ = "ledger_batch"

    number: str = Field(primary_key=True, max_length=32)
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})


class LedgerOpening(SQLModel, table=True):
    """A field of an entry from which something was erased: its digest, and its salt unless it is what was erased."""

    __tablename__ = "ledger_opening"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    field: str = Field(primary_key=True, max_length=NAME_LENGTH)
    salt: str | None = Field(default=None, max_length=64)
    digest: str = Field(max_length=64)
