"""What the records behind entries commit to now, to be held against what their entries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session

from trace.ledger import commitment
from trace.ledger.commitment import Value
from trace.ledger.envelope import UNSIGNED, Envelope, sealed_whole
from trace.services.ledger_rows import UNREADABLE, Row, plain, rows
from trace.tables import LedgerOpening
from trace.tables.ledgered import LEDGERED, Ledgered, fields, payload

OPENING = LedgerOpening.__table__  # type: ignore[attr-defined]


def payloads(session: Session, entries: Iterable[tuple[Row, Envelope]]) -> dict[int, str]:
    """The payload of each entry's record as it stands now, by entry number; none where it cannot be read."""
    wanted: dict[str, list[tuple[Row, Envelope]]] = defaultdict(list)
    for entry, envelope in entries:
        wanted[envelope.subject].append((entry, envelope))
    made: dict[int, str] = {}
    for name, members in wanted.items():
        subject = LEDGERED.get(name)
        if subject is None:
            continue
        ids = [envelope.subject_id for _, envelope in members]
        records = rows(session, subject.table, "id", ids)
        parts = {table.name: rows(session, table, key, ids) for table, key in subject.parts}
        erased = [envelope.seq for entry, envelope in members if not entry["salt"]]
        openings = rows(session, OPENING, "seq", erased) if erased else {}
        for entry, envelope in members:
            value = _payload(subject, entry, envelope, records, parts, openings)
            if value is not None:
                made[envelope.seq] = value
    return made


def _payload(
    subject: Ledgered,
    entry: Row,
    envelope: Envelope,
    records: Mapping[int, list[Row]],
    parts: Mapping[str, Mapping[int, list[Row]]],
    openings: Mapping[int, Sequence[Row]],
) -> str | None:
    identity = envelope.subject_id
    try:
        [record] = records.get(identity, [])
        belonging = {table.name: parts[table.name].get(identity, []) for table, _ in subject.parts}
        row = plain(record, subject.table)
        if envelope.version == UNSIGNED:
            return sealed_whole(entry["salt"], payload(subject, row, belonging))
        values = fields(subject, row, belonging)
        if entry["salt"]:
            return commitment.payload(commitment.digests(bytes.fromhex(entry["salt"]), values))
        return commitment.payload(_opened(values, openings.get(envelope.seq, ())))
    except UNREADABLE:
        return None


def _opened(values: Mapping[str, Value], openings: Sequence[Row]) -> dict[str, str]:
    """Digests of a record from which fields were erased: those of what is left, and the kept ones of the rest.

    ValueError if a field that is left has no salt: it stands where something was erased.
    """
    made: dict[str, str] = {}
    for line in openings:
        name, salt = line["field"], line["salt"]
        if salt is None:
            made[name] = line["digest"]
        else:
            made[name] = commitment.digest(bytes.fromhex(salt), name, values[name])
    if any(name not in made for name, value in values.items() if value not in ("", None)):
        raise ValueError("a field that no entry vouches for")
    return made
