"""Earlier sizes of the ledger whose roots are known: signed checkpoints, cosignatures, what somebody noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session

from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.cosignature import witnessed
from trace.ledger.merkle import Frontier
from trace.ledger.note import ED25519, Note, VerifierKey
from trace.ledger.spelling import FormatError
from trace.services.ledger_report import Known, LedgerFault
from trace.services.ledger_rows import UNREADABLE, rows
from trace.tables import Cosignature, LedgerCheckpoint, LogIdentity, RootTimestamp, Witness

CHECKPOINT: Table = LedgerCheckpoint.__table__  # type: ignore[attr-defined]
COSIGNATURE: Table = Cosignature.__table__  # type: ignore[attr-defined]
STAMP: Table = RootTimestamp.__table__  # type: ignore[attr-defined]
_IDENTITY: Table = LogIdentity.__table__  # type: ignore[attr-defined]
_WITNESS: Table = Witness.__table__  # type: ignore[attr-defined]

# Who knows of another size.
NOTED, OUTSIDE, SIGNED, COSIGNED, STAMPED = "known", "outside", "checkpoint", "cosignature", "stamp"


@dataclass(frozen=True, slots=True)
class Point:
    """The tree had, or should have had, this root (hex, or how it begins) at this size; `source` says who says so."""

    size: int
    root: str
    source: str


class Points:
    """What the walk is held against on its way, in order of size."""

    def __init__(self, session: Session, known: Known | None, outside: str) -> None:
        self.faults: list[LedgerFault] = []
        self._session = session
        self._keys = self._identities()
        found = [Point(known.size, known.root, NOTED)] if known else []
        found += [*self._outside(outside), *self._signed(), *self._stamped()]
        self._rest = sorted(found, key=lambda point: point.size, reverse=True)
        self._told: set[str] = set()

    def at(self, edge: Frontier) -> Iterator[LedgerFault]:
        """Faults at the size the walk has come to: another root than was known."""
        while self._rest and self._rest[-1].size <= edge.size:
            point = self._rest.pop()
            wrong = point.size == edge.size and not edge.root().hex().startswith(point.root)
            if wrong and point.source not in self._told:
                self._told.add(point.source)
                yield LedgerFault(edge.size - 1, "ledger.rewritten", detail=point.source)

    def beyond(self, size: int) -> Iterator[LedgerFault]:
        """Faults at the end: something was known of entries that are not there."""
        for source in dict.fromkeys(point.source for point in reversed(self._rest) if point.size > size):
            yield LedgerFault(size, "ledger.cut-off", detail=source)

    def _identities(self) -> dict[int, VerifierKey]:
        found = {}
        for row in _all(self._session, _IDENTITY):
            try:
                found[row["id"]] = VerifierKey(row["origin"], ED25519, bytes.fromhex(row["public_key"]))
            except UNREADABLE:
                continue
        return found

    def _outside(self, note: str) -> Iterator[Point]:
        """The checkpoint outside the database, unless a new epoch was begun because it was lost."""
        if not note:
            return
        try:
            made, _ = open_checkpoint(note, list(self._keys.values()))
        except FormatError:
            self.faults.append(LedgerFault(0, "ledger.checkpoint-changed", detail=OUTSIDE))
            return
        lost = select(_IDENTITY.c.id).where(
            _IDENTITY.c.lost_size == made.size, _IDENTITY.c.lost_root == made.root.hex()
        )
        if self._session.execute(lost).first() is None:
            yield Point(made.size, made.root.hex(), OUTSIDE)

    def _signed(self) -> Iterator[Point]:
        for row in _all(self._session, CHECKPOINT):
            made = self._opened(row)
            if made is None:
                self._changed("ledger.checkpoint-changed", row, "size")
            else:
                yield Point(made.size, made.root.hex(), SIGNED)

    def _opened(self, row: Mapping[str, Any]) -> Checkpoint | None:
        """The checkpoint in a row's note; None unless its epoch's key signed what the row says."""
        try:
            key = self._keys[row["epoch"]]
            made, _ = open_checkpoint(row["note"], [key])
        except UNREADABLE:
            return None
        return (
            made
            if (made.origin, made.size, made.root.hex()) == (key.name, row["size"], row["root"])
            else None
        )

    def _stamped(self) -> Iterator[Point]:
        """What witnesses cosigned and authorities stamped: it stands even where the checkpoint's own row is gone."""
        for row in _all(self._session, COSIGNATURE):
            if self._cosigned(row):
                yield Point(row["size"], row["root"], COSIGNED)
            else:
                self._changed("ledger.cosignature-changed", row, "id")
        for row in _all(self._session, STAMP):
            if self._opened(row) is None:
                self._changed("ledger.stamp-changed", row, "id")
            else:
                yield Point(row["size"], row["root"], STAMPED)

    def _cosigned(self, row: Mapping[str, Any]) -> bool:
        try:
            [witness] = rows(self._session, _WITNESS, "id", [row["witness_id"]])[row["witness_id"]]
            origin = self._keys[row["epoch"]].name
            text = Checkpoint(origin, row["size"], bytes.fromhex(row["root"])).text()
            found = witnessed(Note.parse(f"{text}\n{row['line']}"), [VerifierKey.parse(witness["vkey"])])
        except UNREADABLE:
            return False
        return [time for _, time in found] == [row["stamped_at"].timestamp()]

    def _changed(self, code: str, row: Mapping[str, Any], key: str) -> None:
        size = row["size"] if isinstance(row["size"], int) else 0
        self.faults.append(LedgerFault(max(size - 1, 0), code, detail=str(row[key])))


def _all(session: Session, table: Table) -> Sequence[Mapping[str, Any]]:
    """Every row that can be read; few, for old checkpoints are forgotten."""
    key = list(table.primary_key)[-1]
    try:
        keys = session.execute(select(key)).scalars().all()
    except UNREADABLE:
        return []
    found = rows(session, table, key.name, list(dict.fromkeys(keys)))
    return [row for lines in found.values() for row in lines]
