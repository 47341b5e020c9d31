"""Proofs (证明) that anyone can check offline: an entry is in the log that so-and-so witnessed (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from trace.core.errors import NotFound
from trace.ledger.proof import TlogProof
from trace.services import ledger, tree, witness
from trace.services.log import CHECKPOINT, Signed


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry with its proof: `envelope` is the leaf, SHA-256(0x00 ‖ envelope) the leaf hash."""

    seq: int
    envelope: str
    proof: TlogProof


def note_of(session: Session, signed: Signed) -> str:
    """The signed note of a checkpoint, with the cosignatures of witnesses in force under it."""
    return signed.note + "".join(witness.lines_under(session, signed.key.epoch, signed.size))


def witnessed_checkpoint(session: Session) -> str | None:
    """The note of the largest checkpoint that a witness cosigned, cosignatures and all; None if there is none."""
    found = witness.newest_cosigned(session)
    if found is None:
        return None
    epoch, size = found
    query = select(CHECKPOINT.c.note).where(CHECKPOINT.c.epoch == epoch, CHECKPOINT.c.size == size)
    return str(session.execute(query).scalar_one()) + "".join(witness.lines_under(session, epoch, size))


def prove(session: Session, signed: Signed, seq: int) -> Proven:
    """That entry `seq` is in the tree of a signed checkpoint; NotFound ledger.no-such-entry."""
    hashes = tree.inclusion(session, seq, signed.size)
    envelope = session.execute(select(ledger.ENTRY.c.envelope).where(ledger.ENTRY.c.seq == seq)).scalar_one()
    return Proven(seq, envelope, TlogProof(seq, tuple(hashes), note_of(session, signed)))


def entries_about(session: Session, number: str) -> list[int]:
    """The entries that are about a batch, oldest first; NotFound ledger.batch-not-entered."""
    query = select(ledger.BATCH.c.seq).where(ledger.BATCH.c.number == number).order_by(ledger.BATCH.c.seq)
    found = [int(seq) for seq in session.execute(query).scalars()]
    if not found:
        raise NotFound("ledger.batch-not-entered", number=number[:40])
    return found
