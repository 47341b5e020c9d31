"""What the records behind entries commit to now, to be held against what their entries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from trace.core import dates, erasure
from trace.core.erasure import Leave
from trace.ledger import commitment
from trace.ledger.canonical import parse
from trace.ledger.commitment import Value
from trace.ledger.envelope import UNSIGNED, Envelope, sealed_whole
from trace.services.ledger_rows import UNREADABLE, Row, plain, rows
from trace.tables import Erasure, LedgerOpening
from trace.tables.ledgered import LEDGERED, fields, payload

OPENING = LedgerOpening.__table__  # type: ignore[attr-defined]
ERASURE = Erasure.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Behind:
    """An entry's row and all that checking it needs: the rows it vouches for, as far as they can be read now."""

    entry: Row
    records: Sequence[Row]
    parts: Mapping[str, list[Row]]
    erasures: Sequence[Row]
    openings: Sequence[Row]


def gather(session: Session, entries: Sequence[Row]) -> list[Behind]:
    """What stands behind these entries, in their order."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        wanted[entry["subject"]].append(entry["subject_id"])
    seqs = [entry["seq"] for entry in entries]
    opened = [entry["seq"] for entry in entries if not entry["salt"]]
    erasures = rows(session, ERASURE, "seq", seqs)
    openings = rows(session, OPENING, "seq", opened) if opened else {}
    records, parts = {}, {}
    for name, ids in wanted.items():
        subject = LEDGERED.get(name)
        if subject is not None:
            records[name] = rows(session, subject.table, "id", ids)
            parts[name] = {table.name: rows(session, table, key, ids) for table, key in subject.parts}
    return [
        Behind(
            entry,
            records.get(entry["subject"], {}).get(entry["subject_id"], ()),
            {
                name: found.get(entry["subject_id"], [])
                for name, found in parts.get(entry["subject"], {}).items()
            },
            erasures.get(entry["seq"], ()),
            openings.get(entry["seq"], ()),
        )
        for entry in entries
    ]


def payloads(session: Session, entries: Iterable[tuple[Row, Envelope]]) -> dict[int, str]:
    """The payload of each entry's record as it stands now, by entry number; none where it cannot be read."""
    given = list(entries)
    now = gather(session, [row for row, _ in given])
    made = {envelope.seq: payload_of(one, envelope) for one, (_, envelope) in zip(now, given, strict=True)}
    return {seq: value for seq, value in made.items() if value is not None}


class _Left:
    """What is declared as erased from one entry's record, and what opens the rest of it."""

    def __init__(self, erasures: Sequence[Row], openings: Sequence[Row]) -> None:
        self._erasures, self._openings = erasures, openings

    def declared(self) -> set[str]:
        """Fields of the record whose erasure is entered."""
        return {name for line in self._erasures for name in parse(line["fields"])} - {erasure.FILE}

    def lawful(self, subject: str, stage: str, recorded: str) -> bool:
        """Whether every declared field is one that may go (trace.core.erasure), and when it did.

        What the law wants kept cannot be made to vanish by declaring it: not even by who holds the keys.
        """
        if not self._erasures:
            return True
        kept_until = dates.keep_until(dates.local_day(datetime.fromisoformat(recorded)))
        for line in self._erasures:
            over = dates.local_day(line["recorded_at"]) > kept_until
            for name in parse(line["fields"]):
                leave = erasure.rule(subject, name, stage).leave
                if leave is Leave.NEVER or (leave is Leave.AFTER and not over):
                    return False
        return True

    def rest(self) -> str:
        """What the first erasure from an entry of version 1 commits to."""
        return str(min(self._erasures, key=lambda line: int(line["id"]))["rest"])

    def digests(self, subject: str, values: Mapping[str, Value]) -> dict[str, str]:
        """Digests of a record from which fields were erased: those of what is left, and the kept ones of the rest.

        ValueError if more or less was erased than declared, or something else stands there now.
        """
        made: dict[str, str] = {}
        erased = set()
        for line in self._openings:
            name, salt = line["field"], line["salt"]
            if salt is None:
                erased.add(name)
                made[name] = line["digest"]
            else:
                made[name] = commitment.digest(bytes.fromhex(salt), name, values[name])
            if made[name] != line["digest"]:
                raise ValueError("an opening that does not fit its field")
        if erased != self.declared() or not erased or not values.keys() <= made.keys():
            raise ValueError("not what was declared as erased")
        _refuse_standing(subject, erased, values)
        return made


def _refuse_standing(subject: str, erased: set[str], values: Mapping[str, Value]) -> None:
    for name in erased & values.keys():
        if not erasure.is_emptied(subject, name, values[name]):
            raise ValueError("something stands where a field was erased")


def payload_of(behind: Behind, envelope: Envelope) -> str | None:
    """The payload of an entry's record as it stands now; None where it cannot be read.

    A field may be missing only if an erasure of it is entered (trace.tables.erasure), and then must be.
    """
    entry, left = behind.entry, _Left(behind.erasures, behind.openings)
    try:
        subject = LEDGERED[envelope.subject]
        [record] = behind.records
        row = plain(record, subject.table)
        if not left.lawful(subject.table.name, row.get("stage", ""), envelope.recorded):
            return None
        if entry["salt"]:
            if left.declared():
                return None
            if envelope.version == UNSIGNED:
                return sealed_whole(entry["salt"], payload(subject, row, behind.parts))
            values = fields(subject, row, behind.parts)
            return commitment.payload(commitment.digests(bytes.fromhex(entry["salt"]), values))
        now = commitment.payload(left.digests(subject.table.name, fields(subject, row, behind.parts)))
        if envelope.version == UNSIGNED:
            # Its entry hashed the record whole, with what is gone: the entry of the erasure vouches for the rest.
            return envelope.payload if now == left.rest() else None
        return now
    except UNREADABLE:
        return None
