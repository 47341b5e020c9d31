"""Append to the ledger (账本) in the transaction of the data it vouches for."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, insert, select, update
from sqlmodel import Session, SQLModel

from trace.core import clock
from trace.ledger import chain
from trace.ledger.envelope import Envelope, instant, sealed
from trace.tables import LedgerEntry, LedgerHead
from trace.tables.ledgered import LEDGERED, Ledgered, payload, written

ENTRY: Table = LedgerEntry.__table__  # type: ignore[attr-defined]
HEAD: Table = LedgerHead.__table__  # type: ignore[attr-defined]


def append(
    session: Session,
    kind: str,
    row: SQLModel,
    *,
    organisation: int,
    occurred: datetime | date | None = None,
    batches: Iterable[str] = (),
    corrects: int | None = None,
    attachments: Iterable[str] = (),
) -> int:
    """Enter `row` (flushed, with the rows that belong to it) and return the entry's number.

    The caller's write unit holds the head row's lock, so numbers have no gaps and links no forks.
    """
    session.flush()
    table: Table = row.__table__  # type: ignore[attr-defined]
    subject = LEDGERED[table.name]
    identity = int(row.id)  # type: ignore[attr-defined]
    values = {column.name: getattr(row, column.name) for column in table.c}
    body = payload(subject, values, _parts(session, subject, identity))
    salt = secrets.token_hex(32)
    size, previous = session.execute(select(HEAD.c.size, HEAD.c.link_hash)).one()
    envelope = Envelope(
        seq=size,
        kind=kind,
        subject=table.name,
        subject_id=identity,
        organisation=organisation,
        recorded=instant(clock.now()),
        payload=sealed(salt, body),
        occurred=written(occurred) if occurred is not None else "",
        batches=tuple(batches),
        corrects=corrects,
        attachments=tuple(attachments),
    ).text()
    leaf = chain.leaf_hash(envelope.encode("utf-8"))
    link = chain.link(previous, leaf)
    session.execute(
        insert(ENTRY).values(
            seq=size,
            kind=kind,
            subject=table.name,
            subject_id=identity,
            envelope=envelope,
            salt=salt,
            leaf_hash=leaf,
            link_hash=link,
        )
    )
    session.execute(update(HEAD).values(size=size + 1, link_hash=link))
    return int(size)


def _parts(session: Session, subject: Ledgered, identity: int) -> dict[str, list[Any]]:
    return {
        table.name: list(session.execute(select(table).where(table.c[key] == identity)).mappings())
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
