"""Walk through the ledger from its first entry to its last, and see that each follows from those before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Iterator

from sqlalchemy import func, select
from sqlmodel import Session

from trace.core.lateness import Clock
from trace.ledger.envelope import UNSIGNED, Envelope
from trace.ledger.merkle import HASH_BYTES, Frontier
from trace.ledger.tiles import upper_hashes
from trace.services import ledger_around as around
from trace.services.lateness import Limits
from trace.services.ledger import ENTRY
from trace.services.ledger_look import Looked, Page, look_at_all
from trace.services.ledger_points import Points
from trace.services.ledger_record import gather
from trace.services.ledger_report import LedgerFault, Notes, named
from trace.services.ledger_rows import UNREADABLE, Row, rows
from trace.services.ledger_signers import Signers

PAGE = 500
_WORTH_PROCESSES = 4_000  # entries: below, they take longer to start than the walk


class Walk:
    """One walk: what has been seen so far, in ledger order.

    `size` is the number the next entry must have, `edge` the tree's right edge; None once entries are missing, for
    then the tree is unknown.
    """

    def __init__(self, session: Session, points: Points, workers: int) -> None:
        self._session, self._points, self._workers = session, points, workers
        self.size = 0
        self.edge: Frontier | None = Frontier()
        self.notes = Notes()
        self._signers = Signers(session)
        self._limits = Limits(session)
        self._index = around.BatchIndex()
        self._newest: dict[str, int] = {}
        self._nodes: dict[tuple[int, int], str] = {}
        self._lost: list[range] = []  # in rising order, apart from one another
        self._shift = 0
        self._ordered = True
        self._recorded = ""

    def faults(self) -> Generator[LedgerFault]:
        """Everything that is wrong, first things first."""
        for page, found in look_at_all(self._pages(), self._signers.publics, self._processes()):
            looks = iter(found)
            for seq, row in page:
                looked = Looked(None, None) if row is None else next(looks)
                if seq != self.size:
                    yield LedgerFault(self.size, "ledger.missing")
                    self._lose(range(self.size, seq))
                self.size = seq + 1
                for code in dict.fromkeys(self._entry(seq, row or {}, looked)):
                    yield named(seq, row, code)
                if self.edge is not None:
                    yield from self._points.at(self.edge)
        yield from self._points.beyond(self.size)
        yield from self._points.faults
        # Where the order is wrong, so is all that goes by numbers: that is one fault, not many.
        yield from around.head(self._session, self.size, self.edge if self._ordered else None)
        if self._ordered:
            yield from around.nodes(self._session, self._nodes, self.size, whole=self.edge is not None)
            yield from self._batches()
        yield from around.openings(self._session)
        yield from around.strays(self._session, self.size)
        yield from around.damage(self._session, self.size)

    def _batches(self) -> Iterator[LedgerFault]:
        try:
            yield from self._index.faults(self._session, self._is_lost)
        except UNREADABLE:
            yield LedgerFault(self.size, "ledger.batch-index")

    def _entry(self, seq: int, row: Row, looked: Looked) -> Iterator[str]:
        """What is wrong with one entry: its place, its envelope, its signature, its record."""
        envelope = looked.envelope
        changed = looked.leaf is None or envelope is None or row["leaf_hash"] != looked.leaf.hex()
        if changed:
            yield "ledger.entry-changed"
        if envelope is None or (changed and not self._signers.credible(envelope, looked)):
            # What the envelope says is worth nothing: the tree goes on from the leaf hash that was kept.
            self._grow(None if envelope and envelope.version == UNSIGNED else _kept_leaf(row))
            self._lose(range(seq, seq + 1), leaf=False)
            return
        self._grow(looked.leaf)
        if envelope.seq - seq != self._shift:
            self._shift = envelope.seq - seq
            if self._shift:
                yield "ledger.reordered"
                self._ordered = False
        if (envelope.kind, envelope.subject, envelope.subject_id) != (
            row["kind"],
            row["subject"],
            row["subject_id"],
        ):
            yield "ledger.entry-changed"
            return
        yield from self._signers.faults(envelope, looked, gaps=bool(self._lost))
        if not self._in_row(envelope):
            yield "ledger.batch-row"
        # What was erased is noted under the entry's number, so that it cannot be told where the numbers are wrong.
        if not looked.stands and (row["salt"] or not self._shift):
            yield "ledger.record-changed"
        self.notes.take(seq, self._noted(envelope, looked))
        self._recorded = envelope.recorded

    def _grow(self, leaf: bytes | None) -> None:
        if leaf is None:
            self.edge = None
        if self.edge is None or leaf is None:
            return
        self.edge, made = self.edge.append(leaf)
        for level, number, value in upper_hashes(made):
            self._nodes[level, number] = value.hex()

    def _lose(self, seqs: range, *, leaf: bool = True) -> None:
        if self._lost and self._lost[-1].stop == seqs.start:
            seqs = range(self._lost.pop().start, seqs.stop)
        self._lost.append(seqs)
        if leaf:
            self.edge = None

    def _is_lost(self, seq: int) -> bool:
        at = bisect_right(self._lost, seq, key=lambda one: one.start)
        return at > 0 and seq in self._lost[at - 1]

    def _in_row(self, envelope: Envelope) -> bool:
        """Each batch's entries follow one another: the entry names the one before about the same batch."""
        sound = True
        for number, before in envelope.batches:
            if envelope.version != UNSIGNED and before != self._newest.get(number):
                sound = sound and before is not None and self._is_lost(before)
            self._newest[number] = envelope.seq
            self._index.take(number, envelope.seq)
        return sound

    def _noted(self, envelope: Envelope, looked: Looked) -> Iterator[str]:
        if envelope.version == UNSIGNED:
            yield "ledger.note-unsigned"
        if self._limits.late_days(envelope):
            yield "ledger.note-late"
        if self._limits.clock(envelope, self._recorded) is not Clock.FITS:
            yield "ledger.note-clock"
        if looked.erased:
            yield "ledger.note-erased"
        if self._signers.leaked(envelope):
            yield "ledger.note-leaked"

    def _processes(self) -> int:
        try:
            many = self._session.execute(select(func.count()).select_from(ENTRY)).scalar_one()
        except UNREADABLE:
            return 1
        return self._workers if many >= _WORTH_PROCESSES else 1

    def _pages(self) -> Iterator[Page]:
        """Entries in order, a page at a time; None stands for an entry that cannot be read."""
        after, unread = -1, 0
        while seqs := _seqs(self._session, after, PAGE):
            found = rows(self._session, ENTRY, "seq", seqs)
            # Where nothing at all can be read there is no telling where the ledger ends.
            unread = 0 if found else unread + len(seqs)
            if unread > PAGE:
                return
            page = [(seq, found.get(seq, [None])[0]) for seq in seqs]
            yield page, gather(self._session, [row for _, row in page if row is not None])
            after = seqs[-1]


def _seqs(session: Session, after: int, limit: int) -> list[int]:
    """The next entries' numbers; in a damaged file as many as can be read, then the one that cannot."""
    query = select(ENTRY.c.seq).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit)
    try:
        return [int(seq) for seq in session.execute(query).scalars()]
    except UNREADABLE:
        return [after + 1] if limit == 1 else _seqs(session, after, limit // 2)


def _kept_leaf(row: Row) -> bytes | None:
    try:
        leaf = bytes.fromhex(row["leaf_hash"])
    except UNREADABLE:
        return None
    return leaf if len(leaf) == HASH_BYTES else None
