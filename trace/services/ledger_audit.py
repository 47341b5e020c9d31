"""Walk the whole ledger and name every entry that was changed, removed, reordered or added unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import exists, func, select, text
from sqlmodel import Session

from labels.errors import LabelError
from labels.keys import PublicKey
from trace.ledger import merkle
from trace.ledger.envelope import UNSIGNED, Envelope
from trace.ledger.merkle import Frontier
from trace.services.ledger import BATCH, ENTRY, HEAD, NODE, TILE_BITS
from trace.services.ledger_record import payloads
from trace.services.ledger_rows import UNREADABLE, Row, rows
from trace.tables import SigningKey, SigningKeyStatus
from trace.tables.ledgered import LEDGERED

PAGE = 500
_KEYS = SigningKey.__table__  # type: ignore[attr-defined]
_ENDS = SigningKeyStatus.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """One thing that is wrong: entry number, stable code, and the record it is about."""

    seq: int
    code: str
    kind: str = ""
    subject: str = ""
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a walk found: how many entries, their root in hex, and what is wrong, first things first."""

    entries: int
    root: str
    faults: tuple[LedgerFault, ...] = ()

    @property
    def fault(self) -> LedgerFault | None:
        """The first thing that is wrong; None when every entry stands as it was written."""
        return self.faults[0] if self.faults else None


def verify(session: Session, known: tuple[int, str] | None = None, *, every: bool = False) -> LedgerReport:
    """Check the tree, every signature, every record against its entry, and that no record stands without one.

    `known` is an earlier report's (entries, root): a history rewritten from before it, however consistent in
    itself, has another root at that size. Ends at the first fault unless `every` is wanted.
    """
    walk = _Walk(session, known)
    faults = []
    for fault in walk.faults():
        faults.append(fault)
        if not every:
            break
    return LedgerReport(walk.edge.size, walk.edge.root().hex(), tuple(faults))


class _Walk:
    """One walk: what has been seen so far, in ledger order."""

    def __init__(self, session: Session, known: tuple[int, str] | None) -> None:
        self._session, self._known = session, known
        self.edge = Frontier()
        self._newest: dict[str, int] = {}
        self._keys: dict[str, PublicKey] = {}
        self._owners: dict[str, int] = {}
        self._signed = False
        self._lines = 0
        self._nodes: dict[tuple[int, int], str] = {}

    def faults(self) -> Iterator[LedgerFault]:
        sound = True
        for page in self._pages():
            read = [(row, _read(row)) for _, row in page]
            now = payloads(self._session, [(row, envelope) for row, envelope in read if row and envelope])
            for (seq, _), (row, envelope) in zip(page, read, strict=True):
                expected = self.edge.size
                for code in self._entry(seq, row, envelope, now):
                    sound = False
                    yield _named(expected if code == "ledger.missing" else seq, row or {}, code)
        if self._known is not None and self._known[0] > self.edge.size:
            yield LedgerFault(self.edge.size, "ledger.cut-off")
        yield from self._beyond(sound)

    def _entry(
        self, seq: int, row: Row | None, envelope: Envelope | None, now: dict[int, str]
    ) -> Iterator[str]:
        """What is wrong with one entry: its place, its envelope, its signature, its record."""
        expected = self.edge.size
        missing = seq != expected
        leaf = _leaf(row)
        self.edge, made = self.edge.append(leaf)
        for level, index, value in made:
            if level and level % TILE_BITS == 0:
                self._nodes[level // TILE_BITS, index] = value.hex()
        if missing:
            # Count on from where the numbers go on, so that one gap is one fault.
            self.edge = Frontier() if seq < expected else _at(seq + 1)
            yield "ledger.missing" if seq > expected else "ledger.reordered"
            return
        if row is None or envelope is None or row["leaf_hash"] != leaf.hex():
            yield "ledger.entry-changed"
            return
        if envelope.seq != seq:
            yield "ledger.reordered"
            return
        named = (envelope.kind, envelope.subject, envelope.subject_id)
        if named != (row["kind"], row["subject"], row["subject_id"]):
            yield "ledger.entry-changed"
            return
        yield from self._rewritten()
        if (code := self._signature(envelope)) is not None:
            yield code
        if not self._in_row(envelope):
            yield "ledger.batch-row"
        if now.get(seq) != envelope.payload:
            yield "ledger.record-changed"

    def _rewritten(self) -> Iterator[str]:
        if (
            self._known is not None
            and self._known[0] == self.edge.size
            and self._known[1] != self.edge.root().hex()
        ):
            yield "ledger.rewritten"

    def _signature(self, envelope: Envelope) -> str | None:
        """The entry is signed by a key of its organisation that was in force; unsigned only before the first."""
        if envelope.version == UNSIGNED:
            self._learn(envelope)
            return "ledger.unsigned" if self._signed else None
        self._signed = True
        if envelope.subject == _KEYS.name:
            self._learn(envelope)
        key = self._keys.get(envelope.key)
        if key is None or self._owners[envelope.key] != envelope.organisation:
            return "ledger.key-not-in-force"
        if not key.verify(envelope.signature, envelope.message()):
            return "ledger.signature-wrong"
        if envelope.subject == _ENDS.name:
            self._end(envelope)
        return None

    def _learn(self, envelope: Envelope) -> None:
        if envelope.subject == _KEYS.name:
            for row in rows(self._session, _KEYS, "id", [envelope.subject_id]).get(envelope.subject_id, []):
                try:
                    key = PublicKey(row["id"], bytes.fromhex(row["public_key"]))
                except (*UNREADABLE, LabelError):
                    continue
                self._keys[f"{key.key_id:05d}"] = key
                self._owners[f"{key.key_id:05d}"] = row["organisation_id"]
        elif envelope.subject == _ENDS.name:
            self._end(envelope)

    def _end(self, envelope: Envelope) -> None:
        for row in rows(self._session, _ENDS, "id", [envelope.subject_id]).get(envelope.subject_id, []):
            self._keys.pop(f"{row['key_id']:05d}", None)

    def _in_row(self, envelope: Envelope) -> bool:
        """Each batch's entries follow one another: the entry names the one before about the same batch."""
        sound = True
        for number, before in envelope.batches:
            self._lines += 1
            sound = sound and (envelope.version == UNSIGNED or before == self._newest.get(number))
            self._newest[number] = envelope.seq
        return sound

    def _pages(self) -> Iterator[list[tuple[int, Row | None]]]:
        """Entries in order, a page at a time; None stands for an entry that cannot be read."""
        after = -1
        while seqs := _seqs(self._session, after, PAGE):
            found = rows(self._session, ENTRY, "seq", seqs)
            yield [(seq, found.get(seq, [None])[0]) for seq in seqs]
            after = seqs[-1]

    def _beyond(self, sound: bool) -> Iterator[LedgerFault]:
        """Entries cut off at the end, and records that no entry vouches for."""
        session, count = self._session, self.edge.size
        try:
            size, stored = session.execute(select(HEAD.c.size, HEAD.c.frontier)).one()
            if sound and (size, stored) != (count, b"".join(self.edge.hashes).hex()):
                yield LedgerFault(min(int(size), count), "ledger.cut-off")
            kept = {(row.level, row.number): row.hash for row in session.execute(select(NODE))}
            for level, number in sorted(kept.keys() | self._nodes.keys()) if sound else ():
                if kept.get((level, number)) != self._nodes.get((level, number)):
                    yield LedgerFault(number << level * TILE_BITS, "ledger.node-changed")
            lines = session.execute(select(func.count()).select_from(BATCH)).scalar_one()
            if sound and lines != self._lines:
                yield LedgerFault(count, "ledger.batch-index")
        except UNREADABLE:
            yield LedgerFault(count, "ledger.cut-off")
        for name, subject in LEDGERED.items():
            entered = exists().where(ENTRY.c.subject == name, ENTRY.c.subject_id == subject.table.c.id)
            try:
                strays = (
                    session.execute(select(subject.table.c.id).where(~entered).limit(100)).scalars().all()
                )
            except UNREADABLE:
                yield LedgerFault(count, "ledger.damaged", "", name)
                continue
            for stray in strays:
                yield LedgerFault(count, "ledger.record-without-entry", "", name, stray)
        yield from _damage(session, count)


def _at(size: int) -> Frontier:
    """A frontier of so many entries whose hashes are not known: it only counts."""
    return Frontier(size, (bytes(merkle.HASH_BYTES),) * size.bit_count())


def _read(row: Row | None) -> Envelope | None:
    try:
        return Envelope.parse(row["envelope"]) if row is not None else None
    except UNREADABLE:
        return None


def _leaf(row: Row | None) -> bytes:
    try:
        return merkle.leaf_hash(row["envelope"].encode("utf-8")) if row is not None else bytes(32)
    except UNREADABLE:
        return bytes(32)


def _named(seq: int, row: Row, code: str) -> LedgerFault:
    """The fault with what the entry says it is about, as far as that can still be read."""
    kind, subject, identity = row.get("kind"), row.get("subject"), row.get("subject_id")
    return LedgerFault(
        seq,
        code,
        kind if isinstance(kind, str) else "",
        subject if isinstance(subject, str) else "",
        identity if isinstance(identity, int) else 0,
    )


def _seqs(session: Session, after: int, limit: int) -> list[int]:
    """The next entries' numbers; in a damaged file as many as can be read, then the one that cannot."""
    query = select(ENTRY.c.seq).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit)
    try:
        return [int(seq) for seq in session.execute(query).scalars()]
    except UNREADABLE:
        return [after + 1] if limit == 1 else _seqs(session, after, limit // 2)


def _damage(session: Session, count: int) -> Iterator[LedgerFault]:
    """What SQLite finds wrong with its file: an index that leaves out a row would hide it from pages."""
    if session.get_bind().dialect.name != "sqlite":
        return
    try:
        found = session.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    except UNREADABLE:
        found = ""
    if found != "ok":
        yield LedgerFault(count, "ledger.damaged")
