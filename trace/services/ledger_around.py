"""What stands around the entries: the head, the kept hashes, the index of batches, openings, records, the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from sqlalchemy import exists, select, text
from sqlmodel import Session

from trace.ledger.merkle import Frontier
from trace.ledger.tiles import HEIGHT
from trace.services.ledger import BATCH, ENTRY, HEAD, NODE
from trace.services.ledger_record import OPENING
from trace.services.ledger_report import LedgerFault
from trace.services.ledger_rows import UNREADABLE
from trace.tables.ledgered import LEDGERED

_STRAYS = 100  # named of each table
_CHUNK = 2_000

Lost = Callable[[int], bool]


class BatchIndex:
    """The entries about each batch, as the envelopes say: one running hash for each batch, however many entries."""

    def __init__(self) -> None:
        self._hashes: dict[str, bytes] = {}

    def take(self, number: str, seq: int) -> None:
        """Entry `seq` is about the batch; taken in rising order."""
        self._hashes[number] = _running(self._hashes.get(number, b""), seq)

    def faults(self, session: Session, lost: Lost) -> Iterator[LedgerFault]:
        """Batches whose rows are others; rows about entries that are lost are passed over."""
        kept: dict[str, bytes] = {}
        query = select(BATCH.c.number, BATCH.c.seq).order_by(BATCH.c.number, BATCH.c.seq)
        for number, seq in session.execute(query.execution_options(yield_per=_CHUNK)):
            if not isinstance(seq, int) or not lost(seq):
                kept[str(number)] = _running(kept.get(str(number), b""), seq)
        for number in sorted(kept.keys() | self._hashes.keys()):
            if kept.get(number) != self._hashes.get(number):
                yield LedgerFault(0, "ledger.batch-index", detail=number)


def _running(before: bytes, seq: object) -> bytes:
    return hashlib.sha256(before + f"{seq}\n".encode()).digest()


def head(session: Session, size: int, edge: Frontier | None) -> Iterator[LedgerFault]:
    """The head says how many entries there are, and the tree's right edge (unknown where entries are missing)."""
    try:
        told, frontier = session.execute(select(HEAD.c.size, HEAD.c.frontier)).one()
        least = min(int(told), size)
    except UNREADABLE:
        yield LedgerFault(size, "ledger.head-changed")
        return
    if told != size:
        yield LedgerFault(least, "ledger.cut-off")
    elif edge is not None and frontier != b"".join(edge.hashes).hex():
        yield LedgerFault(size, "ledger.head-changed")


def nodes(
    session: Session, made: dict[tuple[int, int], str], size: int, *, whole: bool
) -> Iterator[LedgerFault]:
    """The kept hashes are those that the leaves give; `made` are these, all of them if the tree is `whole`."""
    kept = {}
    try:
        for row in session.execute(select(NODE).execution_options(yield_per=_CHUNK)):
            kept[row.level, row.number] = row.hash
    except UNREADABLE:
        yield LedgerFault(size, "ledger.node-changed")
        return
    for level, number in sorted((kept.keys() if whole else set()) | made.keys(), key=str):
        if kept.get((level, number)) != made.get((level, number)):
            first = number << level * HEIGHT if 0 < level < 8 and number >= 0 else 0
            yield LedgerFault(first, "ledger.node-changed", detail=f"{level}:{number}")


def openings(session: Session) -> Iterator[LedgerFault]:
    """Only entries from which something was erased have openings."""
    erased = exists().where(ENTRY.c.seq == OPENING.c.seq, ENTRY.c.salt == "")
    try:
        found = session.execute(select(OPENING.c.seq, OPENING.c.field).where(~erased).limit(_STRAYS)).all()
    except UNREADABLE:
        yield LedgerFault(0, "ledger.opening-changed")
        return
    for seq, field in found:
        yield LedgerFault(int(seq), "ledger.opening-changed", detail=str(field))


def strays(session: Session, size: int) -> Iterator[LedgerFault]:
    """Records that no entry vouches for."""
    for name, subject in LEDGERED.items():
        entered = exists().where(ENTRY.c.subject == name, ENTRY.c.subject_id == subject.table.c.id)
        try:
            query = select(subject.table.c.id).where(~entered).limit(_STRAYS)
            found = session.execute(query).scalars().all()
        except UNREADABLE:
            yield LedgerFault(size, "ledger.damaged", "", name)
            continue
        for identity in found:
            yield LedgerFault(size, "ledger.record-without-entry", "", name, identity)


def damage(session: Session, size: int) -> Iterator[LedgerFault]:
    """What SQLite finds wrong with its file: an index that leaves out a row would hide it from pages."""
    if session.get_bind().dialect.name != "sqlite":
        return
    try:
        found = session.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    except UNREADABLE:
        found = ""
    if found != "ok":
        yield LedgerFault(size, "ledger.damaged")
