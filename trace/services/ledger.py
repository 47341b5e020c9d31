"""Append to the ledger (账本) in the transaction of the data it vouches for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update
from sqlmodel import Session, SQLModel

from labels.keys import SigningKey
from trace.core import clock
from trace.ledger import commitment, merkle
from trace.ledger.envelope import Envelope, instant
from trace.ledger.merkle import HASH_BYTES, Frontier
from trace.ledger.tiles import upper_hashes
from trace.services import keyring
from trace.services.audit import AuditAction, note
from trace.services.keyring import Keyring
from trace.tables import LedgerBatch, LedgerEntry, LedgerHead, LedgerNode
from trace.tables.ledgered import LEDGERED, Ledgered, fields, written

ENTRY: Table = LedgerEntry.__table__  # type: ignore[attr-defined]
HEAD: Table = LedgerHead.__table__  # type: ignore[attr-defined]
NODE: Table = LedgerNode.__table__  # type: ignore[attr-defined]
BATCH: Table = LedgerBatch.__table__  # type: ignore[attr-defined]

# Statements of every append, made once: building one costs as much as running it.
_ENTER, _LOOK_UP, _KEEP = insert(ENTRY), insert(BATCH), insert(NODE)
_EDGE = select(HEAD.c.size, HEAD.c.frontier)
_MOVE = update(HEAD).values(size=bindparam("new_size"), frontier=bindparam("new_frontier"))
_NEWEST = select(func.max(BATCH.c.seq)).where(BATCH.c.number == bindparam("batch"))
_PARTS = {
    (table.name, key): select(table).where(table.c[key] == bindparam("identity"))
    for subject in LEDGERED.values()
    for table, key in subject.parts
}

KEYRING = "keyring"  # where a write unit's session carries the keyring (trace.db)


def append(
    session: Session,
    kind: str,
    row: SQLModel,
    *,
    organisation: int,
    occurred: datetime | date | None = None,
    batches: Iterable[str] = (),
    corrects: int | None = None,
    signer: SigningKey | None = None,
) -> int:
    """Enter `row` (flushed, with the rows that belong to it) and return the entry's number.

    The organisation's key signs, or `signer`; an organisation that has none gets its first. The caller's write
    unit holds the head row's lock, so numbers have no gaps and the tree no forks.
    """
    session.flush()
    key = signer or _signer(session, organisation)
    link = session.connection()
    table: Table = row.__table__  # type: ignore[attr-defined]
    subject = LEDGERED[table.name]
    identity = int(row.id)  # type: ignore[attr-defined]
    values = {column.name: getattr(row, column.name) for column in table.c}
    record = fields(subject, values, _parts(link, subject, identity))
    salt = secrets.token_bytes(commitment.SALT_BYTES)
    edge = _frontier(link)
    unsigned = Envelope(
        seq=edge.size,
        kind=kind,
        subject=table.name,
        subject_id=identity,
        organisation=organisation,
        recorded=instant(clock.now()),
        payload=commitment.payload(commitment.digests(salt, record)),
        occurred=written(occurred) if occurred is not None else "",
        batches=tuple((number, _newest(link, number)) for number in dict.fromkeys(batches)),
        corrects=corrects,
        key=f"{key.key_id:05d}",
    )
    entry = unsigned.signed(key.sign(unsigned.message()))
    envelope = entry.text()
    leaf = merkle.leaf_hash(envelope.encode("utf-8"))
    line = {"seq": edge.size, "kind": kind, "subject": table.name, "subject_id": identity}
    link.execute(_ENTER, line | {"envelope": envelope, "salt": salt.hex(), "leaf_hash": leaf.hex()})
    if entry.batches:
        link.execute(_LOOK_UP, [{"number": number, "seq": edge.size} for number, _ in entry.batches])
    _grow(link, edge, leaf)
    return edge.size


def _signer(session: Session, organisation: int) -> SigningKey:
    ring: Keyring = session.info[KEYRING]
    found = ring.current(session, organisation)
    if found is None:
        row, found = keyring.make(session, organisation, ring.master)
        append(session, "key.created", row, organisation=organisation, signer=found)
        note(session, None, AuditAction.KEY_CREATE, f"{found.key_id:05d}")
    return found


def _grow(link: Connection, edge: Frontier, leaf: bytes) -> None:
    after, made = edge.append(leaf)
    nodes = [
        {"level": level, "number": number, "hash": value.hex()} for level, number, value in upper_hashes(made)
    ]
    if nodes:
        link.execute(_KEEP, nodes)
    link.execute(_MOVE, {"new_size": after.size, "new_frontier": b"".join(after.hashes).hex()})


def frontier(session: Session) -> Frontier:
    """The tree's right edge, from the head row."""
    return _frontier(session.connection())


def _frontier(link: Connection) -> Frontier:
    size, stored = link.execute(_EDGE).one()
    raw = bytes.fromhex(stored)
    return Frontier(
        int(size), tuple(raw[start : start + HASH_BYTES] for start in range(0, len(raw), HASH_BYTES))
    )


def _newest(link: Connection, number: str) -> int | None:
    """The entry before that is about this batch."""
    found = link.execute(_NEWEST, {"batch": number}).scalar_one()
    return None if found is None else int(found)


def _parts(link: Connection, subject: Ledgered, identity: int) -> dict[str, list[Any]]:
    return {
        table.name: list(link.execute(_PARTS[table.name, key], {"identity": identity}).mappings())
        for table, key in subject.parts
    }


def entry_of(session: Session, subject: str, subject_id: int) -> int | None:
    """The number of the entry that vouches for a row."""
    found = session.execute(
        select(ENTRY.c.seq).where(ENTRY.c.subject == subject, ENTRY.c.subject_id == subject_id)
    ).scalar_one_or_none()
    return None if found is None else int(found)


def entries_of(session: Session, subject: str, ids: Iterable[int]) -> dict[int, int]:
    """The ledger's entry numbers of rows of one table, by row id."""
    query = select(ENTRY.c.subject_id, ENTRY.c.seq).where(
        ENTRY.c.subject == subject, ENTRY.c.subject_id.in_(list(ids))
    )
    return {int(identity): int(seq) for identity, seq in session.execute(query).all()}


def size(session: Session) -> int:
    """How many entries there are."""
    return int(session.execute(select(HEAD.c.size)).scalar_one())
