"""What the service remembers of the labels it is asked about (查询缓存), and how it learns what has changed.

Everything that a label's page says of a batch and a run is in the ledger. So one small read tells whether what is
remembered still holds: the ledger's size. When it has grown, the new entries say which batches they are about, and
only what shows one of those is forgotten; an entry about no batch (a brand, an authorisation, a key) forgets all.
A recall is such an entry: it reaches the page with the next scan.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TypeVar

import sqlalchemy as sql
from sqlalchemy import Table
from sqlmodel import Session, col, select

from labels.keys import PublicKey
from trace.core import clock, dates
from trace.services import chain, key, ledger, pages
from trace.services.audit import PRESENTATION
from trace.services.key import KnownKey
from trace.services.public_view import BatchPage
from trace.tables import Audit, Batch, CartonPack, LedgerEntry, RangeState, Run
from trace.tables.base import key_of

LIMIT = 2048  # batches
_RUNS_A_BATCH = 16  # that many times more runs, which take little room
# Columns instead of rows of classes, in few statements: a run that nobody asked about yet is read on a reader's time.
_RUN_TABLE: Table = Run.__table__  # type: ignore[attr-defined]
_STATES: Table = RangeState.__table__  # type: ignore[attr-defined]
_BATCHES: Table = Batch.__table__  # type: ignore[attr-defined]
_PACKS: Table = CartonPack.__table__  # type: ignore[attr-defined]
_RUN = sql.select(
    *(_RUN_TABLE.c[name] for name in ("batch_id", "count", "key_id", "created_at", "level", "pin_hash")),
    _BATCHES.c.number,
    sql.exists().where(_PACKS.c.content_run_id == _RUN_TABLE.c.id),
).join_from(_RUN_TABLE, _BATCHES, _BATCHES.c.id == _RUN_TABLE.c.batch_id)
_LINES = sql.select(*(_STATES.c[name] for name in ("first", "last", "state", "id"))).order_by(_STATES.c.id)
_MANY = 500  # new entries at once, from which on looking each up is not worth while
# Entries that no public page shows.
_UNSEEN = frozenset({"attachment", "download", "run_check", "witness", "witness_end"})


Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Marks:
    """How far ledger and audit trail have come, and the day: what is remembered was true at these."""

    size: int
    audit: int
    day: date


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """A batch's page, and the numbers of all batches it shows something of."""

    page: BatchPage
    numbers: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run: whose key signed it, whether that key was revoked before, its batch, and its labels' states.

    `items`: its labels are items, no cartons; `packed`: some lie in cartons, or did; `pins`: they have PINs.
    `lines` are (first, last, state, id), as entered.
    """

    run_id: int
    batch_id: int
    batch_no: str
    count: int
    key_id: int
    public: PublicKey | None
    revoked: bool
    items: bool
    packed: bool
    pins: bool
    printed_on: date
    lines: tuple[tuple[int, int, str, int], ...]

    def vouches(self, key_id: int, item: int) -> bool:
        """Whether an item of this key's is one of the run, and its key was good."""
        return self.items and not self.revoked and self.key_id == key_id and 1 <= item <= self.count

    def state_of(self, item: int) -> tuple[str, int]:
        """An item's state, and the number of the range that says so (0: none); void outranks active."""
        state, line = "printed", 0
        for first, last, entered, identity in self.lines:
            if first <= item <= last:
                state, line = entered, identity
                if entered == "void":
                    break
        return state, line


class LabelBook:
    """The newest batches and runs of one database; safe to share between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lock = Lock()
        self._marks: Marks | None = None
        self._batches: OrderedDict[int, KnownBatch] = OrderedDict()
        self._runs: OrderedDict[int, KnownRun] = OrderedDict()
        self._keys: dict[int, KnownKey | None] = {}

    def holds(self, size: int, audit: int) -> Marks | None:
        """The marks at which all that is remembered is true, if they are these, today."""
        known = self._marks
        return known if known == Marks(size, audit, dates.local_day(clock.now())) else None

    def settle(self, session: Session) -> Marks:
        """Forget what no longer holds; the marks at which all that is left does."""
        # The marks are read before the records: what is remembered may be newer than they say, never older.
        now = marks(session)
        with self._lock:
            before = self._marks
        if before == now:
            return now
        gone = None if before is None or before.day != now.day else _changed(session, before, now)
        with self._lock:
            if self._marks == before:
                self._forget(gone)
                self._marks = now
        return now

    def _forget(self, numbers: frozenset[str] | None) -> None:
        if numbers is None:
            self._batches.clear()
            self._runs.clear()
            self._keys.clear()
            return
        for identity in [one for one, known in self._batches.items() if known.numbers & numbers]:
            del self._batches[identity]
        for identity in [one for one, known in self._runs.items() if known.batch_no in numbers]:
            del self._runs[identity]

    def batch(self, session: Session, batch: Batch, at: Marks | None = None) -> KnownBatch:
        """A batch as of now; `at` are the marks of this session's `settle`, if it was called."""
        at = at or self.settle(session)
        identity = key_of(batch)
        with self._lock:
            known = self._batches.get(identity)
            if known is not None:
                self._batches.move_to_end(identity)
                return known
        numbers = frozenset(one.number for one in chain.lineage(session, batch))
        known = KnownBatch(pages.page_of(session, batch), numbers)
        self._keep(self._batches, identity, known, at)
        return known

    def run(self, session: Session, run_id: int, at: Marks | None = None) -> KnownRun | None:
        """A run as of now; None if there is none. `at` as in `batch`, or as `holds` had them before this session."""
        at = at or self.settle(session)
        with self._lock:
            known = self._runs.get(run_id)
            if known is not None:
                self._runs.move_to_end(run_id)
                return known
        known = self._read(session, run_id, at)
        if known is not None:
            self._keep(self._runs, run_id, known, at)
        return known

    def _read(self, session: Session, run_id: int, at: Marks) -> KnownRun | None:
        row = session.execute(_RUN.where(_RUN_TABLE.c.id == run_id)).one_or_none()
        if row is None:
            return None
        batch_id, count, key_id, created, level, pin_hash, number, packed = row
        lines = session.execute(_LINES.where(_STATES.c.run_id == run_id))
        known = self._key(session, key_id, at)
        return KnownRun(
            run_id=run_id,
            batch_id=batch_id,
            batch_no=number,
            count=count,
            key_id=key_id,
            public=known.public if known else None,
            revoked=known is not None and not known.counts(created),
            items=level is None,
            packed=packed,
            pins=pin_hash is not None,
            printed_on=dates.local_day(created),
            lines=tuple((first, last, state, identity) for first, last, state, identity in lines),
        )

    def _key(self, session: Session, key_id: int, at: Marks) -> KnownKey | None:
        with self._lock:
            if key_id in self._keys:
                return self._keys[key_id]
        known = key.known(session, key_id)
        with self._lock:
            # How keys end is about no batch, so it makes all be forgotten.
            if self._marks == at:
                self._keys[key_id] = known
        return known

    def _keep(self, shelf: OrderedDict[int, Known], identity: int, known: Known, at: Marks) -> None:
        with self._lock:
            # Unless something has changed meanwhile, which this may not show.
            if self._marks == at:
                shelf[identity] = known
                while len(shelf) > self._limit * (_RUNS_A_BATCH if shelf is self._runs else 1):
                    shelf.popitem(last=False)

    def run_remembered(self, run_id: int) -> KnownRun | None:
        """A run if it is remembered; true only after `holds`."""
        return self._runs.get(run_id)

    def batch_remembered(self, batch_id: int) -> KnownBatch | None:
        """A batch if it is remembered; true only after `holds`."""
        return self._batches.get(batch_id)


def marks(session: Session) -> Marks:
    """How far things have come."""
    newest = session.exec(select(Audit.id).order_by(col(Audit.id).desc()).limit(1)).first()
    return Marks(ledger.size(session), newest or 0, dates.local_day(clock.now()))


def _changed(session: Session, before: Marks, now: Marks) -> frozenset[str] | None:
    """The batches that new entries are about; None for all."""
    if not 0 <= now.size - before.size <= _MANY:
        return None
    shown = select(Audit.id).where(
        col(Audit.id) > before.audit, col(Audit.action).in_([one.value for one in PRESENTATION])
    )
    if session.exec(shown.limit(1)).first() is not None:
        return None
    entries = session.exec(
        select(LedgerEntry.subject, LedgerEntry.envelope).where(col(LedgerEntry.seq) >= before.size)
    ).all()
    found: set[str] = set()
    for subject, envelope in entries:
        about = json.loads(envelope).get("batches", [])
        if not about and subject not in _UNSEEN:
            return None
        found.update(str(number) for number, _before in about)
    return frozenset(found)
