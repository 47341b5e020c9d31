"""Walk the whole ledger and name the first entry that was changed, removed, reordered or added unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Integer, Table, exists, select, text, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from trace.ledger import chain
from trace.ledger.canonical import parse
from trace.ledger.envelope import sealed
from trace.services.ledger import ENTRY, HEAD
from trace.tables.ledgered import LEDGERED, Ledgered, payload, payload_columns

PAGE = 500

# What reading a damaged row can raise: the driver's errors, our types' refusal of a wrong spelling, and what
# a value of a wrong type does to code that trusted it.
_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, AttributeError, KeyError)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """The first thing that is wrong: entry number, stable code, and the record it is about."""

    seq: int
    code: str
    kind: str = ""
    subject: str = ""
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a walk found; `fault` is None when every entry stands as it was written."""

    entries: int
    head: str
    fault: LedgerFault | None


def verify(session: Session, known: tuple[int, str] | None = None) -> LedgerReport:
    """Check every link, every record against its entry, and that no record stands without one.

    `known` is an earlier report's (entries, head): a history rewritten from before it, however consistent in
    itself, no longer leads through that head.
    """
    previous, expected = chain.GENESIS, 0
    for page in _pages(session):
        hashes = _payload_hashes(session, [row for _, row in page if row is not None])
        for seq, row in page:
            code = _fault_of(seq, row, expected, previous, hashes)
            if code is not None or row is None:
                fault = _named(seq, row or {}, expected, code or "ledger.entry-changed")
                return LedgerReport(expected, previous, fault)
            previous, expected = row["link_hash"], expected + 1
            if known is not None and known[0] == expected and known[1] != previous:
                return LedgerReport(expected, previous, LedgerFault(expected - 1, "ledger.rewritten"))
    if known is not None and known[0] > expected:
        return LedgerReport(expected, previous, LedgerFault(expected, "ledger.cut-off"))
    beyond = _fault_beyond(session, expected, previous) or _damage(session, expected)
    return LedgerReport(expected, previous, beyond)


def _named(seq: int, row: Row, expected: int, code: str) -> LedgerFault:
    """The fault with what the entry says it is about, as far as that can still be read."""
    kind, subject, identity = row.get("kind"), row.get("subject"), row.get("subject_id")
    return LedgerFault(
        min(seq, expected) if code == "ledger.missing" else seq,
        code,
        kind if isinstance(kind, str) else "",
        subject if isinstance(subject, str) else "",
        identity if isinstance(identity, int) else 0,
    )


def _pages(session: Session) -> Iterator[list[tuple[int, Row | None]]]:
    """Entries in order, a page at a time; None stands for an entry that cannot be read."""
    after = -1
    while seqs := _seqs(session, after, PAGE):
        found = _rows(session, ENTRY, "seq", seqs)
        yield [(seq, found.get(seq, [None])[0]) for seq in seqs]
        after = seqs[-1]


def _seqs(session: Session, after: int, limit: int) -> list[int]:
    """The next entries' numbers; in a damaged file as many as can be read, then the one that cannot."""
    query = select(ENTRY.c.seq).where(ENTRY.c.seq > after).order_by(ENTRY.c.seq).limit(limit)
    try:
        return [int(seq) for seq in session.execute(query).scalars()]
    except _UNREADABLE:
        return [after + 1] if limit == 1 else _seqs(session, after, limit // 2)


def _strict(column: ColumnElement[Any]) -> ColumnElement[Any]:
    # SQLite would read any non-zero byte as true.
    return type_coerce(column, Integer).label(column.key) if isinstance(column.type, Boolean) else column


def _rows(session: Session, table: Table, key: str, keys: Sequence[int]) -> dict[int, list[Row]]:
    """Rows by key; a row that cannot be read is left out, and does not hide the others."""
    columns = [_strict(column) for column in payload_columns(table)]
    query = select(*columns)
    found: dict[int, list[Row]] = defaultdict(list)
    try:
        for row in session.execute(query.where(table.c[key].in_(keys))).mappings():
            found[row[key]].append({str(name): value for name, value in row.items()})
    except _UNREADABLE:
        if len(keys) == 1:
            return {}
        middle = len(keys) // 2
        return _rows(session, table, key, keys[:middle]) | _rows(session, table, key, keys[middle:])
    return found


def _plain(row: Row, table: Table) -> dict[str, Any]:
    """Undo `_strict`: 0 and 1 are the only written forms of false and true."""
    plain = dict(row)
    for column in payload_columns(table):
        if isinstance(column.type, Boolean):
            if plain[column.name] not in (0, 1) or isinstance(plain[column.name], float):
                raise ValueError("stored truth value is not in its written form")
            plain[column.name] = bool(plain[column.name])
    return plain


def _payload_hashes(session: Session, entries: Sequence[Row]) -> dict[int, str]:
    """The salted payload hash of each entry's record as it stands now; none where it cannot be read."""
    wanted: dict[str, list[Row]] = defaultdict(list)
    for entry in entries:
        wanted[entry["subject"]].append(entry)
    hashes: dict[int, str] = {}
    for name, members in wanted.items():
        subject = LEDGERED.get(name)
        if subject is None:
            continue
        ids = [entry["subject_id"] for entry in members]
        records = _rows(session, subject.table, "id", ids)
        parts = {table.name: _rows(session, table, key, ids) for table, key in subject.parts}
        for entry in members:
            value = _hash(subject, entry, records, parts)
            if value is not None:
                hashes[entry["seq"]] = value
    return hashes


def _hash(
    subject: Ledgered,
    entry: Row,
    records: Mapping[int, list[Row]],
    parts: Mapping[str, Mapping[int, list[Row]]],
) -> str | None:
    identity = entry["subject_id"]
    try:
        [record] = records.get(identity, [])
        belonging = {table.name: parts[table.name].get(identity, []) for table, _ in subject.parts}
        return sealed(entry["salt"], payload(subject, _plain(record, subject.table), belonging))
    except _UNREADABLE:
        return None


def _fault_of(
    seq: int, row: Row | None, expected: int, previous: str, hashes: Mapping[int, str]
) -> str | None:
    """The code of what is wrong with one entry: its place, its envelope, its link, then its record."""
    if seq != expected:
        return "ledger.missing"
    if row is None:
        return "ledger.entry-changed"
    try:
        stored = chain.StoredEntry(seq, row["envelope"], row["leaf_hash"], row["link_hash"])
        code = chain.fault(stored, expected, previous)
        if code is not None:
            return code
        envelope = parse(row["envelope"])
        named = (envelope["seq"], envelope["kind"], envelope["subject"], envelope["id"])
        if named != (seq, row["kind"], row["subject"], row["subject_id"]):
            return "ledger.entry-changed"
    except _UNREADABLE:
        return "ledger.entry-changed"
    return None if hashes.get(seq) == envelope["payload"] else "ledger.record-changed"


def _fault_beyond(session: Session, count: int, last: str) -> LedgerFault | None:
    """Entries cut off at the end, and records that no entry vouches for."""
    try:
        size, link = session.execute(select(HEAD.c.size, HEAD.c.link_hash)).one()
        if (size, link) != (count, last):
            return LedgerFault(min(int(size), count), "ledger.cut-off")
    except _UNREADABLE:
        return LedgerFault(count, "ledger.cut-off")
    for name, subject in LEDGERED.items():
        entered = exists().where(ENTRY.c.subject == name, ENTRY.c.subject_id == subject.table.c.id)
        try:
            stray = session.execute(select(subject.table.c.id).where(~entered).limit(1)).scalar_one_or_none()
        except _UNREADABLE:
            return LedgerFault(count, "ledger.damaged", "", name)
        if stray is not None:
            return LedgerFault(count, "ledger.record-without-entry", "", name, stray)
    return None


def _damage(session: Session, count: int) -> LedgerFault | None:
    """What SQLite finds wrong with its file: an index that leaves out a row would hide it from pages."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    try:
        found = session.execute(text("PRAGMA integrity_check(1)")).scalar_one()
    except _UNREADABLE:
        found = ""
    return None if found == "ok" else LedgerFault(count, "ledger.damaged")
