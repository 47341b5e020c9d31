"""Which entries a batch's bundle holds, and each as the bundle writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.core.errors import Conflict, TooLarge
from trace.ledger import commitment, merkle
from trace.ledger.commitment import Value
from trace.ledger.envelope import UNSIGNED, Envelope
from trace.services import erasure, tree
from trace.services.bundle_withheld import withheld
from trace.services.ledger import BATCH, ENTRY
from trace.services.ledger_record import ERASURE, OPENING
from trace.services.ledger_rows import UNREADABLE, Row, plain, rows
from trace.tables import Batch, BatchAncestry
from trace.tables.base import metadata
from trace.tables.ledgered import LEDGERED, fields, payload
from trace.verify.check import MAX_LINES
from trace.verify.fault import Fault
from trace.verify.line import Line
from trace.verify.story import Record, must_show

T = TypeVar("T")
PAGE = 400

# Records that belong to others without being named by them: (table, foreign key) by the table they belong to.
_BELONGING: Mapping[str, tuple[tuple[str, str], ...]] = {
    "brand": (("brand_rule", "brand_id"), ("authorisation", "brand_id")),
    "organisation": (("signing_key", "organisation_id"),),
    "signing_key": (("signing_key_status", "key_id"),),
    "authorisation": (("authorisation_revocation", "authorisation_id"),),
    "witness": (("witness_end", "witness_id"),),
}
# Of the log itself, in every bundle.
_ALWAYS = ("log_identity", "witness")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The family's batch numbers, the subject's first, each with its entries; and all entries, in order."""

    rows: Mapping[str, Sequence[int]]
    seqs: Sequence[int]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the bundle, and the same as a record without salts."""

    line: Line
    record: Record


@dataclass(frozen=True, slots=True)
class _Read:
    """An entry with its record as it stands now, and what opens it."""

    row: Row
    envelope: Envelope
    values: Mapping[str, Value]
    whole: Mapping[str, object] | None
    openings: Sequence[Row]


def choose(session: Session, batch: Batch, size: int) -> Chosen:
    """The entries below `size` about the batch's whole family, and all that their records lean on.

    TooLarge bundle.too-large beyond what verifiers read.
    """
    numbers = _family(session, batch, size)
    row_seqs: dict[str, list[int]] = {number: [] for number in numbers}
    for some in _pages(numbers):
        query = select(BATCH.c.number, BATCH.c.seq).where(BATCH.c.number.in_(some), BATCH.c.seq < size)
        for number, seq in session.execute(query.order_by(BATCH.c.seq)):
            row_seqs[number].append(int(seq))
    seen: set[int] = set()
    pending = {seq for seqs in row_seqs.values() for seq in seqs}
    owners = {batch.organisation_id for batch in _batches(session, numbers)}
    for table in _ALWAYS:
        pending |= set(_entries_of(session, table, None, size))
    while pending:
        seen |= pending
        if len(seen) > MAX_LINES:
            raise TooLarge("bundle.too-large")
        pending = _leaning(session, sorted(pending), owners, size) - seen
    return Chosen(row_seqs, sorted(seen))


def _family(session: Session, batch: Batch, size: int) -> list[str]:
    """The batch, its descendants, and the ancestors of all of them, as far as they are entered below `size`."""
    below = select_model(BatchAncestry.descendant_id).where(BatchAncestry.ancestor_id == batch.id)
    query = (
        select_model(Batch.number)
        .join(ENTRY, (ENTRY.c.subject == "batch") & (ENTRY.c.subject_id == col(Batch.id)))
        .where(
            ENTRY.c.seq < size,
            col(Batch.id).in_(
                select_model(BatchAncestry.ancestor_id).where(col(BatchAncestry.descendant_id).in_(below))
            )
            | col(Batch.id).in_(below),
        )
        .order_by(col(Batch.id))
    )
    return list(dict.fromkeys([batch.number, *session.exec(query).all()]))


def _batches(session: Session, numbers: Sequence[str]) -> Iterator[Batch]:
    for some in _pages(numbers):
        yield from session.exec(select_model(Batch).where(col(Batch.number).in_(some))).all()


def _leaning(session: Session, seqs: Sequence[int], owners: Collection[int], size: int) -> set[int]:
    """The entries of what these entries' records name, of what belongs to them, and of erasures from them."""
    wanted: dict[str, set[int]] = defaultdict(set)
    belonging: dict[tuple[str, str], set[int]] = defaultdict(set)
    found: set[int] = set()
    for some in _pages(seqs):
        for read in _read(session, some):
            record = Record(read.envelope, read.values)
            wanted["organisation"].add(read.envelope.organisation)
            for _, (table, number) in record.references():
                wanted[table].add(number)
            for table, key in _BELONGING.get(read.envelope.subject, ()):
                belonging[table, key].add(read.envelope.subject_id)
        query = select(ERASURE.c.id).where(ERASURE.c.seq.in_(some))
        wanted["erasure"] |= set(session.execute(query).scalars())
    for (name, key), ids in belonging.items():
        owned = metadata.tables[name]
        for some_ids in _pages(sorted(ids)):
            query = select(owned.c.id).where(owned.c[key].in_(some_ids))
            if name == "authorisation":
                # Of those that the brand gave, the ones that somebody of this family holds.
                query = query.where(owned.c.organisation_id.in_(owners))
            wanted[name] |= set(session.execute(query).scalars())
    for name, ids in wanted.items():
        found |= set(_entries_of(session, name, sorted(ids), size))
    return found


def _entries_of(session: Session, table: str, ids: Sequence[int] | None, size: int) -> Iterator[int]:
    """The entries of a table's records, all of them or those of `ids`."""
    query = select(ENTRY.c.seq).where(ENTRY.c.subject == table, ENTRY.c.seq < size)
    for some in [None] if ids is None else _pages(ids):
        narrowed = query if some is None else query.where(ENTRY.c.subject_id.in_(some))
        yield from (int(seq) for seq in session.execute(narrowed).scalars())


def entries(session: Session, seqs: Sequence[int], size: int, *, personal: bool) -> Iterator[Entry]:
    """The entries as the bundle writes them, in order; Conflict bundle.record-changed for a record that is not its
    entry's: a bundle of it would prove nothing.
    """
    subtree = tree.subtree(session)
    for some in _pages(seqs):
        erased = erasure.declared(session, some)
        for read in _read(session, some):
            seq = read.envelope.seq
            proof = tuple(merkle.inclusion_proof(seq, size, subtree))
            line = _line(read, proof, erased.get(seq, set()), personal=personal)
            try:
                yield Entry(line, _record(line, read.envelope))
            except Fault as fault:
                raise Conflict("bundle.record-changed", seq=seq) from fault


def _line(read: _Read, proof: tuple[bytes, ...], erased: Collection[str], *, personal: bool) -> Line:
    envelope, row = read.envelope, read.row
    stage = str(read.values.get("stage", ""))
    hidden = {
        name
        for name, value in read.values.items()
        if not personal
        and not must_show(envelope.subject, name)
        and withheld(envelope.subject, name, value, stage)
    }
    if read.whole is not None:
        # Hashed whole, it is shown whole or not at all.
        whole = None if hidden and not must_show(envelope.subject, "*") else (str(row["salt"]), read.whole)
        return Line(envelope.seq, str(row["envelope"]), proof, whole=whole, by_field=False)
    salts: dict[str, str | None] = {one["field"]: one["salt"] for one in read.openings}
    digests: dict[str, str] = {one["field"]: one["digest"] for one in read.openings}
    if row["salt"]:
        salt = bytes.fromhex(row["salt"])
        salts = {name: commitment.field_salt(salt, name).hex() for name in read.values}
        digests = commitment.digests(salt, read.values)
    shown = {
        name: (opening, read.values[name])
        for name, opening in salts.items()
        if opening is not None and name in read.values and name not in hidden
    }
    rest = digests.keys() - shown.keys()
    # Gone, but its erasure lies beyond the checkpoint: to this bundle it is withheld.
    gone = {name for name in rest if salts[name] is None and name in erased}
    return Line(
        seq=envelope.seq,
        text=str(row["envelope"]),
        proof=proof,
        digests=digests,
        open=shown,
        withheld=tuple(sorted(rest - gone)),
        erased=tuple(sorted(gone)),
    )


def _record(line: Line, envelope: Envelope) -> Record:
    hidden = ("*",) if not line.by_field and line.whole is None else line.withheld
    return Record(envelope, line.check_record(envelope), hidden, line.erased)


def _read(session: Session, seqs: Sequence[int]) -> Iterator[_Read]:
    """Entries with their records, in order; Conflict bundle.record-changed where one cannot be read."""
    found = rows(session, ENTRY, "seq", seqs)
    members: dict[str, list[tuple[Row, Envelope]]] = defaultdict(list)
    made: dict[int, _Read] = {}
    for seq in seqs:
        try:
            [row] = found.get(seq, [])
            envelope = Envelope.parse(row["envelope"])
            members[envelope.subject].append((row, envelope))
        except UNREADABLE as error:
            raise Conflict("bundle.record-changed", seq=seq) from error
    openings = rows(session, OPENING, "seq", seqs)
    for name, some in members.items():
        for read in _records(session, name, some, openings):
            made[read.envelope.seq] = read
    yield from (made[seq] for seq in seqs)


def _records(
    session: Session,
    name: str,
    members: Iterable[tuple[Row, Envelope]],
    openings: Mapping[int, Sequence[Row]],
) -> Iterator[_Read]:
    known = list(members)
    subject = LEDGERED[name]
    ids = [envelope.subject_id for _, envelope in known]
    records = rows(session, subject.table, "id", ids)
    parts: dict[str, dict[int, list[Row]]] = {
        table.name: rows(session, table, key, ids) for table, key in subject.parts
    }
    for row, envelope in known:
        identity = envelope.subject_id
        try:
            [record] = records.get(identity, [])
            plain_row = plain(record, subject.table)
            belonging = {table.name: list(parts[table.name].get(identity, [])) for table, _ in subject.parts}
            values = fields(subject, plain_row, belonging)
            unsigned = envelope.version == UNSIGNED and row["salt"]
            whole = payload(subject, plain_row, belonging) if unsigned else None
        except UNREADABLE as error:
            raise Conflict("bundle.record-changed", seq=envelope.seq) from error
        yield _Read(row, envelope, values, whole, openings.get(envelope.seq, ()))


def _pages(items: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time: databases take only so many parameters."""
    walk = iter(items)
    while some := list(islice(walk, PAGE)):
        yield some
